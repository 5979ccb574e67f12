"""Reading needs no Django, little memory however long the file is, and hardly more time than its reader alone."""

import gc
import subprocess
import sys
import time
import tracemalloc
from datetime import date
from pathlib import Path

import pytest
import python_calamine

from shegong.kernel.sheets.workbook import read_workbook

TODAY = date(2026, 11, 23)
PURE = (
    "cell_text", "cells", "child", "code_cells", "day_cells", "endings", "guards", "headers", "layout", "limits",
    "number_cells", "ole", "open_document", "plain_text", "reading", "remarks", "rows", "workbook", "writing",
)  # fmt: skip


@pytest.fixture
def long_roster(xlsx, identity):
    def write(count):
        titles = [
            "县(市、区)",
            "姓名",
            "身份证号",
            "性别",
            "民族",
            "出生年月",
            "学历",
            "证书级别",
            "管理号",
            "发证日期",
            "联系电话",
        ]
        rows = (
            ["延吉市", "金美玉", identity(n % 1000, f"{1960 + n // 1000}0301"), "女", "朝鲜族", "1985-03", "本科", "社会工作师",
             f"{10**17 + n}", date(2012, 5, 1), f"138{n:08d}"]
            for n in range(count)
        )  # fmt: skip
        return xlsx([titles, *rows], name=f"{count}.xlsx")

    return write


def test_the_reading_of_workbooks_imports_no_django():
    names = ", ".join(f"shegong.kernel.sheets.{name}" for name in PURE)
    code = f"import sys, {names}; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3]).returncode == 0


def test_memory_does_not_grow_with_the_rows(long_roster, roster):
    """A chunk of rows is held, and a mark for each person: some hundred bytes, not her row."""
    peaks = []
    for count in (1_000, 8_000):
        path = long_roster(count)
        tracemalloc.start()
        with read_workbook(path, roster, today=TODAY) as reading:
            assert sum(len(chunk) for chunk in reading.chunks()) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert (peaks[1] - peaks[0]) / 7_000 < 500, peaks


def processor_time(what):
    """The least seconds of three goes: the first pays for modules, tables and memory that are there afterwards, and
    whoever else is at work here disturbs some goes more than others."""
    spent = []
    for _ in range(3):
        started = time.process_time()
        what()
        spent.append(time.process_time() - started)
    return min(spent)


def test_reading_costs_a_small_multiple_of_the_reader_alone(long_roster, roster):
    """Processor time of this process, so that what else runs here counts little; the reader is calamine."""
    path = long_roster(12_000)

    def by_the_reader_alone():
        assert (
            sum(1 for _ in python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows())
            > 12_000
        )

    def by_us():
        with read_workbook(path, roster, today=TODAY) as reading:
            assert sum(row.is_good for row in reading.rows()) == 12_000

    gc.collect()
    gc.disable()  # what other tests left behind, and who among them counts collections, is not paid for here
    try:
        alone, ours = processor_time(by_the_reader_alone), processor_time(by_us)
    finally:
        gc.enable()
    assert ours < 5 * alone, (ours, alone)  # measured 1.8 to 3.2


def test_what_a_text_meant_once_it_means_again_and_faults_are_found_each_time(xlsx, read):
    titles = ["县", "姓名", "身份证号", "学历", "发证日期"]
    row = ["延吉市", "金美玉", "990000198503010012", "本科", "2012-5-1"]
    bad = ["", "金美玉", "990000198503010012", "研究生毕业", "2012-2-30"]
    found = read(xlsx([titles, row, bad, row, bad]), None)
    assert found.values("education") == ["21", None, "21", None]
    assert found.values("issued") == [date(2012, 5, 1), None] * 2
    for at in (1, 3):
        assert found.codes(at, "education") == ["choice_doubtful"] and found.codes(at, "issued") == [
            "date_day"
        ]
        assert found.codes(at, "county") == ["cell_missing"]
