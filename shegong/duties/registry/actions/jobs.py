"""Work of the clock: certificates whose recall time is over, deadlines after a schedule was published."""

from datetime import date

from django.utils import timezone

from shegong.duties.registry.actions.register import issue_due
from shegong.duties.registry.actions.rounds import recompute_clocks
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.holidays import on_year_imported
from shegong.kernel.jobs import job, later


@job("registry.issue_due", cron="* * * * *")
def issue_due_certificates() -> int:
    """Each minute: issue what was admitted before the recall time."""
    return issue_due(on=timezone.localdate())


@job("registry.recompute_clocks", cron="*/10 * * * *")
def recompute_provisional_deadlines(year: int = 0) -> int:
    """Every ten minutes: provisional deadlines follow a newly imported holiday year; `year`: firm ones from then on too."""
    return recompute_clocks(by=SYSTEM, on=timezone.localdate(), year=year)


def _follow_schedule(year: int, by: Actor, on: date) -> None:
    """A schedule or a day that changed moves deadlines at once, in a job of the change's transaction."""
    later(recompute_provisional_deadlines, year=year)


on_year_imported.append(_follow_schedule)
