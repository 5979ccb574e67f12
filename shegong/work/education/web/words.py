"""Words and tones of classes, lists and providers for pages."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shegong.ground.regions.models import tree
from shegong.kernel.http import today
from shegong.kernel.text import N_
from shegong.work.education.models import Course, HalfDay
from shegong.work.education.rules import in_hours
from shegong.work.education.rules.courses import COURSE_STATES, HALVES, LIST_STATES
from shegong.work.education.rules.providers import PROVIDER_KINDS, PROVIDER_STATES

LEVELS = {
    "assistant": N_("Assistant social workers"),
    "social_worker": N_("Social workers of the middle level"),
    "senior": N_("Senior social workers"),
}
COURSE_TONES = {"planned": "", "open": "info", "running": "info", "finished": "warn", "reported": "warn",
                "credited": "ok", "cancelled": "err"}  # fmt: skip
LIST_TONES = {"waiting": "warn", "vouched": "warn", "accepted": "ok", "returned": "err"}
PROVIDER_TONES = {
    "applied": "warn",
    "recognised": "ok",
    "suspended": "err",
    "withdrawn": "err",
    "refused": "err",
}


WHY_NOT = {"attendance_short": N_("Too few half-days"), "test_missing": N_("No passed test")}


def why_words(codes: str) -> str:
    """Why a line of a list has no proof of passing, of its codes."""
    return "、".join(_(WHY_NOT[code]) if code in WHY_NOT else code for code in codes.split(","))


def course_state(course: Course) -> dict[str, str]:
    """Word and tone of where a class stands."""
    return {"word": _(COURSE_STATES[course.state]), "tone": COURSE_TONES[course.state]}


def list_state(state: str) -> dict[str, str]:
    """Word and tone of where a class list stands."""
    return {"word": _(LIST_STATES[state]), "tone": LIST_TONES[state]}


def provider_state(state: str) -> dict[str, str]:
    """Word and tone of how a provider stands."""
    return {"word": _(PROVIDER_STATES[state]), "tone": PROVIDER_TONES[state]}


def span(first: date, last: date) -> str:
    """First and last day, once when they are one."""
    return first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}"


def clock(moment: datetime) -> str:
    """Hour and minute in Asia/Shanghai."""
    return timezone.localtime(moment).strftime("%H:%M")


def half_words(half: HalfDay) -> str:
    """Day and half, as people say it."""
    return f"{half.on.isoformat()} {_(HALVES[half.half])}"


def place_of(course: Course) -> str:
    """County and room."""
    return f"{tree().full_name(course.region_code, today())} {course.place}".strip()


def kinds_words(kinds: list[str]) -> str:
    """Kinds of teaching as one text."""
    return "、".join(str(_(PROVIDER_KINDS[kind])) for kind in kinds if kind in PROVIDER_KINDS)


def facts_of(course: Course) -> list[dict[str, Any]]:
    """What everybody may know of a class, as a summary list."""
    rows = [
        {"label": _("Class number"), "value": str(course.number)},
        {"label": _("Held by"), "value": course.organization.name},
        {"label": _("Days of the class"), "value": span(course.first_on, course.last_on)},
        {"label": _("Hours of the class"), "value": in_hours(course.minutes)},
        {"label": _("Where the class is held"), "value": place_of(course)},
        {"label": _("For whom"), "value": "、".join(str(_(LEVELS[one])) for one in course.levels if one in LEVELS)},
        {"label": _("Teachers of the class"), "value": course.teachers},
        {"label": _("Seats left"), "value": f"{max(course.capacity - course.taken, 0)} / {course.capacity}"},
        {"label": _("Enrolment until"), "value": course.enrol_until.isoformat() if course.enrol_until else ""},
        {"label": _("Contact of the provider"), "value": course.contact},
        {"label": _("What is taught"), "value": course.syllabus},
        {"label": _("Notice of the class"), "value": course.notice},
    ]  # fmt: skip
    return [row for row in rows if row["value"]]
