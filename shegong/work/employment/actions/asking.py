"""A question to the other side of an employment is put, or taken back (rules B3: change of employer)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from shegong.kernel import journal
from shegong.kernel.access import Actor, holders, unguarded
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.transition import transition
from shegong.work.employment.actions import notices
from shegong.work.employment.models import Confirmation, Employment, employment_policy
from shegong.work.employment.rules import WAITING, Answer, Permission, Side, What


def clerks_of(employer_id: int, on: date) -> list[int]:
    """Persons who answer for an employer on `on`."""
    return holders(Permission.CONFIRM, on, body=employer_id)


@unguarded("a step of stating an employment, which has asked")
def ask_employer(row: Employment, *, what: str, by: Actor, on: date) -> Confirmation | None:
    """Ask the employer about what the person stated; None where the policy asks nobody, or where it was asked before."""
    clerks = clerks_of(row.employer_id, on)
    if not clerks and not employment_policy(on).asks_without_clerk:
        return None
    same = Confirmation.objects.filter(
        person=row.person_id, employer=row.employer_id, since=row.during.lower, what=what
    ).exclude(state=Answer.WITHDRAWN)
    if same.exists():
        return None
    return put(
        clerks, by=by, on=on, person_id=row.person_id, employer=row.employer, region_code=row.region_code, what=what,
        side=Side.EMPLOYER, since=row.during.lower, ends_on=row.during.upper if what == What.END else None,
        position=row.position, service_field=row.service_field, main=row.main,
    )  # fmt: skip


@unguarded("whoever puts the question has asked")
def put(clerks: Iterable[int], *, by: Actor, on: date, **said: Any) -> Confirmation:
    """Write the question with its last day, and tell the side that is asked."""
    days = employment_policy(on).answer_working_days
    due = calendar_in_force().add_working_days(on, days)
    question = Confirmation.objects.create(due_on=due.on, asked_by_id=by.person_id, **said)
    notices.tell_asked(question, clerks)
    note(question, "ask", by, due=due.on.isoformat())
    return question


@unguarded("a step of correcting an employment, which has asked")
def drop_questions(row: Employment, *, by: Actor) -> None:
    """Take back what is asked about an employment that the person corrected away."""
    waiting = Confirmation.objects.waiting().filter(
        person=row.person_id, employer=row.employer_id, since=row.during.lower
    )
    for question in waiting:
        transition(question, "withdraw")
        note(question, "withdraw", by)


def note(question: Confirmation, verb: str, by: Actor, *, reason: str = "", **facts: Any) -> None:
    """The entry of one step of a question."""
    journal.write(
        f"employment.confirmation.{verb}", by=by, subject=question, reason=reason, rows=[question],
        authority=by.authority_for(Permission.DECIDE, question.region_code),
        facts={"what": str(question.what), "side": str(question.side), **facts},
    )  # fmt: skip


def is_waiting(question: Confirmation) -> bool:
    """Whether the question has no end yet."""
    return question.state in WAITING
