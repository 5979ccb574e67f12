"""The plan: its clauses, sub-plans, targets, indicators, yearly work plans and entered figures."""

from shegong.steering.programme.models.subplans import Milestone, Participant, Programme, SubPlan

__all__ = ["Milestone", "Participant", "Programme", "SubPlan"]
