"""What people's keyboards, PDFs and chat programs put into a field, seen character by character (pure).

Nothing here corrects silently what a reader could take for something else: a character that is invisible, turns the
direction of text, or only looks like the right one is reported with its name, its code and its place.
"""

import re
import unicodedata

from shegong.kernel.text import N_

# Ideographs of every plane, radicals and compatibility signs excluded; extensions named so that Python's own Unicode
# version does not decide whose name exists.
HAN = (
    "\u3007\u3400-\u4dbf\u4e00-\u9fff\ufa0e\ufa0f\ufa11\ufa13\ufa14\ufa1f\ufa21\ufa23\ufa24\ufa27-\ufa29"
    "\U00020000-\U0002a6df\U0002a700-\U0002ee5d\U00030000-\U000323af\U000323b0-\U00033479"
)
HAN_CHARACTER = re.compile(f"[{HAN}]")
SPACES = re.compile(r"\s+")

_INVISIBLE_CATEGORIES = frozenset({"Cf", "Cc", "Zl", "Zp"})
# Blank to the eye though Unicode files them as letters or marks.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")


def is_han(character: str) -> bool:
    """True for a Chinese character (rare ones of planes 2 and 3 included), false for radicals and look-alikes."""
    return bool(HAN_CHARACTER.fullmatch(character))


def is_variation_selector(character: str) -> bool:
    """True for the signs that choose between shapes of the character before them."""
    code = ord(character)
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or 0x180B <= code <= 0x180F


def is_invisible(character: str) -> bool:
    """True for a character that shows nothing or turns the direction of text; ordinary spaces excepted."""
    if character in _BLANK or is_variation_selector(character):
        return True
    return unicodedata.category(character) in _INVISIBLE_CATEGORIES


def is_private(character: str) -> bool:
    """True for the private-use area: each computer shows something else there, or nothing."""
    return unicodedata.category(character) == "Co"


def code_of(character: str) -> str:
    """A character's number as tables list it: ``U+202E``."""
    return f"U+{ord(character):04X}"


def described(character: str) -> str:
    """A character as one can look it up: ``RIGHT-TO-LEFT OVERRIDE (U+202E)``."""
    return f"{unicodedata.name(character, 'UNNAMED')} ({code_of(character)})"


# By the beginning of the Unicode name, then by category; the first that fits.
_KINDS_BY_NAME = (
    ("LATIN ", N_("a Latin letter")),
    ("CYRILLIC ", N_("a Cyrillic letter")),
    ("GREEK ", N_("a Greek letter")),
    ("HANGUL ", N_("a Korean letter")),
    ("HIRAGANA ", N_("a Japanese letter")),
    ("KATAKANA", N_("a Japanese letter")),
    ("ZERO WIDTH", N_("a sign without width")),
    ("VARIATION SELECTOR", N_("a shape selector")),
    ("RIGHT-TO-LEFT", N_("a direction sign")),
    ("LEFT-TO-RIGHT", N_("a direction sign")),
    ("POP DIRECTIONAL", N_("a direction sign")),
)
_KINDS_BY_CATEGORY = (
    ("Cc", N_("a control character")),
    ("Co", N_("a private code")),
    ("N", N_("a digit")),
    ("L", N_("a letter of another script")),
    ("P", N_("a punctuation mark")),
    ("", N_("another sign")),
)


def kind_of(character: str) -> str:
    """What a character is, in words (an English source string for the edge to translate)."""
    name, category = unicodedata.name(character, ""), unicodedata.category(character)
    by_name = next((kind for start, kind in _KINDS_BY_NAME if name.startswith(start)), None)
    return by_name or next(kind for start, kind in _KINDS_BY_CATEGORY if category.startswith(start))


def seen(character: str, place: int) -> dict[str, object]:
    """Parameters of an obstacle about one character: place, sign, kind and code."""
    return {"place": place, "sign": character, "kind": kind_of(character), "unicode": code_of(character)}


def without_blanks(text: str) -> str:
    """`text` without spaces and invisible characters: for numbers, which never contain either."""
    return "".join(c for c in SPACES.sub("", text) if not is_invisible(c))


def plain(text: str) -> str:
    """`text` in compatibility form (full-width digits and letters become plain), without blanks."""
    if text.isascii() and text.isprintable() and " " not in text:
        return text  # the everyday case, and a workbook has it a million times
    return without_blanks(unicodedata.normalize("NFKC", text))
