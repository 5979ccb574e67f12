"""What a workbook of one kind looks like and what becomes of its rows: contexts declare it, the mechanism does the rest.

Kinds of columns are in `cells.py`; `workbook.read_workbook` reads a file as a layout, `rows.read_again` one row from its
cells as text, `writing.py` writes the template and the workbook that goes back.

A `Layout` names its columns, checks many rows at once against the base (`check`), writes good rows in the caller's
transaction through the context's own actions (`take`), and takes a batch back (`undo`). Pure: no Django here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

# A cell as the file holds it: calamine gives text, numbers, booleans, days and times, and None for an empty one.
Cell = Any


class Weight(StrEnum):
    """How much a finding weighs: MUST blocks the row; CHOICE blocks it until the clerk picks one of the offers;
    NOTE says how an unambiguous cell was read (41030 in a date column) and blocks nothing."""

    MUST = "must"
    CHOICE = "choice"
    NOTE = "note"


@dataclass(frozen=True)
class Offer:
    """One way to settle a CHOICE: `text` replaces the cell's, `label` is what the clerk reads (names are plain text)."""

    text: str
    label: str


@dataclass(frozen=True)
class Finding:
    """What is wrong with one cell, or worth knowing about it; `column` is a column's key, '' means the whole row.

    The obstacle carries code, English message and params. Params never hold a full identity number or phone.
    """

    column: str
    obstacle: Obstacle
    weight: Weight = Weight.MUST
    offers: tuple[Offer, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether the row cannot be taken in while this stands."""
        return self.weight is not Weight.NOTE


class Kind(Protocol):
    """How the cells of a column are read: text, day, identity number, code of a list … (`cells.py` has them).

    `number_format`, `width` and `options` (what a list offers; empty for free cells) are for the template. `personal`
    cells are shown masked by `mask`. Values are plain: text, date, int, Decimal, bool, or the code of a list's entry.
    """

    # Read-only, so that frozen dataclasses fit.
    @property
    def name(self) -> str: ...
    @property
    def personal(self) -> bool: ...
    @property
    def number_format(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def options(self) -> tuple[str, ...]: ...

    def read(self, cell: Cell, *, today: date) -> tuple[Any, Sequence[Finding]]:
        """The value meant (None for an empty cell) and what was found; findings leave `column` empty."""

    def mask(self, text: str) -> str:
        """The text as a preview may show it."""


@dataclass(frozen=True)
class Column:
    """One column: `title` as the official form writes it (Chinese, data), `also` other headers people use for it.

    `sample` is what the template's example row says; `hint` (English msgid) what to write, for template and errors.
    """

    key: str
    title: str
    kind: Kind
    also: tuple[str, ...] = ()
    required: bool = False
    sample: str = ""
    hint: str = ""


@dataclass
class Row:
    """A row on its way in. `number` is the row as the spreadsheet counts it, `cells` the raw cells by column key as
    text, `values` what they mean, `outcome` what taking it would do: new, change, same (adds nothing)."""

    number: int
    sheet: str
    cells: dict[str, str]
    values: dict[str, Any]
    findings: list[Finding] = field(default_factory=list)
    outcome: str = "new"
    ready: list[Any] | None = None  # what `take` needs of the check, as JSON has it, where that may be kept

    @property
    def is_good(self) -> bool:
        """Whether nothing blocks it."""
        return not any(found.blocks for found in self.findings)

    def find(self, column: str, obstacle: Obstacle, weight: Weight = Weight.MUST, *offers: Offer) -> None:
        """Add a finding to a cell."""
        self.findings.append(Finding(column, obstacle, weight, offers))


@dataclass(frozen=True)
class Taking:
    """Under what a chunk of rows is checked, taken or undone: batch, actor, day, and what was said about the file."""

    batch_id: int
    by: Any
    on: date
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """Something about the file as a whole that its rows do not say; asked at the upload and kept with the batch.

    `choices(actor, day)` gives values and words for who uploads; the first holds where nothing is said. `title` and
    `hint` are English msgids.
    """

    key: str
    title: str
    choices: Callable[[Any, date], Sequence[tuple[str, str]]]
    hint: str = ""


@dataclass(frozen=True)
class Layout:
    """A kind of workbook.

    `number` is its place in the list of forms in use (roster 1, pass list 6, registration summary 7, centres 9);
    `title` an English msgid; `form_title` the Chinese heading of the form; `one_per` the columns that together name
    the subject: two rows of one file that agree in all of them are a clash, and the clerk chooses.
    `check` may set `outcome` and add findings; it sees only rows whose cells were readable and reads the base in
    sets, never row by row. `take` gets good rows only, inside a transaction of the mechanism, writes set by set and
    ends with one journal entry. `undo` gets the same and removes what `take` made; `touched` says which rows somebody
    has built upon since, with the sentence to show, and then nothing is undone.
    `restate(taking, reason)` carries out what follows when an answer to one of the `questions` is put right after the rows
    are in; a layout without it leaves its answers as they were given.
    `heeds` are the beginnings of all verbs of the journal after which a check may find something else. A row that the
    check left `ready` is taken without asking again as long as nobody wrote such an entry; with `revive`, which makes of
    `ready` the values that `take` needs (None of what another version left), it is not even read again. `prepare` makes
    ready what follows from one row alone, without the database; it may be left out for any row.
    """

    key: str
    number: int
    title: str
    form_title: str
    permission: str
    columns: tuple[Column, ...]
    check: Callable[[Sequence[Row], Taking], None]
    take: Callable[[Sequence[Row], Taking], None]
    undo: Callable[[Taking], None]
    touched: Callable[[Taking], Sequence[Obstacle]]
    one_per: tuple[str, ...] = ()
    once: str = (
        ""  # the column whose value belongs to one subject of the file, as a certificate's number does
    )
    clause: str = ""
    heeds: tuple[str, ...] = ()
    revive: Callable[[list[Any]], dict[str, Any] | None] | None = None
    prepare: Callable[[Row, date], None] | None = None
    questions: tuple[Question, ...] = ()
    restate: Callable[[Taking, str], None] | None = None
    # Where to go on once it is in: the route of a list that takes `?batch=NUMBER`, and its words (English msgid).
    sequel: tuple[str, str] | None = None
    # Rows per transaction: small enough to let others write in between, large enough to be set-based.
    chunk: int = 500

    @property
    def by_key(self) -> Mapping[str, Column]:
        """Columns by their key."""
        return {column.key: column for column in self.columns}


def answers(layout: Layout, said: Mapping[str, str], by: Any, on: date) -> dict[str, str] | list[Obstacle]:
    """What holds of each question of a layout: what was said, else the first choice. Refuses what is not offered."""
    found, wrong = {}, []
    for one in layout.questions:
        offered = [value for value, _words in one.choices(by, on)]
        found[one.key] = said.get(one.key) or offered[0]
        if found[one.key] not in offered:
            wrong.append(Obstacle("answer_unknown", N_("Choose one from the list."), field=one.key))
    return wrong or found


_LAYOUTS: dict[str, Layout] = {}


def declare(layout: Layout) -> Layout:
    """Make a layout known; a context's `sheets.py` calls it on import. Refuses a second layout of the same key."""
    if _LAYOUTS.setdefault(layout.key, layout) is not layout:
        raise ValueError(f"two layouts are called {layout.key}")
    return layout


def layouts() -> Iterable[Layout]:
    """All layouts in the order of their numbers."""
    return sorted(_LAYOUTS.values(), key=lambda layout: layout.number)


def layout_of(key: str) -> Layout | None:
    """The layout of this key, or None."""
    return _LAYOUTS.get(key)
