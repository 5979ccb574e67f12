"""What taking a row would do; made by the checks, carried out by `taking`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shegong.duties.registry.sheets.roster.known import Known
from shegong.ground.people.actions.contacts import contact_index


@dataclass
class Plan:
    """`known` is the person of the base that the row is about, `adds` what she would get: names of facts."""

    known: Known | None = None
    region_code: int | None = None
    employer_id: int | None = None
    start: date | None = None
    school_id: int | None = None
    adds: set[str] = field(default_factory=set)

    @property
    def outcome(self) -> str:
        """new, change, or same when nothing would be added."""
        if self.known is None:
            return "new"
        return "change" if self.adds else "same"

    def kept(self) -> list[Any] | None:
        """What taking needs of it, as JSON, while nothing has changed; None of somebody known: another row of the file may
        be about her too."""
        if self.known is not None:
            return None
        start = self.start.isoformat() if self.start else None
        return [self.region_code, self.employer_id, start, self.school_id, sorted(self.adds)]

    @classmethod
    def of(cls, kept: Sequence[Any]) -> "Plan":
        """The plan of somebody new that was kept."""
        region, employer, start, school, adds = kept
        return cls(None, region, employer, date.fromisoformat(start) if start else None, school, set(adds))

    @staticmethod
    def phone_index(phone: str) -> bytes:
        """By which a phone is compared with the stored one."""
        return contact_index("phone", phone)
