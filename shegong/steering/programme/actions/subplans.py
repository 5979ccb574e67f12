"""How far a sub-plan is: nobody types it, it follows from its yearly plans and its acceptance (N6, N13)."""

from django.db import transaction

from shegong.kernel import journal
from shegong.kernel.access import Actor, unguarded
from shegong.kernel.transition import transition
from shegong.steering.programme.models import SubPlan
from shegong.steering.programme.rules.subplans import SubPlanState, way_to


@unguarded("follows from what another action allowed: a plan issued, an acceptance applied for or concluded")
@transaction.atomic
def bring_subplan(subplan: SubPlan, to: SubPlanState, *, by: Actor) -> SubPlan:
    """Walk a sub-plan to a state by the steps that lead there; one that no step leads to stays where it is."""
    held = SubPlan.objects.select_for_update().get(pk=subplan.pk)
    for step in way_to(SubPlanState(held.state), to):
        held = transition(held, step)
        journal.write(f"programme.subplan.{step}", by=by, subject=held, rows=[held])
    return held
