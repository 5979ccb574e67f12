"""The journal proves itself: every way of tampering by SQL is found by `shegong audit verify`."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from shegong.ground.people import actions as people
from shegong.ground.people.models import Person
from shegong.kernel import audit, journal
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    """Checkpoints of this test only; keys stay where they are."""
    file = tmp_path / "checkpoints.jsonl"
    original, audit.checkpoint_file = audit.checkpoint_file, lambda: file
    yield
    audit.checkpoint_file = original


@pytest.fixture
def written():
    """Five people made by the system: five entries and five sealed rows."""
    return [people.create_person(by=SYSTEM, on=today()) for _ in range(5)]


def tamper(*statements):
    """SQL by someone who can switch the guards off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)


def kinds() -> set[str]:
    return {finding.kind for finding in audit.verify()}


def test_an_untouched_journal_verifies(written):
    assert list(audit.verify()) == []


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["UPDATE kernel_journalentry SET reason = 'forged' WHERE seq = 3"], {"chain"}),
        (["DELETE FROM kernel_journalentry WHERE seq = 3"], {"gap", "chain", "row_unknown"}),
        (["UPDATE kernel_journalentry SET seq = 99 WHERE seq = 2", "UPDATE kernel_journalentry SET seq = 2 WHERE seq = 3",
          "UPDATE kernel_journalentry SET seq = 3 WHERE seq = 99"], {"chain"}),
        (["INSERT INTO kernel_journalentry SELECT 6, at, verb, person_id, user_id, role, organization_id, subject_kind, "
          "subject_id, about_person_id, region_code, reason, facts, rows, request_id, previous, hash "
          "FROM kernel_journalentry WHERE seq = 5"], {"chain"}),
        (["UPDATE people_person SET born_on = '1970-01-01' WHERE id = (SELECT min(id) FROM people_person)"],
         {"row_changed"}),
        (["INSERT INTO people_person (sex, ethnicity, political_status, source, version, created_at, token) "
          "VALUES ('0', '', '', 'self', 0, now(), 'forged')"], {"row_unknown"}),
        (["DELETE FROM people_person WHERE id = (SELECT max(id) FROM people_person)"], {"row_missing"}),
    ],
)  # fmt: skip
def test_each_tampering_is_found(written, statements, expected):
    tamper(*statements)
    assert kinds() == expected


def test_a_cut_tail_is_found_by_the_checkpoint_kept_outside(written):
    audit.checkpoint()
    last = Person.objects.order_by("-id").first()
    tamper("DELETE FROM kernel_journalentry WHERE seq = 5", f"DELETE FROM people_person WHERE id = {last.pk}")
    assert kinds() == {"tail"}


def test_without_a_checkpoint_a_cut_tail_cannot_be_seen(written):
    """The negative control: the chain alone does not know how long it was."""
    last = Person.objects.order_by("-id").first()
    tamper("DELETE FROM kernel_journalentry WHERE seq = 5", f"DELETE FROM people_person WHERE id = {last.pk}")
    assert kinds() == set()


def test_a_chain_rewritten_whole_is_found_by_the_checkpoint(written):
    audit.checkpoint()
    previous = journal.GENESIS
    entries = list(JournalEntry.objects.order_by("seq"))
    for entry in entries:
        entry.reason = "a better story"
        entry.previous, entry.hash = previous, journal.hash_of(entry, previous)
        previous = entry.hash
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        JournalEntry.objects.bulk_update(entries, ["reason", "previous", "hash"])
    assert kinds() == {"tail"}


def test_the_command_ends_with_an_error_when_a_row_was_changed(written):
    tamper("UPDATE people_person SET sex = '1' WHERE id = (SELECT min(id) FROM people_person)")
    out = io.StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("audit", "verify", "--json", stdout=out)
    assert failed.value.returncode == 1
    assert [f["kind"] for f in json.loads(out.getvalue())["findings"]] == ["row_changed"]


def test_a_change_whose_entry_cannot_be_written_does_not_happen(written):
    before = Person.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        people.create_person(by=SYSTEM, on=today())
        raise RuntimeError("the journal is full")
    assert (Person.objects.count(), JournalEntry.objects.count()) == (before, 5)


def test_the_journal_refuses_to_write_outside_a_transaction(written):
    with pytest.raises(RuntimeError, match="transaction"):
        journal.write("people.person.create", by=Actor(), subject=written[0])
