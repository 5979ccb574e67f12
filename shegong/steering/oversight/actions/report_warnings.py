"""Whoever writes the year-end reports is told when they are due, and again while they are late (N11)."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from shegong.ground.people.models import Person
from shegong.kernel import messages
from shegong.kernel.access import holders
from shegong.kernel.http import today
from shegong.kernel.jobs import job
from shegong.kernel.messages import Message
from shegong.kernel.text import N_
from shegong.steering.oversight.models import Report
from shegong.steering.oversight.models.report_policies import report_policy
from shegong.steering.oversight.rules import Permission
from shegong.steering.programme.models import SubPlan, plan

DUE = messages.Template(
    "oversight.report_due",
    N_("A report to the leading group is due"),
    N_("The report on %(subplan)s is due on %(due)s and not submitted yet."),
)
LATE = messages.Template(
    "oversight.report_late",
    N_("A report to the leading group is late"),
    N_(
        "The report on %(subplan)s was due on %(due)s and is not submitted yet. The list shows it as missing."
    ),
)
LONGEST_LATE = 120  # days after which nobody is reminded by machine any more


@job("oversight.report_warnings", cron="40 0 * * *")  # 08:40 in Asia/Shanghai
def warn_of_reports() -> int:
    """Each morning: tell the departments whose report is due soon or late, every few days; how many messages went out."""
    return warn_on(today())


def warn_on(day: date) -> int:
    """The warnings of a day: from `warn_*` of the policy on for years, from the end of the term on for the summary."""
    told = 0
    for subplan, year, due in missing_on(day):
        with transaction.atomic():
            told += _tell(subplan, year, due, day)
    return told


def missing_on(day: date) -> Iterator[tuple[SubPlan, int | None, date]]:
    """Reports that are not handed in although it is time to write them: sub-plan, year (None: the final summary), due."""
    policy, known = report_policy(day), plan()
    wanted: list[tuple[int | None, date, date]] = [
        (year, policy.warns_from(year), policy.due(year)) for year in known.years
    ]
    wanted.append((None, known.ends, policy.final_due(known.ends)))
    for year, begins, due in wanted:
        if begins <= day <= due + timedelta(days=LONGEST_LATE):
            handed_in = Report.objects.handed_in().filter(year=year).values("subplan_id")
            for one in (
                SubPlan.objects.filter(programme__code=known.code)
                .exclude(pk__in=handed_in)
                .order_by("number")
            ):
                yield one, year, due


def _tell(subplan: SubPlan, year: int | None, due: date, day: date) -> int:
    lead = subplan.lead(day)
    template = LATE if day > due else DUE
    link = f"{reverse('oversight:reports')}?year={year or 'final'}&subplan={subplan.number}"
    since = timezone.now() - timedelta(days=report_policy(day).warn_every)
    if lead is None or Message.objects.filter(kind=template.kind, link=link, created_at__gt=since).exists():
        return 0
    people = Person.objects.filter(pk__in=holders(Permission.REPORT, day, body=lead.pk)).order_by("pk")
    for person in people:
        messages.send(person, template, {"subplan": subplan.title, "due": due.isoformat()}, link=link)
    return len(people)
