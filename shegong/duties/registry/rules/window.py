"""When a renewal may be handed in: staggered opening, the end and the hours given back; pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from shegong.duties.registry.policy_types import RegistrationPolicy
from shegong.duties.registry.rules.clock import renewal_opens
from shegong.kernel.calendar import Calendar


@dataclass(frozen=True)
class RenewalWindow:
    """Days of one renewal. `ends_on` is the printed end; `closes_on` the last day to apply in time; `given_back`: hours
    that the platform took moved it, not a day off alone."""

    opens_on: date
    ends_on: date
    closes_on: date
    given_back: bool = False

    @property
    def is_extended(self) -> bool:
        """The last day to apply lies after the printed end: a day off, or hours that the platform took."""
        return self.closes_on > self.ends_on

    def is_timely(self, day: date, kept_to: date = date.min) -> bool:
        """A renewal handed in on this day keeps the status, also one that a round of the province let in before the window
        opened; `kept_to`: the status itself is kept until then."""
        return day <= max(self.closes_on, kept_to)


def renewal_window(
    ends_on: date, policy: RegistrationPolicy, calendar: Calendar, *, born_on: date | None = None,
    issued_on: date | None = None,
) -> RenewalWindow:  # fmt: skip
    """The window of a term whose last day is `ends_on` (art. 4): its last day rolls over days off as every deadline for
    acting does, and moves by the hours lost since it opened; the printed end itself stays."""
    opens = renewal_opens(ends_on, policy) + opening_delay(policy, born_on, issued_on)
    rolled = calendar.add_days(ends_on, 0)
    closes = calendar.extended(rolled, opened=renewal_opens(ends_on, policy))
    return RenewalWindow(opens, ends_on, closes.on, closes.on > rolled.on)


def opening_delay(policy: RegistrationPolicy, born_on: date | None, issued_on: date | None) -> timedelta:
    """How much later than the window's first day it opens for this holder, by the province's staggering."""
    spread = policy.opening_spread_days
    if policy.opening == "birth_month" and born_on:
        return timedelta(days=(born_on.month - 1) * spread // 12)
    if policy.opening == "certificate_day" and issued_on:
        return timedelta(days=(issued_on.day - 1) * spread // 31)
    return timedelta()
