"""An entry and its change are one: neither is there without the other."""

import pytest
from django.db import transaction

from shegong.ground.people import actions as people
from shegong.ground.people.models import Person
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def written():
    """Five people made by the system: five entries and five sealed rows."""
    return [people.create_person(by=SYSTEM, on=today()) for _ in range(5)]


def test_a_change_whose_entry_cannot_be_written_does_not_happen(written):
    before = Person.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        people.create_person(by=SYSTEM, on=today())
        raise RuntimeError("the journal is full")
    assert (Person.objects.count(), JournalEntry.objects.count()) == (before, 5)


def test_the_journal_refuses_to_write_outside_a_transaction(written):
    with pytest.raises(RuntimeError, match="transaction"):
        journal.write("people.person.create", by=Actor(), subject=written[0])
