"""A roster made dirty by LibreOffice itself: a clerk's habits, played by a Basic macro in a real office without a screen.

    python bench/dirty_in_libreoffice.py OUT --rows 3000        # OUT/roster.xlsx, .xls and .ods, and what was planted

People, dirt and faults of the cells are those of `dirty_roster`; beside them stands what only a spreadsheet program
does: several sheets with columns in another order, a cover, merged titles and counties, two header rows, headers that
come again, hidden rows and columns, sums by formula, an error cell, notes at cells, filters, numbers that it made of
what was typed. Everybody is invented. The same count and seed give the same rows.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from dirty_cells import FAULTS, serial
from dirty_roster import GROUPED, OTHER_NAMES, TITLES, Where, rows

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "ods": "calc8"}
HABITS = (
    "a cover sheet", "several sheets", "a hidden sheet", "columns in another order", "a column of one's own", "a merged title",
    "a line with the office", "two header rows", "merged headers", "headers that come again", "a merged county", "a hidden row",
    "a hidden column", "an empty row between", "a total by formula", "a row of remarks", "a row for signatures", "an error cell",
    "a note at a cell", "numbers made of what was typed",
)  # fmt: skip
# One command a line, fields parted by tabs: \n and \t inside a text are written as ␤ and ␉.
MACRO = """
Sub Make(commands As String)
  Dim files, stream, line As String, doc, sheet, parts, cell
  Dim how(0) As New com.sun.star.beans.PropertyValue
  On Error GoTo Wrong
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  doc = StarDesktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, hidden())
  files = createUnoService("com.sun.star.ucb.SimpleFileAccess")
  stream = createUnoService("com.sun.star.io.TextInputStream")
  stream.setInputStream(files.openFileRead(ConvertToURL(commands)))
  stream.setEncoding("UTF-8")
  Do While Not stream.isEOF()
    line = stream.readLine()
    If Len(line) > 0 Then
      parts = Split(line, Chr(9))
      Select Case parts(0)
      Case "sheet"
        If doc.Sheets.Count = 1 And doc.Sheets.getByIndex(0).Name <> parts(1) And Not doc.Sheets.hasByName(parts(1)) And parts(2) = "first" Then
          doc.Sheets.getByIndex(0).Name = parts(1)
        Else
          doc.Sheets.insertNewByName(parts(1), doc.Sheets.Count)
        End If
        sheet = doc.Sheets.getByName(parts(1))
      Case "text"
        sheet.getCellByPosition(CLng(parts(2)), CLng(parts(1))).String = Plain(parts(3))
      Case "number"
        sheet.getCellByPosition(CLng(parts(2)), CLng(parts(1))).Value = Val(parts(3))
      Case "day"
        cell = sheet.getCellByPosition(CLng(parts(2)), CLng(parts(1)))
        cell.Value = Val(parts(3))
        cell.NumberFormat = FormatOf(doc, "YYYY-MM-DD")
      Case "typed"
        sheet.getCellByPosition(CLng(parts(2)), CLng(parts(1))).setFormula(parts(3))
      Case "merge"
        sheet.getCellRangeByPosition(CLng(parts(2)), CLng(parts(1)), CLng(parts(4)), CLng(parts(3))).merge(True)
      Case "note"
        cell = sheet.getCellByPosition(CLng(parts(2)), CLng(parts(1)))
        sheet.Annotations.insertNew(cell.CellAddress, Plain(parts(3)))
      Case "hide_row"
        sheet.Rows.getByIndex(CLng(parts(1))).IsVisible = False
      Case "hide_column"
        sheet.Columns.getByIndex(CLng(parts(1))).IsVisible = False
      Case "hide_sheet"
        sheet.IsVisible = False
      Case "save"
        how(0).Name = "FilterName" : how(0).Value = parts(2)
        doc.storeToURL(ConvertToURL(parts(1)), how())
      End Select
    End If
  Loop
  stream.closeInput()
  doc.close(True)
  Say(commands, "")
  Exit Sub
Wrong:
  Say(commands, "line " + Erl + ": " + Error$ + " at: " + line)
End Sub

Sub Say(commands As String, text As String)
  Dim told
  told = createUnoService("com.sun.star.io.TextOutputStream")
  told.setOutputStream(createUnoService("com.sun.star.ucb.SimpleFileAccess").openFileWrite(ConvertToURL(commands + ".said")))
  told.writeString(text)
  told.closeOutput()
  StarDesktop.terminate()
End Sub

Function Plain(text As String) As String
  Plain = Replace(Replace(text, Chr(9252), Chr(10)), Chr(9225), Chr(9))
End Function

Function FormatOf(doc, code As String) As Long
  Dim locale As New com.sun.star.lang.Locale
  FormatOf = doc.NumberFormats.queryKey(code, locale, False)
  If FormatOf = -1 Then FormatOf = doc.NumberFormats.addNew(code, locale)
End Function
"""
MODULE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" '
    '"module.dtd">\n<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" '
    'script:language="StarBasic">{}</script:module>'
)


@dataclass
class Made:
    """The files by their form, and where what was planted: (sheet, row, column) → code; good rows have no entry."""

    paths: dict[str, Path]
    count: int
    planted: dict[tuple[str, int, str], str] = field(default_factory=dict)
    dirt: dict[str, int] = field(default_factory=dict)


@dataclass
class Sheet:
    """One sheet being filled: its commands, and where the next row stands."""

    name: str
    keys: list[str]
    commands: list[str]
    at: int = 0

    def put(self, row: int, column: int, value: Any, *, is_typed: bool = False) -> None:
        """A cell as a clerk leaves it."""
        if value == "":
            return
        if isinstance(value, date):
            self.say("day", row, column, serial(value))
        elif isinstance(value, float):
            self.say(
                "typed" if is_typed else "number",
                row,
                column,
                f"{value:.0f}" if value.is_integer() else value,
            )
        else:
            self.say("text", row, column, str(value).replace("\n", "␤").replace("\t", "␉"))

    def say(self, *fields: object) -> None:
        """One command."""
        self.commands.append("\t".join(map(str, fields)))


def make(
    folder: Path, count: int, places: Sequence[Where], *, forms: Sequence[str] = tuple(FILTERS), **how: Any
) -> Made:
    """Have LibreOffice make the workbook in `folder`, in each of `forms`. `how` goes to `dirty_roster.rows`."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Made({form: folder / f"roster.{form}" for form in forms}, count)
    with tempfile.TemporaryDirectory() as home:
        saving = (f"save\t{made.paths[form]}\t{FILTERS[form]}" for form in forms)
        Office(Path(home)).play([*_commands(made, places, how), *saving])
    missing = [str(path) for path in made.paths.values() if not path.exists()]
    if missing:
        raise RuntimeError(f"LibreOffice made no {', '.join(missing)}")
    return made


def _commands(made: Made, places: Sequence[Where], how: dict[str, Any]) -> Iterator[str]:
    cover = Sheet("封面", [], [])
    cover.say("sheet", cover.name, "first")
    cover.put(3, 1, "社会工作者花名册")
    cover.say("merge", 3, 1, 3, 6)
    cover.put(5, 1, "填报单位（公章）：")
    yield from cover.commands
    each = -(-made.count // len(places))
    start = 1
    for number, place in enumerate(places):
        size = min(each, made.count - start + 1)
        yield from _roster(made, place, number, start, size, how).commands
        start += size
    notes = Sheet("填表说明", [], [])
    notes.say("sheet", notes.name, "")
    notes.put(0, 0, "请于月底前报送，一式两份。")
    notes.say("hide_sheet")
    yield from notes.commands


def _roster(made: Made, place: Where, number: int, start: int, size: int, how: dict[str, Any]) -> Sheet:
    keys = list(TITLES)
    if number:
        Random(number).shuffle(keys)
    sheet = Sheet(place.county, keys, [])
    sheet.say("sheet", sheet.name, "")
    _head(sheet)
    first, said, merged = sheet.at, "", False
    for done, (cells, fault, dirt) in enumerate(rows(size, [place], start=start, seed=2013 + number, **how)):
        if done and done == size // 2:
            _between(sheet)
            said = ""
        county = cells["county"]
        if county == said and not fault and not merged:
            cells["county"], merged = "", True
            column = keys.index("county") + 1
            sheet.say("merge", sheet.at - 1, column, sheet.at, column)
        said = "" if fault or merged else county
        _row(sheet, done + 1, cells)
        if fault:
            column_key, code, _change = FAULTS[fault]
            made.planted[sheet.name, sheet.at, column_key] = code
        for kind in dirt:
            made.dirt[kind] = made.dirt.get(kind, 0) + 1
    _foot(sheet, first)
    return sheet


def _row(sheet: Sheet, number: int, cells: dict[str, Any]) -> None:
    """One person; afterwards `at` is her row as the spreadsheet counts it."""
    sheet.put(sheet.at, 0, float(number))
    for column, key in enumerate(sheet.keys, start=1):
        sheet.put(sheet.at, column, cells[key], is_typed=key in ("identity", "phone"))
    sheet.at += 1


def _head(sheet: Sheet) -> None:
    width = len(sheet.keys) + 1
    sheet.put(0, 0, f"{sheet.name}社会工作者花名册（最终版2改）")
    sheet.say("merge", 0, 0, 0, width)
    sheet.put(1, 0, "填报单位（盖章）：")
    sheet.put(1, 5, "2026年11月")
    _titles(sheet, 2)
    sheet.put(2, width, "内部编号")
    sheet.say("hide_column", sheet.keys.index("ethnicity") + 1)
    sheet.say("note", 2, sheet.keys.index("identity") + 1, "请逐位核对␤不要用公式")
    sheet.at = 4


def _titles(sheet: Sheet, row: int) -> None:
    """Two header rows; what stands under one heading is merged across, everything else downwards."""
    sheet.put(row, 0, "序号")
    sheet.say("merge", row, 0, row + 1, 0)
    for column, key in enumerate(sheet.keys, start=1):
        title = OTHER_NAMES.get(key, TITLES[key])
        if key in GROUPED:
            sheet.put(row, column, GROUPED[key])
            sheet.put(row + 1, column, title)
        else:
            sheet.put(row, column, title)
            sheet.say("merge", row, column, row + 1, column)


def _between(sheet: Sheet) -> None:
    """An empty row, and the header again as on a second printed page."""
    sheet.at += 1
    _titles(sheet, sheet.at)
    sheet.at += 2


def _foot(sheet: Sheet, first: int) -> None:
    at, name = sheet.at, sheet.keys.index("name") + 1
    letter = _letter(name)
    sheet.put(at, 0, "合计")
    sheet.say("typed", at, name, f"=COUNTA({letter}{first + 1}:{letter}{at})")
    sheet.say("typed", at, len(sheet.keys) + 1, "=#REF!")
    sheet.put(at + 2, 0, "备注：1. 本表由各县（市、区）填报。2. 身份证号请设为文本格式。")
    sheet.put(at + 3, 0, "填表人：某某")
    sheet.put(at + 3, 4, "审核人：某某")
    sheet.say("hide_row", first + 1)
    sheet.at += 4


def _letter(column: int) -> str:
    return ("" if column < 26 else chr(64 + column // 26)) + chr(65 + column % 26)


class Office:
    """LibreOffice with a profile of its own, which holds the macro."""

    def __init__(self, home: Path):
        found = shutil.which("soffice")
        if found is None:
            raise RuntimeError("LibreOffice is not here: bin/test installs libreoffice-calc-nogui")
        self.home, self.profile = home, home / "profile"
        self.start = [
            found,
            f"-env:UserInstallation=file://{self.profile}",
            "--headless",
            "--norestore",
            "--nologo",
        ]
        (home / "first.csv").write_text("1")  # a first conversion makes the profile
        self.run("--convert-to", "ods", "--outdir", str(home), str(home / "first.csv"))
        escaped = MACRO.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        (self.profile / "user/basic/Standard/Module1.xba").write_text(
            MODULE.format(escaped), encoding="utf-8"
        )

    def run(self, *arguments: str) -> None:
        """Start it, and wait until it ends by itself."""
        subprocess.run([*self.start, *arguments], check=True, capture_output=True, timeout=600)

    def play(self, commands: Sequence[str]) -> None:
        """Have the macro carry the commands out."""
        told = self.home / "commands.txt"
        told.write_text("\n".join(commands), encoding="utf-8")
        self.run(f"macro:///Standard.Module1.Make({told})")
        said = Path(f"{told}.said")
        until = time.monotonic() + 600
        while (
            not said.exists() or (self.profile / ".lock").exists()
        ):  # the macro may go on when its starter has ended
            if time.monotonic() > until:
                raise RuntimeError("the macro did not end")
            time.sleep(0.1)
        if text := said.read_text():
            raise RuntimeError(text)


def main() -> None:
    """`OUT --rows N --place 市州,县市区,代码,单位…` (one sheet each)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--faulty", type=float, default=0.02)
    parser.add_argument("--dirty", type=float, default=0.6)
    parser.add_argument("--place", action="append", default=[], help="prefecture,county,code,body,body,…")
    asked = parser.parse_args()
    given = asked.place or ["延边州,延吉市,222401,延吉市北山社会工作服务中心"]
    places = [Where(p[0], p[1], p[2], tuple(p[3:])) for p in (one.split(",") for one in given)]
    made = make(asked.out.resolve(), asked.rows, places, faulty=asked.faulty, dirty=asked.dirty)
    planted = [[*where, code] for where, code in made.planted.items()]
    (asked.out / "planted.json").write_text(
        json.dumps(planted, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    sys.stdout.write(
        f"{made.count} rows, {len(made.dirt)} kinds of dirt in cells, {len(HABITS)} habits of a workbook, {len(planted)} faults\n"
    )


if __name__ == "__main__":
    main()
