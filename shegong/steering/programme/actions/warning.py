"""Warnings months ahead: once a month the forecasts are made, and the office that can act is told of what will be missed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse

from shegong.ground.organizations.models import Duty
from shegong.ground.regions.models import tree
from shegong.kernel import journal, messages
from shegong.kernel.access import SYSTEM, Actor, holders, require
from shegong.kernel.clauses import answers
from shegong.kernel.http import today
from shegong.kernel.jobs import job
from shegong.kernel.text import N_
from shegong.steering.programme.models.board import headline, units_below
from shegong.steering.programme.models.figures import figures
from shegong.steering.programme.models.outlook import deadline_of, outlook
from shegong.steering.programme.models.plan import plan
from shegong.steering.programme.models.subplans import SubPlan
from shegong.steering.programme.models.warnings import ForecastWarning
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.forecast import Outlook, Verdict
from shegong.steering.programme.rules.plans import Indicator

AHEAD = messages.Template(
    "programme.warning",
    N_("A target will be missed at this pace"),
    N_(
        "%(what)s, %(place)s: by %(day)s probably %(expected)s (%(low)s to %(high)s) of %(target)s. "
        "Look at the figures and act while there is time."
    ),
)


@dataclass(frozen=True)
class Foretold:
    """A forecast that warns."""

    indicator: Indicator
    region: int
    target: int
    outlook: Outlook
    verdict: Verdict


def foretold(on: date) -> Iterator[Foretold]:
    """Every headline target of the province and its units that the forecast as of `on` sees missed."""
    home = plan().region
    regions = [home, *units_below(home, on, tree())]
    shown = [one for one in headline(on) if on < deadline_of(one, on)]
    found = figures([one.id for one in shown], on=on, regions=regions)
    for one in shown:
        for region in regions:
            target = found[one.id, region].target
            seen = outlook(one, on=on, region=region, now=found[one.id, region].value) if target else None
            verdict = seen.verdict(one.enough(target)) if seen and target else None
            if seen and target and verdict and verdict.warns:
                yield Foretold(one, region, target, seen, verdict)


@answers("N12")
def warn(*, by: Actor, on: date) -> list[ForecastWarning]:
    """Tell the office that can act of each target that will be missed, once for each deadline and degree; what was new.

    Refuses without programme.plan over the province."""
    require(by, Permission.PLAN, plan().region)
    if not plan().starts <= on <= plan().ends:
        return []
    return [row for one in foretold(on) if (row := _raise(one, by=by, on=on))]


@transaction.atomic
def _raise(one: Foretold, *, by: Actor, on: date) -> ForecastWarning | None:
    people = who_acts(one.indicator, one.region, on)
    seen = one.outlook
    row, is_new = ForecastWarning.objects.get_or_create(
        indicator=one.indicator.id, region_code=one.region, deadline=seen.deadline, verdict=str(one.verdict),
        defaults={
            "target": one.target, "expected": seen.expected, "low": seen.low, "high": seen.high, "raised_on": on,
            "told": len(people),
        },
    )  # fmt: skip
    if not is_new:
        return None
    values = {
        "what": one.indicator.zh, "place": tree().name(one.region, on), "day": seen.deadline.isoformat(),
        "expected": f"{seen.expected:,}", "low": f"{seen.low:,}", "high": f"{seen.high:,}", "target": f"{one.target:,}",
    }  # fmt: skip
    link = f"{reverse('programme:records', args=[one.indicator.id])}?asof={on.isoformat()}"
    for person_id in people:
        messages.tell(person_id, AHEAD, values, link=link)
    journal.write(
        "programme.warning.raise", by=by, subject=row, region_code=one.region, rows=[row],
        facts={"indicator": one.indicator.id, "verdict": str(one.verdict), "told": len(people)},
    )  # fmt: skip
    return row


def who_acts(one: Indicator, region: int, on: date) -> list[int]:
    """The people who can do something: of the office that leads the sub-plan, or of the unit."""
    if region != plan().region:
        return holders(Permission.ENTER, on, region_code=region)
    part = SubPlan.objects.filter(programme__code=plan().code, number=one.subplan).first()
    duty = Duty.objects.holder(part.duty, region, on) if part else None
    lead = holders(Permission.PLAN, on, body=duty.organization_id) if duty else []
    return lead or holders(Permission.PLAN, on, region_code=region)


@job("programme.warnings", cron="0 1 2 * *")
def monthly() -> int:
    """On the second of each month, after the figures of the month before are in."""
    return len(warn(by=SYSTEM, on=today()))
