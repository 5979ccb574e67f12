"""Counts of a list are kept while nothing they rest on has changed, and never a moment longer."""

import pytest
from django.db import transaction

from shegong.ground.people.models import Contact, Person
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM
from shegong.kernel.journal import JournalEntry
from shegong.kernel.listing_counts import kept_or

pytestmark = pytest.mark.django_db


class Counting:
    """A count that says how often it was taken."""

    def __init__(self, *models):
        self.models, self.taken = models or (Person,), 0

    def __call__(self):
        return kept_or(id(self), self.models, self.take)

    def take(self):
        self.taken += 1
        return Person.objects.count()


def person_written():
    with transaction.atomic():
        person = Person.objects.create(source="office")
        journal.write("people.person.create", by=SYSTEM, subject=person, rows=[person])
    return person


def test_a_count_is_taken_again_when_an_entry_names_such_a_row_and_only_then():
    person_written()
    count, other = Counting(), Counting(Contact)
    assert (count(), count(), count.taken) == (1, 1, 1)
    with transaction.atomic():
        journal.write("people.person.read", by=SYSTEM, subject=Person.objects.get())
    assert (count(), count.taken) == (1, 1)
    assert other() == 1
    person_written()
    assert (count(), count(), count.taken) == (2, 2, 2)
    assert (other(), other.taken) == (1, 1)


def test_an_empty_journal_keeps_nothing():
    count = Counting()
    assert (count(), count(), count.taken) == (0, 0, 2)


def test_a_count_of_a_history_that_was_undone_is_not_believed():
    person_written()
    count = Counting()
    with transaction.atomic():
        person_written()
        assert count() == 2
        transaction.set_rollback(True)
    assert (count(), count.taken) == (1, 2)


def test_after_many_entries_it_is_counted_rather_than_read():
    person = person_written()
    count = Counting()
    count()
    with transaction.atomic():
        lines = [journal.Line("people.person.read", person)] * 501
        journal.write_all(lines, by=SYSTEM)
    assert JournalEntry.objects.count() == 502
    assert (count(), count.taken) == (1, 2)
