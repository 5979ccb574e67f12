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
