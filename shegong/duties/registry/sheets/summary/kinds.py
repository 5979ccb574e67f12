"""The cell of the first review's opinion, which only the summary has; pure."""

import re
from dataclasses import dataclass
from datetime import date

from shegong.kernel.characters import plain
from shegong.kernel.sheets.cell_text import Answer, as_text, is_nothing_word, must, shown
from shegong.kernel.sheets.layout import Cell
from shegong.kernel.text import N_

LONGEST = 200
_AGAINST = re.compile(r"不|未|退|补正|驳|否|缺")
_FOR = re.compile(r"同意|通过|合格|符合|准予|属实")


@dataclass(frozen=True)
class Opinion:
    """A positive opinion as written, for the decision; None leaves the case to the desk. A negative one is refused."""

    name: str = "opinion"
    personal: bool = False
    number_format: str = "@"
    width: int = 24
    options: tuple[str, ...] = ()

    def read(self, cell: Cell, *, today: date) -> Answer:
        """The opinion. A refusal or a return needs its reason, which the applicant is told: that is for the desk."""
        text = " ".join(as_text(cell).split())
        word = plain(text)
        if is_nothing_word(text):
            return None, ()
        if _AGAINST.search(word):
            message = N_(
                "A return or a refusal needs its reason. Leave this cell empty; the application then waits at the desk."
            )
            return must("opinion_negative", message)
        if not _FOR.search(word) or len(text) > LONGEST:
            message = N_("“%(text)s” is no opinion. Write 同意, or leave the cell empty.")
            return must("opinion_unknown", message, text=shown(text))
        return text, ()

    def mask(self, text: str) -> str:
        """As it is."""
        return text
