"""The policy in force, read once from policy/oversight.toml."""

from datetime import date
from functools import cache

from django.conf import settings

from shegong.kernel.policy import Policy, load
from shegong.steering.oversight.rules.policy import OversightPolicy


@cache
def _policy() -> Policy[OversightPolicy]:
    return load(settings.POLICY_DIR / "oversight.toml", OversightPolicy)


def oversight_policy(on: date) -> OversightPolicy:
    """The version of policy/oversight.toml that holds on `on`."""
    return _policy().on(on)
