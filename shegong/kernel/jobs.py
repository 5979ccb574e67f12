"""Work that happens after the answer: queued in the same transaction as the change, done by `shegong worker`.

A thin layer over procrastinate, so that contexts name jobs and nothing else. A job runs at least once: write it so
that a second run does no harm.
"""

import functools
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

from asgiref.sync import async_to_sync
from django.db import close_old_connections, connection
from django.db.models import Q
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.tasks import Task

from shegong.kernel import walls_acting
from shegong.kernel.access import SYSTEM

DEFAULT_QUEUE = "default"
# 4, 16, 64 … seconds: the fifth retry comes after 17 minutes.
RETRY_BASE = 4


def job(
    name: str, *, queue: str = DEFAULT_QUEUE, cron: str | None = None, attempts: int = 6, alone: bool = False
) -> Callable[[Callable[..., Any]], "Task[..., Any, Any]"]:
    """Declare a job under a stable `name`; `cron` also runs it by the clock (UTC), then without arguments.

    `alone`: of its runs only one at a time, the others wait in the queue.
    Arguments are kept in the queue's table in plain JSON: pass ids, never personal values.
    """

    def declare(work: Callable[..., Any]) -> "Task[..., Any, Any]":
        retry = RetryStrategy(max_attempts=attempts, exponential_wait=RETRY_BASE) if attempts > 1 else False
        lock = name if alone else None
        task = app.task(name=name, queue=queue, retry=retry, lock=lock)(
            _with_fresh_connection(work, bool(cron))
        )
        if cron:
            app.periodic(cron=cron, periodic_id=name)(task)
        return task

    return declare


def _with_fresh_connection(work: Callable[..., Any], by_clock: bool) -> Callable[..., Any]:
    @functools.wraps(work)
    def run(**arguments: Any) -> Any:
        if by_clock:
            arguments.pop("timestamp", None)
        _drop_stale_connections()
        try:
            with walls_acting.acting(SYSTEM):
                return work(**arguments)
        finally:
            _drop_stale_connections()

    return run


def _drop_stale_connections() -> None:
    if not connection.in_atomic_block:
        close_old_connections()


def later(task: "Task[..., Any, Any]", *, at: datetime | None = None, **arguments: Any) -> int:
    """Queue a run of the job, not before `at`. Part of the transaction in hand: rolled back with it."""
    return task.configure(schedule_at=at).defer(**arguments) if at else task.defer(**arguments)


def waiting(name: str) -> bool:
    """Whether another run of this job is due already: work that covers everything may be left to it."""
    due = Q(scheduled_at=None) | Q(scheduled_at__lte=timezone.now())
    return ProcrastinateJob.objects.filter(due, task_name=name, status="todo").exists()


AtStart = TypeVar("AtStart", bound="Task[..., Any, Any]")
_at_start: "list[Task[..., Any, Any]]" = []


def at_start(task: AtStart) -> AtStart:
    """Also run a job of the clock whenever a worker starts, with `every=True`: its forerunner may have been killed."""
    _at_start.append(task)
    return task


@job("kernel.rescue", cron="* * * * *", attempts=1)
def rescue() -> int:
    """Each minute: jobs of workers that gave no sign of life for half a minute are done by another; how many."""
    stalled = list(async_to_sync(app.job_manager.get_stalled_jobs)())
    for one in stalled:
        app.job_manager.retry_job_by_id(one.id, retry_at=timezone.now())
    return len(stalled)


def load_jobs(modules: list[str]) -> None:
    """Import where jobs are declared: the kernel's own, and the `actions` of each of these packages."""
    for own in ("messages", "cube_jobs", "outages", "policy_reports"):
        import_module(f"shegong.kernel.{own}")
    for package in modules:
        if find_spec(f"{package}.actions"):
            import_module(f"{package}.actions")


def work(*, once: bool = False, concurrency: int = 2, patience: float = 30) -> None:
    """Work through the queue until told to stop; a running job gets `patience` seconds to end.

    With `once` it returns when nothing is due.
    """
    for task in _at_start:
        task.defer(every=True)
    with app.with_connector(app.connector.get_worker_connector()).open() as worker:  # type: ignore[attr-defined]
        worker.run_worker(
            wait=not once,
            concurrency=concurrency,
            shutdown_graceful_timeout=patience,
            delete_jobs="successful",
            listen_notify=not once,
            install_signal_handlers=not once,
        )
