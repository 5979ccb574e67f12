"""Pinyin of names, and the fragments under which a name is found (pure).

Surnames have readings of their own (单 is shàn, 曾 is zēng) that a dictionary of words gets wrong: the table comes
first, pypinyin reads the rest.  Search keeps all fragments of a name in a ``text[]`` under a GIN index: any one or
two characters typed, the beginning of the pinyin, or the initials find the person without scanning the register.
"""

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import chain, islice, product
from types import ModuleType

from shegong.kernel.characters import HAN_CHARACTER
from shegong.kernel.names import MIDDLE_DOT, comparison_key

# Surname → reading where it differs from the common reading of the character.
SURNAMES = {
    "万俟": "mò qí", "尉迟": "yù chí", "单于": "chán yú", "长孙": "zhǎng sūn", "宰父": "zǎi fǔ", "澹台": "tán tái",
    "单": "shàn", "曾": "zēng", "曽": "zēng", "仇": "qiú", "区": "ōu", "解": "xiè", "查": "zhā", "朴": "piáo",
    "任": "rén", "华": "huà", "盖": "gě", "葛": "gě", "缪": "miào", "谌": "chén", "乐": "yuè", "纪": "jǐ", "折": "shé",
    "过": "guō", "洗": "xiǎn", "覃": "qín", "翟": "zhái", "祭": "zhài", "员": "yùn", "贠": "yùn", "种": "chóng",
    "召": "shào", "卜": "bǔ", "秘": "bì", "繁": "pó", "便": "pián", "哈": "hǎ", "那": "nā", "么": "yāo", "郇": "xún",
    "燕": "yān", "牟": "mù", "於": "yū", "隗": "wěi", "要": "yāo", "句": "gōu", "撒": "sǎ", "阚": "kàn", "都": "dū",
    "干": "gān", "藏": "zāng", "能": "nài", "炅": "guì", "令狐": "líng hú", "尉": "wèi",
}  # fmt: skip
# Characters of given names that people read in two ways; a dictionary knows no names, so both are kept for finding.
TWO_WAYS = {
    "长": "zhang chang", "乐": "le yue", "行": "xing hang", "朝": "zhao chao", "茜": "qian xi", "娜": "na nuo",
    "传": "chuan zhuan", "盛": "sheng cheng", "晟": "sheng cheng", "泊": "bo po", "柏": "bai bo", "莎": "sha suo",
    "隽": "jun juan", "奇": "qi ji", "觉": "jue jiao", "强": "qiang jiang", "重": "zhong chong", "会": "hui kuai",
    "曾": "zeng ceng", "参": "shen can", "更": "geng jing", "洗": "xi xian", "缪": "miao mou", "颉": "jie xie",
    "骁": "xiao jiao", "翟": "zhai di", "覃": "qin tan", "郇": "xun huan", "牟": "mu mou",
}  # fmt: skip
_MOST_READINGS = 4
_PREFIX = 12  # nobody types more of a name's pinyin before it is the only one left


def toned(name: str) -> tuple[str, ...]:
    """Syllables of a Chinese name with tone marks, surname first by the table: 单雄信 → shàn xióng xìn.

    Only Chinese characters are read; one that no dictionary knows is left out.
    """
    letters = _letters(name)
    for length in (2, 1):
        if letters[:length] in SURNAMES and len(letters) > length:
            return (*SURNAMES[letters[:length]].split(), *_syllables(letters[length:]))
    return _syllables(letters)


def _letters(name: str) -> str:
    return "".join(HAN_CHARACTER.findall(comparison_key(name)))


@lru_cache(maxsize=1)
def _dictionary() -> ModuleType:
    """The library, when the first name is read: its tables take a fifth of a second, and most commands read no name."""
    import pypinyin.constants  # noqa: PLC0415

    return pypinyin


def _read(text: str) -> tuple[str, ...]:
    library = _dictionary()
    return tuple(library.lazy_pinyin(text, style=library.Style.TONE, errors="ignore"))


def _syllables(text: str) -> tuple[str, ...]:
    """As a dictionary of words reads it; most names hold no word, so that it need not be asked."""
    if _dictionary().constants.PHRASES_DICT.keys().isdisjoint(_pieces(text)):
        return tuple(chain.from_iterable(map(_of_character, text)))
    return _in_words(text)


def _pieces(text: str) -> list[str]:
    """Every run of two characters or more."""
    ends = range(2, len(text) + 1)
    return [text[start:end] for end in ends for start in range(end - 1)]


@lru_cache(maxsize=4096)
def _in_words(text: str) -> tuple[str, ...]:
    return _read(text)


@lru_cache(maxsize=16384)
def _of_character(character: str) -> tuple[str, ...]:
    return _read(character)


@lru_cache(maxsize=256)  # whoever stores a name asks for its pinyin and then for its fragments
def pinyin(name: str) -> tuple[str, ...]:
    """Syllables without tones, ü as v: 吕布 → lv bu. For search, sorting and file names."""
    return tuple(map(_toneless, toned(name)))


@lru_cache(maxsize=4096)
def _toneless(syllable: str) -> str:
    spread = unicodedata.normalize("NFD", syllable.replace("ü", "v"))
    spread = "".join(
        "v" if c == "u" and spread[i + 1 : i + 2] == "\u0308" else c for i, c in enumerate(spread)
    )
    return "".join(c for c in spread if c.isalpha())


def sorting_key(name: str) -> str:
    """Puts Chinese names in the order of their pinyin and Latin names in their place between them."""
    return f"{' '.join(pinyin(name)) or comparison_key(name)} {name}"


def grams(name: str) -> list[str]:
    """All fragments under which a name is found, for a ``text[]`` under GIN.

    Chinese: every run of 1 to 3 characters; the pinyin's beginnings up to 12 letters (with v, yu and u for ü, and
    with the everyday reading where a surname is read differently); initials from the first and second character.
    Latin: the beginnings of each word.
    """
    han = _letters(name)
    found = {han[i : i + n] for n in (1, 2, 3) for i in range(len(han) - n + 1)}
    for syllables in _readings(han):
        for spelled in _spellings("".join(syllables)):
            found.update(_beginnings(spelled))
        initials = "".join([s[0] for s in syllables])
        found.update(_beginnings(initials), _beginnings(initials[1:]))
    if not han:
        for part in (name, *name.replace(MIDDLE_DOT, " ").split()):
            found.update(_beginnings(_latin(part)))
    return sorted(found)


def _latin(text: str) -> str:
    return "".join(filter(str.isalpha, comparison_key(text)))


def _readings(han: str) -> list[tuple[str, ...]]:
    """The name's readings, the likeliest first: by the surname table, everyday, and with two-way characters."""
    found = {pinyin(han): None}
    if han[:1] in SURNAMES or han[:2] in SURNAMES:
        found[tuple(map(_toneless, _syllables(han)))] = None
    for reading in list(found) if not TWO_WAYS.keys().isdisjoint(han) else ():
        ways = [TWO_WAYS.get(c, s).split() for c, s in zip(han, reading, strict=False)]
        if len(reading) == len(han):
            found.update(dict.fromkeys(islice(product(*ways), _MOST_READINGS)))
    return [reading for reading in found if reading][:_MOST_READINGS]


def _spellings(text: str) -> tuple[str, ...]:
    return (text, text.replace("v", "yu"), text.replace("v", "u")) if "v" in text else (text,)


def _beginnings(text: str) -> list[str]:
    return [text[:n] for n in range(1, min(len(text), _PREFIX) + 1)]


def search_grams(query: str) -> list[str]:
    """The fragments a found name must all have (``grams @> …``); empty when the query holds nothing to search by.

    A query longer than its fragments also matches names that hold the pieces apart: compare with `name_matches`.
    """
    han = _letters(query)
    if han:
        size = min(len(han), 3)
        return sorted({han[i : i + size] for i in range(len(han) - size + 1)})
    latin = _latin(query)
    return [latin[:_PREFIX]] if latin else []


def name_matches(query: str, name: str) -> bool:
    """True when `name` really holds the Chinese characters of `query` in a row, or `query` is Latin."""
    return name_matcher(query)(name)


def name_matcher(query: str) -> Callable[[str], bool]:
    """`name_matches` for many names."""
    wanted = _letters(query)
    return lambda name: wanted in _letters(name)
