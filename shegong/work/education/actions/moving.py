"""Two records of one human become one: hours follow their person, none counted twice (`kernel.moving`)."""

from collections.abc import Sequence
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from shegong.ground.people.models import Person
from shegong.kernel import moving
from shegong.kernel.access import Actor
from shegong.kernel.moving import Change, Part
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.work.education.models import (
    CreditEntry,
    Dispute,
    Enrolment,
    Finding,
    HoursStatement,
    Leave,
    StudyEnrolment,
    StudyStatement,
    WaitingPlace,
)
from shegong.work.education.rules.waiting import IN_LINE

_ACTED = "history: who acted"
HOLDS = moving.Holds(
    moved={
        Enrolment: "person",
        CreditEntry: "person",
        HoursStatement: "person",
        Leave: "person",
        StudyEnrolment: "person",
        StudyStatement: "person",
        WaitingPlace: "person",
        Dispute: "person",
        Finding: "person",
    },
    kept={
        "education.CreditEntry.vouched_by": "history: who vouched",
        "education.YearTotal.person": "sums of the ledger: the database keeps them as its rows move",
        "education.HoursStatement.stated_by": _ACTED,
        "education.HoursStatement.vouched_by": _ACTED,
        "education.HoursStatement.decided_by": _ACTED,
        "education.Leave.entered_by": _ACTED,
        "education.Dispute.decided_by": _ACTED,
        "education.Finding.decided_by": _ACTED,
        "education.Draw.drawn_by": _ACTED,
        "education.SpotCheck.checker": _ACTED,
        "education.HalfDay.cosigned_by": "history: who co-signed",
        "education.ClassList.sent_by": "history: who sent it",
        "education.ClassList.decided_by": "history: who checked it",
        "education.ClassList.vouched_by": "history: who let it through first",
        "education.StudyStatement.decided_by": _ACTED,
    },
)


def clashes(from_: Person, to: Person) -> list[Obstacle]:
    """Nobody turns out to have vouched for her own hours."""
    decided = Q(person=from_, decided_by=to) | Q(person=to, decided_by=from_)
    vouched = Q(person=from_, vouched_by=to) | Q(person=to, vouched_by=from_)
    acted = [model.objects.filter(decided) for model in (Dispute, Finding, StudyStatement)]
    if not any(rows.exists() for rows in (HoursStatement.objects.filter(decided | vouched), *acted)):
        return []
    message = N_("One of the two vouched for hours of the other. Have these hours examined first.")
    return [Obstacle("vouched_herself", message)]


def parts(from_: Person, to: Person) -> list[Part]:
    """Of two seats in one class, of hours of one moment, of one study and of leave on the same days the kept record's stand."""
    seats = moving.of_both(Enrolment.objects.all(), from_.pk, to.pk, lambda one: one.course_id)
    studies = moving.of_both(
        StudyEnrolment.objects.all(),
        from_.pk,
        to.pk,
        lambda one: (one.programme, one.school_name, one.during.lower),
    )
    leaves = moving.of_days(Leave.objects.current(), from_.pk, to.pk)
    places = moving.of_both(
        WaitingPlace.objects.all(),
        from_.pk,
        to.pk,
        lambda one: (one.course_id, None if one.state in IN_LINE else one.pk),
    )
    statements = HoursStatement.objects.filter(person=from_).order_by("pk").values_list("pk", flat=True)
    return [
        moving.part(Enrolment, N_("Seats in classes"), seats),
        moving.part(CreditEntry, N_("Hours of continuing education"), _hours(from_, to)),
        moving.part(HoursStatement, N_("Hours that wait to be vouched for"), (list(statements), [])),
        moving.part(StudyEnrolment, N_("Degree studies"), studies),
        moving.part(Leave, N_("Days on leave"), leaves),
        moving.part(StudyStatement, N_("What was stated of study and leave"), (_all(StudyStatement, from_), [])),
        moving.part(WaitingPlace, N_("Places on waiting lists"), places),
        moving.part(Dispute, N_("Disputes about hours"), (_all(Dispute, from_), [])),
        moving.part(Finding, N_("Findings about hours"), (_all(Finding, from_), [])),
    ]  # fmt: skip


def _all(model: type[Dispute | Finding | StudyStatement], person: Person) -> list[int]:
    return list(model.objects.filter(person=person).order_by("pk").values_list("pk", flat=True))


def _hours(from_: Person, to: Person) -> tuple[list[int], list[int]]:
    """(moves, stays): the same class sat twice, or anything else at the same moment, counts once."""
    moves: list[int] = []
    stays: list[int] = []
    theirs = list(CreditEntry.objects.current().filter(person=to))
    known = {(e.earned_on, e.kind, e.minutes, e.title) for e in theirs}
    for mine in CreditEntry.objects.filter(person=from_).order_by("pk"):
        current = mine.recorded.upper is None
        meets = mine.during is not None and any(e.during and _meet(e.during, mine.during) for e in theirs)
        twice = current and (meets or (mine.earned_on, mine.kind, mine.minutes, mine.title) in known)
        (stays if twice else moves).append(mine.pk)
    return moves, stays


def _meet(one: DateTimeTZRange, other: DateTimeTZRange) -> bool:
    return one.lower < other.upper and other.lower < one.upper


def move_person(from_: Person, to: Person, *, by: Actor, on: date) -> list[Change]:
    """Give seats, hours and studies of `from_` to `to`. Refuses unless people knows them as one."""
    moving.require_merged(from_, to)
    return moving.move(parts(from_, to), from_, to, verb="education.person.move", by=by)


def put_back(changes: Sequence[Change], from_: Person, to: Person, *, by: Actor, on: date) -> None:
    """Undo `move_person` for these rows."""
    if changes:
        moving.put_back(changes, from_, to, verb="education.person.part", by=by)
