"""Verification by workbook: where number and name stand, and the same rows with what the register says; pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shegong.duties.lookup.rules import LONGEST
from shegong.kernel.characters import plain
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.cell_text import as_text
from shegong.kernel.text import N_

MOST_ROWS = 1000  # people in one workbook
MOST_COLUMNS = 60
LOOKED_AT = 20  # rows among which the heads are looked for
LARGEST = 4 * 1024 * 1024
NUMBER_HEADS = frozenset({"登记证号", "登记号", "登记编号", "登记证编号", "登记证书号", "注册证号", "注册号", "证书编号", "证号", "registernumber", "registrationnumber"})  # fmt: skip
NAME_HEADS = frozenset({"姓名", "名字", "持证人", "持证人姓名", "社工姓名", "name"})
ADDED = (
    N_("Answer of the register"),
    N_("Level in the register"),
    N_("Valid to"),
    N_("Registered by"),
    N_("Day of the check"),
)


@dataclass(frozen=True)
class Asked:
    """The rows of a workbook: its heads, the rows below as they were, and where number and name stand in them."""

    heads: list[str]
    rows: list[list[Any]]
    number: int
    name: int


@dataclass(frozen=True)
class Reply:
    """What is written beside a row: the answer's words, level, last day, office."""

    words: str
    level: str = ""
    until: date | None = None
    office: str = ""


def _bare(cell: Any) -> str:
    return plain(as_text(cell)).replace(" ", "").rstrip("*＊:：").lower()


def heads_in(row: Sequence[Any]) -> tuple[int, int] | None:
    """Places of number and name, when this row names both."""
    found = [_bare(cell) for cell in row]
    number = next((at for at, text in enumerate(found) if text in NUMBER_HEADS), None)
    name = next((at for at, text in enumerate(found) if text in NAME_HEADS), None)
    return None if number is None or name is None else (number, name)


def asked_in(rows: Iterable[Sequence[Any]], added: Sequence[str]) -> Asked | list[Obstacle]:
    """What the rows of a sheet ask. `added` are columns of our own answer: sent again, they are answered anew.

    Refuses a sheet without both heads, without rows, and with more than MOST_ROWS people.
    """
    heads: Sequence[Any] | None = None
    places, found = (0, 0), []
    for at, row in enumerate(rows):
        if heads is None:
            both = heads_in(row[:MOST_COLUMNS])
            if both:
                heads, places = row[:MOST_COLUMNS], both
            elif at >= LOOKED_AT:
                break
        elif any(as_text(cell).strip() for cell in row):
            found.append(row)
            if len(found) > MOST_ROWS:
                message = N_("A workbook may ask about %(most)s people. Split it.")
                return [Obstacle("workbook_rows", message, field="file", params={"most": f"{MOST_ROWS:,}"})]
    if heads is None:
        message = N_("No row of the file names both columns, 登记证号 and 姓名. Use the template.")
        return [Obstacle("workbook_heads", message, field="file")]
    if not found:
        return [
            Obstacle(
                "workbook_empty", N_("The file has the two columns, but nobody below them."), field="file"
            )
        ]
    return _kept(heads, found, places, set(added))


def _kept(heads: Sequence[Any], rows: list[Sequence[Any]], places: tuple[int, int], ours: set[str]) -> Asked:
    texts = [as_text(cell).strip() for cell in heads]
    kept = [at for at, text in enumerate(texts) if text not in ours]
    while kept and not texts[kept[-1]] and not any(_cell(row, kept[-1]) for row in rows):
        kept.pop()
    cells = [[_cell(row, at) for at in kept] for row in rows]
    return Asked([texts[at] for at in kept], cells, kept.index(places[0]), kept.index(places[1]))


def _cell(row: Sequence[Any], at: int) -> Any:
    return row[at] if at < len(row) else None


def pair_of(asked: Asked, row: Sequence[Any]) -> tuple[str, str]:
    """Number and name as they were typed."""
    number, name = as_text(row[asked.number]), as_text(row[asked.name])
    return number.strip()[: LONGEST * 2], name.strip()[: LONGEST * 2]


def answered(asked: Asked, reply: Callable[[str, str], Reply], on: date) -> list[list[Any]]:
    """Every row with its answer; a row that lacks number or name asks nothing."""
    found = []
    for row in asked.rows:
        number, name = pair_of(asked, row)
        said = reply(number, name) if number and name else Reply("")
        found.append([*row, said.words, said.level, said.until, said.office, on if said.words else None])
    return found
