"""Two roles: the application's role changes rows and nothing else; the owner meets the triggers."""

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from fixtures.second_wall import ROLE, as_application, ask, make_role

from shegong.kernel import journal, walls
from shegong.kernel.access import SYSTEM
from shegong.kernel.journal import JournalEntry
from shegong.kernel.numbering import Sequence

APPEND_ONLY = {"kernel_journalentry", "kernel_delivery", "lookup_enquiry", "credentials_certificatecheck"}


@pytest.fixture
def role(db):
    """The application's role, gone with the test."""
    make_role()


@pytest.fixture
def entry(db):
    """One entry in the journal."""
    noted()
    return JournalEntry.objects.get()


def noted():
    """Write an entry."""
    with transaction.atomic():
        journal.write("kernel.test.write", by=SYSTEM, subject=JournalEntry(seq=1), facts={"code": "one"})


def refusal(statement: str) -> str:
    """The database's reason for refusing a statement."""
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
    return str(refused.value)


ATTACKS = [
    "UPDATE kernel_journalentry SET reason = 'another'",
    "DELETE FROM kernel_journalentry",
    "TRUNCATE kernel_journalentry CASCADE",
]


@pytest.mark.parametrize("statement", ATTACKS)
def test_the_application_has_no_right_to_change_the_journal(entry, role, statement):
    with as_application():
        assert "permission denied for table kernel_journalentry" in refusal(statement)


@pytest.mark.parametrize("statement", ATTACKS)
def test_the_owner_who_has_the_right_meets_the_trigger(entry, statement):
    assert "append-only" in refusal(statement)


def test_nor_through_the_models(entry, role):
    entries = JournalEntry.objects.filter(pk=entry.pk)
    for change in (lambda: entries.update(reason="another"), entries.delete, entry.save):
        with as_application(), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            change()
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_every_table_with_the_trigger_is_closed_to_changes_and_no_table_can_be_emptied(role):
    tables = set(walls.append_only_tables())
    assert tables >= APPEND_ONLY
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, array_agg(privilege_type::text) FROM information_schema.role_table_grants"
            " WHERE grantee = %s GROUP BY 1",
            [ROLE],
        )
        held = {table: set(rights) for table, rights in cursor.fetchall()}
    assert {name for name, rights in held.items() if rights == {"SELECT", "INSERT"}} == tables
    read = {name for name, rights in held.items() if rights == {"SELECT"}}
    assert read == {"django_migrations", "wall_place"}
    assert set().union(*held.values()) == {"SELECT", "INSERT", "UPDATE", "DELETE"}
    assert set(connection.introspection.table_names(include_views=True)) == set(held)


def test_it_adds_to_the_journal_and_changes_what_may_change(role):
    with as_application():
        noted()
        counter = Sequence.objects.create(name="walls")
        assert Sequence.objects.filter(pk=counter.pk).update(next=2) == 1
        assert Sequence.objects.filter(pk=counter.pk).delete()[0] == 1
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE more (id int)",
        "CREATE TEMPORARY TABLE more (id int)",
        "CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE kernel_journalentry DISABLE TRIGGER ALL",
        "DROP TRIGGER kernel_journalentry_append_only ON kernel_journalentry",
        "DROP TABLE kernel_throttle",
        "CREATE ROLE more",
        "SET session_replication_role = replica",
    ],
)
def test_it_makes_changes_and_drops_nothing_but_rows(role, statement):
    with as_application():
        assert any(words in refusal(statement) for words in ("permission denied", "must be owner"))


def test_a_table_that_a_migration_forgot_to_wall_can_be_added_to_but_not_changed(role):
    ask("CREATE TABLE {} (id int)", "later_table")
    with as_application():
        ask("INSERT INTO {} VALUES (1)", "later_table")
        assert "permission denied" in refusal("DELETE FROM later_table")
    walls.build(ROLE)
    with as_application():
        ask("DELETE FROM {}", "later_table")


def test_the_check_finds_a_role_that_could_do_too_much(role):
    assert walls.gaps_of(ROLE) == []
    ask("GRANT CREATE ON SCHEMA public TO {}", ROLE)
    ask("ALTER ROLE {} CREATEROLE", ROLE)
    assert [gap.removeprefix(f"The application's role {ROLE} ") for gap in walls.gaps_of(ROLE)] == [
        "makes roles (CREATEROLE).",
        "makes tables (CREATE on the schema public).",
    ]
    assert walls.gaps_of("nobody-knows-it") == ["There is no role nobody-knows-it."]


def test_one_role_for_both_is_said_plainly(db):
    assert walls.application_role() == ""
    assert [found.id for found in walls.two_roles(None)] == ["shegong.W020"]
    with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        call_command("walls", "check")
