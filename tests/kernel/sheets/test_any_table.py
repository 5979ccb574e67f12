"""Whatever stands in a table: its header is found or not, its rows are sorted or read, and nothing breaks."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shegong.kernel.sheets.endings import Role, Roles
from shegong.kernel.sheets.headers import COMMON, Names, bare, find, letter
from shegong.kernel.sheets.reading import Sheet
from shegong.kernel.sheets.rows import MergedCells, RowReader

WORDS = [
    "姓名",
    "身份证号",
    "县",
    "序号",
    "合计",
    "注：说明",
    "填表人：王五",
    "证书",
    "级别",
    "示例",
    "",
    "",
    "王五",
    "2012.5",
    "990000198503010012",
]
CELL = st.one_of(st.sampled_from(WORDS), st.text(max_size=12), st.floats(allow_nan=False), st.booleans())
TABLE = st.lists(st.lists(CELL, max_size=8), max_size=12)
MERGED = st.lists(st.tuples(*[st.integers(0, 12)] * 4), max_size=4)


@given(TABLE, MERGED)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_table_is_sorted_and_read_without_breaking(roster, table, merged):
    sheet = Sheet("x", merged=merged)
    rows = [(number, row) for number, row in enumerate(table, start=1) if any(row)]
    names = Names(roster)
    header = find(rows, sheet, names)
    assert set(header.places.values()) <= set(header.texts)
    assert not set(header.ignored) & set(header.places.values())
    if not header.is_recognised(roster):
        return
    roles, reader = Roles(roster, header, names), RowReader(roster, header.places, date(2026, 11, 23), sheet)
    for number, row in MergedCells(sheet, header).fill(rows):
        role = roles.of(row)
        assert role is None or isinstance(role, Role)
        read = reader.read(number, row)
        assert set(read.cells) == set(read.values) == set(header.places)
        assert all(isinstance(text, str) for text in read.cells.values())
        assert read.is_good or any(found.blocks for found in read.findings)


def test_every_usual_name_leads_to_one_column_only():
    """Two columns that share a usual name would fight for it in every layout that has both."""
    owners: dict[str, set[str]] = {}
    for title, names in COMMON.items():
        for name in (title, *names):
            owners.setdefault(bare(name), set()).add(title)
    assert {name: titles for name, titles in owners.items() if len(titles) > 1} == {}


def test_columns_are_lettered_as_spreadsheets_do():
    assert [letter(place) for place in (0, 25, 26, 51, 52, 701, 702, 16383)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD",
    ]  # fmt: skip
