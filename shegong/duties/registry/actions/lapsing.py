"""The gate before a lapse, each night; and lapses of many, which wait for two people (moonshot 5)."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from shegong.duties.registry.actions.holding import hold, release
from shegong.duties.registry.actions.time_words import tell_time
from shegong.duties.registry.models import LapseBatch, Registration, StatusHold
from shegong.duties.registry.models.endings import (
    ON_ITS_WAY,
    Near,
    decided_to_lapse,
    ending_between,
    near_ends,
)
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import Permission, reason_obstacles
from shegong.duties.registry.rules.lapsing import Batch, Why, batch_obstacles, is_mass, keeping
from shegong.kernel import journal, outages
from shegong.kernel.access import SYSTEM, Actor, half, require, unguarded
from shegong.kernel.clauses import answers
from shegong.kernel.jobs import at_start, job, later
from shegong.kernel.outages import Outage
from shegong.kernel.refusal import refuse_if
from shegong.kernel.transition import transition

BACK = timedelta(days=7)  # what ended in the past week is looked at again: an outage may be declared late
PROVINCE = 10_000_000
log = logging.getLogger(__name__)


@at_start
@job("registry.lapse_gate", cron="0 10 * * *", attempts=3)
def pass_gate(every: bool = False) -> int:
    """Each evening at 18:00, and when a worker starts: what ends within days is held where something keeps it."""
    if every:
        outages.beat(timezone.now())  # how long everything stood still, before it is asked who lapses
    return keep_what_must_not_lapse(on=timezone.localdate(), by=SYSTEM)


@job("registry.follow_outage")
def follow_outage(outage: int) -> int:
    """After an outage was declared: what ended in the past week, or ends now, gets its hours back."""
    return keep_what_must_not_lapse(on=timezone.localdate(), by=SYSTEM, outage=Outage.objects.get(pk=outage))


outages.on_declared.append(lambda outage, by, on: later(follow_outage, outage=outage.pk))


@answers("T4.2.a")
@unguarded("the work of the clock: it keeps, and lets lapse only what nothing keeps")
def keep_what_must_not_lapse(*, on: date, by: Actor, outage: Outage | None = None) -> int:
    """Hold every registration near its end that something keeps; how many are held. Running it twice does no harm."""
    _carry_on(on, by)
    ahead = registration_policy(on).gate_days
    gaps = [(gap.during.lower, gap.during.upper) for gap in outages.open_gaps()]
    since = min([on - BACK, *(timezone.localdate(start) for start, _ in gaps)])
    near = near_ends(ending_between(since, on + timedelta(days=ahead)), on, unanswered=gaps)
    over = decided_to_lapse(row.registration.pk for row in near)
    free: dict[tuple[date, int], list[Near]] = defaultdict(list)
    ending: dict[tuple[date, int], int] = defaultdict(int)
    failed = []
    for row in near:
        key = (row.registration.valid_to, row.registration.region_code // PROVINCE * PROVINCE)
        ending[key] += 1
        try:
            kept = _kept(row, on, by, outage)
        except Exception:  # one that cannot be looked at must not let the others lapse
            log.exception("registration %s could not be held", row.registration.pk)
            failed.append(row.registration.pk)
            continue
        if not kept and row.registration.pk not in over:
            free[key].append(row)
    for (last_day, province), many in ending.items():
        _count(last_day, province, many, free.get((last_day, province), []), on, by)
    _let_go_what_is_over(on, by)
    if failed:
        raise RuntimeError(
            f"{len(failed)} registrations could not be held"
        )  # the job tries again, and says so
    return StatusHold.objects.filter(released_at=None).count()


def _let_go_what_is_over(on: date, by: Actor) -> None:
    """A hold whose last day has passed, and that nothing carried on, holds nothing any more."""
    rows = StatusHold.objects.filter(released_at=None, until__lt=on).select_related("registration")
    for row in rows.order_by("id"):
        release(row.registration, why=row.why, ended="over", by=by, on=on)


@transaction.atomic
def _kept(row: Near, on: date, by: Actor, outage: Outage | None) -> bool:
    """Place every hold that reaches further than the status does now; whether one keeps it."""
    registration, before = row.registration, row.registration.valid_to
    policy = registration_policy(row.ending.ends_on)
    for why, until in keeping(row.ending, policy, on).items():
        if until > before and until >= on:
            hold(
                registration, until=until, why=str(why), by=by, on=on,
                outage=outage if why == Why.OUTAGE else None,
            )  # fmt: skip
    return registration.valid_to > before


def _carry_on(on: date, by: Actor) -> None:
    """Holds that wait go on while they wait; one whose application is decided otherwise is let go."""
    policy = registration_policy(on)
    soon, until = on + timedelta(days=policy.gate_days), on + timedelta(days=policy.hold_days)
    rows = StatusHold.objects.filter(released_at=None).select_related("registration", "application", "batch")
    for row in rows.filter(registration__closed_on__isnull=False):
        release(row.registration, why=row.why, ended="closed", by=by, on=on)
    rows = rows.filter(registration__closed_on=None)
    for row in rows.filter(why=str(Why.PENDING), application__isnull=False):
        if row.application.state not in ON_ITS_WAY:
            release(row.registration, why=row.why, ended=row.application.state, by=by, on=on)
        elif row.application.counts_from(on) is None:
            release(row.registration, why=row.why, ended="not_completed", by=by, on=on)
        elif row.until <= soon:
            hold(row.registration, until=until, why=row.why, by=by, on=on)
    waits = [str(Batch.WAITING), str(Batch.CONFIRMED)]
    for row in rows.filter(why=str(Why.MASS), until__lte=soon, batch__state__in=waits):
        hold(row.registration, until=until, why=row.why, by=by, on=on)


def _count(last_day: date, province: int, ending: int, free: Sequence[Near], on: date, by: Actor) -> None:
    """Write down whose validity ends on a day; where too many would lapse, hold them all for two people."""
    if LapseBatch.objects.filter(last_day=last_day, region_code=province).exists():
        return
    policy = registration_policy(last_day)
    live = Registration.objects.filter(
        closed_on=None, valid_to__gte=last_day, region_code__gte=province, region_code__lt=province + PROVINCE
    ).count()
    many = is_mass(len(free), live, policy)
    if not many and (last_day > on or not free):
        return  # its day has not come, or nobody lapses
    with transaction.atomic():
        batch = LapseBatch.objects.create(
            last_day=last_day, region_code=province, ending=ending, held=ending - len(free), lapsing=len(free), live=live,
            state=Batch.WAITING if many else Batch.BELOW,
        )  # fmt: skip
        for row in free if many else ():
            until = max(last_day, on) + timedelta(days=policy.hold_days)
            hold(row.registration, until=until, why=Why.MASS, by=by, on=on, batch=batch)
        facts = {"ending": ending, "lapsing": len(free), "live": live, "waits": many}
        journal.write(
            "registry.lapse.count", by=by, subject=batch, region_code=province, rows=[batch], facts=facts
        )


@half
@answers("T4.2.a")
@transaction.atomic
def confirm_lapses(
    batch: LapseBatch, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> LapseBatch:
    """The first officer has looked at the list and finds that these may lapse; another decides."""
    _may_decide(batch, by)
    refuse_if(reason_obstacles(reason))
    transition(batch, "confirm", seen=seen, confirmed_by_id=by.person_id, reason=reason.strip())
    return _note(batch, "confirm", by, [])


@half
@answers("T4.2.a")
@transaction.atomic
def let_lapse(batch: LapseBatch, *, by: Actor, on: date, seen: int | None = None) -> LapseBatch:
    """The second officer decides: the registrations of the list are let go; what else keeps one still does."""
    rows = _may_decide(batch, by, confirmed_by=batch.confirmed_by_id)
    transition(batch, "lapse", seen=seen, decided_by_id=by.person_id, decided_at=Now())
    for row in rows:
        release(row.registration, why=str(Why.MASS), ended="lapsed", by=by, on=on)
    return _note(batch, "let_go", by, rows)


@half
@answers("T4.2.a")
@transaction.atomic
def keep_all(batch: LapseBatch, *, reason: str, by: Actor, on: date, seen: int | None = None) -> LapseBatch:
    """An officer finds that these must not lapse now: they stay for the days of the policy and get another notice."""
    rows = _may_decide(batch, by)
    refuse_if(reason_obstacles(reason))
    decider = by.person_id if by.person_id != batch.confirmed_by_id else None  # who confirmed may think again
    transition(batch, "keep", seen=seen, decided_by_id=decider, decided_at=Now(), reason=reason.strip())
    until = on + timedelta(days=registration_policy(on).hold_days)
    for row in rows:
        hold(row.registration, until=until, why=str(Why.MASS), by=by, on=on)
        tell_time(row.registration, "lapse_kept", until=row.registration.valid_to.isoformat())
    return _note(batch, "keep", by, rows)


def _may_decide(batch: LapseBatch, by: Actor, confirmed_by: int | None = None) -> list[StatusHold]:
    """The holds of the batch, for an officer of the province who is none of them. Refuses everybody else."""
    require(by, Permission.RESTRICT, batch.region_code)
    rows = list(batch.holds.filter(released_at=None).select_related("registration", "registration__person"))
    holders = frozenset(row.registration.person_id for row in rows)
    refuse_if(batch_obstacles(officer_id=by.person_id, confirmed_by=confirmed_by, holders=holders))
    return rows


def _note(batch: LapseBatch, verb: str, by: Actor, rows: Sequence[StatusHold]) -> LapseBatch:
    journal.write(
        f"registry.lapse.{verb}", by=by, subject=batch, region_code=batch.region_code, reason=batch.reason, rows=[batch],
        authority=by.authority_for(Permission.RESTRICT, batch.region_code), facts={"registrations": len(rows)},
    )  # fmt: skip
    return batch
