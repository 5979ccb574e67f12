"""Open documents (.ods): merged, hidden and repeated rows and columns, which the reader of cells does not tell (pure).

Only looked into when a document has any; entities were refused before.
"""

import zipfile
from typing import IO
from xml.parsers import expat

from shegong.kernel.sheets import limits
from shegong.kernel.sheets.guards import PIECE, Seen
from shegong.kernel.typed_numbers import whole_number

_MOST = 20_000  # merged areas and hidden rows of a sheet


class _Look:
    """Follows the elements of the tables, counting rows and columns as the spreadsheet does."""

    def __init__(self) -> None:
        self.sheets: dict[str, Seen] = {}
        self.now, self.row, self.column, self.times = Seen(), 0, 0, 1

    def start(self, name: str, said: dict[str, str]) -> None:
        """An element opens."""
        if name == "table:table-cell" or name == "table:covered-table-cell":
            self._cell(said)
        elif name == "table:table-row":
            self.column, self.times = 0, _count(said, "table:number-rows-repeated")
            if _is_hidden(said):
                self.now.hidden_rows += range(self.row + 1, self.row + 1 + min(self.times, _MOST))
        elif name == "table:table-column":
            times = min(_count(said, "table:number-columns-repeated"), limits.COLUMNS)
            if _is_hidden(said):
                self.now.hidden_columns += range(self.column + 1, self.column + 1 + times)
            self.column += times
        elif name == "table:table":
            self.now = self.sheets.setdefault(said.get("table:name", ""), Seen())
            self.row = self.column = 0

    def end(self, name: str) -> None:
        """An element closes."""
        if name == "table:table-row":
            self.row += self.times

    def _cell(self, said: dict[str, str]) -> None:
        down, right = _count(said, "table:number-rows-spanned"), _count(said, "table:number-columns-spanned")
        if (down > 1 or right > 1) and len(self.now.merged) < _MOST:
            self.now.merged.append((self.row, self.column, self.row + down - 1, self.column + right - 1))
        self.column += _count(said, "table:number-columns-repeated")


def _count(said: dict[str, str], name: str) -> int:
    return whole_number(said.get(name, "1"), digits=7) or 1


def _is_hidden(said: dict[str, str]) -> bool:
    return said.get("table:visibility") in ("collapse", "filter")


def look(file: IO[bytes]) -> dict[str, Seen]:
    """What is merged and hidden, sheet by sheet. Refuses what is no XML."""
    found, parser = _Look(), expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = found.start, found.end
    try:
        with zipfile.ZipFile(file) as packed, packed.open("content.xml") as part:
            while piece := part.read(PIECE):
                parser.Parse(piece)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise limits.Unfit("sheet_broken") from error
    return found.sheets
