"""What people with a seat are told."""

from collections.abc import Iterable

from shegong.kernel import messages
from shegong.kernel.text import N_
from shegong.work.education.models import Course

CANCELLED = messages.Template(
    "education.cancelled",
    N_("A class you put your name down for was cancelled"),
    N_("%(title)s, which was to begin on %(day)s, will not be held: %(reason)s"),
)
LINK = "/my/classes/"


def tell_cancelled(course: Course, person_ids: Iterable[int]) -> None:
    """Everybody who had a seat, in the inbox."""
    params = {"title": course.title, "day": course.first_on.isoformat(), "reason": course.reason}
    for person_id in person_ids:
        messages.tell(person_id, CANCELLED, params, link=LINK)
