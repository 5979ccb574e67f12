"""The policy of complaints in force, read once from policy/conduct.toml."""

from datetime import date
from functools import cache

from django.conf import settings

from shegong.duties.conduct.intake_policy import ConductPolicy, load_conduct
from shegong.kernel.policy import Policy


@cache
def conduct_policies() -> Policy[ConductPolicy]:
    """All versions."""
    return load_conduct(settings.POLICY_DIR)


def conduct_policy(on: date) -> ConductPolicy:
    """The version of policy/conduct.toml that holds on `on`."""
    return conduct_policies().on(on)
