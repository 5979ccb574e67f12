"""Finds the header of a roster: in one row or two, below titles, in any order and under any usual name (pure)."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from shegong.kernel.sheets.layout import Cell, Layout
from shegong.kernel.sheets.reading import Numbered, Sheet

# Counting columns, and what our own returned workbook adds: known, never read, never reported.
SERIAL = "序号"
MISTAKES, ORIGIN = "错在哪里、怎么改", "原行号"
EXAMPLE = "示例"
# The further sheets of our own template.
GUIDE, OPTIONS = "填写说明", "选项"
_UNREPORTED = (SERIAL, "编号", "行号", "no", "顺序号", "原序号", MISTAKES, ORIGIN)
_LOOKED_AT = 60

# What people write over the columns that nearly every list has; a layout adds its own in `Column.also`.
COMMON: Mapping[str, tuple[str, ...]] = {
    "姓名": ("名字", "人员姓名", "社工姓名", "社会工作者姓名", "考生姓名", "申请人", "申请人姓名"),
    "性别": ("男女", "性別"),
    "民族": ("族别",),
    "身份证号": (
        "身份证号码", "身份证", "公民身份号码", "公民身份证号码", "居民身份证号", "居民身份证号码", "身份证件号", "身份证件号码",
        "身份号码", "有效身份证件号码", "证件号", "证件号码", "身份证明号码",
    ),
    "联系电话": ("电话", "手机", "手机号", "手机号码", "联系方式", "移动电话", "电话号码", "联系人电话", "本人电话"),
    "出生年月": ("出生日期", "出生时间", "出生", "生日", "出生年月日"),
    "政治面貌": ("政治身份", "党派", "政治面目"),
    "学历": ("文化程度", "最高学历", "学历层次"),
    "学位": ("最高学位",),
    "毕业院校": ("毕业学校", "毕业院校名称", "院校", "学校"),
    "所学专业": ("专业", "毕业专业", "学习专业"),
    "工作单位": ("单位", "单位名称", "所在单位", "现工作单位", "工作单位名称", "就业单位", "任职单位"),
    "岗位": ("职务", "岗位名称", "现任职务", "工作岗位", "职位"),
    "证书级别": ("级别", "证书等级", "职业水平级别", "资格级别", "社工证级别", "职业资格级别", "证书类别", "职业水平等级"),
    "管理号": ("证书管理号", "证书编号", "资格证书编号", "职业水平证书管理号", "证书号", "资格证管理号", "职业水平证书编号"),
    "发证日期": ("发证时间", "证书日期", "取证时间", "取得证书时间", "批准日期", "签发日期", "获证时间", "发证年月"),
    "市州": ("市（州）", "市", "州", "所属市州", "地区", "市（州）名称", "地市"),
    "县（市、区）": ("县市区", "县", "县（区）", "区县", "所属县市区", "县（市区）", "所在县（市、区）"),
    "乡镇（街道）": ("乡镇", "街道", "乡镇街道", "乡（镇）", "所在乡镇（街道）", "镇街"),
    "备注": ("说明", "备考"),
}  # fmt: skip

_BRACKETS = re.compile(r"[(（\[【〔<《][^)）\]】〕>》]*[)）\]】〕>》]")
_NOISE = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """A header as it is compared: compatibility form, small letters, only letters, digits and characters."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=4096)
def _barer(text: str) -> str:
    """The same with what stands in brackets left out: 身份证号（18位）."""
    return bare(_BRACKETS.sub("", unicodedata.normalize("NFKC", text)))


class Names:
    """Every way to write the headers of a layout; lower ranks beat higher ones when two columns claim a key."""

    def __init__(self, layout: Layout):
        self.ranks: dict[str, tuple[int, str]] = {}
        titles = [(0, column.key, (column.title,)) for column in layout.columns]
        others = [(1, column.key, column.also) for column in layout.columns]
        common = [(2, column.key, _common(column.title)) for column in layout.columns]
        for rank, key, texts in [*titles, *others, *common]:
            for text in texts:
                self.ranks.setdefault(bare(text), (rank, key))

    def of(self, text: str) -> tuple[int, str] | None:
        """Rank and column of a header, or None."""
        return self.ranks.get(bare(text)) or self.ranks.get(_barer(text))


@lru_cache
def _common_by_name() -> dict[str, tuple[str, ...]]:
    return {bare(title): (title, *also) for title, also in COMMON.items()}


def _common(title: str) -> tuple[str, ...]:
    """Common names of a column that the layout calls by any of them, brackets left aside."""
    found = _common_by_name()
    if bare(title) in found or _barer(title) in found:
        return found.get(bare(title)) or found[_barer(title)]
    return next((names for names in found.values() if bare(title) in map(bare, names)), ())


def is_unreported(text: str) -> bool:
    """Whether a column of this header is left aside without a word."""
    return bare(text) in _UNREPORTED_BARE


_UNREPORTED_BARE = frozenset(map(bare, _UNREPORTED))
_ASIDE = frozenset(map(bare, (MISTAKES, ORIGIN)))


@dataclass
class Header:
    """Where a sheet says what. Places count from 0; `rows` are the spreadsheet's numbers of the header's rows."""

    rows: tuple[int, ...] = ()
    places: dict[str, int] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    ignored: dict[int, str] = field(default_factory=dict)
    doubled: dict[str, list[int]] = field(default_factory=dict)
    serial: int | None = None
    # Columns of our own returned workbook, which say nothing about a row's role.
    aside: frozenset[int] = frozenset()

    def missing(self, layout: Layout) -> list[str]:
        """Titles of required columns that are not there."""
        return [
            column.title for column in layout.columns if column.required and column.key not in self.places
        ]

    def is_recognised(self, layout: Layout) -> bool:
        """Whether this is a header of the layout at all: two columns, and half of the required ones."""
        required = [column.key for column in layout.columns if column.required]
        there = sum(key in self.places for key in required)
        return len(self.places) >= min(2, len(layout.columns)) and there >= math.ceil(len(required) / 2)


def letter(place: int) -> str:
    """The spreadsheet's name of a column, counted from 0: 0 → A, 26 → AA."""
    name, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def find(rows: Sequence[Numbered], sheet: Sheet, names: Names) -> Header:
    """The best header among the first rows; one without places when nothing fits."""
    best, best_score = Header(), 0.0
    looked = rows[:_LOOKED_AT]
    for at, (number, row) in enumerate(looked):
        header = _header((number,), _one(row), names)
        score: float = len(header.places)
        below = looked[at + 1] if at + 1 < len(looked) and looked[at + 1][0] == number + 1 else None
        if below and score and _may_be_pair(number, row, below[1], sheet):
            pair = _header((number, below[0]), _two(row, below[1]), names)
            alone = len(_header((below[0],), _one(below[1]), names).places)
            if len(pair.places) > max(score, alone) or (
                len(pair.places) == score and _is_tall(number, sheet)
            ):
                header, score = pair, len(pair.places) + 0.5
        if score > best_score:
            best, best_score = header, score
    return best


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _one(row: Sequence[Cell]) -> dict[int, list[str]]:
    return {place: [_text(cell)] for place, cell in enumerate(row) if _text(cell)}


def _is_tall(number: int, sheet: Sheet) -> bool:
    """Whether header cells are merged downwards: then the row below belongs to the header."""
    return any(top == number - 1 and bottom == number for top, _, bottom, _ in sheet.merged)


def _may_be_pair(number: int, row: Sequence[Cell], below: Sequence[Cell], sheet: Sheet) -> bool:
    """A second header row holds text only, and no digits: data below a header has some."""
    texts = [_text(cell) for cell in below if cell not in ("", None)]
    if not texts or not all(texts) or any(re.search(r"\d{2}", text) for text in texts):
        return False
    return _is_tall(number, sheet) or any(not _text(cell) for cell in row)


def _two(top: Sequence[Cell], below: Sequence[Cell]) -> dict[int, list[str]]:
    """Texts by which each place may be known: both rows together, the lower, the upper.

    A blank in the upper row right of a text belongs to that text's group when the lower row says something there.
    """
    found: dict[int, list[str]] = {}
    group = ""
    for place in range(max(len(top), len(below))):
        upper = _text(top[place]) if place < len(top) else ""
        lower = _text(below[place]) if place < len(below) else ""
        group = upper or (group if lower else "")
        if lower:
            found[place] = [f"{group}{lower}", f"{lower}{group}", lower, *([upper] if upper else [])]
        elif upper:
            found[place] = [upper]
    return found


def _header(rows: tuple[int, ...], texts: Mapping[int, Iterable[str]], names: Names) -> Header:
    header = Header(rows)
    claims: dict[str, list[tuple[int, int]]] = {}
    for place, candidates in texts.items():
        shown, claim = _claim(list(candidates), names)
        header.texts[place] = shown
        if claim:
            claims.setdefault(claim[1], []).append((claim[0], place))
        elif bare(shown) == SERIAL and header.serial is None:
            header.serial = place
        elif not is_unreported(shown):
            header.ignored[place] = shown
    header.aside = frozenset(place for place, text in header.texts.items() if bare(text) in _ASIDE)
    for key, claimed in claims.items():
        claimed.sort()
        header.places[key] = claimed[0][1]
        equal = [place for rank, place in claimed if rank == claimed[0][0]]
        if len(equal) > 1:
            header.doubled[key] = equal
        for _, place in claimed[1:]:
            header.ignored[place] = header.texts[place]
    return header


def _claim(candidates: list[str], names: Names) -> tuple[str, tuple[int, str] | None]:
    """The text to show for a place, and the column it names."""
    for text in candidates:
        if found := names.of(text):
            return text, found
    return candidates[0], None
