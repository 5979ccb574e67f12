"""The text of a document as blocks: paragraphs, headings, simple tables; and its title in even lines. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil

_FIRST = re.compile(r"[一二三四五六七八九十]{1,3}、\S{1,30}")
_SECOND = re.compile(r"（[一二三四五六七八九十]{1,3}）\S{1,30}")
_TABLE_TITLE = re.compile(r"表\s?\d{0,3}\s*\S.{0,40}")
_PRESENT = re.compile(r"(出席|请假|列席)：(\S.*)")
_SENTENCE_ENDS = "。；：，！？;:,.!?"
# Words of titles that no line may cut in two.
_WORDS = (
    "吉林省", "社会工作", "社会", "工作", "人员", "人才", "队伍", "培养", "计划", "建设", "方案", "通知", "通报", "年度", "情况", "会议",
    "纪要", "报告", "意见", "办法", "实施", "印发", "关于", "落实", "分解", "任务", "目标", "登记", "继续教育", "岗位", "开发", "选聘",
    "高校", "毕业生", "基层", "服务", "管理", "考核", "检查", "调度", "督查", "总结", "验收", "进一步", "加强", "做好", "开展", "推进",
)  # fmt: skip
TITLE_LENGTH = 20  # characters of 2号 in 156 mm


@dataclass(frozen=True)
class Block:
    """`kind`: h1, h2, h3, p, table with `rows` (the first is its head) and `text` as its title, or, in minutes, present:
    who came, sent word or sat in (`word`)."""

    kind: str
    text: str = ""
    word: str = ""
    rows: tuple[tuple[str, ...], ...] = field(default=())


def blocks(body: str) -> tuple[Block, ...]:
    """The blocks of a text: a line a paragraph, # headings, | tables. A short line that begins 一、 or （一） and ends
    without a full stop is a heading too."""
    return tuple(_tables_joined(line.strip() for line in body.split("\n")))


def _tables_joined(lines: Iterator[str]) -> Iterator[Block]:
    rows: list[tuple[str, ...]] = []
    title = ""
    for line in lines:
        if line.startswith("|"):
            if cells := _cells(line):
                rows.append(cells)
            continue
        if rows:
            yield _table(title, rows)
            rows, title = [], ""
        if title:
            yield Block("p", title)
            title = ""
        if _TABLE_TITLE.fullmatch(line) and line[-1] not in _SENTENCE_ENDS:
            title = line
        elif line:
            yield _block(line)
    if rows:
        yield _table(title, rows)
    elif title:
        yield Block("p", title)


def _cells(line: str) -> tuple[str, ...]:
    """The cells of a row; () for the ruler |---|---| that some type under the head."""
    cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
    return () if all(set(cell) <= {"-", ":", " "} for cell in cells) else cells


def _table(title: str, rows: list[tuple[str, ...]]) -> Block:
    wide = max(map(len, rows))
    return Block("table", title, rows=tuple(row + ("",) * (wide - len(row)) for row in rows))


def _block(line: str) -> Block:
    for depth in (3, 2, 1):
        if line.startswith("#" * depth):
            return Block(f"h{depth}", line[depth:].strip())
    if line[-1] not in _SENTENCE_ENDS:
        if _FIRST.fullmatch(line):
            return Block("h1", line)
        if _SECOND.fullmatch(line):
            return Block("h2", line)
    return Block("p", line)


def with_presence(found: tuple[Block, ...]) -> tuple[Block, ...]:
    """The same of minutes: paragraphs that begin 出席： 请假： 列席： say who was there."""
    said = [(one, _PRESENT.fullmatch(one.text) if one.kind == "p" else None) for one in found]
    return tuple(Block("present", match[2], match[1]) if match else one for one, match in said)


def is_number(cell: str) -> bool:
    """Whether a cell of a table is a figure and stands on the right."""
    return bool(re.fullmatch(r"[-+−]?[\d,，]*\d(?:\.\d+)?\s?[%％]?|—|-", cell.strip()))


def title_lines(title: str, most: int = TITLE_LENGTH) -> list[str]:
    """A long title in lines of about the same length; no break inside a number, a word or a pair of brackets' edge."""
    count = ceil(len(title) / most)
    found, rest = [], title
    for left in range(count, 1, -1):
        place = _break_near(rest, ceil(len(rest) / left), most)
        found.append(rest[:place])
        rest = rest[place:]
    return [*found, rest]


def _break_near(text: str, wanted: int, most: int) -> int:
    places = [n for n in range(1, min(most, len(text) - 1) + 1) if _may_break(text, n)]
    return min(places, key=lambda n: (abs(n - wanted), n), default=wanted)


def _may_break(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    if before in "《〈（“〔" or after in "》〉）”〕、，。的和及与":
        return False
    if any(
        text.startswith(word, start)
        for word in _WORDS
        for start in range(max(0, place - len(word) + 1), place)
    ):
        return False
    return not (_joined(before) and _joined(after)) and not (before.isdigit() and after in "年月日号")


def _joined(character: str) -> bool:
    return character.isascii() and character.isalnum()
