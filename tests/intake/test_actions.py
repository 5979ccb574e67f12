"""A workbook's way in: received, checked, chosen, accepted, taken back."""

import importlib.util
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from shegong.ground.intake import actions
from shegong.ground.intake.models import ORIGINALS, Batch, BatchPart, BatchRow
from shegong.ground.intake.preview import failed_rows
from shegong.ground.intake.returning import returned_workbook
from shegong.kernel.audit import verify
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.sheets import layout as layouts

_spec = importlib.util.spec_from_file_location("intake_world", Path(__file__).with_name("conftest.py"))
_world = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_world)
officer, TUMEN = _world.officer, _world.TUMEN


def counts(batch):
    batch.refresh_from_db()
    return {
        n: getattr(batch, n)
        for n in ("total", "good", "same", "bad", "clash", "taken", "late")
        if getattr(batch, n)
    }


def accept(batch, by):
    actions.accept(batch, by=by, on=today())
    actions.work(batch_id=batch.pk)
    batch.refresh_from_db()
    return batch


def rows_in_register():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT code, name, level FROM test_intake ORDER BY code")
        return cursor.fetchall()


def test_a_checked_batch_says_what_each_row_would_do_and_has_written_nothing(bring):
    batch = bring(
        ["A1", "张三", "员级"],
        ["A2", "#", ""],
        ["A3", "李四", "中级"],
        ["A4", "王五", ""],
        ["A4", "王五", "员级"],
    )
    assert batch.state == "checked"
    assert counts(batch) == {"total": 5, "good": 1, "bad": 2, "clash": 2}
    assert batch.mendable == 1 and batch.fresh == 1
    assert rows_in_register() == []


def test_accepting_takes_the_good_rows_and_leaves_the_others(bring, clerk):
    batch = accept(bring(["A1", "张三", "员级"], ["A2", "#", ""]), clerk)
    assert batch.state == "taken"
    assert counts(batch) == {"total": 2, "bad": 1, "taken": 1}
    assert rows_in_register() == [("A1", "张三", "员级")]


def test_the_same_bytes_again_are_refused_with_the_earlier_batch(bring, make_book):
    content = make_book(["A1", "张三", ""])
    first = bring(content=content)
    with pytest.raises(Refused) as refused:
        bring(content=content)
    assert refused.value.obstacles[0].code == "file_known"
    assert refused.value.obstacles[0].params["number"] == first.number


def test_a_file_saved_anew_with_the_same_rows_is_recognised_and_says_with_which_batch_they_came(
    bring, clerk, make_book
):
    first = accept(bring(["A1", "张三", ""], ["A2", "李四", "员级"]), clerk)
    swapped = make_book(
        ["李四", "员级", "A2"], ["张三", "", "A1"], head=("姓名", "级别", "编号"), title="另存"
    )
    again = bring(content=swapped)
    assert (again.state, again.total, again.refusal["code"]) == ("dropped", 2, "rows_known")
    assert (
        again.refusal["params"]["number"] == first.number
        and not BatchRow.objects.filter(batch=again).exists()
    )


def test_sent_once_more_every_row_of_it_is_compared_with_the_register(bring, clerk, make_book):
    accept(bring(["A1", "张三", ""], ["A2", "李四", "员级"]), clerk)
    saved = make_book(["A1", "张三", ""], ["A2", "李四", "员级"], title="另存")
    assert bring(content=saved).state == "dropped"
    again = bring(content=saved)
    assert counts(again) == {"total": 2, "same": 2}
    with pytest.raises(Refused) as refused:
        actions.accept(again, by=clerk, on=today())
    assert refused.value.obstacles[0].code == "nothing_good"
    assert len(rows_in_register()) == 2


def test_one_cell_more_or_a_row_twice_makes_other_rows(bring, make_book):
    bring(["A1", "张三", ""], ["A2", "李四", ""])
    assert bring(["A1", "张三", ""], ["A2", "李四", "员级"]).state == "checked"
    assert bring(["A1", "张三", ""], ["A1", "张三", ""], ["A2", "李四", ""]).state == "checked"


def test_adopting_a_suggestion_makes_the_row_good(bring, clerk):
    batch = bring(["A1", "张三", "中级"])
    batch = actions.adopt(batch, place=0, column="level", offer=0, by=clerk, on=today())
    assert counts(batch) == {"total": 1, "good": 1}
    accept(batch, clerk)
    assert rows_in_register() == [("A1", "张三", "社会工作师")]


def test_a_suggestion_that_is_gone_is_refused(bring, clerk):
    batch = actions.adopt(
        bring(["A1", "张三", "中级"]), place=0, column="level", offer=0, by=clerk, on=today()
    )
    with pytest.raises(Refused) as refused:
        actions.adopt(batch, place=0, column="level", offer=0, by=clerk, on=today())
    assert refused.value.obstacles[0].code == "offer_gone"


def test_all_suggestions_are_adopted_in_one_go_and_nothing_else_is_touched(bring, clerk):
    batch = bring(*[[f"A{n}", "张三", "中级"] for n in range(7)], ["B1", "#", "中级"])
    batch = actions.adopt_all(batch, by=clerk, on=today())
    actions.work(batch_id=batch.pk)
    assert counts(batch) == {"total": 8, "good": 7, "bad": 1}


def test_of_two_rows_about_one_subject_the_clerk_chooses(bring, clerk):
    batch = bring(["A1", "张三", "员级"], ["A1", "张三", "师级"], ["A2", "李四", ""])
    assert counts(batch) == {"total": 3, "good": 1, "clash": 2}
    batch = actions.choose_row(batch, place=1, by=clerk, on=today())
    assert counts(batch) == {"total": 3, "good": 2} and batch.passed == 1
    accept(batch, clerk)
    assert rows_in_register() == [("A1", "张三", "师级"), ("A2", "李四", None)]


def test_a_choice_may_be_changed_and_a_row_without_a_double_cannot_be_chosen(bring, clerk):
    batch = bring(["A1", "张三", "员级"], ["A1", "张三", "师级"], ["A2", "李四", ""])
    actions.choose_row(batch, place=1, by=clerk, on=today())
    batch = actions.choose_row(batch, place=0, by=clerk, on=today())
    assert batch.passed == 1 and batch.good == 2
    with pytest.raises(Refused):
        actions.choose_row(batch, place=2, by=clerk, on=today())


def test_a_choice_outlives_a_new_check(bring, clerk):
    batch = bring(["A1", "张三", "员级"], ["A1", "张三", "师级"])
    batch = actions.choose_row(batch, place=1, by=clerk, on=today())
    batch = actions.check_again(batch, by=clerk, on=today())
    actions.work(batch_id=batch.pk)
    assert counts(batch) == {"total": 2, "good": 1}


def test_a_row_that_became_bad_between_preview_and_taking_is_told(bring, clerk):
    from django.db import connection

    batch = bring(["A1", "张三", ""], ["A2", "李四", ""])
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO test_intake VALUES (0, 'A1', '别人', '')")
    accept(batch, clerk)
    assert counts(batch) == {"total": 2, "taken": 1, "late": 1}
    assert ("A1", "别人", "") in rows_in_register()


def test_a_row_that_the_context_refuses_stays_out_and_holds_no_other_up(
    bring, clerk, monkeypatch, test_layout
):
    from dataclasses import replace

    from shegong.kernel.sheets import layout as layouts

    def take(rows, taking):
        if any(row.values["code"] == "A2" for row in rows):
            raise Refused(Obstacle("never", "Never."))
        test_layout.take(rows, taking)

    monkeypatch.setitem(layouts._LAYOUTS, "test", replace(test_layout, take=take))
    batch = accept(bring(*[[f"A{n}", "张三", ""] for n in range(5)]), clerk)
    assert counts(batch) == {"total": 5, "taken": 4, "late": 1}
    assert [code for code, _, _ in rows_in_register()] == ["A0", "A1", "A3", "A4"]


def test_whoever_lost_the_right_takes_in_no_more_rows(bring, clerk, monkeypatch):
    batch = bring(["A1", "张三", ""])
    actions.accept(batch, by=clerk, on=today())
    monkeypatch.setattr("shegong.kernel.access._actor_sources", [lambda user, day: None])
    actions.work(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == "taken" and batch.taken == 0
    assert batch.refusal["code"] == "actor_gone"
    assert rows_in_register() == []


def test_good_rows_that_stayed_out_go_back_and_may_come_again(bring, clerk, monkeypatch, test_layout):
    """The right was lost after the first part: the others are no mistakes, and there is a way in for them."""
    monkeypatch.setitem(layouts._LAYOUTS, "test", replace(test_layout, chunk=1))
    batch = bring(["A1", "张三", ""], ["A2", "李四", ""], ["A3", "#", ""])
    actions.accept(batch, by=clerk, on=today())
    asked = []

    def source(user, day):
        asked.append(user)
        return clerk if len(asked) == 1 else None

    monkeypatch.setattr("shegong.kernel.access._actor_sources", [source])
    actions.work(batch_id=batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.taken, batch.good, batch.left_out) == ("taken", 1, 1, 2)
    back = list(failed_rows(batch))
    assert [row.cells["code"] for row in back] == ["A2", "A3"]
    monkeypatch.setattr("shegong.kernel.access._actor_sources", [lambda user, day: clerk])
    again = bring(content=returned_workbook(batch, test_layout, back))
    assert (again.total, again.good, again.bad) == (2, 1, 1)


def test_undo_takes_back_everything_of_the_batch_and_only_that(bring, clerk):
    accept(bring(["A1", "张三", ""]), clerk)
    second = accept(bring(["A2", "李四", ""], ["A3", "王五", ""]), clerk)
    actions.undo(second, reason="传错文件", by=clerk, on=today())
    actions.work(batch_id=second.pk)
    second.refresh_from_db()
    assert second.state == "undone"
    assert rows_in_register() == [("A1", "张三", None)]


def test_a_batch_somebody_has_built_upon_is_not_undone_and_says_which_rows(bring, clerk):
    from django.db import connection

    batch = accept(bring(["A1", "张三", ""], ["A2", "李四", ""]), clerk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE test_intake SET touched = true WHERE code = 'A2'")
    with pytest.raises(Refused) as refused:
        actions.undo(batch, reason="传错文件", by=clerk, on=today())
    assert str(refused.value) == "李四 has been edited since."
    assert len(rows_in_register()) == 2


def test_somebody_faster_than_the_undo_keeps_the_batch_in(bring, clerk):
    from django.db import connection

    batch = accept(bring(["A1", "张三", ""]), clerk)
    actions.undo(batch, reason="传错文件", by=clerk, on=today())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE test_intake SET touched = true")
    actions.work(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == "taken" and batch.refusal["code"] == "touched"
    assert len(rows_in_register()) == 1


def test_after_the_days_of_the_policy_nothing_is_undone(bring, clerk):
    batch = accept(bring(["A1", "张三", ""]), clerk)
    actions_day = batch.undo_until + timedelta(days=1)
    with pytest.raises(Refused) as refused:
        actions.undo(batch, reason="传错文件", by=clerk, on=actions_day)
    assert refused.value.obstacles[0].code == "undo_late"


def test_an_undone_or_dropped_file_may_come_again(bring, clerk, make_book):
    content = make_book(["A1", "张三", ""])
    first = bring(content=content)
    actions.drop(first, by=clerk, on=today())
    second = accept(bring(content=content), clerk)
    actions.undo(second, reason="传错文件", by=clerk, on=today())
    actions.work(batch_id=second.pk)
    third = accept(bring(content=content), clerk)
    assert third.taken == 1


def test_dropping_forgets_the_rows_and_keeps_the_original(bring, clerk, make_book):
    content = make_book(["A1", "张三", ""])
    batch = actions.drop(bring(content=content), by=clerk, on=today())
    assert batch.state == "dropped"
    assert not BatchRow.objects.exists() and not BatchPart.objects.exists()
    assert ORIGINALS.read(batch.sha256) == content


def test_rows_lie_sealed_in_the_database(bring):
    batch = bring(["A1", "张三丰", "员级"])
    content = bytes(BatchPart.objects.get(batch=batch).content)
    assert "张三丰".encode() not in content and "张三丰".encode() not in zlib_or_not(content)


def zlib_or_not(content):
    import zlib

    try:
        return zlib.decompress(content)
    except zlib.error:
        return b""


def test_a_file_without_the_columns_is_unreadable_and_says_why(clerk, make_book):
    content = make_book(["x", "y", "z"], head=("甲", "乙", "丙"))
    batch = actions.receive("test", file_name="a.xlsx", content=content, by=clerk, on=today())
    actions.work(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == "unreadable" and batch.refusal["code"] == "header_missing"


def test_what_is_no_workbook_is_refused_at_the_door(clerk):
    with pytest.raises(Refused) as refused:
        actions.receive(
            "test", file_name="a.xlsx", content=b"\x89PNG\r\n\x1a\n" + b"0" * 99, by=clerk, on=today()
        )
    assert refused.value.obstacles[0].code == "sheet_picture"
    assert not Batch.objects.exists()


def test_only_who_may_take_this_layout_in_does(places, make_book):
    stranger = officer(permissions=("intake.audit",))
    with pytest.raises(Refused):
        actions.receive(
            "test", file_name="a.xlsx", content=make_book(["A1", "张三", ""]), by=stranger, on=today()
        )


def test_the_county_beside_touches_nothing(bring):
    batch = bring(["A1", "张三", ""])
    neighbour = officer(code=TUMEN, user=2, person=2)
    for act in (actions.accept, actions.drop, actions.adopt_all, actions.check_again):
        with pytest.raises(Refused) as refused:
            act(batch, by=neighbour, on=today())
        assert refused.value.obstacles[0].code == "not_allowed"


def test_the_numbers_of_one_office_and_day_have_no_gap(bring, clerk, make_book):
    numbers = [bring([f"A{n}", "张三", ""]).number for n in range(3)]
    day = f"{today():%Y-%m%d}"
    assert numbers == [f"YJ-{day}-{n:03d}" for n in (1, 2, 3)]


@pytest.mark.django_db(transaction=True)
def test_every_step_leaves_its_entry_and_the_journal_verifies(bring, clerk):
    batch = accept(bring(["A1", "张三", "中级"], ["A2", "李四", ""]), clerk)
    actions.undo(batch, reason="传错文件", by=clerk, on=today())
    actions.work(batch_id=batch.pk)
    verbs = list(JournalEntry.objects.order_by("seq").values_list("verb", flat=True))
    assert verbs == [
        "intake.batch.receive", "intake.batch.start", "intake.batch.finish_check", "intake.batch.accept",
        "test.rows.take", "intake.batch.finish_taking", "intake.batch.undo", "intake.batch.finish_undo",
    ]  # fmt: skip
    assert [f for f in verify() if "kernel_batch" in f.where] == []


def test_a_batch_that_fails_again_and_again_is_given_up(bring, clerk, monkeypatch, test_layout, make_book):
    from dataclasses import replace

    from shegong.kernel.sheets import layout as layouts

    def check(rows, taking):
        raise ZeroDivisionError

    monkeypatch.setitem(layouts._LAYOUTS, "test", replace(test_layout, check=check))
    batch = actions.receive(
        "test", file_name="a.xlsx", content=make_book(["A1", "张三", ""]), by=clerk, on=today()
    )
    for _ in range(6):  # the first run made progress: the file was read
        with pytest.raises(ZeroDivisionError):
            actions.work(batch_id=batch.pk)
    actions.work(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == "unreadable" and batch.refusal["code"] == "batch_fault"


def test_rows_of_an_old_batch_are_forgotten_and_those_of_a_young_one_kept(bring, clerk):
    old, young = accept(bring(["A1", "张三", ""]), clerk), accept(bring(["A2", "李四", ""]), clerk)
    long_ago = timezone.now() - timedelta(days=31)
    Batch.objects.filter(pk=old.pk).update(taken_at=long_ago, undo_until=long_ago.date())
    assert actions.tidy() == 1
    assert not old.parts.exists() and young.parts.exists()
    old.refresh_from_db()
    assert old.taken == 1 and ORIGINALS.read(old.sha256)


def test_a_batch_whose_worker_died_is_queued_again(bring, clerk, make_book):
    content = make_book(["A1", "张三", ""])
    batch = actions.receive("test", file_name="a.xlsx", content=content, by=clerk, on=today())
    assert actions.resume() == 0
    assert actions.resume(every=True) == 1
    Batch.objects.filter(pk=batch.pk).update(moved_at=timezone.now() - timedelta(minutes=1))
    assert actions.resume() == 1


def test_who_sent_a_long_workbook_is_told_when_its_check_and_its_taking_end(bring, clerk, monkeypatch):
    monkeypatch.setattr("shegong.ground.intake.actions.telling.LONG", 3)
    short, long = bring(["A1", "张三", ""]), bring(["B1", "李四", ""], ["B2", "王五", ""], ["B3", "#", ""])
    accept(short, clerk)
    accept(long, clerk)
    told = Message.objects.inbox(clerk.person_id)
    assert [one.kind for one in told] == ["intake.batch.taken", "intake.batch.checked"]
    taken, checked = (one.body for one in told)
    assert "2 行可入库" in checked and "1 行待修改" in checked and "入库 2 行" in taken
    assert {one.link for one in told} == {f"/office/intake/batches/{long.number}/"}


def test_a_value_of_two_subjects_is_told_once_all_parts_are_there_and_no_more_when_one_is_passed_over(
    bring, clerk, monkeypatch, test_layout
):
    monkeypatch.setitem(layouts._LAYOUTS, "test", replace(test_layout, once="level", chunk=2))
    batch = bring(
        ["A1", "张三", "甲"],
        ["A1", "李四", ""],
        ["A2", "王五", "甲"],
        ["A3", "赵六", "乙"],
        ["A4", "钱七", "甲"],
    )
    told = batch.rows.filter(codes__contains=["value_elsewhere"]).order_by("place")
    assert list(told.values_list("place", "kind")) == [(2, "bad"), (4, "bad")]
    actions.choose_row(batch, place=1, by=clerk, on=today())
    batch.refresh_from_db()
    assert list(told.values_list("place", "kind")) == [(4, "bad")]
    assert (batch.bad, batch.good, batch.passed) == (1, 3, 1)
