"""The policy in force, read once from policy/dossier.toml."""

from datetime import date
from functools import cache

from django.conf import settings

from shegong.kernel.policy import Policy, load
from shegong.steering.dossier.rules import MergePolicy


@cache
def _policy() -> Policy[MergePolicy]:
    return load(settings.POLICY_DIR / "dossier.toml", MergePolicy)


def merge_policy(on: date) -> MergePolicy:
    """The version of policy/dossier.toml that holds on `on`."""
    return _policy().on(on)
