"""What figures of a year are made of: ended stages with their days, and what became of complaints."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from shegong.duties.conduct.models.complaints import Complaint
from shegong.duties.conduct.models.decisions import Decision
from shegong.duties.conduct.models.intake_policies import conduct_policy
from shegong.duties.conduct.models.looks import SecondLook
from shegong.duties.conduct.models.stages import StageDate
from shegong.duties.conduct.rules import Stage
from shegong.duties.conduct.rules.figures import Run
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.outages import extended


def review_until(complaint: Complaint) -> date:
    """Last day on which whoever complained may ask the body above to look at a refusal or a transfer again: so many days,
    off days of rest, hours of outages given back (信访工作条例 art. 35)."""
    since = complaint.closed_on or complaint.received_on
    due = calendar_in_force().add_days(since, conduct_policy(since).review_ask_days).on
    return extended(due, opened=since)


def look_until(complaint: Complaint) -> date | None:
    """Last day on which whoever complained may ask for a (further) look at what was decided: the days run from the last
    written answer, be it the decision, the end of the other side's review or an earlier look; None without a decision."""
    last = _last_answer(complaint)
    if last is None:
        return None
    due = calendar_in_force().add_days(last, conduct_policy(last).review_ask_days).on
    return extended(due, opened=last)


def _last_answer(complaint: Complaint) -> date | None:
    decided = complaint.decisions.order_by("-pk").values_list("decided_on", flat=True)
    reviewed = (
        complaint.stage_dates.filter(stage=str(Stage.APPEAL))
        .order_by("-pk")
        .values_list("ends_on", flat=True)
    )
    looked = complaint.looks.order_by("-pk").values_list("answered_on", flat=True)
    signed = decided.filter(decided_on__isnull=False).first()
    if signed is None:
        return None
    return max(filter(None, (signed, reviewed.first(), looked.first())))


def misrouted_until(complaint: Complaint, on: date) -> date:
    """Last day on which the body that has it may say that another one is in charge, counted from when it came there."""
    came = StageDate.objects.filter(complaint=complaint, stage=str(Stage.SORTING), clock_days__gt=0).order_by(
        "-pk"
    )
    since = came.values_list("starts_on", flat=True).first() or complaint.received_on
    return calendar_in_force().add_working_days(since, conduct_policy(on).misrouted_days).on


Where = QuerySet[Complaint] | None


def _of(rows: QuerySet[Any], complaints: Where) -> QuerySet[Any]:
    return rows if complaints is None else rows.filter(complaint__in=complaints)


def runs_of(year: int, complaints: Where = None) -> list[Run]:
    """Stages that ended in a year, of all complaints or of those given."""
    ended = StageDate.objects.filter(ends_on__year=year).values("complaint")
    rows = _of(StageDate.objects.filter(complaint__in=ended, ends_on__isnull=False), complaints).order_by(
        "pk"
    )
    stages: dict[tuple[int, int | None, int], list[StageDate]] = defaultdict(list)
    nth: Counter[tuple[int, int | None]] = Counter()
    for row in rows:
        clock = row.complaint_id, row.look_id  # a second look runs beside the others
        if row.clock_days:  # the first stretch of a stage
            nth[clock] += 1
        stages[*clock, nth[clock]].append(row)
    return [_run(rows) for rows in stages.values() if rows[-1].ends_on and rows[-1].ends_on.year == year]


def _run(rows: Iterable[StageDate]) -> Run:
    beyond: Counter[str] = Counter()
    days, stage = 0, ""
    for row in rows:
        stage = row.stage
        if not row.paused_why and row.ends_on:
            days += (row.ends_on - row.starts_on).days
        if row.overrun_days:
            beyond[row.overrun_party] += row.overrun_days
    return Run(stage, days, beyond)


def years_of(on: date) -> list[int]:
    """The years that there is something to say about, newest first."""
    first = Complaint.objects.order_by("received_on").values_list("received_on", flat=True).first()
    return list(range(on.year, (first.year if first else on.year) - 1, -1))


def outcomes_of(year: int, complaints: Where = None) -> dict[str, dict[str, int]]:
    """Of a year: complaints received by kind and by matter, first answers, decisions by measure, results of reviews and of second looks."""
    mine = Complaint.objects.all() if complaints is None else Complaint.objects.filter(pk__in=complaints)
    received = mine.filter(received_on__year=year)
    decisions = Decision.objects.filter(decided_on__year=year, complaint__in=mine, replaces__isnull=True)
    looks = SecondLook.objects.filter(complaint__in=mine, answered_on__year=year)
    reviews = mine.filter(appeals__decided_on__year=year)
    return {
        "kind": dict(Counter(received.values_list("kind", flat=True))),
        "matter": dict(Counter(received.values_list("matter", flat=True))),
        "state": dict(Counter(received.values_list("state", flat=True))),
        "measure": dict(Counter(decisions.values_list("measure", flat=True))),
        "look": dict(Counter(looks.values_list("finding", flat=True))),
        "review": dict(Counter(reviews.values_list("appeals__result", flat=True))),
    }
