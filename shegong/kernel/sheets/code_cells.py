"""Cells whose words come from a list: national codes, and lists that a context gives (pure)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from shegong.kernel.characters import plain
from shegong.kernel.code_lists import codes
from shegong.kernel.sheets.cell_text import Answer, as_text, choice, is_nothing_word, must, read_as, shown
from shegong.kernel.sheets.layout import Cell, Offer
from shegong.kernel.text import N_

_PUNCTUATION = re.compile(r"[\W_]+")
_SHOWN_OPTIONS = 14

# Short forms as rosters have them, code by list. A tuple of codes means that only the clerk can tell.
_SHORT: Mapping[str, Mapping[str, str | tuple[str, ...]]] = {
    "sex": {"男": "1", "女": "2", "M": "1", "F": "2", "男性": "1", "女性": "2"},
    "political_status": {
        "党员": "01", "中共党员": "01", "共产党员": "01", "正式党员": "01", "中共": "01", "预备党员": "02", "中共预备党员": "02",
        "团员": "03", "共青团员": "03", "民革": "04", "民革会员": "04", "民革党员": "04", "民盟": "05", "民盟盟员": "05",
        "民建": "06", "民建会员": "06", "民进": "07", "民进会员": "07", "农工党": "08", "农工党党员": "08", "农工党员": "08",
        "致公党": "09", "致公党党员": "09", "九三": "10", "九三学社": "10", "台盟": "11", "台盟盟员": "11", "无党派": "12",
        "无党派民主人士": "12", "群众": "13", "普通群众": "13", "一般群众": "13", "民主党派": tuple(f"{n:02}" for n in range(4, 12)),
    },
    "education": {
        "博士": "11", "博士研究生": "11", "博士毕业": "11", "硕士": "14", "硕士研究生": "14", "硕士毕业": "14", "研究生": ("10", "11", "14"),
        "研究生毕业": ("11", "14"), "本科": "21", "大学": "21", "大学本科": "21", "全日制本科": "21", "本科毕业": "21", "大本": "21",
        "大学毕业": "21", "专科": "31", "大专": "31", "大学专科": "31", "专科毕业": "31", "大专毕业": "31", "高职": "31", "高职高专": "31",
        "中专": "41", "中等专科": "41", "中专毕业": "41", "职高": "44", "技校": "47", "高中": "61", "普通高中": "61", "高中毕业": "61",
        "初中": "71", "小学": "81", "其它": "90",
    },
    "degree": {
        "学士学位": "4", "硕士学位": "3", "博士学位": "2", "名誉博士学位": "1", "硕士研究生": "3", "博士研究生": "2",
    },
}  # fmt: skip


def folded(text: str) -> str:
    """A word of a list as it is compared: plain characters, capital letters, no blanks, no punctuation."""
    return _PUNCTUATION.sub("", plain(text)).upper()


@dataclass
class Choice:
    """A word of a list; the value is its code.

    `labels` gives the official word of each code, `short` words that mean a code without doubt and are not worth a note
    (a tuple of codes where only the clerk can tell), `also` words that are read with a note.
    """

    name: str
    labels: Mapping[str, str]
    short: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    also: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    personal: bool = False
    number_format: str = "@"
    width: int = 14
    # The words that the template offers; the official ones unless a shorter set is meant.
    options: tuple[str, ...] = ()
    # Whether 无 and the like mean an empty cell; not in lists that have such an entry.
    nothing: bool = True

    def __post_init__(self) -> None:
        self.options = self.options or tuple(self.labels.values())
        self._quiet: dict[str, str | tuple[str, ...]] = {}
        for words in (
            {label: code for code, label in self.labels.items()},
            {code: code for code in self.labels},
            {code.lstrip("0"): code for code in self.labels if code.lstrip("0")},
            self.short,
        ):
            for word, code in words.items():
                self._quiet.setdefault(folded(word), code)
        self._noted = {folded(word): code for word, code in self.also.items()}
        # Lists are short and their words few: what was read once is not worked out again.
        self._known: dict[str, Answer] = {}

    def read(self, cell: Cell, *, today: date) -> Answer:
        """The code. Unknown words are refused with the nearest ones offered, or with the list."""
        text = cell if isinstance(cell, str) else as_text(cell)
        found = self._known.get(text)
        if found is None:
            found = self._look_up(text)
            if len(self._known) < 2000:
                self._known[text] = found
        return found

    def _look_up(self, text: str) -> Answer:
        word = folded(text)
        found = self._quiet.get(word)
        if found is not None:
            return self._said(found, text, noted=False)
        found = self._noted.get(word)
        if found is not None:
            return self._said(found, text, noted=True)
        if (is_nothing_word(text) and self.nothing) or not text.strip():
            return None, ()
        return self._unknown(text, word)

    def _said(self, found: str | tuple[str, ...], text: str, *, noted: bool) -> Answer:
        if isinstance(found, str):
            return found, (read_as(self.labels[found]),) if noted else ()
        message = N_("“%(text)s” may mean more than one entry of the list. Choose one.")
        return choice("choice_doubtful", message, self._offers(found), text=shown(text))

    def _offers(self, found: Sequence[str]) -> list[Offer]:
        return [Offer(self.labels[code], self.labels[code]) for code in found]

    def _unknown(self, text: str, word: str) -> Answer:
        near = [code for code, label in self.labels.items() if len(word) > 1 and word in folded(label)]
        if not near or len(near) > 5:
            all_words = {**self._quiet, **self._noted}
            matches = (all_words[match] for match in get_close_matches(word[:40], all_words, 3, 0.6))
            near = list(dict.fromkeys(code for code in matches if isinstance(code, str)))
        if near:
            message = N_("“%(text)s” is not in the list. Choose the entry that is meant.")
            return choice("choice_near", message, self._offers(near), text=shown(text))
        message = N_("“%(text)s” is not in the list. Write one of: %(options)s.")
        options = "、".join(self.options[:_SHOWN_OPTIONS]) + (
            "…" if len(self.options) > _SHOWN_OPTIONS else ""
        )
        return must("choice_unknown", message, text=shown(text), options=options)

    def mask(self, text: str) -> str:
        """As it is."""
        return text


def national(list_name: str, *, options: tuple[str, ...] = ()) -> Choice:
    """Cells of a national code list (`kernel.code_lists`): by name, code or usual short form."""
    labels = codes(list_name)
    short: dict[str, str | tuple[str, ...]] = dict(_SHORT.get(list_name, {}))
    if list_name == "ethnicity":
        short |= {label.removesuffix("族"): code for code, label in labels.items() if label.endswith("族")}
        short |= {"鲜": "10", "朝": "10"} if labels.get("10") == "朝鲜族" else {}
    if list_name == "sex":
        options = options or ("男", "女")
    return Choice(list_name, labels, short, options=options, width=22 if list_name == "education" else 14)


_YES, _NO = (
    ("是", "有", "Y", "YES", "TRUE", "1", "√", "✓", "✔", "对", "已", "T"),
    ("否", "无", "没有", "不", "不是", "N", "NO", "FALSE", "0", "×", "✗", "✘", "X", "错", "未", "F", "没"),
)


@dataclass(frozen=True)
class YesNo:
    """Yes or no; the value is True, False, or None for an empty cell."""

    name: str = "yes_no"
    personal: bool = False
    number_format: str = "@"
    width: int = 10
    options: tuple[str, ...] = ("是", "否")

    def read(self, cell: Cell, *, today: date) -> Answer:
        """是, 有, √, Y, 1 and TRUE are yes; 否, 无, ×, N, 0 and FALSE are no; nothing else is either."""
        word = plain(as_text(cell)).upper()
        if word in _YES:
            return True, ()
        if word in _NO:
            return False, ()
        if is_nothing_word(word):
            return None, ()
        return must("yes_no_form", N_("Write 是 or 否."))

    def mask(self, text: str) -> str:
        """As it is."""
        return text
