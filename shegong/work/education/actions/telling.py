"""What people with a seat, or with hours, are told."""

from collections.abc import Iterable

from shegong.kernel import messages
from shegong.kernel.text import N_
from shegong.work.education.models import Course, CreditEntry
from shegong.work.education.rules import in_hours

CANCELLED = messages.Template(
    "education.cancelled",
    N_("A class you put your name down for was cancelled"),
    N_("%(title)s, which was to begin on %(day)s, will not be held: %(reason)s"),
)
LINK, HOURS = "/my/classes/", "/my/cpd/"
TAKEN_OUT = messages.Template(
    "education.taken_out",
    N_("Hours in your name were taken out"),
    N_("%(title)s of %(day)s, %(hours)s hours, counts no more: %(reason)s"),
)


def tell_cancelled(course: Course, person_ids: Iterable[int]) -> None:
    """Everybody who had a seat, in the inbox."""
    params = {"title": course.title, "day": course.first_on.isoformat(), "reason": course.reason}
    for person_id in person_ids:
        messages.tell(person_id, CANCELLED, params, link=LINK)


def tell_taken_out(entry: CreditEntry, reason: str) -> None:
    """The learner, with the reason of whoever took the hours out."""
    params = {"title": entry.title, "day": entry.earned_on.isoformat(), "hours": in_hours(entry.minutes), "reason": reason}  # fmt: skip
    messages.tell(entry.person_id, TAKEN_OUT, params, link=HOURS)
