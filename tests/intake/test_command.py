"""`shegong sheet`: the same reading from the shell; nothing is stored unless it is asked for."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from shegong.config.management.commands import sheet
from shegong.ground.intake.models import Batch
from shegong.kernel.journal import JournalEntry


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
