"""What taking a row would do; made by the checks, carried out by `taking`."""

from dataclasses import dataclass, field
from datetime import date

from shegong.duties.registry.sheets.roster.known import Known
from shegong.ground.organizations.models import Organization
from shegong.ground.people.actions.contacts import contact_index


@dataclass
class Plan:
    """`known` is the person of the base that the row is about, `adds` what she would get: names of facts."""

    known: Known | None = None
    region_code: int | None = None
    employer: Organization | None = None
    start: date | None = None
    school_id: int | None = None
    adds: set[str] = field(default_factory=set)

    @property
    def outcome(self) -> str:
        """new, change, or same when nothing would be added."""
        if self.known is None:
            return "new"
        return "change" if self.adds else "same"

    @staticmethod
    def phone_index(phone: str) -> bytes:
        """By which a phone is compared with the stored one."""
        return contact_index("phone", phone)
