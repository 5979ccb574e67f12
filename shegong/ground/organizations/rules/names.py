"""Names of bodies: what may be one, and which are so alike that a clerk should look twice; pure."""

import unicodedata
from collections.abc import Iterable

from shegong.kernel.characters import described, is_han, is_invisible, is_private
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

SHORTEST, LONGEST = 2, 60
# Left out before names are compared: words that say a form, not which body it is.
_EMPTY_WORDS = (
    "有限责任公司",
    "有限公司",
    "服务中心",
    "中心",
    "民办非企业单位",
    "社会工作",
    "社工",
    "省",
    "市",
    "县",
    "区",
    "镇",
    "乡",
)


def canonical(raw: str) -> str:
    """The name as it is stored: no blanks in Chinese, full-width brackets, one form of each character."""
    name = unicodedata.normalize("NFC", raw).strip()
    if any(map(is_han, name)):
        return "".join(name.split()).replace("(", "（").replace(")", "）")
    return " ".join(name.split())


def name_obstacles(name: str, *, field: str = "name") -> list[Obstacle]:
    """Length, and signs that nobody sees or every computer shows in its own way."""
    found = []
    if not SHORTEST <= len(name) <= LONGEST:
        message = N_("A name of an organisation has 2 to 60 characters; this one has %(length)s.")
        found.append(Obstacle("organization_name_length", message, field, params={"length": len(name)}))
    for place, character in enumerate(name, start=1):
        if is_invisible(character) or is_private(character):
            message = N_(
                "Character %(place)s, %(character)s, does not belong in a name. Type the name again."
            )
            params = {"place": place, "character": described(character)}
            found.append(Obstacle("organization_name_sign", message, field, params=params))
    return found


def core(name: str) -> str:
    """What is left of a name without words of form and signs."""
    kept = "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())
    for word in _EMPTY_WORDS:
        shorter = kept.replace(word, "")
        kept = shorter if len(shorter) >= 2 else kept
    return kept


def similar_names(name: str, others: Iterable[str]) -> tuple[str, ...]:
    """Those of `others` that read like the same body: equal cores, or one sign apart in cores of four and more."""
    wanted = core(name)
    return tuple(sorted({other for other in others if _alike(wanted, core(other))}))


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < 4 or abs(len(one) - len(other)) > 1:
        return False
    shorter, longer = sorted((one, other), key=len)
    start = next((i for i, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    return shorter[start + (len(one) == len(other)) :] == longer[start + 1 :]
