"""The cube's work by the clock: cells follow, and each night everything is counted again."""

import logging

from django.db import transaction

from shegong.kernel.cube_cells import fold
from shegong.kernel.cube_changes import refresh
from shegong.kernel.cube_measures import measures
from shegong.kernel.cube_recount import never_counted, recount
from shegong.kernel.jobs import at_start, job

log = logging.getLogger(__name__)
SHARE = 2000


@at_start
@job("kernel.cube.fold", cron="* * * * *", attempts=1)
def follow(every: bool = False) -> int:
    """Each minute: a measure that is new, or counted by a new rule, is counted; cells reach the newest change."""
    for name in never_counted():
        recount(name, repair=True)
    return fold()


@job("kernel.cube.some")
def count_some(name: str, subjects: list[int]) -> int:
    """What a batch left to a job: the subjects of one measure, a share at a time, so that the journal's lock is short."""
    count = 0
    for start in range(0, len(subjects), SHARE):
        with transaction.atomic():
            count += refresh(name, subjects[start : start + SHARE])
    return count


@job("kernel.cube.recount", cron="40 18 * * *", attempts=1)
def count_again() -> int:
    """Each night at 02:40: every measure is counted from its tables; what differs is named in the log and put right."""
    differed = 0
    for name in measures():
        for found in recount(name, repair=True):
            differed += 1
            log.error("figures differ: %s", found)
    return differed
