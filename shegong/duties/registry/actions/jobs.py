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
def recompute_provisional_deadlines() -> int:
    """Every ten minutes: provisional deadlines follow a newly imported holiday year."""
    return recompute_clocks(by=SYSTEM, on=timezone.localdate())


def _follow_schedule(year: int, by: Actor, on: date) -> None:
    """A published year moves provisional deadlines at once, in a job of the import's transaction."""
    later(recompute_provisional_deadlines)


on_year_imported.append(_follow_schedule)
