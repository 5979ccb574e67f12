"""How large a workbook may be before it is refused, and the sentences of refusal (pure).

A province's roster has 100,000 rows and 24 columns: 112 MB of XML in a file of 16 MB. The bounds leave room for three
times that and stop what no person typed.
"""

from collections.abc import Mapping
from typing import NoReturn

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

MIB = 1024 * 1024
FILE = 40 * MIB
PARTS = 2_000
PART = 400 * MIB
ALL_PARTS = 600 * MIB
# Above this size a part may not be more than RATIO times its packed size; a uniform sheet packs 40 to 1.
RATIO_FROM, RATIO = 4 * MIB, 120
DEPTH = 200
ROWS = 200_000
COLUMNS = 512
TEXT = 32_767
# The reading process: address space, seconds of processor, seconds by the clock.
MEMORY, PROCESSOR, CLOCK = 1_200 * MIB, 90, 180

REFUSALS: Mapping[str, str] = {
    "sheet_too_large": N_(
        "The file has %(size)s MB; a workbook may have %(limit)s MB. Split it by county or by year."
    ),
    "sheet_empty_file": N_("The file is empty. Save the workbook again and choose that file."),
    "sheet_bomb": N_(
        "Unpacked, this file would be far larger than any roster. Copy the rows into a new workbook and save that."
    ),
    "sheet_nested": N_(
        "The file contains another packed file or is nested deeper than any workbook. Copy the rows into a new workbook "
        "and save that."
    ),
    "sheet_names": N_(
        "The parts of this file have names that no spreadsheet program writes. Copy the rows into a new workbook and "
        "save that."
    ),
    "sheet_entities": N_(
        "The file defines XML entities, which no spreadsheet program writes. Copy the rows into a new workbook and save "
        "that."
    ),
    "sheet_links": N_(
        "The workbook takes values from other files. Copy the rows, paste them as values into a new workbook and save "
        "that."
    ),
    "sheet_macros": N_(
        "The workbook contains macros. Save it as a workbook without macros (.xlsx) and choose that."
    ),
    "sheet_password": N_(
        "The workbook has a password. Open it, remove the password under “Save as”, and choose the saved file."
    ),
    "sheet_rows": N_(
        "The sheet “%(sheet)s” has more than %(limit)s rows. If most are empty, copy the filled rows into a new workbook; "
        "else split it by county."
    ),
    "sheet_too_heavy": N_(
        "Reading this file takes more memory or time than any roster. Copy the filled rows into a new workbook and save "
        "that."
    ),
    "sheet_broken": N_(
        "The file is damaged or was not sent completely. Open it in your spreadsheet program, save it again, and choose "
        "that."
    ),
    "sheet_picture": N_("This is a picture, not a workbook. Choose the workbook itself."),
    "sheet_pdf": N_("This is a PDF, not a workbook. Choose the workbook from which it was made."),
    "sheet_web_page": N_(
        "This is a web page with the name of a workbook, as some systems export it. Open it in your spreadsheet program, "
        "save it as .xlsx, and choose that."
    ),
    "sheet_binary": N_("This is a workbook in binary form (.xlsb). Save it as .xlsx and choose that."),
    "sheet_unknown": N_("This is no workbook. Choose a file of the form .xlsx, .xls, .et, .ods or .csv."),
    "sheet_encoding": N_(
        "The characters of this text file cannot be read. Save it as .xlsx and choose that."
    ),
}


class Unfit(Exception):
    """A file that is not read further; `code` is a key of `REFUSALS`."""

    def __init__(self, code: str, **params: object):
        super().__init__(code)
        self.code, self.params = code, params


def unfit(code: str, **params: object) -> NoReturn:
    """Stop reading for this reason."""
    raise Unfit(code, **params)


def refusal(code: str, params: Mapping[str, object] | None = None) -> Obstacle:
    """The obstacle of a code."""
    return Obstacle(code, REFUSALS[code], field="file", params=dict(params or {}))
