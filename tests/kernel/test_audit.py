"""The journal proves itself: every harm done by SQL, past every guard, is found and named by `shegong audit verify`."""

import io
import json
import shutil

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from shegong.ground.people import actions as people
from shegong.ground.people.models import Contact, Identity, Person
from shegong.kernel import audit, checkpoints, journal, signing
from shegong.kernel.access import SYSTEM
from shegong.kernel.checkpoints_tables import Checkpoint
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("N13")]
COLUMNS = ", ".join(journal.HASHED[1:])


@pytest.fixture(autouse=True)
def outside(settings, tmp_path):
    """Two folders of this test's own, outside the database."""
    settings.CHECKPOINTS = [str(tmp_path / "one"), str(tmp_path / "two")]
    return tmp_path


@pytest.fixture
def written():
    """Five people made by the system: five entries and five sealed rows."""
    return [people.create_person(by=SYSTEM, on=today()) for _ in range(5)]


def harm(*statements, tables=("kernel_journalentry", "people_person")):
    """SQL by the owner of the database, who switches the guards off and on again."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def found() -> dict[str, str]:
    return {finding.kind: finding.where for finding in audit.verify()}


def rewrite(first: int, **changes) -> None:
    """Write the chain anew from entry `first` on, as somebody does who knows how it is made."""
    entries = list(JournalEntry.objects.order_by("seq"))
    previous = journal.GENESIS
    for entry in entries:
        if entry.seq >= first:
            for name, value in changes.items():
                setattr(entry, name, value)
            entry.previous, entry.hash = previous, journal.hash_of(entry, previous)
        previous = bytes(entry.hash)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_journalentry DISABLE TRIGGER USER")
        JournalEntry.objects.bulk_update(entries, [*changes, "previous", "hash"])
        cursor.execute("ALTER TABLE kernel_journalentry ENABLE TRIGGER USER")


def test_an_untouched_journal_verifies(written):
    checkpoints.checkpoint()
    assert list(audit.verify()) == []


# -- the nine harms --------------------------------------------------------------------------------------------------


def test_1_an_edited_entry_is_named(written):
    checkpoints.checkpoint()
    harm("UPDATE kernel_journalentry SET reason = 'forged' WHERE seq = 3")
    assert found() == {"edited": "entry 3"}


def test_1_an_entry_edited_with_its_own_hash_is_named(written):
    entry = JournalEntry.objects.get(seq=3)
    entry.reason = "forged"
    harm(
        f"UPDATE kernel_journalentry SET reason = 'forged', hash = '\\x{journal.hash_of(entry, bytes(entry.previous)).hex()}' WHERE seq = 3"
    )
    assert found() == {"link": "entry 4"}


def test_2_a_deleted_entry_is_named(written):
    harm("DELETE FROM kernel_journalentry WHERE seq = 3")
    assert found()["gap"] == "entry 3"


def test_2_a_deleted_entry_whose_followers_took_its_number_is_named(written):
    harm("DELETE FROM kernel_journalentry WHERE seq = 3", "UPDATE kernel_journalentry SET seq = -seq WHERE seq > 3",
         "UPDATE kernel_journalentry SET seq = -seq - 1 WHERE seq < 0")  # fmt: skip
    assert found()["moved"] == "entry 3"


def test_3_an_inserted_entry_is_named(written):
    """The forger makes room, and writes an entry that is right in itself."""
    forged = JournalEntry.objects.get(seq=3)
    before = bytes(forged.previous)
    forged.reason = "agreed by telephone"
    digest = journal.hash_of(forged, before).hex()
    harm(
        "UPDATE kernel_journalentry SET seq = -seq WHERE seq >= 3",
        "UPDATE kernel_journalentry SET seq = 1 - seq WHERE seq < 0",
        f"INSERT INTO kernel_journalentry (seq, {COLUMNS}, previous, hash) SELECT 3, {COLUMNS}, previous, hash"
        " FROM kernel_journalentry WHERE seq = 4",
        f"UPDATE kernel_journalentry SET reason = '{forged.reason}', hash = '\\x{digest}' WHERE seq = 3",
    )
    assert found() == {"inserted": "entry 3", "moved": "entry 4"}


def test_3_an_entry_inserted_at_the_end_is_named(written):
    harm(f"INSERT INTO kernel_journalentry (seq, {COLUMNS}, previous, hash) SELECT 6, {COLUMNS}, previous, hash"
         " FROM kernel_journalentry WHERE seq = 5")  # fmt: skip
    assert found() == {"inserted": "entry 6"}


def test_4_a_changed_order_is_named(written):
    harm("UPDATE kernel_journalentry SET seq = 99 WHERE seq = 2", "UPDATE kernel_journalentry SET seq = 2 WHERE seq = 3",
         "UPDATE kernel_journalentry SET seq = 3 WHERE seq = 99")  # fmt: skip
    assert [(one.kind, one.where) for one in audit.verify()] == [("moved", "entry 2"), ("moved", "entry 3")]


def test_5_a_cut_tail_is_named_by_the_checkpoints_outside(written):
    checkpoints.checkpoint()
    last = Person.objects.order_by("-id").first()
    harm("DELETE FROM kernel_journalentry WHERE seq = 5", f"DELETE FROM people_person WHERE id = {last.pk}")
    assert found() == {"tail": "entry 5"}


def test_without_a_checkpoint_a_cut_tail_cannot_be_seen(written):
    """The negative control: the chain alone does not know how long it was."""
    last = Person.objects.order_by("-id").first()
    harm("DELETE FROM kernel_journalentry WHERE seq = 5", f"DELETE FROM people_person WHERE id = {last.pk}")
    assert found() == {}


def test_6_a_chain_written_anew_is_named_by_the_checkpoints_outside(written):
    checkpoints.checkpoint()
    rewrite(1, reason="a better story")
    assert found() == {"rewritten": "entry 1"}


def test_6_a_chain_written_anew_from_the_middle_is_named_with_its_place(written):
    checkpoints.checkpoint()
    people.create_person(by=SYSTEM, on=today())
    checkpoints.checkpoint()
    rewrite(6, reason="a better story")
    assert found() == {"rewritten": "entry 6"}


def test_without_a_checkpoint_a_chain_written_anew_cannot_be_seen(written):
    """The negative control: whoever may write everything can write a chain that is right in itself."""
    rewrite(1, reason="a better story")
    assert found() == {}


def after_an_older_backup(outside):
    """The database of yesterday, with all it knew; outside lies what today added."""
    checkpoints.checkpoint()
    older = Checkpoint.objects.get().pk
    late = people.create_person(by=SYSTEM, on=today())
    checkpoints.checkpoint()
    harm(
        "DELETE FROM kernel_journalentry WHERE seq = 6", f"DELETE FROM people_person WHERE id = {late.pk}",
        f"DELETE FROM kernel_checkpoint WHERE id > {older}",
        tables=("kernel_journalentry", "people_person", "kernel_checkpoint"),
    )  # fmt: skip


def test_7_an_older_backup_that_was_put_back_is_named(written, outside):
    after_an_older_backup(outside)
    assert found() == {"restored": "entry 6"}


def test_7_an_older_backup_on_which_work_went_on_is_named(written, outside):
    after_an_older_backup(outside)
    for _ in range(3):
        people.create_person(by=SYSTEM, on=today())
    assert found() == {"restored": "entry 6"}


def test_a_loss_that_the_journal_declares_is_no_deviation(written, outside):
    after_an_older_backup(outside)
    with transaction.atomic():
        journal.write(
            "kernel.journal.restore", by=SYSTEM, subject=JournalEntry.objects.latest("seq"),
            facts={"from_entry": 6, "to_entry": 6},
        )  # fmt: skip
    checkpoints.checkpoint()
    assert found() == {}


@pytest.fixture
def two_people():
    """Two people with a number and a phone each."""
    made = []
    for number, phone in (("990000199003071235", "13900000001"), ("990000199003071243", "13900000002")):
        person = people.create_person(by=SYSTEM, on=today())
        people.state_identity(person, kind="resident", number=number, by=SYSTEM, on=today())
        people.state_contact(person, kind="phone", value=phone, verified=True, by=SYSTEM, on=today())
        made.append(person)
    return made


def swapped(model, *columns):
    """Values of two rows, exchanged."""
    first, second = model.objects.order_by("id").values_list("id", flat=True)[:2]
    table = model._meta.db_table
    take = ", ".join(f"{name} = other.{name}" for name in columns)
    free = [f"UPDATE {table} SET {name} = gen_random_uuid()" for name in columns if name == "seal_id"]
    copy = f"CREATE TEMP TABLE other ON COMMIT DROP AS SELECT * FROM {table}"
    move = f"UPDATE {table} SET {take} FROM other WHERE {table}.id + other.id = {first + second} AND {table}.id <> other.id"
    return [copy, *free, move]


def test_8_swapped_ciphertexts_are_named(two_people):
    assert found() == {}
    harm(*swapped(Identity, "number"), tables=("people_identity",))
    assert [one.kind for one in audit.verify()] == ["sealed", "sealed"]


def test_8_ciphertexts_swapped_together_with_their_place_are_named(two_people):
    """They open, for the place came with them; the blind index stayed behind."""
    harm(*swapped(Contact, "value", "seal_id"), tables=("people_contact",))
    assert {one.kind for one in audit.verify()} == {"index"}


def test_8_a_blind_index_that_leads_to_somebody_else_is_named(two_people):
    one = Contact.objects.order_by("id").first()
    harm(
        f"UPDATE people_contact SET index = '\\x{'00' * 32}' WHERE id = {one.pk}", tables=("people_contact",)
    )
    assert found() == {"index": f"people_contact:{one.pk}"}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE people_person SET born_on = '1970-01-01' WHERE id = (SELECT min(id) FROM people_person)", "row_changed"),
        ("INSERT INTO people_person (sex, ethnicity, political_status, source, version, created_at, token) "
         "VALUES ('0', '', '', 'self', 0, now(), 'forged')", "row_unknown"),
        ("DELETE FROM people_person WHERE id = (SELECT max(id) FROM people_person)", "row_missing"),
    ],
)  # fmt: skip
# Abuse A9: DBA edits register or audit by SQL; deletes tail; restores old backup
def test_9_a_register_row_changed_behind_the_application_is_named(written, statement, expected):
    harm(statement)
    assert list(found()) == [expected]


# -- what lies outside -----------------------------------------------------------------------------------------------


def test_a_forged_checkpoint_outside_proves_nothing_and_is_named(written, outside):
    """Somebody rewrites the chain, and one of the folders to fit it; he does not have the key."""
    made = checkpoints.checkpoint()
    rewrite(1, reason="a better story")
    file = next((outside / "one").iterdir())
    file.write_text(file.read_text().replace(bytes(made.root).hex(), "ab" * 32))
    assert set(found()) == {"signature", "rewritten", "lost"}


def test_a_folder_of_checkpoints_that_was_emptied_is_named(written, outside):
    checkpoints.checkpoint()
    shutil.rmtree(outside / "two")
    assert found() == {"lost": str(outside / "two")}


def test_checkpoints_of_a_key_that_was_struck_off_prove_nothing_but_accuse_nobody(
    written, settings, tmp_path
):
    settings.SIGNING_KEYS = str(tmp_path / "keys")
    checkpoints.checkpoint()
    kid = Checkpoint.objects.get().kid
    signing.strike(tmp_path / "keys", kid, "stolen")
    assert found() == {}
    assert checkpoints.checkpoint().kid != kid
    rewrite(1, reason="a better story")
    assert found() == {"rewritten": "entry 1"}


# -- command and writing ---------------------------------------------------------------------------------------------


def test_the_command_ends_with_an_error_when_a_row_was_changed(written):
    harm("UPDATE people_person SET sex = '1' WHERE id = (SELECT min(id) FROM people_person)")
    out = io.StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("audit", "verify", "--json", stdout=out)
    assert failed.value.returncode == 1
    assert [f["kind"] for f in json.loads(out.getvalue())["findings"]] == ["row_changed"]
