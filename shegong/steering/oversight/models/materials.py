"""What the system finds of an acceptance's checklist, and what it counts of reports and acceptances (K-N11, K-N13)."""

from collections.abc import Mapping, Sequence
from datetime import date

from shegong.steering.oversight.models.acceptance import Acceptance
from shegong.steering.oversight.models.circulars import Circular
from shegong.steering.oversight.models.reports import Report
from shegong.steering.programme.models import AnnualPlan, HandValue, plan
from shegong.steering.programme.models.counting import register_count
from shegong.steering.programme.rules.plans import Indicator


def counted_materials(row: Acceptance) -> dict[str, tuple[int, int]]:
    """Of each line of the checklist that can be counted: (found, wanted)."""
    years, subplan = len(plan().years), row.subplan
    plans = AnnualPlan.objects.in_force(row.snapshot.as_of).filter(subplan=subplan, region=row.region_code)
    reports = Report.objects.handed_in().filter(subplan=subplan, kind="year_end")
    entered = HandValue.objects.current().filter(indicator__in=row.snapshot.figures.values("indicator"))
    notices = Circular.objects.filter(subplan=subplan, state__in=["issued", "closed"])
    return {
        "self_assessment": (int(row.report.is_handed_in), 1),
        "annual_plans": (plans.values("year").distinct().count(), years),
        "year_end_reports": (reports.count(), years),
        "evidence": (entered.exclude(folder=None).count(), entered.count()),
        "rectification": (notices.filter(state="closed").count(), notices.count()),
    }


def _by(until: date) -> date:
    """What concerns the last year is received, and what is accepted is concluded, after the term: that counts too."""
    return date.max if until >= plan().ends else until


def _reports(indicator: Indicator, since: date, until: date, regions: Sequence[int]) -> Mapping[int, int]:
    rows = Report.objects.filter(
        kind="year_end", received_on__lte=_by(until), subplan__programme__code=plan().code, subplan__number=indicator.subplan or plan().main,
        year__in=range(since.year, until.year + 1), region__in=regions,
    )  # fmt: skip
    return _by_region(list(rows.values_list("region_code", flat=True)), regions)


def _acceptances(indicator: Indicator, since: date, until: date, regions: Sequence[int]) -> Mapping[int, int]:
    rows = Acceptance.objects.filter(
        state__in=["passed", "passed_after"], concluded_on__lte=_by(until), subplan__programme__code=plan().code,
        subplan__number=indicator.subplan or plan().main, region__in=regions,
    )  # fmt: skip
    return _by_region(list(rows.values_list("region_code", flat=True)), regions)


def _by_region(found: Sequence[int], regions: Sequence[int]) -> dict[int, int]:
    return {region: found.count(region) for region in regions}


register_count("oversight.year_end_reports", _reports)
register_count("oversight.acceptances", _acceptances)
