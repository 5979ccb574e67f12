"""Work of the clock: certificates whose recall time is over, deadlines after a schedule was published."""

from django.utils import timezone

from shegong.duties.registry.actions.register import issue_due
from shegong.duties.registry.actions.rounds import recompute_clocks
from shegong.kernel.access import SYSTEM
from shegong.kernel.jobs import job


@job("registry.issue_due", cron="* * * * *")
def issue_due_certificates() -> int:
    """Each minute: issue what was admitted before the recall time."""
    return issue_due(on=timezone.localdate())


@job("registry.recompute_clocks", cron="*/10 * * * *")
def recompute_provisional_deadlines() -> int:
    """Every ten minutes: provisional deadlines follow a newly imported holiday year."""
    return recompute_clocks(by=SYSTEM, on=timezone.localdate())
