"""Two people, or two workers, at one moment: one of them does it, the other is told; nothing happens twice."""

import threading

import pytest
from django.db import connection

from shegong.ground.intake import actions
from shegong.ground.intake.actions import steps, taking
from shegong.ground.intake.models import Batch
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused


def together(*acts):
    """What each answered or raised, when all begin at once."""
    gate, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(at, act):
        gate.wait()
        try:
            answers[at] = act()
        except Exception as problem:
            answers[at] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at, act)) for at, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def accepts(batch, clerk):
    return lambda: actions.accept(Batch.objects.get(pk=batch.pk), by=clerk, on=today(), seen=batch.version)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_does_and_the_rows_go_in_once(bring, clerk):
    batch = bring(*[[f"A{n}", "张三", ""] for n in range(40)])
    answers = together(*[accepts(batch, clerk)] * 4)
    assert sum(isinstance(one, Batch) for one in answers) == 1
    assert sum(isinstance(one, Refused) for one in answers) == 3
    together(*[lambda: actions.work(batch_id=batch.pk)] * 3)
    batch.refresh_from_db()
    assert (batch.state, batch.taken) == ("taken", 40)
    assert JournalEntry.objects.filter(verb="intake.batch.accept").count() == 1
    assert log() == 40


@pytest.mark.django_db(transaction=True)
def test_without_the_comparison_of_versions_both_would_accept(bring, clerk, monkeypatch):
    """The negative control: the race of the test above is one that can be lost."""
    batch = bring(["A1", "张三", ""])
    gate = threading.Barrier(2, timeout=5)

    def careless(row):
        found = Batch.objects.get(pk=row.pk)
        gate.wait()
        return found

    def unconditional(row, name, **changes):
        changes.pop("seen", None)
        type(row).objects.filter(pk=row.pk).update(state=row.workflow.steps[name].after, **changes)
        row.refresh_from_db()
        return row

    monkeypatch.setattr(taking, "locked", careless)
    monkeypatch.setattr(steps, "transition", unconditional)
    answers = together(*[accepts(batch, clerk)] * 2)
    assert [type(one) for one in answers] == [Batch, Batch]


@pytest.mark.django_db(transaction=True)
def test_the_same_file_sent_twice_at_one_moment_is_one_batch(clerk, make_book):
    content = make_book(["A1", "张三", ""])

    def send():
        return actions.receive("test", file_name="a.xlsx", content=content, by=clerk, on=today())

    answers = together(send, send, send)
    assert sum(isinstance(one, Batch) for one in answers) == 1
    assert Batch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_store_each_part_once(clerk, make_book):
    content = make_book(*[[f"A{n}", "张三", ""] for n in range(1200)])
    batch = actions.receive("test", file_name="a.xlsx", content=content, by=clerk, on=today())
    together(*[lambda: actions.work(batch_id=batch.pk)] * 3)
    batch.refresh_from_db()
    assert (batch.state, batch.total, batch.good) == ("checked", 1200, 1200)


def log():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM test_intake_log")
        return cursor.fetchone()[0]
