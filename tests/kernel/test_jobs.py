"""Jobs: queued with the change, lost with it, done by the worker, tried again after a failure."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from shegong.kernel import jobs
from shegong.kernel.throttle import Throttle, hit


@jobs.job("test.note")
def note(mark: str) -> None:

    hit(f"note:{mark}", 1, timedelta(hours=1))


@jobs.job("test.fail", attempts=2)
def fail() -> None:
    raise RuntimeError("always")


def queued():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, status::text, attempts FROM procrastinate_jobs WHERE task_name <> 'kernel.rescue' ORDER BY id"
        )
        return cursor.fetchall()


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_change_that_was_rolled_back_does_not_exist():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.later(note, mark="never")
        assert len(queued()) == 1
        _ = 1 / 0
    assert queued() == []


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_what_was_committed_and_removes_it():
    with transaction.atomic():
        jobs.later(note, mark="a")
        jobs.later(note, mark="b")
    jobs.work(once=True)
    assert Throttle.objects.count() == 2
    assert queued() == []


@pytest.mark.django_db(transaction=True)
def test_a_failed_job_waits_for_its_next_try():
    with transaction.atomic():
        jobs.later(fail)
    jobs.work(once=True)
    assert queued() == [("test.fail", "todo", 1)]


@pytest.mark.django_db(transaction=True)
def test_a_job_for_later_is_not_done_now():

    with transaction.atomic():
        jobs.later(note, at=timezone.now() + timedelta(hours=1), mark="later")
    jobs.work(once=True)
    assert queued() == [("test.note", "todo", 0)]
    assert Throttle.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_worker_that_died_is_done_by_another_and_that_of_a_living_one_is_left_alone():
    with transaction.atomic():
        jobs.later(note, mark="a")
        jobs.later(note, mark="b")
    with connection.cursor() as cursor:
        for age in ("5 minutes", "1 second"):
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id",
                [age],
            )
            worker = cursor.fetchone()[0]
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = ("
                "SELECT min(id) FROM procrastinate_jobs WHERE status = 'todo')",
                [worker],
            )
    assert jobs.rescue() == 1
    assert sorted(status for _, status, _ in queued()) == ["doing", "todo"]


@pytest.mark.django_db(transaction=True)
def test_the_worker_command_stops_when_told_to():
    settings = connection.settings_dict
    door = f"{quote(settings['USER'])}:{quote(settings['PASSWORD'], safe='')}@{settings['HOST']}:{settings['PORT']}"
    url = f"postgresql://{door}/{settings['NAME']}"
    with transaction.atomic():
        app.configure_task("accounts.tidy").defer()
    worker = subprocess.Popen(
        [sys.executable, "-m", "shegong", "worker"], env=os.environ | {"DATABASE_URL": url}
    )
    try:
        patience = time.monotonic() + 60
        while queued() and time.monotonic() < patience:
            time.sleep(0.2)
        assert queued() == []
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    finally:
        worker.kill()
        worker.wait()
