"""Special rounds for late holders, and clocks that follow a newly published holiday schedule."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from shegong.duties.registry.actions.notices import tell
from shegong.duties.registry.models import Application, RegistrationRound
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import Kind, Permission, completeness_due, decision_due
from shegong.kernel import journal
from shegong.kernel.access import Actor, require, unguarded
from shegong.kernel.clauses import answers
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_

ROUND_KINDS = {Kind.FIRST, Kind.RENEWAL}


@answers("T4.2.a")
@transaction.atomic
def open_round(
    *, region_code: int, title: str, levels: list[str], issued_from: date | None, issued_to: date | None,
    opens_on: date, closes_on: date, basis: str, kinds: Sequence[str] = (Kind.FIRST,),
    may_be_after_expiry: bool = False, requires_ce: bool = True, by: Actor, on: date,
) -> RegistrationRound:  # fmt: skip
    """Open a special window for certificates whose year is over, or for late renewals (regulations section 2); needs its
    document. `requires_ce` False: renewals under it need no proof of continuing education."""
    require(by, Permission.OPEN_ROUND, region_code)
    if closes_on < opens_on or closes_on < on:
        raise Refused(
            Obstacle(
                "closes_early", N_("The round must close after it opens, and not in the past."), "closes_on"
            )
        )
    if issued_from and issued_to and issued_to < issued_from:
        raise Refused(Obstacle("issued_order", N_("The last issue date lies before the first."), "issued_to"))
    if not kinds or not set(kinds) <= ROUND_KINDS:
        raise Refused(Obstacle("kinds_missing", N_("Say what may be applied for in the round."), "kinds"))
    if Kind.RENEWAL not in kinds and (may_be_after_expiry or not requires_ce):
        message = N_("Terms that are over and continuing education concern renewals: mark them above.")
        raise Refused(Obstacle("renewal_not_marked", message, "kinds"))
    if not basis.strip():
        raise Refused(Obstacle("basis_missing", N_("Name the document that this rests on."), "basis"))
    row = RegistrationRound.objects.create(
        region_code=region_code, title=title.strip(), kinds=[str(kind) for kind in kinds], levels=levels, issued_from=issued_from,
        issued_to=issued_to, opens_on=opens_on, closes_on=closes_on, basis=basis.strip(), opened_by_id=by.person_id,
        may_be_after_expiry=may_be_after_expiry, requires_ce=requires_ce,
    )  # fmt: skip
    journal.write("registry.round.open", by=by, subject=row, rows=[row], facts={
        "levels": levels, "kinds": row.kinds, "after_expiry": may_be_after_expiry, "requires_ce": requires_ce,
    })  # fmt: skip
    return row


@unguarded("follows an imported schedule")
@transaction.atomic
def recompute_clocks(*, by: Actor, on: date, year: int = 0) -> int:
    """After a schedule changed: recompute provisional deadlines and tell the holders whose day moved.

    With `year`, also the firm ones from that year on: a day of a published year was set by hand.
    """
    calendar, moved = calendar_in_force(), 0
    touched = Q(due_provisional=True) | (Q(due_on__gte=date(year, 1, 1)) if year else Q())
    rows = Application.objects.filter(touched, waiting_for__gt="").select_for_update()
    for application in rows.order_by("id"):
        start = application.accepted_on or timezone.localdate(application.submitted_at)
        policy = registration_policy(start)
        due = (decision_due if application.accepted_on else completeness_due)(start, policy, calendar)
        changed = due.on != application.due_on
        if not changed and due.provisional == application.due_provisional:
            continue
        Application.objects.filter(pk=application.pk).update(due_on=due.on, due_provisional=due.provisional)
        application.refresh_from_db()
        if changed:
            tell(application, "due_changed", due=due.on.isoformat())
            moved += 1
        facts = {"due": due.on.isoformat(), "provisional": due.provisional}
        journal.write(
            "registry.application.reclock", by=by, subject=application, rows=[application], facts=facts
        )
    return moved
