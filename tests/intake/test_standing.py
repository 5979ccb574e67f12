"""What a check found is asked again when taking, unless nobody has changed anything that the layout heeds."""

from dataclasses import replace

import pytest
from django.db import connection, transaction

from shegong.ground.intake import actions
from shegong.ground.intake.actions import standing
from shegong.ground.intake.models import Batch
from shegong.kernel import journal
from shegong.kernel.http import today
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.sheets import layout as layouts
from shegong.kernel.sheets.layout import Taking


@pytest.fixture
def asked(monkeypatch, test_layout):
    """The test layout, heeding `test.` and leaving new rows ready; a list of how many rows each check saw."""
    seen = []

    def check(rows, taking):
        seen.append(len(rows))
        test_layout.check(rows, taking)
        for row in rows:
            row.ready = [row.values["code"]] if row.outcome == "new" else None

    monkeypatch.setitem(layouts._LAYOUTS, "test", replace(test_layout, check=check, heeds=("test.",)))
    return seen


@pytest.fixture
def write(clerk):
    """`write(verb)`: somebody's entry, in a transaction of its own."""

    def go(verb):
        with transaction.atomic():
            journal.write(verb, by=clerk, subject=Batch(pk=10_000_000))

    return go


def accepted(batch, clerk):
    actions.accept(batch, by=clerk, on=today())
    actions.work(batch_id=batch.pk)
    batch.refresh_from_db()
    return batch.taken, batch.late, batch.same


def test_while_nothing_has_moved_ready_rows_are_not_asked_again(bring, clerk, asked, world_of):
    assert accepted(bring(["A1", "张三", ""], ["A2", "李四", ""]), clerk) == (2, 0, 0)
    assert asked == [2] and len(world_of.held()) == 2


def test_rows_that_the_check_did_not_leave_ready_are(bring, clerk, asked):
    accepted(bring(["A1", "张三", ""]), clerk)
    asked.clear()
    assert accepted(bring(["A1", "张三", "员级"], ["A2", "李四", ""]), clerk) == (2, 0, 0)
    assert asked == [2, 1]


@pytest.mark.parametrize(("verb", "again"), [("test.row.edit", [1, 1]), ("other.row.edit", [1])])
def test_an_action_that_the_layout_heeds_has_all_asked_again(bring, clerk, asked, write, verb, again):
    batch = bring(["A1", "张三", ""])
    write(verb)
    accepted(batch, clerk)
    assert asked == again


def test_somebody_entered_meanwhile_is_not_overwritten(bring, clerk, asked, write):
    batch = bring(["A1", "张三", ""], ["A2", "李四", ""])
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO test_intake VALUES (0, 'A1', '别人', '')")
    write("test.row.add")
    assert accepted(batch, clerk) == (1, 1, 0)


def test_a_part_that_the_base_refuses_is_asked_again_and_only_the_refused_row_stays_out(
    bring, clerk, asked, monkeypatch
):
    def take(rows, taking):
        if any(row.values["code"] == "A2" for row in rows):
            raise Refused(Obstacle("never", "Never."))
        layout.take(rows, taking)

    layout = layouts.layout_of("test")
    monkeypatch.setitem(layouts._LAYOUTS, "test", replace(layout, take=take))
    assert accepted(bring(*[[f"A{n}", "张三", ""] for n in range(5)]), clerk) == (4, 1, 0)
    assert asked == [5, 5]


def test_another_process_another_day_and_another_reach_ask_again(clerk, asked, monkeypatch, world_of):
    layout, taking = layouts.layout_of("test"), Taking(1, clerk, today())
    seen = standing.as_of(layout, taking)
    assert standing.stands(seen, layout, taking)
    assert not standing.stands(seen, layout, Taking(1, clerk, today().replace(year=2000)))
    assert not standing.stands(seen, layout, Taking(1, world_of.officer(world_of.TUMEN), today()))
    assert not standing.stands("", layout, taking)
    monkeypatch.setattr(standing, "_RUN", "another")
    assert not standing.stands(seen, layout, taking)


def test_a_layout_that_heeds_nothing_is_always_asked_again(clerk, test_layout):
    taking = Taking(1, clerk, today())
    assert standing.as_of(test_layout, taking) == ""
    assert not standing.stands("x 0", test_layout, taking)
