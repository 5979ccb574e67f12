"""A person's own secret: without it nothing about her opens, and what destroyed it is remembered outside the database."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import TestCase

from shegong.ground.people import actions as people
from shegong.ground.people.actions.contacts import open_contact
from shegong.ground.people.models import Contact, Identity, Person, PersonName
from shegong.kernel import audit, journal, person_keys, sealing
from shegong.kernel.access import SYSTEM
from shegong.kernel.person_keys import Forgotten
from shegong.kernel.sealing import SealError, open_sealed, owner_of, seal

DAY = date(2026, 11, 2)
PLACE = {"table": "people_identity", "column": "number", "row": "5f0c"}
NUMBERS = ("990101199003071245", "990101199003073240")
pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.b")]
committed = pytest.mark.django_db(transaction=True)  # the audit reads in a transaction of its own


@pytest.fixture(autouse=True)
def own_ledger(tmp_path, monkeypatch):
    path = tmp_path / "erasures.jsonl"
    monkeypatch.setattr(person_keys, "ledger", lambda: path)
    return path


@pytest.fixture(params=["intl", "sm"])
def profile(request, settings):
    settings.SHEGONG_CRYPTO = request.param
    return request.param


def known_person(number=NUMBERS[0]):
    person = people.create_person(by=SYSTEM, on=DAY)
    people.state_name(person, name="朴英玉", by=SYSTEM, on=DAY)
    people.state_identity(person, kind="resident", number=number, by=SYSTEM, on=DAY)
    people.state_contact(person, kind="phone", value="13812345678", verified=False, by=SYSTEM, on=DAY)
    return person


def destroy(person_id):
    with TestCase.captureOnCommitCallbacks(execute=True), transaction.atomic():
        person_keys.destroy(person_id)


def test_what_is_sealed_about_a_person_opens_while_her_secret_exists(profile):
    envelope = seal("13812345678", **PLACE, person=7)
    assert owner_of(envelope) == 7
    assert open_sealed(envelope, **PLACE) == "13812345678"
    destroy(7)
    with pytest.raises(Forgotten):
        open_sealed(envelope, **PLACE)


def test_the_master_key_alone_does_not_open_it(profile):
    envelope = seal("13812345678", **PLACE, person=7)
    ring, place = sealing.keyring(), ("people_identity", "number", "5f0c")
    with pytest.raises(SealError, match="changed or moved"):
        ring.open(envelope, place, lambda person: b"\0" * 32)
    with pytest.raises(SealError, match="is missing"):
        ring.open(envelope[:4] + (8).to_bytes(8, "big") + envelope[12:], place)


def test_one_person_s_value_does_not_open_as_another_s(profile):
    envelope = seal("13812345678", **PLACE, person=7)
    seal("x", **PLACE, person=8)
    with pytest.raises(SealError, match="changed or moved"):
        open_sealed(envelope[:4] + (8).to_bytes(8, "big") + envelope[12:], **PLACE)


def test_values_sealed_before_there_were_secrets_still_open(profile):
    before = seal("13812345678", **PLACE)
    assert owner_of(before) is None
    assert open_sealed(before, **PLACE) == "13812345678"
    assert sealing.needs_resealing(before, person=7)
    assert not sealing.needs_resealing(seal("x", **PLACE, person=7), person=7)


def test_nothing_is_sealed_about_an_erased_person_any_more():
    destroy(7)
    with pytest.raises(Forgotten):
        seal("x", **PLACE, person=7)


@committed
def test_numbers_and_contacts_of_people_are_sealed_with_their_secret():
    person = known_person()
    identity, contact = Identity.objects.get(person=person), Contact.objects.get(person=person)
    assert people.open_number(identity) == NUMBERS[0]
    destroy(person.pk)
    for opened in (lambda: people.open_number(identity), lambda: open_contact(contact)):
        with pytest.raises(Forgotten):
            opened()
    assert list(audit.verify()) == []


def test_a_list_reads_all_secrets_in_one_query(django_assert_num_queries):
    envelopes = [seal(str(n), **PLACE, person=n) for n in range(20)]
    with django_assert_num_queries(1), person_keys.fetched(range(20)):
        assert [open_sealed(one, **PLACE) for one in envelopes] == [str(n) for n in range(20)]


def test_a_secret_that_was_never_committed_seals_nothing():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        seal("x", **PLACE, person=7)
        raise ZeroDivisionError
    assert open_sealed(seal("y", **PLACE, person=7), **PLACE) == "y"


@committed
def test_destroying_is_part_of_the_erasure_or_does_not_happen(own_ledger):
    envelope = seal("x", **PLACE, person=7)
    with pytest.raises(RuntimeError, match="inside the transaction"):
        person_keys.destroy(7)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        person_keys.destroy(7)
        raise ZeroDivisionError
    assert open_sealed(envelope, **PLACE) == "x" and not own_ledger.exists()


# -- the ledger ------------------------------------------------------------------------------------------------------


def test_the_ledger_holds_numbers_and_times_only(own_ledger):
    start = datetime.now(UTC) - timedelta(seconds=1)
    person = known_person()
    destroy(person.pk)
    (noted,) = person_keys.erased_since(start)
    assert noted.person_id == person.pk
    assert person_keys.erased_since(noted.at) == []
    assert json.loads(own_ledger.read_text()).keys() == {"person", "at"}


def test_a_restored_backup_is_erased_again(own_ledger):
    erased, stays = known_person(), known_person(NUMBERS[1])
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, secret, made_at FROM kernel_personkey")
        backup = cursor.fetchall()
    destroy(erased.pk)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_personkey")
        cursor.executemany(
            "INSERT INTO kernel_personkey (person_id, secret, made_at) VALUES (%s, %s, %s)", backup
        )
    assert people.open_number(Identity.objects.get(person=erased)) == NUMBERS[0]  # back from the dead
    assert person_keys.replay_erasures() == [erased.pk]
    with pytest.raises(Forgotten):
        people.open_number(Identity.objects.get(person=erased))
    assert people.open_number(Identity.objects.get(person=stays)) == NUMBERS[1]
    assert person_keys.replay_erasures() == []


def test_somebody_new_with_the_number_of_an_erased_person_keeps_her_secret(own_ledger):
    destroy(7)
    with connection.cursor() as cursor:  # an older backup is restored; the sequence gives 7 to somebody else
        cursor.execute("DELETE FROM kernel_personkey")
    envelope = seal("x", **PLACE, person=7)
    assert person_keys.replay_erasures() == []
    assert open_sealed(envelope, **PLACE) == "x"


def test_an_erasure_whose_note_was_lost_in_a_crash_is_noted_later(own_ledger):
    destroy(7)
    destroy(8)
    whole = own_ledger.read_text().splitlines(keepends=True)
    own_ledger.write_text(whole[0] + whole[1][:9])  # torn off in a power cut
    assert [one.person_id for one in person_keys.erased_since()] == [7]
    assert person_keys.note_erasures() == 1
    assert [one.person_id for one in person_keys.erased_since()] == [7, 8]
    assert person_keys.note_erasures() == 0


# -- the journal -----------------------------------------------------------------------------------------------------


def test_two_people_alike_have_unlike_digests():
    """A digest that held the columns alone could be guessed: names and days of birth are few."""
    first, second = known_person(), known_person(NUMBERS[1])
    written = journal.JournalEntry.objects.values_list("rows", flat=True)
    digests = {key: digest for rows in written for key, digest in rows.items()}
    names = [
        digests[f"people_personname:{n.pk}"] for n in PersonName.objects.filter(person__in=(first, second))
    ]
    assert len(set(names)) == 2
    assert all(digest.startswith("s:") for digest in digests.values())


@committed
def test_entries_older_than_the_salt_of_their_row_still_verify():
    person = known_person()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM kernel_journalentry")
        cursor.execute("UPDATE people_person SET salt = NULL")
        cursor.execute("UPDATE people_personname SET salt = NULL")
    rows = [person, *PersonName.objects.all()]
    with transaction.atomic():
        journal.write(
            "people.person.create", by=SYSTEM, subject=person, rows=[*rows, *Identity.objects.all()]
        )
    assert list(audit.verify()) == []
    Person.objects.update(salt="5f0c5f0c-5f0c-4f0c-8f0c-5f0c5f0c5f0c")  # given later
    assert list(audit.verify()) == []
    Person.objects.update(sex="1")
    assert {finding.kind for finding in audit.verify()} == {"row_changed"}
