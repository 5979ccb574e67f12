"""Figures are frozen with everybody behind them, never change, are corrected by a new version, and prove themselves."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import InternalError, ProgrammingError
from fixtures.frozen import BAICHENG_ONLY, YANJI, actor, cells

from shegong.ground.people.models import Person
from shegong.kernel import audit
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused
from shegong.steering.statistics import actions
from shegong.steering.statistics.models import Snapshot, SnapshotFigure, SnapshotRow
from shegong.steering.statistics.rules import Permission

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N11")]


def behind(sql):
    """Change rows with the rights of the database, past the guard."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET session_replication_role = origin")


def test_a_snapshot_keeps_its_tables_and_its_people_under_one_hash(snapshot):
    assert snapshot.version == 1 and snapshot.people == 3 and len(snapshot.sha) == 64
    assert snapshot.value("K-G4") == 3 and snapshot.value("K-G4", 222400000) == 2
    assert [row.value for row in snapshot.table("headline")] == [3, 1, 2]
    assert snapshot.rows.filter(region=YANJI).count() == 2
    assert actions.verdict(snapshot).holds


def test_people_given_as_a_query_set_count_where_they_stand_on_the_day(freeze, folk):
    found = freeze(people=Person.objects.filter(pk__in=[p.pk for p in folk]))
    assert sorted(found.rows.values_list("region_code", flat=True)) == [220882000, YANJI, YANJI]


@pytest.mark.parametrize("model", [Snapshot, SnapshotFigure, SnapshotRow])
def test_nothing_frozen_can_be_changed_or_removed(snapshot, model):
    for change in (lambda rows: rows._raw_delete("default"), lambda rows: rows.update(region_code=YANJI)):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            change(model._base_manager.all())


def test_who_freezes_needs_the_right_for_that_place(freeze):
    for by in (actor("statistics.read"), actor("statistics.freeze", ranges=BAICHENG_ONLY)):
        with pytest.raises(Refused):
            freeze(by=by)


def test_a_correction_is_a_new_version_tied_to_the_old_one(freeze, snapshot):
    newer = freeze(tables=cells(4), supersedes=snapshot, reason="大安市迟报一人")
    assert (newer.version, newer.supersedes) == (2, snapshot)
    assert newer.sha != snapshot.sha and newer.header()["supersedes"] == snapshot.sha
    assert list(Snapshot.objects.standing()) == [newer]
    assert JournalEntry.objects.filter(verb="statistics.snapshot.correct", reason="大安市迟报一人").exists()


def test_a_correction_says_why_and_is_made_once(freeze, snapshot):
    with pytest.raises(Refused):
        freeze(supersedes=snapshot, reason="")
    freeze(supersedes=snapshot, reason="大安市迟报一人")
    with pytest.raises(Refused):
        freeze(supersedes=snapshot, reason="又有一人迟报")


def test_a_figure_or_a_person_changed_behind_our_back_is_found(freeze, snapshot):
    other = freeze(title="另一份")
    behind(
        f"UPDATE statistics_snapshotfigure SET value = 9 WHERE snapshot_id = {snapshot.pk} AND region_code = 220000000"
    )
    behind(f"DELETE FROM statistics_snapshotrow WHERE snapshot_id = {other.pk} AND region_code = 220882000")
    assert not actions.verdict(snapshot).holds and not actions.verdict(other).holds


def test_who_reads_figures_of_a_place_sees_the_snapshots_that_hold_some(snapshot):
    def seen(ranges):
        return list(Snapshot.objects.visible_to(actor("statistics.read", ranges=ranges), Permission.READ))

    assert seen(BAICHENG_ONLY) == [snapshot]
    assert seen(()) == []
    assert list(Snapshot.objects.visible_to(actor("registry.read"), Permission.READ)) == []


@pytest.mark.django_db(transaction=True)
def test_the_command_verifies_every_snapshot_and_the_journal_knows_them(snapshot):
    out = io.StringIO()
    call_command("snapshot", "verify", "--json", stdout=out)
    assert [row["holds"] for row in json.loads(out.getvalue())] == [True]
    assert [str(f) for f in audit.verify() if f.where.startswith("statistics_")] == []
    behind(f"UPDATE statistics_snapshot SET title = '改过' WHERE id = {snapshot.pk}")
    with pytest.raises(CommandError):
        call_command("snapshot", "verify", stdout=io.StringIO())
    assert len([f for f in audit.verify() if f.where.startswith("statistics_snapshot")]) == 1
    assert actions.verify_nightly() == 1
