"""Official codes people type: unified social credit codes and certificate management numbers (pure)."""

import re
from dataclasses import dataclass

from stdnum.cn.uscc import calc_check_digit

from shegong.kernel.characters import plain, seen
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

GB_32100 = "GB 32100-2015"
USCC_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # I, O, S, V and Z are never used


def canonical_uscc(raw: str, *, field: str = "uscc") -> str | list[Obstacle]:
    """A unified social credit code of 18 characters, upper-case, or the obstacle.

    Refuses other lengths, the letters I O S V Z, letters among characters 3 to 8 (the place) and a wrong check digit.
    """
    code = plain(raw).upper().replace("-", "")

    def refused(name: str, message: str, **params: object) -> list[Obstacle]:
        return [Obstacle(name, message, field=field, clause=GB_32100, params=params)]

    for place, character in enumerate(code, start=1):
        if character not in USCC_LETTERS or (3 <= place <= 8 and not character.isdigit()):
            message = N_(
                "Character %(place)s, “%(sign)s”, cannot stand there in a unified social credit code."
            )
            return refused("uscc_character", message, **seen(character, place))
    if len(code) != 18:
        message = N_("A unified social credit code has 18 characters; this one has %(length)s.")
        return refused("uscc_length", message, length=len(code))
    if code[-1] != calc_check_digit(code):
        message = N_("The last character does not match the other 17. Compare them again.")
        return refused("uscc_check_digit", message)
    return code


@dataclass(frozen=True)
class ManagementNumber:
    """A certificate's 管理号; nothing may be read out of it, its structure differs by year and is nowhere published."""

    value: str
    warnings: tuple[Obstacle, ...] = ()


def canonical_management_number(
    raw: str, *, field: str = "management_no"
) -> ManagementNumber | list[Obstacle]:
    """The number in canonical form (blanks removed, upper-case), with a warning when it has not 18 digits.

    Refuses an empty one, one of more than 40 characters, and characters other than Latin letters, digits, ``-``,
    ``/``, brackets and Chinese characters.
    """
    number = plain(raw).upper()
    if not number:
        return [
            Obstacle(
                "management_no_missing", N_("Enter the management number of the certificate."), field=field
            )
        ]
    wrong = re.search(r"[^0-9A-Z()/\-\u3400-\u9fff]", number)
    if wrong:
        message = N_(
            "Character %(place)s, “%(sign)s”, is %(kind)s (%(unicode)s) and does not belong in a management number."
        )
        return [
            Obstacle(
                "management_no_character", message, field=field, params=seen(wrong[0], wrong.start() + 1)
            )
        ]
    if len(number) > 40:
        return [
            Obstacle(
                "management_no_length", N_("A management number has at most 40 characters."), field=field
            )
        ]
    return ManagementNumber(number, () if re.fullmatch(r"[0-9]{18}", number) else (_unusual(number, field),))


def _unusual(number: str, field: str) -> Obstacle:
    message = N_(
        "Most management numbers have 18 digits; this one has %(length)s characters. Compare it with the certificate."
    )
    return Obstacle("management_no_unusual", message, field=field, params={"length": len(number)})
