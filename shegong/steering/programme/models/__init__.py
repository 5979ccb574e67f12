"""The plan: its clauses, sub-plans, targets, indicators, yearly work plans and entered figures."""

from shegong.steering.programme.models.annual import AnnualPlan, PlanItem, PlanItemBody, Target
from shegong.steering.programme.models.counting import register_count
from shegong.steering.programme.models.entering import (
    EnteredPerson,
    HandValue,
    entered_of,
    people_of,
    values_of,
)
from shegong.steering.programme.models.figures import Figure, figure, figures
from shegong.steering.programme.models.plan import plan
from shegong.steering.programme.models.responsibility import Responsibility
from shegong.steering.programme.models.subplans import Milestone, Participant, Programme, SubPlan
from shegong.steering.programme.models.warnings import ForecastWarning
from shegong.steering.programme.models.yardstick import planned_of, planned_on, targets_of

__all__ = [
    "AnnualPlan", "EnteredPerson", "Figure", "ForecastWarning", "HandValue", "Milestone", "Participant", "PlanItem", "PlanItemBody",
    "Programme", "Responsibility", "SubPlan", "Target", "entered_of", "figure", "figures", "people_of", "plan",
    "planned_of", "planned_on", "register_count", "targets_of", "values_of",
]  # fmt: skip
