"""What taking a row would do; made by the checks, carried out by `taking`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shegong.duties.registry.sheets.roster.known import Known
from shegong.ground.people.actions.contacts import contact_index

# What taking reads of a row beside its plan.
ISSUED = "issued_on"
STORED = ("identity", "name", "ethnicity", "political", "phone", "level", "management_no", "education", "degree",
          "school", "major", "position")  # fmt: skip


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

    def kept(self, values: Mapping[str, Any]) -> list[Any] | None:
        """What taking needs of it and of the row's values, as JSON, while nothing has changed; None of somebody known:
        another row of the file may be about her too."""
        if self.known is not None:
            return None
        start = self.start.isoformat() if self.start else None
        issued = values.get(ISSUED)
        said = [values.get(name) for name in STORED]
        return [self.region_code, self.employer_id, start, self.school_id, sorted(self.adds),
                issued.isoformat() if issued else None, *said]  # fmt: skip

    @classmethod
    def revived(cls, kept: Sequence[Any]) -> dict[str, Any] | None:
        """The values of a row about somebody new that were kept, with her plan; None of what another version kept."""
        if len(kept) != len(STORED) + 6:
            return None
        region, employer, start, school, adds, issued, *said = kept
        values = dict(zip(STORED, said, strict=True))
        values[ISSUED] = date.fromisoformat(issued) if issued else None
        values["plan"] = cls(
            None, region, employer, date.fromisoformat(start) if start else None, school, set(adds)
        )
        return values

    @staticmethod
    def phone_index(phone: str) -> bytes:
        """By which a phone is compared with the stored one."""
        return contact_index("phone", phone)
