"""Conduct: the rules. Pure."""

from shegong.duties.conduct.rules.permissions import Permission
from shegong.duties.conduct.rules.states import (
    KIND_NAMES,
    MATTER_NAMES,
    OVER,
    PARTY_NAMES,
    STAGE_NAMES,
    STATE_NAMES,
    WITH_OFFICE,
    WORKFLOW,
    Kind,
    Matter,
    Party,
    Stage,
    State,
)

__all__ = [
    "KIND_NAMES", "MATTER_NAMES", "OVER", "PARTY_NAMES", "STAGE_NAMES", "STATE_NAMES", "WITH_OFFICE", "WORKFLOW", "Kind",
    "Matter", "Party", "Permission", "Stage", "State",
]  # fmt: skip
