"""A status is kept beyond its printed end, and let go again (peers' demands 4, 5, 25; moonshot 5).

`StatusHold` rows say why and until when; one held term a registration reaches to the latest of them, so that `valid_to`,
every list, the public page and the code on the certificate follow. Printed ends never move.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Model
from django.db.models.functions import Now

from shegong.duties.registry.actions.proving import resign, status_changed
from shegong.duties.registry.actions.time_words import Said, tell_time
from shegong.duties.registry.models import Application, LapseBatch, Registration, StatusHold, Term
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.models.windows import printed_end, window_of
from shegong.duties.registry.rules.lapsing import WHY_NAMES, Why
from shegong.kernel import journal
from shegong.kernel.access import Actor, unguarded
from shegong.kernel.clauses import answers
from shegong.kernel.outages import Outage
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.temporal import close_recorded, days, last_day
from shegong.kernel.text import N_

ONE_DAY = timedelta(days=1)


@answers("T4.2.a")
@unguarded("follows from an application in time, an outage, or the gate before a lapse")
@transaction.atomic
def hold(
    registration: Registration, *, until: date, why: str, by: Actor, on: date, application: Application | None = None,
    batch: LapseBatch | None = None, outage: Outage | None = None,
) -> StatusHold:  # fmt: skip
    """Keep the status for this reason until the last day `until`; a hold for the same reason is carried on, never cut.

    Joins the printed end also when that has passed: nobody was lapsed meanwhile. The holder is told the first time.
    """
    _lock(registration)
    if registration.closed_on is not None:
        raise Refused(Obstacle("closed_before", N_("This registration has already been closed.")))
    row = StatusHold.objects.filter(registration=registration, why=why, released_at=None).first()
    if row is None:
        row = StatusHold.objects.create(
            registration=registration,
            why=why,
            until=until,
            application=application,
            batch=batch,
            outage=outage,
        )
        is_new = True
    else:
        is_new = False
        if until <= row.until:
            return row
        links = {"application": application, "batch": batch, "outage": outage}
        StatusHold.objects.filter(pk=row.pk).update(until=until, **{k: v for k, v in links.items() if v})
        row.refresh_from_db()
    changed = _follow(registration, on)
    if is_new:
        tell_time(
            registration, "held", until=registration.valid_to.isoformat(), why=Said(WHY_NAMES[Why(why)])
        )
    journal.write(
        "registry.hold.place" if is_new else "registry.hold.carry_on", by=by, subject=row,
        about_person_id=registration.person_id, region_code=registration.region_code,
        rows=[row, registration, *changed], facts={"why": why, "until": until.isoformat()},
    )  # fmt: skip
    return row


@unguarded("follows from the decision, the proof or the people that the hold waited for")
@transaction.atomic
def release(registration: Registration, *, why: str, ended: str, by: Actor, on: date) -> StatusHold | None:
    """The reason is gone: the status ends with what else keeps it, today at the earliest. None where nothing held."""
    _lock(registration)
    row = StatusHold.objects.filter(registration=registration, why=why, released_at=None).first()
    if row is None:
        return None
    StatusHold.objects.filter(pk=row.pk).update(released_at=Now(), ended=ended)
    row.refresh_from_db()
    changed = _follow(registration, on)
    journal.write(
        "registry.hold.release", by=by, subject=row, about_person_id=registration.person_id,
        region_code=registration.region_code, rows=[row, registration, *changed], facts={"why": why, "ended": ended},
    )  # fmt: skip
    return row


@unguarded("part of issuing the next term")
@transaction.atomic
def make_way(
    registration: Registration, start: date, *, by: Actor, on: date, ended: str = "granted"
) -> list[Model]:
    """Before a full term that begins on `start`: every hold ends, and the held term no longer reaches into it.

    Returns the rows that changed, for the caller's journal entry; the caller sets `valid_to`.
    """
    _lock(registration)
    open_ = list(StatusHold.objects.filter(registration=registration, released_at=None))
    StatusHold.objects.filter(pk__in=[row.pk for row in open_]).update(released_at=Now(), ended=ended)
    for row in open_:
        row.refresh_from_db()
    return [*open_, *_reach(registration, start - ONE_DAY, most=True)]


@unguarded("part of handing in a renewal")
def keep_while_decided(application: Application, *, by: Actor, on: date) -> StatusHold | None:
    """A renewal handed in on its last days keeps the status while the office decides; an earlier one is kept by the
    gate when its end comes near. None where the window was missed, or nothing ends yet."""
    # Whose status is kept for another reason hands in in time as long as it is.
    registration = application.registration
    if registration is None:
        return None
    window = window_of(registration)
    near = on >= window.ends_on - timedelta(days=registration_policy(on).gate_days)
    handed_in = application.counts_from(on)
    if handed_in is None or not near or not window.is_timely(handed_in, registration.valid_to):
        return None
    until = max(window.ends_on, on) + timedelta(days=registration_policy(on).hold_days)
    return hold(registration, until=until, why=Why.PENDING, by=by, on=on, application=application)


def _lock(registration: Registration) -> None:
    registration.refresh_from_db(from_queryset=Registration.objects.select_for_update(no_key=True))


def _follow(registration: Registration, on: date) -> list[Model]:
    """Bring the held term, `valid_to` and the codes to what the open holds say; what was held until today stays."""
    if registration.closed_on is not None:
        return []
    held = _held_term(registration)
    wanted = list(
        StatusHold.objects.filter(registration=registration, released_at=None).values_list("until", flat=True)
    )
    if held and (reached := last_day(held.during)):
        wanted.append(min(reached, on))
    changed = _reach(registration, max([*wanted, printed_end(registration)]))
    if changed:
        Registration.objects.filter(pk=registration.pk).update(valid_to=_last_of(registration))
        registration.refresh_from_db()
        for card in registration.cards.filter(replaced_at=None):
            resign(card)
        status_changed()
    return changed


def _reach(registration: Registration, end: date, *, most: bool = False) -> list[Model]:
    """Make the held term end on `end` (with `most`: at the latest); none where the printed end reaches as far."""
    printed, held = printed_end(registration), _held_term(registration)
    reached = last_day(held.during) if held else printed
    if reached == end or (most and (reached is None or reached <= end)):
        return []
    rows: list[Model] = []
    if held:
        close_recorded(Term.objects.filter(pk=held.pk))
        held.refresh_from_db()
        rows.append(held)
    if end > printed:
        rows.append(
            Term.objects.create(
                registration=registration, kind="held", during=days(printed + ONE_DAY, end + ONE_DAY)
            )
        )
    return rows


def _held_term(registration: Registration) -> Term | None:
    """The held term behind the last full one."""
    rows = Term.objects.current().filter(registration=registration, kind="held")
    return rows.filter(during__startswith=printed_end(registration) + ONE_DAY).first()


def _last_of(registration: Registration) -> date:
    ends = Term.objects.current().filter(registration=registration).values_list("during", flat=True)
    return max(during.upper for during in ends) - ONE_DAY
