"""The joint conference: members, meetings, agenda, attendance, resolutions (M1)."""

from shegong.steering.council.models.addressing import members_of
from shegong.steering.council.models.conferences import (
    Conference,
    Member,
    conference_of,
    council_policy,
    phone_of,
)
from shegong.steering.council.models.meetings import AgendaItem, Attendance, Meeting, without_attendance
from shegong.steering.council.models.resolutions import Resolution, of_colour

__all__ = [
    "AgendaItem", "Attendance", "Conference", "Meeting", "Member", "Resolution", "conference_of", "council_policy", "members_of",
    "of_colour", "phone_of", "without_attendance",
]  # fmt: skip
