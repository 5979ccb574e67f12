"""Names of people: one canonical form, and honest refusals for what only looks like a name (pure).

Stored is the form people write (NFC, so a rare character stays itself); compared is `comparison_key`, which folds
shapes that readers take for the same.  A character that is invisible, turns the direction of text or only resembles
a Chinese character is refused by name and place: silently dropped, it would let one person stand in the register
twice, or let one name be shown as another.
"""

import re
import unicodedata

from shegong.kernel.characters import SPACES, is_han, is_invisible, is_private, seen
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

SHORTEST, LONGEST = 2, 30
MIDDLE_DOT = "·"
# What keyboards offer for the dot between the parts of a minority or transcribed name.
_DOTS = re.compile("\\s*[·•‧∙⋅・･．.●᛫]\\s*")
# Shapes that Unicode does not decompose though readers take them for one character.
_SAME_SHAPE = str.maketrans({"﨑": "崎", "髙": "高"})
# Private-use codes that older Chinese systems used before the character had a number of its own (GB 18030-2000).
_FORMER_PRIVATE = {"\ue863": "䶮"}
# Radicals of the supplement block, which Unicode does not decompose; PDFs of rosters are full of them.
_RADICALS = dict(
    zip(
        "⻘⻓⻢⻰⻉⻋⻔⻙⻚⻛⻜⻥⻦⻨⻩⻬⻮⻁⻄⻅⻆⻝⻤⻧⻪⺠⻏⻖⻗⺼⺫⺮⻎",
        "青长马龙贝车门韦页风飞鱼鸟麦黄齐齿虎西见角食鬼卤黾民阝阝雨月目竹辶",
        strict=True,
    )
)
# What nearly every name is made of: no form of these has another, and none is invisible.
_USUAL = re.compile("[\u4e00-\u9fa5]{2,30}")
_RADICAL_BLOCKS = range(0x2E80, 0x2FE0)
_LATIN_MARKS = frozenset(" -'’.,·")


def canonical_name(raw: str, *, field: str = "name") -> str | list[Obstacle]:
    """The name in `raw` as it is stored, or the obstacles.

    Chinese names: spaces removed, dots folded to ``·`` (U+00B7); rare characters kept.  Latin names: spaces
    collapsed, full-width letters made plain.  Refuses mixed scripts, look-alikes, digits, invisible and direction
    signs, private-use characters and lengths outside 2 to 30.
    """
    if _USUAL.fullmatch(raw):
        return raw
    name = unicodedata.normalize("NFC", raw).strip()
    found = [*_unseen(name, field)]
    if found:
        return found
    name = _chinese_form(name) if any(map(is_han, name)) else _latin_form(name)
    return _obstacles(name, field) or name


def _chinese_form(name: str) -> str:
    return _DOTS.sub(MIDDLE_DOT, SPACES.sub("", name))


def _latin_form(name: str) -> str:
    return SPACES.sub(" ", unicodedata.normalize("NFKC", name)).replace("’", "'")


def _obstacle(field: str, code: str, message: str, **params: object) -> Obstacle:
    return Obstacle(code, message, field=field, params=params)


def _unseen(name: str, field: str) -> list[Obstacle]:
    """Invisible signs and private-use characters, each with its place."""
    found = []
    for place, character in enumerate(name, start=1):
        if is_invisible(character):
            params = seen(character, place)
            message = N_(
                "Character %(place)s is %(kind)s (%(unicode)s), which nobody sees. Delete it and type the name again."
            )
            found.append(_obstacle(field, "name_invisible", message, **params))
        elif is_private(character):
            found.append(_private(field, character, seen(character, place)))
    return found


def _private(field: str, character: str, params: dict[str, object]) -> Obstacle:
    likely = _FORMER_PRIVATE.get(character)
    if likely:
        message = N_(
            "Character %(place)s is an old private code for %(likely)s. Type %(likely)s with a current keyboard."
        )
        return _obstacle(field, "name_private", message, **params, likely=likely)
    message = N_(
        "Character %(place)s is a private code (%(unicode)s) and looks different on every computer. Type it with a current keyboard."
    )
    return _obstacle(field, "name_private", message, **params)


def _obstacles(name: str, field: str) -> list[Obstacle]:
    if not name:
        return [_obstacle(field, "name_missing", N_("Enter the name."))]
    if not SHORTEST <= len(name) <= LONGEST:
        message = N_("A name has 2 to 30 characters; this one has %(length)s.")
        return [_obstacle(field, "name_length", message, length=len(name))]
    if any(map(is_han, name)):
        return _foreign_characters(name, field) or _dot_faults(name, field)
    return _latin_faults(name, field)


def _foreign_characters(name: str, field: str) -> list[Obstacle]:
    found = []
    for place, character in enumerate(name, start=1):
        if is_han(character) or character == MIDDLE_DOT:
            continue
        params = seen(character, place)
        likely = _RADICALS.get(character) or unicodedata.normalize("NFKC", character)
        if is_han(likely) and ord(character) in _RADICAL_BLOCKS:
            message = N_(
                "Character %(place)s, %(sign)s, is a radical, not the character. Type the character %(likely)s."
            )
            found.append(_obstacle(field, "name_radical", message, **params, likely=likely))
        else:
            message = N_(
                "Character %(place)s, “%(sign)s”, is %(kind)s (%(unicode)s) and does not belong in a Chinese name."
            )
            found.append(_obstacle(field, "name_mixed", message, **params))
    return found


def _dot_faults(name: str, field: str) -> list[Obstacle]:
    if all(name.split(MIDDLE_DOT)):
        return []
    return [_obstacle(field, "name_dot", N_("The dot · stands between two parts of a name, once at a time."))]


def _latin_faults(name: str, field: str) -> list[Obstacle]:
    for place, character in enumerate(name, start=1):
        if not (_is_latin(character) or character in _LATIN_MARKS):
            message = N_(
                "Character %(place)s, “%(sign)s”, is %(kind)s (%(unicode)s), no Chinese character and no Latin letter. "
                "Write the name as in the identity document."
            )
            return [_obstacle(field, "name_script", message, **seen(character, place))]
    if not any(map(_is_latin, name)):
        return [_obstacle(field, "name_missing", N_("Enter the name."))]
    return []


def _is_latin(character: str) -> bool:
    return character.isalpha() and unicodedata.name(character, "").startswith("LATIN ")


def comparison_key(name: str) -> str:
    """What two spellings of one name have in common: shapes, letter case, accents' encoding and dots folded.

    For comparing and finding only; never show it, never store it in place of the name.
    """
    if _USUAL.fullmatch(name):
        return name.translate(_SAME_SHAPE)
    folded = unicodedata.normalize("NFKC", name).translate(_SAME_SHAPE).casefold()
    return "".join(c for c in _DOTS.sub("", SPACES.sub("", folded)) if not is_invisible(c))


def same_name(one: str, other: str) -> bool:
    """True when readers would take the two for one name."""
    return bool(one.strip()) and comparison_key(one) == comparison_key(other)
