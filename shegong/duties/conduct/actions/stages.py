"""Clocks of a complaint: begun, at rest, extended, ended; whose the days beyond were is written down with the end."""

from datetime import date

from django.db import transaction

from shegong.duties.conduct.actions.claiming import claim
from shegong.duties.conduct.actions.noting import note
from shegong.duties.conduct.models import Complaint, SecondLook, StageDate
from shegong.duties.conduct.models.intake_policies import conduct_policy
from shegong.duties.conduct.models.policies import sanction_policy
from shegong.duties.conduct.rules import Party, Permission, Stage
from shegong.duties.conduct.rules.clocks import Reading, Stretch, extend_obstacles, reading
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_

OFFICERS = (Permission.RECEIVE, Permission.INVESTIGATE)


def allowed(stage: str, on: date) -> int:
    """Calendar days that the policy gives a stage."""
    policy = conduct_policy(on)
    return {
        Stage.SORTING: policy.sorting_days, Stage.INQUIRY: policy.inquiry_days, Stage.REVIEW: policy.review_days,
        Stage.APPEAL: sanction_policy(on).review_decision_days, Stage.LOOK: policy.review_days,
    }[Stage(stage)]  # fmt: skip


def begin(complaint: Complaint, stage: str, *, on: date, look: SecondLook | None = None) -> list[StageDate]:
    """End the stage that runs and begin another inside the caller's transaction. The rows that changed; the caller
    journals them with the complaint, whose `due_on` follows. A second `look` has a clock of its own."""
    changed = end(complaint, on=on, look=look)
    days = allowed(stage, on)
    row = StageDate(complaint=complaint, look=look, stage=stage, starts_on=on, clock_days=days)
    row.due_on = reading([Stretch(on)], days, on, _rolled).due_on
    row.save(force_insert=True)
    _due(complaint, look, row.due_on)
    return [*changed, row]


def end(complaint: Complaint, *, on: date, look: SecondLook | None = None) -> list[StageDate]:
    """End the stage that runs, inside the caller's transaction: whose the days beyond were is written into its
    stretches. The rows that changed."""
    rows = stretches_of(complaint, look)
    if not rows:
        _due(complaint)  # a look that was asked for before looks had a clock
        return []
    clock = clock_of(rows, on)
    rows[-1].ends_on = max(on, rows[-1].starts_on)
    left = dict(clock.over_by)
    for row in rows:
        part = left.pop(row.party, 0)
        row.overrun_days, row.overrun_party = part, row.party if part else ""
        row.save(update_fields=["ends_on", "overrun_days", "overrun_party"])
    _due(complaint)
    return rows


def stretches_of(complaint: Complaint, look: SecondLook | None = None) -> list[StageDate]:
    """The stretches of the stage that runs now, or of a second look that waits, oldest first; empty when none does."""
    rows = list(StageDate.objects.filter(complaint=complaint, look=look).order_by("pk"))
    if not rows or rows[-1].ends_on is not None:
        return []
    first = next(at for at in range(len(rows) - 1, -1, -1) if rows[at].clock_days)
    return rows[first:]


def stretches_of_look(complaint: Complaint) -> list[StageDate]:
    """Those of the second look that waits; empty when none does."""
    look = complaint.looks.running().first()
    return stretches_of(complaint, look) if look is not None else []


def clock_of(rows: list[StageDate], on: date) -> Reading:
    """What the clock of these stretches of one stage shows."""
    found = [Stretch(row.starts_on, row.ends_on, row.paused_why, row.party) for row in rows]
    days = sum(row.clock_days + row.extended_days for row in rows)
    return reading(found, days, on, _rolled)


def _rolled(day: date) -> date:
    return calendar_in_force().add_days(day, 0).on


def _due(complaint: Complaint, look: SecondLook | None = None, due_on: date | None = None) -> None:
    """The day that the queue shows: of the stage that runs or of the second look that waits, whichever is first. With
    `look` and `due_on`, that look's last day is this one."""
    if look is not None and due_on is not None:
        look.due_on = due_on
        SecondLook.objects.filter(pk=look.pk).update(due_on=due_on)
    running = complaint.stage_dates.filter(ends_on=None, look=None).values_list("due_on", flat=True)
    looks = complaint.looks.running().values_list("due_on", flat=True)
    complaint.due_on = min(filter(None, (running.first(), looks.first())), default=None)
    Complaint._base_manager.filter(pk=complaint.pk).update(due_on=complaint.due_on)


def rest(complaint: Complaint, *, why: str, on: date, look: SecondLook | None = None) -> list[StageDate]:
    """Let the clock rest inside the caller's transaction; nothing happens when it rests already or none runs."""
    rows = stretches_of(complaint, look)
    pause = conduct_policy(on).pause(why)
    if not rows or rows[-1].paused_why or pause is None:
        return []
    return _next(complaint, rows, on, paused_why=why, party=pause.party)


def run_on(
    complaint: Complaint, *, on: date, only: str = "", look: SecondLook | None = None
) -> list[StageDate]:
    """Let a clock that rests run on; with `only`, when it rests for this reason alone."""
    rows = stretches_of(complaint, look)
    if not rows or not rows[-1].paused_why or (only and rows[-1].paused_why != only):
        return []
    changed = _next(complaint, rows, on, paused_why="", party=str(Party.OFFICE))
    due = clock_of(stretches_of(complaint, look), on).due_on
    StageDate.objects.filter(pk=changed[-1].pk).update(due_on=due)
    changed[-1].due_on = due
    _due(complaint, look, due)
    return changed


def _next(complaint: Complaint, rows: list[StageDate], on: date, **fields: str) -> list[StageDate]:
    last = rows[-1]
    last.ends_on = max(on, last.starts_on)
    last.save(update_fields=["ends_on"])
    row = StageDate.objects.create(
        complaint=complaint,
        look_id=last.look_id,
        stage=last.stage,
        starts_on=last.ends_on,
        due_on=last.due_on,
        **fields,
    )
    return [last, row]


@answers("T4.2.f")
@transaction.atomic
def pause(complaint: Complaint, *, why: str, by: Actor, on: date, seen: int | None = None) -> Complaint:
    """Let the clock rest for a reason that the law knows (policy/conduct.toml); the days go to whose account it says."""
    row = claim(complaint, *OFFICERS, by=by, on=on, seen=seen)
    if conduct_policy(on).pause(why) is None:
        raise Refused(Obstacle("pause", N_("Choose from the list."), field="why"))
    changed = rest(row, why=why, on=on)
    if not changed:
        raise Refused(Obstacle("no_clock", N_("No clock runs that could rest."), field="why"))
    note("conduct.stage.pause", row, by=by, rows=changed, facts={"why": why})
    return row


@answers("T4.2.f")
@transaction.atomic
def resume(complaint: Complaint, *, by: Actor, on: date, seen: int | None = None) -> Complaint:
    """Let the clock run on."""
    row = claim(complaint, *OFFICERS, by=by, on=on, seen=seen)
    changed = run_on(row, on=on)
    if not changed:
        raise Refused(Obstacle("no_pause", N_("The clock does not rest.")))
    note("conduct.stage.resume", row, by=by, rows=changed)
    return row


@answers("T4.2.f")
@transaction.atomic
def extend(
    complaint: Complaint, *, days: int, reason: str, by: Actor, on: date, seen: int | None = None
) -> Complaint:
    """Give the inquiry more days, in advance and with a reason; the signatory approves it, who complained is told
    (信访工作条例 art. 34)."""
    row = claim(complaint, Permission.PUBLISH, by=by, on=on, seen=seen)
    rows = stretches_of(row)
    if not rows or rows[-1].stage != Stage.INQUIRY:
        raise Refused(
            Obstacle("no_clock", N_("Only an inquiry that runs can be given more time."), field="days")
        )
    clock, most = clock_of(rows, on), conduct_policy(on).extension_days
    already = sum(one.extended_days for one in rows)
    found = extend_obstacles(days=days, already=already, most=most, reason=reason, is_over=clock.left < 0)
    if found:
        raise Refused(found)
    last = rows[-1]
    last.extended_days, last.extended_why = last.extended_days + days, reason.strip()
    last.save(update_fields=["extended_days", "extended_why"])
    last.due_on = clock_of(rows, on).due_on
    last.save(update_fields=["due_on"])
    _due(row)
    note("conduct.stage.extend", row, by=by, rows=[last], facts={"days": days})
    return row
