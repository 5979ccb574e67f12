"""When an account with rights counts as unused (policy/accounts.toml); pure but for reading the policy."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache

from django.conf import settings

from shegong.kernel.policy import Policy, load


@dataclass(frozen=True)
class UnusedPolicy:
    """Days without a request until an account is shut, and how many before that its holder is told."""

    idle_days: int
    warn_days: int

    def __post_init__(self) -> None:
        if not 0 < self.warn_days < self.idle_days:
            raise ValueError("warn_days lies between 0 and idle_days")

    @property
    def quiet(self) -> timedelta:
        """Without a request for so long, the holder is told."""
        return timedelta(days=self.idle_days - self.warn_days)


class Next(StrEnum):
    """What is due for an account."""

    NOTHING = ""
    TELL = "tell"
    SHUT = "shut"


def due(*, used: datetime, told: datetime | None, now: datetime, policy: UnusedPolicy) -> Next:
    """What is due for an account last used at `used`, whose holder was told at `told`; a use takes that back."""
    if now - used < policy.quiet:
        return Next.NOTHING
    if told is None or told < used:
        return Next.TELL
    late = now - used >= timedelta(days=policy.idle_days)
    return Next.SHUT if late and now - told >= timedelta(days=policy.warn_days) else Next.NOTHING


@cache
def _versions() -> Policy[UnusedPolicy]:
    return load(settings.POLICY_DIR / "accounts.toml", UnusedPolicy)


def unused_policy(on: date) -> UnusedPolicy:
    """The version in force on `on`."""
    return _versions().on(on)
