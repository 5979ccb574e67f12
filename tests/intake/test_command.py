"""`shegong sheet`: the same reading from the shell; nothing is stored unless it is asked for."""

import io
import json
import threading
from dataclasses import replace

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from shegong.config.management.commands import sheet
from shegong.ground.intake.actions.jobs import CLAIM
from shegong.ground.intake.models import Batch
from shegong.kernel.journal import JournalEntry
from shegong.kernel.sheets import layout as layouts
from shegong.kernel.sheets.layout import Question


@pytest.fixture
def run(clerk, monkeypatch, tmp_path, make_book):
    """`run(rows, *options)`: what the command printed about a workbook of these rows."""
    monkeypatch.setattr(sheet, "actor_named", lambda name: clerk)

    def go(rows, *options):
        path = tmp_path / "名册.xlsx"
        path.write_bytes(make_book(*rows))
        out = io.StringIO()
        call_command("sheet", "import", "test", str(path), "--as", "lin", "--json", *options, stdout=out)
        return json.loads(out.getvalue())

    return go


def test_a_check_names_every_error_by_row_and_column_and_stores_nothing(run):
    said = run(
        [
            ["A1", "张三", ""],
            ["A2", "#", ""],
            ["A3", "李四", "中级"],
            ["A4", "王五", ""],
            ["A4", "王五", "员级"],
        ]
    )
    assert {k: said[k] for k in ("rows", "good", "bad")} == {"rows": 5, "good": 1, "bad": 4}
    assert [(e["row"], e["column"], e["code"]) for e in said["errors"]] == [
        (4, "姓名", "sign"), (5, "级别", "level"), (6, "", "row_doubled"), (7, "", "row_doubled"),
    ]  # fmt: skip
    assert "batch" not in said
    assert not Batch.objects.exists() and not JournalEntry.objects.exists()


def test_messages_are_chinese_unless_english_is_asked_for(run):
    rows = [["A4", "王五", ""], ["A4", "王五", "员级"]]
    assert "重复" in run(rows)["errors"][0]["message"]
    assert "same subject" in run(rows, "--lang", "en")["errors"][0]["message"]


def test_accepting_the_good_takes_them_in_and_says_the_batch(run, world_of):
    said = run([["A1", "张三", ""], ["A2", "#", ""]], "--accept-good")
    assert said["batch"]["state"] == "taken" and said["batch"]["taken"] == 1
    assert [code for code, _, _ in world_of.held()] == ["A1"]


def test_a_file_that_cannot_be_read_ends_with_an_error_code(run, tmp_path, clerk):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"%PDF-1.4")
    out = io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("sheet", "import", "test", str(path), "--as", "lin", "--json", stdout=out)
    assert refused.value.returncode == 2
    assert json.loads(out.getvalue())["errors"][0]["code"] == "sheet_pdf"


def test_the_layouts_are_named(db):
    out = io.StringIO()
    call_command("sheet", "layouts", "--json", stdout=out)
    assert {"roster", "test"} <= {one["key"] for one in json.loads(out.getvalue())}


def test_where_a_worker_was_faster_the_shell_waits_for_it(run):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('kernel_batch', 'id'))")
        following = cursor.fetchone()[0] + 1
    named = {"user": "user", "password": "password", "host": "host", "port": "port", "dbname": "dbname"}
    told = {name: connection.get_connection_params().get(key) for name, key in named.items()}
    worker = psycopg.connect(**told)
    worker.execute("SELECT pg_advisory_lock(%s, %s)", [CLAIM, following])
    leaves = threading.Timer(0.4, worker.close)
    leaves.start()
    said = run([["A1", "张三", ""]], "--accept-good")
    leaves.join()
    assert (said["batch"]["state"], said["batch"]["taken"]) == ("taken", 1)


def test_a_check_goes_by_the_answers_about_the_file_as_a_whole(run, monkeypatch, test_layout):
    """The check that stores nothing and the preview are told the same: what was said, else the first choice."""
    asked = []

    def check(rows, taking):
        asked.append(dict(taking.said))

    question = Question("covers", "Covers", lambda by, on: [("people", "People"), ("place", "Place")])
    monkeypatch.setitem(layouts._LAYOUTS, "test", replace(test_layout, check=check, questions=(question,)))
    run([["A1", "张三", ""]])
    run([["A1", "张三", ""]], "--say", "covers=place")
    assert asked == [{"covers": "people"}, {"covers": "place"}]
    with pytest.raises(CommandError):
        run([["A1", "张三", ""]], "--say", "covers=moon")


def test_a_value_of_one_subject_that_stands_far_above_for_another_is_named(run, monkeypatch, test_layout):
    monkeypatch.setitem(layouts._LAYOUTS, "test", replace(test_layout, once="level", chunk=2))
    said = run([["A1", "张三", "甲"], ["A2", "李四", "乙"], ["A3", "王五", "甲"], ["A4", "赵六", ""]])
    assert [(e["row"], e["column"], e["code"]) for e in said["errors"]] == [(5, "级别", "value_elsewhere")]
    assert (said["good"], said["bad"]) == (3, 1)
    taken = run([["A1", "张三", "甲"], ["A2", "李四", "乙"], ["A3", "王五", "甲"]], "--accept-good")
    assert (taken["good"], taken["batch"]["taken"], taken["batch"]["failed"]) == (2, 2, 1)
