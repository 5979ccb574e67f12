"""Work of a plan in force is given out: a task of the body that answers for it, with its day and its proof (N7, N10)."""

from datetime import date

from django.db import transaction

from shegong.ground.organizations.models import Organization
from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.models import Task
from shegong.ground.tasks.rules import Kind
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.steering.programme.actions.annual import require_lead
from shegong.steering.programme.models import PlanItem
from shegong.steering.programme.models.annual import leads_of, origin_of


@answers("N10", "N7")
@transaction.atomic
def assign_item(item: PlanItem, *, by: Actor, on: date) -> Task:
    """Make a piece of work of the issued plan a task of the first body that answers for it; the others help. Once.

    Refuses a plan that is not in force, work that the lead does alone, and what a task refuses (a day that has passed).
    """
    annual = item.plan
    require_lead(annual.subplan, by, on, annual.year)
    if not annual.is_in_force:
        raise Refused(Obstacle("item_early", N_("Work is given out once the plan is issued."), clause="N10"))
    leads = leads_of(annual.subplan, on, [annual.year])
    issuer = _issuer(list(leads.values()), by)
    others = [
        row.organization for row in item.bodies.order_by("position") if row.organization_id != issuer.pk
    ]
    if not others:
        message = N_("The lead does this work itself; there is nobody to give it to.")
        raise Refused(Obstacle("item_own", message, clause="N10"))
    task = tasks.draft(
        kind=Kind.WORK, title=item.what[:200], detail=item.what, issuer=issuer, responsible=others[0], helpers=others[1:],
        region_code=annual.region_code, due_on=item.due_on, origin=origin_of(item), by=by, on=on,
    )  # fmt: skip
    task = tasks.assign(task, by=by, on=on)
    journal.write(
        "programme.plan_item.assign",
        by=by,
        subject=item,
        region_code=annual.region_code,
        facts={"task": task.pk},
    )
    return task


def _issuer(leads: list[Organization], by: Actor) -> Organization:
    """The lead that the actor acts for."""
    bodies = {authority.organization_id for authority in by.authorities}
    return next((body for body in leads if body.pk in bodies), leads[0])
