"""Two people, or two workers, at one moment: one of them does it, the other is told; nothing happens twice."""

import threading
from contextlib import nullcontext

import pytest
from django.db import IntegrityError, connection, transaction

from shegong.ground.intake import actions
from shegong.ground.intake.actions import checking, jobs, receiving, steps, taking
from shegong.ground.intake.models import Batch
from shegong.kernel.access import SYSTEM
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
    assert sum(isinstance(one, Refused) for one in answers) == 2
    assert Batch.objects.count() == 1


@pytest.fixture
def send_by_two(clerk, world_of, make_book, monkeypatch):
    """What two colleagues of one office got who sent the same file, both having looked before either was taken down."""
    content, meet, looked = make_book(["A1", "张三", ""]), threading.Barrier(2, timeout=10), receiving.earlier
    colleague, first = world_of.officer(user=2, person=2), threading.local()

    def earlier(*asked):
        found = looked(*asked)
        if not getattr(first, "looked", False):
            first.looked = True
            meet.wait()
        return found

    monkeypatch.setattr(receiving, "earlier", earlier)

    def send(by):
        return lambda: actions.receive("test", file_name="a.xlsx", content=content, by=by, on=today())

    return lambda: together(send(clerk), send(colleague))


@pytest.mark.django_db(transaction=True)
def test_of_two_colleagues_who_send_one_file_the_second_is_told_of_the_first(send_by_two):
    answers = send_by_two()
    (told,) = [one for one in answers if isinstance(one, Refused)]
    assert [one.code for one in told.obstacles] == ["file_known"]
    assert told.obstacles[0].params["number"] == Batch.objects.get().number


@pytest.mark.django_db(transaction=True)
def test_control_without_the_key_of_the_table_the_file_would_be_two_batches(send_by_two):
    (once,) = [one for one in Batch._meta.constraints if one.name == "batch_file_once"]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Batch, once)
    try:
        assert [type(one) for one in send_by_two()] == [Batch, Batch]
        assert Batch.objects.count() == 2
    finally:
        Batch.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Batch, once)


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_store_each_part_once(clerk, make_book):
    content = make_book(*[[f"A{n}", "张三", ""] for n in range(1200)])
    batch = actions.receive("test", file_name="a.xlsx", content=content, by=clerk, on=today())
    together(*[lambda: actions.work(batch_id=batch.pk)] * 3)
    batch.refresh_from_db()
    assert (batch.state, batch.total, batch.good) == ("checked", 1200, 1200)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("held", [True, False])
def test_control_two_workers_who_both_find_a_part_missing_store_it_twice_unless_the_batch_is_held(
    clerk, make_book, monkeypatch, held
):
    """Both believe to be the only one on the batch. With the hold on its row the second finds the part there; without,
    only the key of the table is left."""
    batch = actions.receive(
        "test", file_name="a.xlsx", content=make_book(["A1", "张三", ""]), by=clerk, on=today()
    )
    with transaction.atomic():
        steps.journalled_step(batch, "start", by=SYSTEM)
    monkeypatch.setattr(jobs, "_claimed", lambda batch_id: nullcontext(True))
    if not held:
        meet, stage = threading.Barrier(2, timeout=10), checking.stage_part

        def wait(*part):
            meet.wait()
            stage(*part)

        monkeypatch.setattr(checking, "_still_checking", lambda batch: Batch.objects.get(pk=batch.pk))
        monkeypatch.setattr(checking, "stage_part", wait)
    answers = together(*[lambda: actions.work(batch_id=batch.pk)] * 2)
    assert sum(isinstance(one, IntegrityError) for one in answers) == (0 if held else 1), answers


def log():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM test_intake_log")
        return cursor.fetchone()[0]
