"""The policy in force on reports and acceptance, read once from policy/reports.toml."""

from datetime import date
from functools import cache

from django.conf import settings

from shegong.kernel.policy import Policy, load
from shegong.steering.oversight.rules.reports import ReportPolicy


@cache
def _policy() -> Policy[ReportPolicy]:
    return load(settings.POLICY_DIR / "reports.toml", ReportPolicy)


def report_policy(on: date) -> ReportPolicy:
    """The version of policy/reports.toml that holds on `on`; the oldest before it."""
    return _policy().on(on)
