"""What people with a seat, or with hours, are told."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext

from shegong.kernel import messages
from shegong.kernel.access import holders
from shegong.kernel.text import N_
from shegong.work.education.models import (
    ClassList,
    Course,
    CreditEntry,
    HoursStatement,
    StudyStatement,
    WaitingPlace,
)
from shegong.work.education.rules import Permission, in_hours
from shegong.work.education.rules.stating import WHAT_WORDS

CANCELLED = messages.Template(
    "education.cancelled",
    N_("A class you put your name down for was cancelled"),
    N_("%(title)s, which was to begin on %(day)s, will not be held: %(reason)s"),
)
LINK, HOURS, STUDY = "/my/classes/", "/my/cpd/", "/my/cpd/study/"
TAKEN_OUT = messages.Template(
    "education.taken_out",
    N_("Hours in your name were taken out"),
    N_("%(title)s of %(day)s, %(hours)s hours, counts no more: %(reason)s"),
)
PLACES = {
    "offered": messages.Template(
        "education.waiting.offered",
        N_("A seat is kept for you"),
        N_("%(title)s, which begins on %(day)s, has a seat for you. Take it by %(until)s; after that it goes to who is next."),
    ),
    "lapsed": messages.Template(
        "education.waiting.lapsed",
        N_("The seat kept for you went to who is next"),
        N_("You did not take the seat in %(title)s by %(until)s. You may put your name on the waiting list again."),
    ),
    "closed": messages.Template(
        "education.waiting.closed",
        N_("The waiting list of a class is closed"),
        N_("%(title)s of %(day)s began without a seat for you. Look for another class."),
    ),
}  # fmt: skip

LISTS = {
    "accepted": messages.Template(
        "education.list.accepted",
        N_("A class list was accepted"),
        N_("%(title)s: the hours of %(people)s people are in the ledger."),
    ),
    "returned": messages.Template(
        "education.list.returned",
        N_("A class list was returned"),
        N_("%(title)s: %(reason)s Put it right and hand it in again."),
    ),
}

STATED = {
    "confirmed": messages.Template(
        "education.study.confirmed", N_("The office confirmed what you stated"), N_("%(what)s: it is on record now.")
    ),
    "refused": messages.Template(
        "education.study.refused", N_("The office did not accept what you stated"), N_("%(what)s: %(note)s")
    ),
}  # fmt: skip


class _Named:
    """A study statement in the language that is active."""

    def __init__(self, row: StudyStatement) -> None:
        self.row = row

    def says(self, code: str) -> str:
        """What it is, with the programme or the days."""
        last = f" – {self.row.ends_on}" if self.row.ends_on else ""
        return f"{gettext(WHAT_WORDS[self.row.what])} · {self.row.programme or f'{self.row.starts_on}{last}'}"


def tell_cancelled(course: Course, person_ids: Iterable[int]) -> None:
    """Everybody who had a seat, in the inbox."""
    params = {"title": course.title, "day": course.first_on.isoformat(), "reason": course.reason}
    for person_id in person_ids:
        messages.tell(person_id, CANCELLED, params, link=LINK)


def tell_taken_out(entry: CreditEntry, reason: str) -> None:
    """The learner, with the reason of whoever took the hours out."""
    params = {"title": entry.title, "day": entry.earned_on.isoformat(), "hours": in_hours(entry.minutes), "reason": reason}  # fmt: skip
    messages.tell(entry.person_id, TAKEN_OUT, params, link=HOURS)


def tell_place(place: WaitingPlace, what: str) -> None:
    """Who waits for a seat: it is kept for her and until when, it went on, nobody waits any more."""
    until = timezone.localtime(place.kept_until).strftime("%Y-%m-%d %H:%M") if place.kept_until else ""
    params = {"title": place.course.title, "day": place.course.first_on.isoformat(), "until": until}
    messages.tell(place.person_id, PLACES[what], params, link=f"{LINK}{place.course.number}/")


def tell_list(sent: ClassList, on: date) -> None:
    """The provider's clerks: what became of their list."""
    params = {"title": sent.course.title, "people": sent.passed, "reason": sent.reason}
    body = sent.course.organization
    link = f"/org/{body.uscc or body.pk}/classes/{sent.course.number}/"
    for person_id in holders(Permission.TEACH, on, body=body.pk):
        messages.tell(person_id, LISTS[sent.state], params, link=link)


def tell_stated(row: StudyStatement) -> None:
    """The learner: confirmed, or not and why."""
    messages.tell(row.person_id, STATED[row.state], {"what": _Named(row), "note": row.note}, link=STUDY)


def tell_not_accepted(row: HoursStatement) -> None:
    """Whoever stated the hours, learner or officer, and who vouched for them: why they are not accepted."""
    params = {"what": f"{row.title} · {row.earned_on.isoformat()}", "note": row.note}
    for person_id in {row.stated_by_id, row.vouched_by_id} - {None}:
        link = HOURS if person_id == row.person_id else f"/office/hours-waiting/{row.pk}/"
        messages.tell(person_id, STATED["refused"], params, link=link)
