"""Targets, yearly plans and how far they are; pure (N2, N3, N10)."""

from shegong.steering.programme.rules.permissions import Permission
from shegong.steering.programme.rules.subplans import SUBPLAN_STATES, SUBPLAN_WORKFLOW, SubPlanState

__all__ = ["SUBPLAN_STATES", "SUBPLAN_WORKFLOW", "Permission", "SubPlanState"]
