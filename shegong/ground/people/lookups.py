"""How many numbers and addresses of people one account may look for within a day (policy/search.toml)."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.conf import settings

from shegong.kernel.policy import Policy, load


@dataclass(frozen=True)
class LookupPolicy:
    """Phone numbers and mail addresses, and identity numbers, within 24 hours."""

    daily_contacts: int
    daily_numbers: int


@cache
def _versions() -> Policy[LookupPolicy]:
    return load(settings.POLICY_DIR / "search.toml", LookupPolicy)


def lookup_policy(on: date) -> LookupPolicy:
    """The version in force on `on`."""
    return _versions().on(on)
