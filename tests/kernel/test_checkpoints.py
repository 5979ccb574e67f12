"""Checkpoints: when they are made, where they are kept, and that a stranger can check what they prove."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from shegong.ground.people import actions as people
from shegong.kernel import audit, checkpoints, journal, signing
from shegong.kernel import checkpoints_marks as marks
from shegong.kernel.access import SYSTEM
from shegong.kernel.checkpoints_tables import Checkpoint
from shegong.kernel.checkpoints_tree import Broken
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry, Line

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("N13")]


@pytest.fixture(autouse=True)
def outside(settings, tmp_path):
    """Two folders of this test's own, outside the database."""
    settings.CHECKPOINTS = [str(tmp_path / "one"), str(tmp_path / "two")]
    return tmp_path


def entries(count: int) -> None:
    """So many entries about one person, appended together."""
    person = people.create_person(by=SYSTEM, on=today())
    with transaction.atomic():
        journal.write_all([Line("people.contact.read", person)] * (count - 1), by=SYSTEM)


def lines(folder: Path) -> list[marks.Mark]:
    return [marks.read_line(line) for file in folder.iterdir() for line in file.read_text().splitlines()]


def ago(days: float) -> None:
    """All checkpoints were made that much earlier."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_checkpoint DISABLE TRIGGER USER")
        cursor.execute("UPDATE kernel_checkpoint SET at = at - %s", [timedelta(days=days)])
        cursor.execute("ALTER TABLE kernel_checkpoint ENABLE TRIGGER USER")


# -- when and where --------------------------------------------------------------------------------------------------


def test_a_checkpoint_is_signed_and_lies_in_both_folders(outside):
    entries(3)
    made = checkpoints.checkpoint()
    one, two = lines(outside / "one"), lines(outside / "two")
    assert one == two == [checkpoints.mark_of(made)] and one[0].size == 3
    marks.check(one[0])
    with pytest.raises(signing.SignatureFault):
        marks.check(marks.Mark(**{**one[0].__dict__, "size": 4}))
    assert (made.kept, made.failed) == ([str(outside / "one"), str(outside / "two")], [])


def test_one_is_due_after_ten_minutes_or_a_thousand_entries_and_not_before(outside):
    assert checkpoints.checkpoint_if_due() is None  # nothing to sign
    entries(2)
    assert checkpoints.checkpoint_if_due().size == 2
    entries(2)
    assert checkpoints.checkpoint_if_due() is None
    ago(11 / 1440)
    assert checkpoints.checkpoint_if_due().size == 4
    entries(1000)
    assert checkpoints.by_the_clock() == 1004
    assert len(lines(outside / "one")) == 3


def test_each_thousandth_entry_asks_the_worker_for_one_without_waiting_for_the_clock():
    def asked():
        return ProcrastinateJob.objects.filter(task_name="kernel.checkpoint").count()

    entries(999)
    assert asked() == 0
    entries(1)
    assert asked() == 1
    entries(1500)
    assert asked() == 2


def test_without_places_nothing_is_signed(settings):
    settings.CHECKPOINTS = []
    entries(2)
    assert checkpoints.checkpoint_if_due() is None and not Checkpoint.objects.exists()


def test_a_place_that_fails_is_named_and_the_other_still_written(settings, outside):
    (outside / "file").write_text("not a folder")
    settings.CHECKPOINTS = [str(outside / "one"), str(outside / "file")]
    entries(2)
    made = checkpoints.checkpoint()
    assert made.kept == [str(outside / "one")] and made.failed[0].startswith(f"{outside / 'file'}: ")
    assert checkpoints.checkpoint_age() is None  # one place is not enough
    with pytest.raises(CommandError, match="two are needed"):
        call_command("audit", "checkpoint")


def test_nothing_is_signed_over_a_broken_chain(outside):
    entries(5)
    checkpoints.checkpoint()
    entries(3)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_journalentry DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM kernel_journalentry WHERE seq = 7")
        cursor.execute("ALTER TABLE kernel_journalentry ENABLE TRIGGER USER")
    with pytest.raises(Broken, match="entry 8"):
        checkpoints.checkpoint()
    assert len(lines(outside / "one")) == 1


def test_nothing_is_signed_over_a_journal_that_ends_before_what_lies_outside(outside):
    """An older backup was put back: to go on signing would make it the truth."""
    entries(5)
    checkpoints.checkpoint()
    with connection.cursor() as cursor:
        for table, harm in (("journalentry", "seq = 5"), ("checkpoint", "id > 0")):
            cursor.execute(f"ALTER TABLE kernel_{table} DISABLE TRIGGER USER")
            cursor.execute(f"DELETE FROM kernel_{table} WHERE {harm}")
            cursor.execute(f"ALTER TABLE kernel_{table} ENABLE TRIGGER USER")
    with pytest.raises(Broken, match="outside"):
        checkpoints.checkpoint()
    with transaction.atomic():
        journal.write("kernel.journal.restore", by=SYSTEM, subject=JournalEntry.objects.latest("seq"),
                      facts={"from_entry": 5, "to_entry": 5})  # fmt: skip
    assert checkpoints.checkpoint().size == 5


def test_what_the_database_remembers_of_checkpoints_can_only_be_added_to():
    entries(2)
    checkpoints.checkpoint()
    for statement in (
        "UPDATE kernel_checkpoint SET size = 1",
        "DELETE FROM kernel_checkpoint",
        "TRUNCATE kernel_merklenode",
    ):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_half_line_of_a_power_cut_is_passed_over(outside):
    entries(2)
    checkpoints.checkpoint()
    file = next((outside / "one").iterdir())
    file.write_text(file.read_text() + '{"origin": "127')
    assert list(audit.verify()) == []


def test_the_age_is_that_of_the_last_one_at_two_places_and_a_day_is_too_old():
    assert checkpoints.freshness().is_stale is False and checkpoints.checkpoint_age() is None
    entries(2)
    assert checkpoints.freshness().is_stale is False  # it has waited for minutes only
    checkpoints.checkpoint()
    assert checkpoints.checkpoint_age() < timedelta(minutes=1)
    ago(1.1)
    assert checkpoints.freshness().is_stale and checkpoints.checkpoint_age() > timedelta(days=1)


def test_a_deployment_without_two_places_of_its_own_is_warned(settings, outside):
    def said():
        return {one.id for one in run_checks(tags=["security"], include_deployment_checks=True)} & {
            "shegong.W060",
            "shegong.W061",
        }

    assert said() == set()
    settings.CHECKPOINTS = [str(outside / "one")]
    assert said() == {"shegong.W060"}
    settings.CHECKPOINTS = [str(settings.SHEGONG_HOME / "a"), str(outside / "one")]
    assert said() == {"shegong.W061"}
