"""Readers of the journal: in order, each entry once, none passed over, in bounded parts; what comes late waits its turn."""

import threading

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from shegong.ground.people.models import Person
from shegong.kernel import journal, journal_reading
from shegong.kernel.access import SYSTEM
from shegong.kernel.journal import JournalEntry
from shegong.kernel.journal_reading import JournalReader, begin, behind, reading

ME = "tests.reader"


def note(verb="tests.thing.note", count=1):
    with transaction.atomic():
        journal.write_all([journal.Line(verb, Person(pk=1)) for _ in range(count)], by=SYSTEM)


def read(where=journal_reading.EVERYTHING, most=journal_reading.SPAN):
    """Every entry up to the end, step by step."""
    found, more = [], True
    while more:
        with reading(ME, where, most=most) as part:
            found += [entry.seq for entry in part.entries]
        more = part.more
    return found


@pytest.mark.django_db
def test_a_new_reader_begins_at_the_end_and_one_that_read_stays_where_it_is():
    note(count=3)
    assert read() == []
    note(count=2)
    begin(ME)
    assert behind(ME) == 2 and len(read()) == 2 and behind(ME) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("most", [1, 2, 3, 50])
def test_nothing_is_passed_over_however_the_parts_fall(monkeypatch, most):
    monkeypatch.setattr(journal_reading, "SPAN", 3)
    begin(ME)
    for count in (1, 4, 2, 7, 1):
        note(count=count)
        note("tests.other.note", count)
    asked = list(JournalEntry.objects.filter(verb="tests.thing.note").order_by("seq").values_list("seq", flat=True))  # fmt: skip
    assert read(Q(verb="tests.thing.note"), most) == asked
    assert JournalReader.objects.get(name=ME).seq == asked[-1] + 1  # the rest was looked at too


@pytest.mark.django_db
def test_a_step_reads_a_bounded_part(monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(journal_reading, "SPAN", 5)
    begin(ME)
    note("tests.other.note", 12)
    with django_assert_max_num_queries(8), reading(ME, Q(verb="tests.thing.note")) as part:
        assert part.entries == []
    assert part.more and behind(ME) == 7


@pytest.mark.django_db
def test_what_goes_wrong_leaves_the_place(monkeypatch):
    begin(ME)
    note()
    with pytest.raises(ZeroDivisionError), reading(ME) as part:
        Person.objects.create()
        raise ZeroDivisionError
    assert len(part.entries) == 1 and behind(ME) == 1 and not Person.objects.exists()


@pytest.mark.django_db
def test_an_entry_may_be_done_in_parts():
    begin(ME)
    note(count=2)
    steps = []
    for _ in range(3):
        with reading(ME, most=1) as part:
            steps.append((part.entries[0].seq, part.done))
            if part.done < 20 and len(steps) < 3:
                part.stay(part.done + 10)
    first = steps[0][0]
    assert steps == [(first, 0), (first, 10), (first, 20)]
    assert len(read()) == 1 and JournalReader.objects.get(name=ME).done == 0


class Late(threading.Thread):
    """Somebody whose transaction stays open until she is told."""

    def __init__(self, work):
        super().__init__()
        self.work, self.written, self.may_commit = work, threading.Event(), threading.Event()

    def run(self):
        try:
            with transaction.atomic():
                self.work()
                self.written.set()
                assert self.may_commit.wait(10)
        finally:
            connection.close()


def number(seq):
    """An entry as a journal without the lock would write it: its number from a counter, taken before the others commit."""
    JournalEntry.objects.create(seq=seq, at=timezone.now(), verb="tests.thing.note", subject_kind="people.person",
                                previous=b"", hash=b"")  # fmt: skip


@pytest.mark.parametrize("locked", [True, False])
def test_an_entry_that_commits_late_is_read_in_its_turn(transactional_db, locked):
    """The control numbers entries without the chain's lock: there a reader passes the late one over."""
    begin(ME)
    slow = Late(note if locked else lambda: number(1))
    quick = threading.Thread(target=lambda: (note() if locked else number(2), connection.close()))
    slow.start()
    assert slow.written.wait(10)
    quick.start()
    if not locked:
        quick.join(10)
    early = read()
    slow.may_commit.set()
    slow.join(10)
    quick.join(10)
    found = early + read()
    assert JournalEntry.objects.count() == 2
    assert found == ([1, 2] if locked else [2])


def unheld(name):
    begin(name)
    return JournalReader.objects.get(name=name)


@pytest.mark.parametrize("held", [True, False])
def test_two_that_read_at_once_do_each_thing_once(transactional_db, monkeypatch, held):
    """The control takes the lock of the place away: both act on the same entry."""
    begin(ME)
    note()
    together, both_read, done = threading.Barrier(2), threading.Barrier(2), []
    if not held:
        monkeypatch.setattr(journal_reading, "_held", unheld)

    def run():
        try:
            together.wait(10)
            with reading(ME) as part:
                if not held:
                    both_read.wait(10)
                done.extend(entry.seq for entry in part.entries)
                if part.entries:
                    threading.Event().wait(0.2)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert done == ([1] if held else [1, 1]) and behind(ME) == 0
