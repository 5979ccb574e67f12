"""PDFs typeset from templates: the data goes in as data, never as source text.

A template is a `.typ` file that reads `json(bytes(sys.inputs.data))`. Compilers are made once a process and template,
because reading the fonts costs a second and setting a page a few milliseconds.
"""

import json
import os
import re
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import segno
import typst

# In order of preference: what Debian, Windows, domestic systems and macOS bring.
SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "FangSong", "Songti SC")
SANS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "WenQuanYi Zen Hei",
)
# Carry characters of planes 2 and 3 that the others lack.
RARE = (
    "Noto Sans CJK SC",
    "BabelStone Han",
    "SimSun-ExtB",
    "TH-Tshyn-P2",
    "HanaMinB",
    "Plangothic P1",
    "Plangothic P2",
)


class NoFonts(Exception):
    """There is no Chinese font on this machine; the message says what to do."""


@cache
def fonts() -> typst.Fonts:
    """The fonts of the system and of the folders in SHEGONG_FONTS (separated by `:`), read once."""
    folders = [Path(folder) for folder in os.environ.get("SHEGONG_FONTS", "").split(os.pathsep) if folder]
    return typst.Fonts(font_paths=folders)


@cache
def families() -> dict[str, list[str]]:
    """Chinese font families on this machine for `serif` and `sans`, best first. Raises `NoFonts`."""
    there = set(fonts().families())
    serif, sans, rare = ([name for name in names if name in there] for names in (SERIF, SANS, RARE))
    if not serif and not sans:
        raise NoFonts(
            "No Chinese font found, so no certificate can be printed. Install one (Debian: apt install fonts-noto-cjk) "
            "or name a folder with fonts in SHEGONG_FONTS, then start again."
        )
    return {"serif": [*(serif or sans), *rare], "sans": [*(sans or serif), *rare]}


class Typesetter:
    """One template, ready to set; threads wait for each other."""

    def __init__(self, template: Path):
        self._compiler = typst.Compiler(
            str(template), root=str(template.parent), font_paths=fonts(), ignore_system_fonts=True
        )
        self._turn = threading.Lock()

    def pdf(self, data: Mapping[str, Any], at: datetime | None = None) -> bytes:
        """The document for `data`; `at` becomes its creation time, so the same data give the same bytes."""
        at = at.replace(microsecond=0) if at else None
        inputs = {"data": json.dumps({**data, **families()}, ensure_ascii=False)}
        with self._turn:
            made = self._compiler.compile(format="pdf", sys_inputs=inputs, timestamp=at)
        return made if isinstance(made, bytes) else b"".join(made)


@cache
def typesetter(template: Path) -> Typesetter:
    """The typesetter of a template, made on first use."""
    return Typesetter(template)


def pdf(template: Path, data: Mapping[str, Any], at: datetime | None = None) -> bytes:
    """`template` typeset with `data` (anything JSON holds; `serif` and `sans` are added). Raises `NoFonts`."""
    return typesetter(template).pdf(data, at)


QUIET = 4  # modules of white around a QR code (ISO/IEC 18004)
# Trying all eight masks costs more than setting the page. Our codes end in random signs, so each mask does as well;
# readers take its number from the code itself.
MASK = 6
_DARK = re.compile(rb"\x01+")


def qr_svg(text: str, *, size: int | None = None) -> str:
    """A QR code as SVG with its quiet zone; `size` in pixels, else it scales with its place."""
    rows = segno.make(text, error="m", micro=False, mask=MASK).matrix
    side = len(rows) + 2 * QUIET
    path = "".join(chain.from_iterable(_runs(row, y + QUIET) for y, row in enumerate(rows)))
    given = f' width="{size}" height="{size}"' if size else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg"{given} viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#17202C" d="{path}"/></svg>'
    )


def _runs(row: bytearray, y: int) -> list[str]:
    """The dark modules of one row as path commands, neighbours joined."""
    spans = [(found.start() + QUIET, found.end() - found.start()) for found in _DARK.finditer(row)]
    return [f"M{x} {y}h{length}v1h-{length}z" for x, length in spans]
