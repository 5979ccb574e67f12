"""What the leaders' page of the plan gets from here: the way to a notice, missing returns, reports behind their count."""

from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.text import N_
from shegong.steering.oversight.models.acceptance import Acceptance
from shegong.steering.oversight.models.dispatch import DispatchReturn
from shegong.steering.oversight.models.reports import Report
from shegong.steering.oversight.rules import Permission
from shegong.steering.programme.models import plan
from shegong.steering.programme.models.behind import Item, register_listing
from shegong.steering.programme.panels import attention_sources, supervision_pages
from shegong.steering.programme.rules.attention import NAMED, Concern, Says, Severity
from shegong.steering.programme.rules.plans import Indicator


def register_for_dashboard() -> None:
    """Tell the plan what oversight adds to its pages; once, when the pages are loaded."""
    supervision_pages.append(notice_page)
    attention_sources.append(missing_returns)
    register_listing("oversight.year_end_reports", reports_behind)
    register_listing("oversight.acceptances", acceptances_behind)


def notice_page(actor: Actor, indicator: str, region: int, day: date) -> str:
    """A new notice over the units of a division, with their figures of the day; '' for who may not."""
    if not actor.may(Permission.DISPATCH, region):
        return ""
    asks = {"region": region, "indicator": indicator, "asof": day.isoformat()}
    return f"{reverse('oversight:circular_new')}?{urlencode(asks)}"


def missing_returns(actor: Actor, root: int, below: Sequence[int], day: date) -> Iterator[Concern]:
    """Returns past their deadline, a concern for each round."""
    late = DispatchReturn.objects.visible_to(actor, Permission.READ).late(day).filter(region__in=below)
    rounds: dict[int, list[DispatchReturn]] = {}
    for row in late.select_related("dispatch").order_by("dispatch__due_on", "region"):
        rounds.setdefault(row.dispatch_id, []).append(row)
    places = tree()
    for rows in rounds.values():
        one = rows[0].dispatch
        named = "、".join(places.name(row.region_code, day) for row in rows[:NAMED])
        yield Concern(
            Severity.WATCH, "returns", float(-len(rows)),
            Says(N_("%(round)s: %(count)s returns are missing"), {"round": one.title, "count": len(rows)}),
            (Says(N_("Due on %(day)s; %(units)s."), {"day": one.due_on.isoformat(), "units": named}),),
            region=None, url=reverse("oversight:round", args=[one.pk]), count=len(rows),
        )  # fmt: skip


def reports_behind(indicator: Indicator, since: date, until: date, region: int) -> list[Item]:
    """The year-end reports that K-N11 counts."""
    rows = Report.objects.filter(
        kind="year_end", received_on__lte=until, subplan__programme__code=plan().code, region=region,
        subplan__number=indicator.subplan or plan().main, year__in=range(since.year, until.year + 1),
    )  # fmt: skip
    page = "oversight:report"
    return [
        Item(str(row), row.received_on, reverse(page, args=[row.pk])) for row in rows.order_by("year", "pk")
    ]


def acceptances_behind(indicator: Indicator, since: date, until: date, region: int) -> list[Item]:
    """The acceptances that K-N13 counts."""
    rows = Acceptance.objects.filter(
        state__in=["passed", "passed_after"], concluded_on__lte=until, subplan__programme__code=plan().code,
        subplan__number=indicator.subplan or plan().main, region=region,
    )  # fmt: skip
    page = "oversight:acceptance"
    return [Item(str(row), row.concluded_on, reverse(page, args=[row.pk])) for row in rows.order_by("pk")]
