"""Rounds of dispatch: written, opened, closed; units are reminded, once each moment and by hand (N6, N12)."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.kernel import journal, messages
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.jobs import job
from shegong.kernel.refusal import Obstacle, Refused, Stale, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.steering.oversight.models import Asked, Dispatch, DispatchReturn, Reminder
from shegong.steering.oversight.models.policies import oversight_policy
from shegong.steering.oversight.models.units import bodies_of_units, people_of_unit, units_below
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.dispatch import (
    BY_HAND,
    Moment,
    RoundState,
    days_late,
    moments_due,
    reason_obstacles,
    round_obstacles,
)
from shegong.steering.programme.models import SubPlan, plan

OPENED = messages.Template(
    "oversight.opened",
    N_("Figures are asked of your unit"),
    N_("%(title)s: confirm the figures and hand in by %(due)s. The counted ones are filled in already."),
)
BEFORE = messages.Template(
    "oversight.before",
    N_("A return is due soon"),
    N_("%(title)s is due on %(due)s and not handed in yet."),
)
DUE = messages.Template("oversight.due", N_("A return is due today"), N_("%(title)s is due today."))
LATE = messages.Template(
    "oversight.late",
    N_("A return is late"),
    N_("%(title)s was due on %(due)s and is %(days)s days late. Hand it in today."),
)
TEMPLATES = {Moment.OPENED: OPENED, Moment.BEFORE: BEFORE, Moment.DUE: DUE, Moment.LATE: LATE}


@answers("N6")
@transaction.atomic
def draft_round(
    *, subplan: SubPlan, region_code: int, period: str, title: str, as_of: date, opens_on: date, due_on: date,
    indicators: Sequence[str], questions: Sequence[str] = (), note: str = "", by: Actor, on: date,
) -> Dispatch:  # fmt: skip
    """Write a round for the units below `region_code` (the ten of the province, the counties of one of them).

    Nobody is told before it is opened. Refuses a second round of the same sub-plan, period and place.
    """
    require(by, Permission.DISPATCH, region_code)
    _check(region_code, period, title, as_of, opens_on, due_on, indicators, questions)
    if Dispatch.objects.filter(subplan=subplan, period=period.strip(), region=region_code).exists():
        raise Refused(
            Obstacle("round_twice", N_("There is a round for this period already."), "period", "N6")
        )
    row = Dispatch.objects.create(
        subplan=subplan, region_code=region_code, period=period.strip(), title=title.strip(), note=note.strip(),
        issuer=issuer_of(by, Permission.DISPATCH, region_code, subplan, on), as_of=as_of, opens_on=opens_on, due_on=due_on,
    )  # fmt: skip
    asked = _ask(row, indicators, questions)
    _write(row, "draft", by, asked)
    return row


def _check(
    region_code: int, period: str, title: str, as_of: date, opens_on: date, due_on: date,
    indicators: Sequence[str], questions: Sequence[str],
) -> None:  # fmt: skip
    refuse_if(
        round_obstacles(
            period=period, title=title, opens_on=opens_on, due_on=due_on, as_of=as_of, indicators=indicators,
            questions=questions, units=len(units_below(region_code, as_of)), known=plan().indicators,
        )
    )  # fmt: skip


def issuer_of(by: Actor, permission: str, region_code: int, subplan: SubPlan, on: date) -> Organization:
    """The body in whose name the actor acts there; the sub-plan's lead where a grant names none."""
    authority = by.authority_for(permission, region_code)
    body_id = authority.organization_id if authority else None
    body = Organization.objects.filter(pk=body_id).first() if body_id else subplan.lead(on)
    if body is None:
        raise Refused(
            Obstacle("no_issuer", N_("No body leads this sub-plan today: enter who does first."), clause="N4")
        )
    return body


def _ask(row: Dispatch, indicators: Sequence[str], questions: Sequence[str]) -> list[Asked]:
    lines = [{"indicator": one} for one in dict.fromkeys(indicators)]
    lines += [{"question": one.strip()} for one in questions if one.strip()]
    return Asked.objects.bulk_create(
        Asked(dispatch=row, position=position, **line) for position, line in enumerate(lines, 1)
    )


def _write(
    row: Dispatch,
    verb: str,
    by: Actor,
    rows: Sequence[Model] = (),
    gone: Sequence[Model] = (),
    reason: str = "",
) -> None:
    journal.write(
        f"oversight.round.{verb}", by=by, subject=row, rows=[row, *rows], gone=gone, reason=reason,
        facts={"period": row.period, "state": row.state},
    )  # fmt: skip


@answers("N6")
@transaction.atomic
def change_round(
    row: Dispatch, *, period: str, title: str, as_of: date, opens_on: date, due_on: date, indicators: Sequence[str],
    questions: Sequence[str] = (), note: str = "", by: Actor, on: date, seen: int | None = None,
) -> Dispatch:  # fmt: skip
    """Change a round that is not open yet."""
    require(by, Permission.DISPATCH, row.region_code)
    _check(row.region_code, period, title, as_of, opens_on, due_on, indicators, questions)
    row = _hold(row, RoundState.DRAFTED, seen)
    gone = list(row.asked.all())
    Asked.objects.filter(dispatch=row).delete()
    row.period, row.title, row.note = period.strip(), title.strip(), note.strip()
    row.as_of, row.opens_on, row.due_on, row.version = as_of, opens_on, due_on, row.version + 1
    row.save(update_fields=["period", "title", "note", "as_of", "opens_on", "due_on", "version"])
    _write(row, "change", by, _ask(row, indicators, questions), gone)
    return row


def _hold(row: Dispatch, state: RoundState, seen: int | None) -> Dispatch:
    held: Dispatch = Dispatch.objects.select_for_update(no_key=True).get(pk=row.pk)
    if seen is not None and held.version != seen:
        raise Stale()
    if held.state != state:
        raise Refused(Obstacle("wrong_state", N_("This cannot be done any more: the case has moved on.")))
    return held


@answers("N6", "N12")
@transaction.atomic
def open_round(row: Dispatch, *, by: Actor, on: date, seen: int | None = None) -> Dispatch:
    """Open the round: every unit below the place gets its return; those who answer for it are told on the day it opens."""
    require(by, Permission.DISPATCH, row.region_code)
    if row.due_on < on:
        raise Refused(
            Obstacle("round_over", N_("The deadline has passed: set a later one first."), clause="N6")
        )
    row = transition(row, "open", seen=seen)
    made = [] if row.returns.exists() else _returns(row, on)
    _write(row, "open", by, made)
    _remind_round(row, on)
    return row


def _returns(row: Dispatch, on: date) -> list[DispatchReturn]:
    units = units_below(row.region_code, row.as_of)
    bodies = bodies_of_units(units, row.subplan.duty, on)
    return DispatchReturn.objects.bulk_create(
        DispatchReturn(dispatch=row, region_code=code, body=bodies.get(code)) for code in units
    )


@transaction.atomic
def close_round(row: Dispatch, *, by: Actor, on: date, seen: int | None = None) -> Dispatch:
    """Close the round: nothing more is handed in; what is missing stays on the list as missing."""
    require(by, Permission.DISPATCH, row.region_code)
    row = transition(row, "close", seen=seen)
    _write(row, "close", by)
    return row


@transaction.atomic
def reopen_round(
    row: Dispatch, *, due_on: date, reason: str, by: Actor, on: date, seen: int | None = None
) -> Dispatch:
    """Open a closed round again with a later deadline and a reason."""
    require(by, Permission.DISPATCH, row.region_code)
    refuse_if(reason_obstacles(reason))
    if due_on < on:
        raise Refused(
            Obstacle("round_over", N_("The deadline has passed: set a later one first."), "due_on", "N6")
        )
    row = transition(row, "reopen", seen=seen, due_on=due_on)
    _write(row, "reopen", by, reason=reason.strip())
    return row


@answers("N6")
@transaction.atomic
def remind(row: Dispatch, *, by: Actor, on: date) -> int:
    """Remind every unit that has not handed in, at most once a day; how many units were told."""
    require(by, Permission.DISPATCH, row.region_code)
    waiting = row.returns.waiting(on).exclude(reminders__moment=BY_HAND, reminders__on=on)
    told = [_tell(one, BY_HAND, LATE if row.due_on < on else BEFORE, on) for one in waiting]
    journal.write(
        "oversight.round.remind", by=by, subject=row, region_code=row.region_code, facts={"units": len(told)}
    )
    return len(told)


def _remind_round(row: Dispatch, on: date) -> int:
    before, count = oversight_policy(on).remind_before, 0
    told_today = Reminder.objects.filter(on=on).values("dispatch_return")
    for one in row.returns.waiting(on).exclude(pk__in=told_today).prefetch_related("reminders"):
        done = [reminder.moment for reminder in one.reminders.all()]
        due = moments_due(opens_on=row.opens_on, due_on=row.due_on, on=on, before=before, done=done)
        for moment in due:
            _tell(one, moment, TEMPLATES[moment], on)
            count += 1
    return count


def _tell(one: DispatchReturn, moment: str, template: messages.Template, on: date) -> Reminder:
    row = one.dispatch
    people = people_of_unit(Permission.ANSWER, one.region_code, one.body_id, on)
    words = {
        "title": row.title,
        "due": row.due_on.isoformat(),
        "days": days_late(due_on=row.due_on, handed_in=None, on=on),
    }
    link = reverse("oversight:return", args=[one.pk])
    for person in Person.objects.filter(pk__in=people).order_by("pk"):
        messages.send(person, template, words, link=link)
    return Reminder.objects.create(dispatch_return=one, moment=str(moment), on=on, told=len(people))


@job("oversight.remind", cron="30 0 * * *")  # 08:30 in Asia/Shanghai
def remind_by_clock() -> int:
    """Each morning: whoever has not handed in is reminded before, on and after the day, once each."""
    return remind_all(timezone.localdate())


def remind_all(on: date) -> int:
    """The reminders of a day in all rounds that run, never a second one to a unit on one day; how many units were told."""
    count = 0
    for row in Dispatch.objects.open():
        with transaction.atomic():
            held = Dispatch.objects.select_for_update(no_key=True).get(pk=row.pk)
            count += _remind_round(held, on)
    return count
