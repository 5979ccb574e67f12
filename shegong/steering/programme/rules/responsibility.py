"""What a responsibility sheet must say (N5); pure."""

import re

from shegong.kernel.characters import plain
from shegong.kernel.contact import canonical_phone
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

CLAUSE = "N5"
_PUNCTUATION = re.compile(r"[-‐-―−.()（）]")
_LANDLINE = re.compile(r"(0[0-9]{2,3})([2-9][0-9]{6,7})")


def sheet_obstacles(*, leader: str, section: str, contact: str) -> list[Obstacle]:
    """A leader in charge, a section, a contact: none may be blank."""
    asked = {
        "leader": (leader, N_("Enter the leader in charge.")),
        "section": (section, N_("Enter the responsible section.")),
        "contact": (contact, N_("Enter the contact person.")),
    }
    return [
        Obstacle(f"sheet_{field}", message, field, CLAUSE)
        for field, (text, message) in asked.items()
        if not text.strip()
    ]


def office_phone(raw: str) -> str | list[Obstacle]:
    """The phone of an office as it is dialled: 13812345678, or 0431-82731234 for a landline. Refuses anything else."""
    mobile = canonical_phone(raw)
    if isinstance(mobile, str):
        return mobile.removeprefix("+86")
    found = _LANDLINE.fullmatch(_PUNCTUATION.sub("", plain(raw)))
    if found:
        return f"{found[1]}-{found[2]}"
    message = N_("Enter a mobile number, or a landline with its area code such as 0431-82731234.")
    return [Obstacle("sheet_phone", message, "phone", CLAUSE)]
