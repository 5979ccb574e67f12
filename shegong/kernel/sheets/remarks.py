"""What a clerk is told about a file as a whole, and why a file without the right headers is not read (pure)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.endings import Role
from shegong.kernel.sheets.headers import GUIDE, OPTIONS, Header, letter
from shegong.kernel.sheets.layout import Layout
from shegong.kernel.sheets.reading import Numbered, Sheet
from shegong.kernel.text import N_

if TYPE_CHECKING:
    from shegong.kernel.sheets.workbook import Part

_ROLES = {
    Role.TOTAL: ("rows_total", N_("Rows with totals were left out: %(rows)s.")),
    Role.SIGNATURE: ("rows_signature", N_("Rows for signatures and seals were left out: %(rows)s.")),
    Role.REMARK: ("rows_remark", N_("Rows with remarks or titles were left out: %(rows)s.")),
    Role.HEADER: ("rows_header", N_("Headers that stand again between the rows were left out: %(rows)s.")),
    Role.EXAMPLE: ("rows_example", N_("The example row of the template was left out: %(rows)s.")),
}


@dataclass(frozen=True)
class Remark:
    """Something about the file or one of its sheets that the clerk should know; it blocks nothing."""

    obstacle: Obstacle
    sheet: str = ""


def ranges(numbers: Iterable[int], *, most: int = 12) -> str:
    """Row numbers as people write them: 3、7–9、12; the rest as …"""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = [f"{first}" if first == last else f"{first}–{last}" for first, last in runs[:most]]
    return "、".join(shown) + ("…" if len(runs) > most else "")


def _remark(about: Sheet, code: str, message: str, /, **params: Any) -> Remark:
    return Remark(Obstacle(code, message, params=params), about.name)


def of_file(layout: Layout, parts: Sequence["Part"], unknown: Sequence[tuple[Sheet, Header]]) -> list[Remark]:
    """All remarks, sheet by sheet."""
    found = [remark for part in parts for remark in _of_part(part)]
    for sheet, header in unknown:
        if header.is_recognised(layout):
            found.append(_left_out(layout, sheet, header))
        elif sheet.name not in (GUIDE, OPTIONS):
            message = N_("The sheet “%(sheet)s” was left out: it has no row with the headers of this form.")
            found.append(_remark(sheet, "sheet_skipped", message, sheet=sheet.name))
    return found


def _left_out(layout: Layout, sheet: Sheet, header: Header) -> Remark:
    """Why a sheet of this form is not read though another one of the file is."""
    missing = header.missing(layout)
    if missing:
        message = N_("The sheet “%(sheet)s” was left out: it has no column %(missing)s.")
        return _remark(sheet, "sheet_incomplete", message, sheet=sheet.name, missing="、".join(missing))
    message = N_("The sheet “%(sheet)s” was left out: the column %(title)s stands in it more than once.")
    title = "、".join(header.texts[places[0]] for places in header.doubled.values())
    return _remark(sheet, "sheet_doubled", message, sheet=sheet.name, title=title)


def _columns(places: Iterable[int], header: Header) -> str:
    shown = [
        f"{letter(place)} {''.join(header.texts.get(place, '').split())}".strip() for place in sorted(places)
    ]
    return "、".join(shown[:15]) + ("…" if len(shown) > 15 else "")


def _of_part(part: "Part") -> Iterable[Remark]:
    sheet, header = part.sheet, part.header
    if sheet.is_hidden:
        yield _remark(
            sheet, "sheet_hidden", N_("The sheet “%(sheet)s” is hidden; it was read too."), sheet=sheet.name
        )
    if header.ignored:
        message = N_("Columns that this form does not have were left out: %(columns)s.")
        yield _remark(sheet, "columns_ignored", message, columns=_columns(header.ignored, header))
    hidden = [number - 1 for number in sheet.hidden_columns if number - 1 in header.places.values()]
    if hidden:
        message = N_("Hidden columns were read too: %(columns)s.")
        yield _remark(sheet, "columns_hidden", message, columns=_columns(hidden, header))
    rows = [
        n for n in sheet.hidden_rows if n > header.rows[-1] and n <= sheet.rows + 1 and n not in part.left_out
    ]
    if rows:
        message = N_("Hidden rows were read too: %(rows)s.")
        yield _remark(sheet, "rows_hidden", message, rows=ranges(rows), count=len(rows))
    if sheet.error_cells:
        message = N_("%(count)s cells show an error such as #REF!; they were read as empty.")
        yield _remark(sheet, "cells_error", message, count=sheet.error_cells)
    merged = {
        place
        for top, place, bottom, _ in sheet.merged
        if bottom > top >= header.rows[-1] and top + 1 not in part.left_out
    }
    filled = merged & set(header.places.values())
    if filled:
        message = N_("Merged cells were filled with their value in every row they cover: %(columns)s.")
        yield _remark(sheet, "cells_merged", message, columns=_columns(filled, header))
    for role, (code, message) in _ROLES.items():
        numbers = [number for number, found in part.left_out.items() if found is role]
        if numbers:
            yield _remark(sheet, code, message, rows=ranges(numbers), count=len(numbers))


def no_header(layout: Layout, unknown: Sequence[tuple[Sheet, Header, list[Numbered]]]) -> list[Obstacle]:
    """Why no sheet of the file could be read, said about the sheet that comes nearest."""
    if not unknown:
        return [Obstacle("sheet_no_cells", N_("The workbook has no filled cells."), field="file")]
    sheet, header, rows = max(unknown, key=lambda found: len(found[1].places))
    if header.is_recognised(layout) and header.doubled:
        return [_doubled(sheet, header, key) for key in header.doubled]
    missing = header.missing(layout) if header.places else [c.title for c in layout.columns if c.required]
    if header.is_recognised(layout):
        message = N_("Row %(row)s of the sheet “%(sheet)s” has no column %(missing)s. It has: %(seen)s.")
        row, texts = header.rows[0], list(header.texts.values())
    else:
        message = N_(
            "No row has the headers of this form (%(missing)s). Row %(row)s of the sheet “%(sheet)s” says: %(seen)s. "
            "Use the template, or name the columns as it does."
        )
        row, texts = _widest(rows)
    params = {"row": row, "sheet": sheet.name, "missing": "、".join(missing), "seen": _seen(texts)}
    return [Obstacle("header_missing", message, field="file", params=params)]


def _widest(rows: list[Numbered]) -> tuple[int, list[str]]:
    texts = [
        (number, [cell for cell in row if isinstance(cell, str) and cell.strip()]) for number, row in rows
    ]
    return max(texts, key=lambda found: len(found[1]))


def _seen(texts: Sequence[str]) -> str:
    """What stood there, without anything that looks like a person's number."""
    shown = ["…" if sum(map(str.isdigit, text)) > 5 else text.strip()[:12] for text in texts[:20]]
    return "、".join(shown) + ("…" if len(texts) > 20 else "") if shown else "—"


def _doubled(sheet: Sheet, header: Header, key: str) -> Obstacle:
    places = header.doubled[key]
    message = N_(
        "The column %(title)s stands more than once (%(columns)s) in the sheet “%(sheet)s”. Keep one of them."
    )
    columns = "、".join(map(letter, places))
    params = {"title": header.texts[places[0]], "columns": columns, "sheet": sheet.name}
    return Obstacle("column_doubled", message, field="file", params=params)


def no_rows(sheet: str) -> Obstacle:
    """The obstacle of a roster that holds nobody."""
    message = N_("The sheet “%(sheet)s” has the headers, but no rows below them.")
    return Obstacle("sheet_no_rows", message, field="file", params={"sheet": sheet})
