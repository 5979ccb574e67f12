"""The policy in force, read once from policy/alerts.toml."""

from datetime import date
from functools import cache

from django.conf import settings

from shegong.duties.lookup.rules.news import AlertPolicy
from shegong.kernel.policy import Policy, load


@cache
def _policy() -> Policy[AlertPolicy]:
    return load(settings.POLICY_DIR / "alerts.toml", AlertPolicy)


def alert_policy(on: date) -> AlertPolicy:
    """The version of policy/alerts.toml that holds on `on`."""
    return _policy().on(on)
