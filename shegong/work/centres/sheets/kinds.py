"""Cells that only the ledger of centres has: the start-up fund, and the results of yearly checks (pure)."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shegong.kernel.characters import plain
from shegong.kernel.sheets.cell_text import Answer, as_text, choice, is_nothing_word, must, shown
from shegong.kernel.sheets.cells import money
from shegong.kernel.sheets.layout import Cell, Offer
from shegong.kernel.text import N_
from shegong.work.centres.rules import Result

# The words of the form, which is Chinese in every language of the site.
RESULT_WORDS = {
    Result.PASSED: "合格",
    Result.BASIC: "基本合格",
    Result.FAILED: "不合格",
    Result.ABSENT: "未参检",
}
_OTHER_WORDS = {
    "年检合格": Result.PASSED, "检查合格": Result.PASSED, "通过": Result.PASSED, "已检": Result.PASSED,
    "已年检": Result.PASSED, "年检基本合格": Result.BASIC, "年检不合格": Result.FAILED, "未通过": Result.FAILED,
    "未年检": Result.ABSENT, "未检": Result.ABSENT, "未参加": Result.ABSENT, "未参加年检": Result.ABSENT,
}  # fmt: skip
_WORDS: dict[str, Result] = {word: result for result, word in RESULT_WORDS.items()} | _OTHER_WORDS
_PARTS = re.compile(r"[;；,，、\n]+")
_YEARLY = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)(?:年度?)?[:：-]?)?(?P<word>\D+?)(?:[(（](?P<behind>(?:19|20)\d\d)年?度?[)）])?"
)
# Below this sum nobody founds a centre: the column was in ten thousands (万元).
_TOO_SMALL = Decimal(1000)
_MONEY = money()


@dataclass(frozen=True)
class Fund:
    """The start-up fund; the value is in fen. A bare number under 1,000 may mean ten thousands: the clerk says which."""

    name: str = "money"
    personal: bool = False
    number_format: str = "0.00"
    width: int = 14
    options: tuple[str, ...] = ()

    def read(self, cell: Cell, *, today: date) -> Answer:
        """Fen. Refuses what is no amount."""
        value, findings = _MONEY.read(cell, today=today)
        if value is None or findings:
            return value, findings
        text = plain(as_text(cell))
        if 0 < value < _TOO_SMALL and not text.endswith(("元", "万")):
            amount = f"{value.normalize():f}"
            offers = [Offer(f"{amount}万元", f"{amount}万元"), Offer(f"{amount}元", f"{amount}元")]
            message = N_("Is this %(amount)s yuan, or %(amount)s ten thousand yuan? Choose one.")
            return choice("fund_unit", message, offers, amount=amount)
        return int(value * 100), ()

    def mask(self, text: str) -> str:
        """As it is."""
        return text


@dataclass(frozen=True)
class Checks:
    """Results of yearly checks, such as 2011年合格；2012年基本合格; the value is result by year."""

    name: str = "checks"
    personal: bool = False
    number_format: str = "@"
    width: int = 18
    options: tuple[str, ...] = ()

    def read(self, cell: Cell, *, today: date) -> Answer:
        """Year → result. Refuses unknown words; a result without its year is the clerk's to date."""
        text = plain(as_text(cell))
        if is_nothing_word(text):
            return None, ()
        found: dict[int, str] = {}
        for part in filter(None, _PARTS.split(text)):
            match = _YEARLY.fullmatch(part)
            result = _WORDS.get(match["word"]) if match else None
            if match is None or result is None:
                words = "、".join(RESULT_WORDS.values())
                message = N_(
                    "Write year and result, such as 2012年合格. “%(text)s” is none of these results: %(words)s."
                )
                return must("check_word", message, text=shown(part), words=words)
            year = match["year"] or match["behind"]
            if year is None:
                return _undated(result, today)
            if found.setdefault(int(year), str(result)) != str(result):
                return must(
                    "check_twice", N_("%(year)s stands here twice with different results."), year=year
                )
        return found, ()

    def mask(self, text: str) -> str:
        """As it is."""
        return text


def _undated(result: Result, today: date) -> Answer:
    offers = []
    for year in range(today.year - 1, today.year - 4, -1):
        text = f"{year}年{RESULT_WORDS[result]}"
        offers.append(Offer(text, text))
    return choice("check_undated", N_("Which year's check is it? Choose one."), offers)
