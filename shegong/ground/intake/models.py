"""What this context reads: batches (the kernel's tables), and its policy."""

from datetime import date
from functools import cache

from django.conf import settings

from shegong.ground.intake.rules import IntakePolicy
from shegong.kernel.policy import Policy, load
from shegong.kernel.sheets.tables import ORIGINALS, Batch, BatchPart, BatchRow

__all__ = ["ORIGINALS", "Batch", "BatchPart", "BatchRow", "intake_policy"]


@cache
def _policy() -> Policy[IntakePolicy]:
    return load(settings.POLICY_DIR / "intake.toml", IntakePolicy)


def intake_policy(on: date) -> IntakePolicy:
    """The version of policy/intake.toml that holds on `on`."""
    return _policy().on(on)
