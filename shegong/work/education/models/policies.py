"""The rules in force, read once from policy/education.toml."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from django.conf import settings

from shegong.kernel.outages import extended
from shegong.kernel.policy import Policy, Source
from shegong.kernel.refusal import Obstacle
from shegong.work.education.policy_types import (
    Entering,
    HoursRule,
    Table,
    load_entering,
    load_rules,
    load_tables,
)
from shegong.work.education.rules.late import entered_by, lock_obstacles


@cache
def rules_by_code() -> Mapping[str, Policy[HoursRule]]:
    """Both rules, all versions."""
    return load_rules(settings.POLICY_DIR)


def rule(code: str, on: date) -> HoursRule:
    """The version of a rule that holds on `on`; before its first version, that one."""
    policy = rules_by_code()[code]
    return policy.on(max(on, policy.versions[0].since))


def rule_source(code: str, on: date) -> Source:
    """Law and certainty of what a rule asks for."""
    policy = rules_by_code()[code]
    return policy.source("required", max(on, policy.versions[0].since))


@cache
def tables_by_province() -> Mapping[str, Policy[Table]]:
    """Tables of equivalents, all versions, by province (six digits)."""
    return load_tables(settings.POLICY_DIR)


def table_of(region_code: int | None, on: date) -> Table | None:
    """The table of equivalents of the province of a place, None where it has none."""
    policy = tables_by_province().get(f"{region_code // 10_000_000 * 10_000:06d}") if region_code else None
    return policy.on(on) if policy and policy.versions[0].since <= on else None


@cache
def _entering() -> Policy[Entering]:
    return load_entering(settings.POLICY_DIR)


def entering(on: date) -> Entering:
    """How hours come in on `on`."""
    return _entering().on(on)


def year_obstacles(earned_on: date, on: date) -> list[Obstacle]:
    """Whether the year of the hours is locked on `on`; hours of outages in the months for entering it move the lock."""
    rules = entering(on)
    opened, last = entered_by(earned_on.year, rules)
    return lock_obstacles(earned_on, on, rules, extended(last, opened=opened) + timedelta(days=1))
