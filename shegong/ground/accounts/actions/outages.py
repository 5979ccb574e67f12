"""Outages are declared by the system administrator of the province: they extend everybody's deadlines."""

from datetime import date, datetime

from django.conf import settings

from shegong.ground.accounts.rules import Permission
from shegong.kernel import outages
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.outages import Outage, ServiceGap


@answers("T4.2.a")
def declare_outage(
    *,
    start: datetime,
    end: datetime,
    notice_zh: str,
    notice_en: str,
    gap: ServiceGap | None,
    by: Actor,
    on: date,
) -> Outage:
    """Declare that people could not act from `start` to `end`; see `kernel.outages.declare`."""
    require(by, Permission.DECLARE_OUTAGE, settings.PROVINCE)
    return outages.declare(
        start=start, end=end, notice_zh=notice_zh, notice_en=notice_en, gap=gap, by=by, on=on
    )


def dismiss_gap(gap: ServiceGap, *, reason: str, by: Actor, on: date) -> ServiceGap:
    """Answer that a gap in the pulse was no outage for people, and why."""
    require(by, Permission.DECLARE_OUTAGE, settings.PROVINCE)
    return outages.dismiss(gap, reason=reason, by=by, on=on)
