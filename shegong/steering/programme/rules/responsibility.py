"""What a responsibility sheet must say (N5); pure."""

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

CLAUSE = "N5"


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
