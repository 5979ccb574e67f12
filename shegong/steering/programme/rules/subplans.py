"""The steps of a sub-plan from the notice to its acceptance (N6, N13); pure."""

from enum import StrEnum

from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class SubPlanState(StrEnum):
    """States of a sub-plan."""

    DRAFTED = "drafted"
    LAUNCHED = "launched"
    IN_PROGRESS = "in_progress"
    CONCLUDED = "concluded"
    ACCEPTED = "accepted"


SUBPLAN_STATES = {
    SubPlanState.DRAFTED: N_("Not launched yet"),
    SubPlanState.LAUNCHED: N_("Launched"),
    SubPlanState.IN_PROGRESS: N_("Being carried out"),
    SubPlanState.CONCLUDED: N_("Concluded, waits for acceptance"),
    SubPlanState.ACCEPTED: N_("Accepted"),
}

SUBPLAN_WORKFLOW = Workflow(
    SubPlanState,
    SubPlanState.DRAFTED,
    [
        step("launch", "drafted", "launched", "N6"),
        step("carry_out", "launched", "in_progress", "N6"),
        step("conclude", "in_progress", "concluded", "N13"),
        step("reopen", "concluded", "in_progress", "N13"),
        step("accept", "concluded", "accepted", "N13"),
    ],
)


def way_to(state: SubPlanState, to: SubPlanState) -> list[str]:
    """The steps from a state to another, the shortest way; none when no step leads there."""
    ways: dict[str, list[str]] = {str(state): []}
    waiting = [str(state)]
    while waiting:
        here = waiting.pop(0)
        for name, one in SUBPLAN_WORKFLOW.steps.items():
            if here in one.before and str(one.after) not in ways:
                ways[str(one.after)] = [*ways[here], name]
                waiting.append(str(one.after))
    return ways.get(str(to), [])
