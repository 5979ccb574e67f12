"""The plan: its clauses, sub-plans, targets, indicators, yearly work plans and entered figures."""
