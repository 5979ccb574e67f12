"""Rows that hold no subject: totals, signatures, remarks, titles pasted in between, headers again, the example (pure)."""

import re
from collections.abc import Sequence
from enum import StrEnum

from shegong.kernel.sheets.headers import EXAMPLE, Header, Names, bare
from shegong.kernel.sheets.layout import Cell, Layout


class Role(StrEnum):
    """What a row is that is not read."""

    TOTAL = "total"
    SIGNATURE = "signature"
    REMARK = "remark"
    HEADER = "header"
    EXAMPLE = "example"
    BLANK = "blank"


_TOTAL = re.compile(
    r"(?:本页|本县|全县|全市|全州|各县)?(?:合计|总计|小计|共计|累计|总数)(?:[\d:：,.人名个].*)?"
)
_SIGNATURE = re.compile(
    r"(?:填表|填报|制表|审核|审批|复核|经办|负责|单位负责|联系|主管|分管|报送|统计)(?:人|领导|单位|日期|时间|部门)(?:签字|签名|盖章)?"
    r"(?:[（(].*?[）)])?(?:[:：].*)?|(?:单位|部门)?[（(]?(?:单位)?(?:盖章|公章|签章)[）)]?(?:[:：].*)?|(?:联系)?电话[:：].*|日期[:：].*|\d{2,4}年\d{1,2}月(?:\d{1,2}日)?"
)
_REMARK = re.compile(
    r"(?:备?注|说明|填表说明|填写说明|注意(?:事项)?|要求)(?:[:：\d一二三.、].*)?$|[(（]?[1-9一二三四五六][.、．)）].{4,}"
)
_WORDS = re.compile(r"[^\W\d_]")
_EXAMPLES = frozenset({EXAMPLE, "例", "样例", "范例", "填写示例", "示例行", "例如", "例子"})


class Roles:
    """Tells the role of a row of one sheet, quickly for the rows that hold a subject."""

    def __init__(self, layout: Layout, header: Header, names: Names):
        self.header, self.names = header, names
        self.places = list(header.places.values())
        required = [column.key for column in layout.columns if column.required]
        keys = [*layout.one_per, *required] or [column.key for column in layout.columns]
        self.needed = [header.places[key] for key in dict.fromkeys(keys) if key in header.places]
        self.serial = header.serial
        self.title_words = {bare(text) for text in header.texts.values()}
        self.is_latin = any(word.isascii() for word in self.title_words)

    def of(self, row: Sequence[Cell]) -> Role | None:
        """The role, or None for a row that holds a subject."""
        filled = [row[place] for place in self.needed if place < len(row) and row[place] not in ("", None)]
        if self.serial is not None and self.serial < len(row) and row[self.serial] in _EXAMPLES:
            return Role.EXAMPLE
        if len(filled) == len(self.needed) and not self._is_suspect(filled):
            return None
        return self._closer(row, len(filled))

    def _is_suspect(self, filled: list[Cell]) -> bool:
        """Whether cells that are all filled hold headers again, or signatures side by side."""
        first = filled[0]
        # Digits are no title: a number in every row is not to be folded first.
        if (
            isinstance(first, str)
            and (self.is_latin or not first.isascii())
            and bare(first) in self.title_words
        ):
            return True
        return any([":" in cell or "：" in cell for cell in filled if type(cell) is str])

    def _closer(self, row: Sequence[Cell], filled: int) -> Role | None:
        texts = [str(cell).strip() for place, cell in enumerate(row) if place not in self.header.aside]
        texts = [text for text in texts if text and text != "None"]
        if not texts:
            return Role.BLANK
        if self._is_header(row):
            return Role.HEADER
        # Totals, signatures and remarks leave most of what names a subject empty, unless names stand behind colons.
        role = _spoken(texts)
        if role and (filled * 2 <= max(len(self.needed), 2) or role is Role.SIGNATURE):
            return role
        read = [row[place] for place in self.places if place < len(row) and str(row[place] or "").strip()]
        if not read:
            # A running number, or a formula that counts on, stands there without anybody.
            return Role.REMARK if any(map(_WORDS.search, texts)) else Role.BLANK
        return Role.REMARK if len(texts) == 1 and _is_prose(texts[0]) else None

    def _is_header(self, row: Sequence[Cell]) -> bool:
        same = sum(
            1
            for place, text in self.header.texts.items()
            if place < len(row)
            and isinstance(row[place], str)
            and row[place]
            and bare(row[place]) == bare(text)
        )
        return same >= 2


def _spoken(texts: list[str]) -> Role | None:
    """The role that the first words give away."""
    for text in texts[:2]:
        plain = re.sub(r"\s+", "", text)
        if _TOTAL.fullmatch(plain):
            return Role.TOTAL
        if _REMARK.match(plain):
            return Role.REMARK
        if _SIGNATURE.fullmatch(plain) and (":" in plain or "：" in plain or len(texts) <= 4):
            return Role.SIGNATURE
    return None


def _is_prose(text: str) -> bool:
    """A single cell of a row that is a sentence or a title, not a name."""
    return len(text) > 8 or text.endswith(("表", "册", "单"))
