"""A roster as layout, workbooks as people and attackers make them, and a look at what reading one costs."""

import datetime
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from stdnum.cn.ric import calc_check_digit

from shegong.kernel.refusal import Refused
from shegong.kernel.sheets.cells import (
    CertificateNumber,
    Choice,
    Day,
    Identity,
    Month,
    Name,
    Number,
    Phone,
    Text,
    YesNo,
    national,
)
from shegong.kernel.sheets.layout import Column, Layout
from shegong.kernel.sheets.workbook import read_workbook

TODAY = datetime.date(2026, 11, 23)
HOUSE = Path(__file__).parents[3]


def nothing(*_):
    return None


@pytest.fixture(scope="session")
def roster() -> Layout:
    level = Choice(
        "level",
        {"assistant": "助理社会工作师", "social_worker": "社会工作师", "senior": "高级社会工作师"},
        {"助理社工师": "assistant"},
        {"初级": "assistant", "中级": "social_worker"},
    )
    columns = (
        Column("county", "县(市、区)", Text(), required=True, sample="延吉市"),
        Column("name", "姓名", Name(), required=True, sample="王小明", hint="As on the identity card."),
        Column("identity", "身份证号", Identity(), required=True, sample="990000198503010012"),
        Column("sex", "性别", national("sex"), sample="男"),
        Column("ethnicity", "民族", national("ethnicity"), sample="汉族"),
        Column("born", "出生年月", Month(), sample="1985-03"),
        Column("education", "学历", national("education"), sample="大学本科毕业"),
        Column("level", "证书级别", level, sample="社会工作师"),
        Column("number", "管理号", CertificateNumber(), sample="201106220100001274"),
        Column("issued", "发证日期", Day(past=True), sample="2012-05-01"),
        Column("hours", "继续教育学时", Number(), sample="72"),
        Column("works", "是否在岗", YesNo(), sample="是"),
        Column("phone", "联系电话", Phone(), sample="13800138000"),
        Column("remark", "备注", Text(500), ("附注",)),
    )
    return Layout(
        "test_roster", 1, "Roster", "社会工作者花名册", "x.y", columns, nothing, nothing, nothing, nothing,
        one_per=("identity",),
    )  # fmt: skip


@pytest.fixture(scope="session")
def identity():
    """`identity(7)`: the seventh sound number of nobody."""

    def number(serial: int, born: str = "19850301") -> str:
        body = f"990000{born}{serial:03d}"
        return body + calc_check_digit(body + "0")

    return number


@pytest.fixture
def xlsx(tmp_path):
    """`xlsx(rows)`: a workbook of these rows; texts as text, numbers as numbers, days as days. `touch(book, sheet)`
    may add what rows cannot say."""

    def write(rows, name="roster.xlsx", touch=None, sheet="花名册", **options):
        path = tmp_path / name
        with xlsxwriter.Workbook(path, options) as book:
            made = book.add_worksheet(sheet)
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            for at, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, str):
                        made.write_string(at, place, cell)
                    elif isinstance(cell, datetime.date):
                        made.write_datetime(at, place, cell, day)
                    elif cell is not None:
                        made.write_number(at, place, cell)
            if touch:
                touch(book, made)
        return path

    return write


class Read:
    """Everything a reading says, kept."""

    def __init__(self, path, layout):
        with read_workbook(path, layout, today=TODAY) as reading:
            self.total = reading.total
            self.sheets = reading.sheets
            self.remarks = {remark.obstacle.code: remark.obstacle for remark in reading.remarks}
            self.chunks = list(reading.chunks())
            self.again = [row.values for row in reading.rows()]
        self.rows = [row for chunk in self.chunks for row in chunk]

    def values(self, key):
        return [row.values.get(key) for row in self.rows]

    def codes(self, row, column):
        return [found.obstacle.code for found in self.rows[row].findings if found.column == column]


@pytest.fixture
def read(roster):
    return lambda path, layout=None: Read(path, layout or roster)


@pytest.fixture
def refusal(roster):
    """The obstacles with which a file is refused, as code → sentence."""

    def go(path, layout=None):
        try:
            with read_workbook(path, layout or roster, today=TODAY) as reading:
                list(reading.chunks())
        except Refused as refused:
            return {obstacle.code: str(obstacle) for obstacle in refused.obstacles}
        return {}

    return go


@pytest.fixture
def cost():
    """What the reading process answers in the end, the seconds of processor it took, and its peak memory in MiB."""

    def go(path):
        command = [sys.executable, "-c", _MEASURED, str(path)]
        child = subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said, errors = child.communicate()
        last = said.splitlines()[-1] if said else b""
        if child.returncode:
            return {"killed": child.returncode}, 0, 0
        seconds, kilobytes = errors.split()[-2:]
        return json.loads(last), float(seconds), int(kilobytes) / 1024

    return go


# A process tells its own peak: what its parent measures includes the parent's memory at the fork.
_MEASURED = """
import re, sys, time
from shegong.kernel.sheets import child
child.main()
print(time.process_time(), re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr)
"""


@pytest.fixture
def parts(tmp_path, xlsx):
    """`parts({"name": content})`: a sound workbook with parts added or replaced, each packed."""

    def write(changes, name="made.xlsx"):
        sound = xlsx(
            [["姓名", "身份证号", "县(市、区)"], ["王五", "990000198503010012", "延吉市"]], name="sound.xlsx"
        )
        path = tmp_path / name
        with zipfile.ZipFile(sound) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for part in old.namelist():
                if part not in changes:
                    new.writestr(part, old.read(part))
            for part, content in changes.items():
                if callable(content):
                    with new.open(part, "w", force_zip64=True) as file:
                        content(file)
                else:
                    new.writestr(part, content)
        return path

    return write
