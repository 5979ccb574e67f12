"""The policy of sanctions in force, read once from policy/sanctions.toml."""

from datetime import date
from functools import cache

from django.conf import settings

from shegong.duties.conduct.policy_types import SanctionPolicy, load_sanctions
from shegong.kernel.policy import Policy


@cache
def sanctions() -> Policy[SanctionPolicy]:
    """All versions."""
    return load_sanctions(settings.POLICY_DIR)


def sanction_policy(on: date) -> SanctionPolicy:
    """The version of policy/sanctions.toml that holds on `on`."""
    return sanctions().on(on)
