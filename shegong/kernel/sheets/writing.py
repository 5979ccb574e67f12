"""The empty template of a layout, and the workbook that goes back with the rows that could not be taken in (pure).

Both are read by `workbook.py` as they are. No cell can start a formula, numbers of people and papers are text, and the
workbook of failed rows holds each cell as it was typed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any

import xlsxwriter

from shegong.kernel.listing_xlsx import clean, starts_formula
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.headers import EXAMPLE, GUIDE, MISTAKES, OPTIONS, ORIGIN, SERIAL, letter
from shegong.kernel.sheets.layout import Column, Layout, Row, Weight
from shegong.kernel.text import N_

_QUIET = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_TEMPLATE_ROWS = 5_000
_TEXT = (
    49  # the number of the format “text”: a format of one's own that says “@” is not text to every program
)
_LONGEST_LIST = 255  # what Excel allows a list of choices to be when it is written into the rule itself
# Comments make a workbook heavy; beyond these the words stand in their column only.
_COMMENTS = 3_000
_LONGEST_CELL = 32_000

_COLOURS = {Weight.MUST: "#FDE7E7", Weight.CHOICE: "#FFF0CC", Weight.NOTE: "#EEF3FA"}

Words = Callable[[str], str]
Say = Callable[[Obstacle], str]


class _Book:
    """A workbook in the making, with its cell formats by need."""

    def __init__(self, file: IO[bytes], **options: Any):
        self.book = xlsxwriter.Workbook(file, {**_QUIET, **options})
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        """One format for each set of properties."""
        if properties.get("num_format") == "@":
            properties["num_format"] = _TEXT
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(properties)
        return self._formats[key]

    def text(self, sheet: Any, row: int, place: int, text: str, **properties: Any) -> None:
        """Write text as text, whatever it looks like."""
        text = clean(text)[:_LONGEST_CELL]
        if starts_formula(text):
            properties["quote_prefix"] = True
        properties.setdefault("valign", "top")
        sheet.write_string(row, place, text, self.format(num_format="@", **properties))


def write_template(
    file: IO[bytes], layout: Layout, *, words: Words = str, filled: Iterable[Mapping[str, str]] = ()
) -> None:
    """The empty template: title, headers, an example row, lists to choose from; a second sheet says what to write.

    `words` translates the hints; `filled` are rows that stand in it already, cells by column.
    """
    made = _Book(file)
    with made.book as book:
        sheet = book.add_worksheet(_sheet_name(layout.form_title))
        made.text(sheet, 0, 0, layout.form_title, bold=True, font_size=16)
        columns: list[Column | None] = [None, *layout.columns]
        for place, column in enumerate(columns):
            _template_column(made, sheet, place, column)
        for row, cells in enumerate(filled, start=3):
            for place, column in enumerate(layout.columns, start=1):
                made.text(sheet, row, place, cells.get(column.key, ""), border=1)
        sheet.set_row(0, 26)
        sheet.set_row(1, 32)
        sheet.freeze_panes(3, 0)
        _guide(made, layout, words)
        _choices(made, sheet, columns)


def _sheet_name(title: str) -> str:
    return "".join(c for c in title if c not in "[]:*?/\\'")[:31] or "1"


def _template_column(made: _Book, sheet: Any, place: int, column: Column | None) -> None:
    if column is None:
        sheet.set_column(place, place, 6)
        made.text(sheet, 1, place, SERIAL, bold=True, border=1, bg_color="#E8ECF3")
        made.text(sheet, 2, place, EXAMPLE, italic=True, font_color="#6B7280", border=1)
        return
    sheet.set_column(place, place, column.kind.width, made.format(num_format=column.kind.number_format))
    colour = "#FBE3D6" if column.required else "#E8ECF3"
    made.text(sheet, 1, place, column.title, bold=True, border=1, text_wrap=True, bg_color=colour)
    made.text(sheet, 2, place, column.sample, italic=True, font_color="#6B7280", border=1)


def _guide(made: _Book, layout: Layout, words: Words) -> None:
    """The second sheet: what each column is for, which ones have to be filled, what may be chosen."""
    sheet = made.book.add_worksheet(GUIDE)
    heads = (N_("Column"), N_("Must be filled"), N_("What to write"), N_("Example"), N_("One of"))
    for place, (head, width) in enumerate(zip(heads, (20, 10, 60, 24, 80), strict=True)):
        sheet.set_column(place, place, width)
        made.text(sheet, 0, place, words(head), bold=True, bg_color="#E8ECF3")
    for row, column in enumerate(layout.columns, start=1):
        sheet.set_row(
            row, 16 * max(_lines("、".join(column.kind.options), 76), _lines(words(column.hint or "-"), 56))
        )
        made.text(sheet, row, 0, column.title)
        made.text(sheet, row, 1, words(N_("Yes")) if column.required else "")
        made.text(sheet, row, 2, words(column.hint) if column.hint else "", text_wrap=True)
        made.text(sheet, row, 3, column.sample)
        made.text(sheet, row, 4, "、".join(column.kind.options), text_wrap=True)
    made.text(
        sheet, len(layout.columns) + 2, 0, words(N_("Delete nothing: the example row is left out by itself."))
    )


def _choices(made: _Book, sheet: Any, columns: list[Column | None]) -> None:
    """Lists to choose from; long ones stand in a sheet of their own. They offer, they do not forbid."""
    third = None
    for place, column in enumerate(columns):
        options = list(column.kind.options) if column else []
        if not options:
            continue
        source: Any = options
        if len(",".join(options)) > _LONGEST_LIST:
            third = third or made.book.add_worksheet(OPTIONS)
            for row, option in enumerate(options):
                made.text(third, row, place, option)
            source = f"='{OPTIONS}'!${letter(place)}$1:${letter(place)}${len(options)}"
        rule = {"validate": "list", "source": source, "error_type": "information", "show_error": False}
        sheet.data_validation(2, place, _TEMPLATE_ROWS, place, rule)
    if third:
        third.hide()


def write_returned(
    file: IO[bytes], layout: Layout, rows: Iterable[Row], *, say: Say = str, words: Words = str
) -> int:
    """The failed rows, each cell as it was typed, bad ones coloured and explained; how many there were.

    `say` puts an obstacle into words, `words` translates a sentence. Columns: where the row stood, what is wrong and
    what to write, then the layout's. Mended in place, it goes back in.
    """
    made, count = _Book(file, constant_memory=True), 0
    with made.book as book:
        sheet = book.add_worksheet(_sheet_name(layout.form_title))
        sheet.set_row(0, 26)
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, 1, 50)
        for place, column in enumerate(layout.columns, start=2):
            sheet.set_column(place, place, column.kind.width, made.format(num_format="@"))
        made.text(sheet, 0, 0, layout.form_title, bold=True, font_size=16)
        for place, head in enumerate((ORIGIN, MISTAKES, *(column.title for column in layout.columns))):
            made.text(sheet, 1, place, head, bold=True, border=1, text_wrap=True, bg_color="#E8ECF3")
        sheet.freeze_panes(2, 2)
        comments = _comments_left()
        for row in rows:
            _returned_row(made, sheet, count + 2, row, layout, say, comments)
            count += 1
        if not count:
            made.text(sheet, 2, 1, words(N_("No row is left to mend.")))
    return count


def _comments_left() -> Iterator[bool]:
    for _ in range(_COMMENTS):
        yield True
    while True:
        yield False


def _returned_row(
    made: _Book, sheet: Any, at: int, row: Row, layout: Layout, say: Say, comments: Iterator[bool]
) -> None:
    by_column: dict[str, list[tuple[Weight, str]]] = defaultdict(list)
    for found in row.findings:
        if found.blocks:
            by_column[found.column].append((found.weight, _sentence(found.obstacle, found.offers, say)))
    titles = {column.key: column.title for column in layout.columns}
    lines = [
        f"{titles[key]}：{sentence}" if not sentence.startswith(titles.get(key, "")) else sentence
        for key, sentences in by_column.items()
        for _, sentence in sentences
    ]
    sheet.set_row(at, min(16 * sum(map(_lines, lines)) or 16, 400))
    made.text(sheet, at, 0, f"{row.sheet} {row.number}".strip(), font_color="#6B7280")
    made.text(sheet, at, 1, "\n".join(lines), text_wrap=True)
    for place, column in enumerate(layout.columns, start=2):
        faults = by_column.get(column.key, [])
        colour = {"bg_color": _COLOURS[faults[0][0]]} if faults else {}
        text = row.cells.get(column.key, "")
        if text or faults:
            made.text(sheet, at, place, text, **colour)
        if not faults:
            continue
        if next(comments):
            sheet.write_comment(at, place, "\n".join(sentence for _, sentence in faults), {"x_scale": 2})


def _lines(sentence: str, width: int = 46) -> int:
    """How many lines a sentence takes in its column; programs do not work that out when they open a file."""
    return -(-sum(2 if ord(sign) > 0x2010 else 1 for sign in sentence) // width) or 1


def _sentence(obstacle: Obstacle, offers: Iterable[Any], say: Say) -> str:
    """What is wrong, and what may be written instead. A clash of two rows has no text that settles it."""
    labels = [offer.text for offer in offers] if obstacle.code != "row_doubled" else []
    # The words of an offer stand in the cell afterwards: they are what the clerk should write.
    return say(obstacle) + (f"（{' / '.join(labels)}）" if labels else "")
