"""Numbers of identity documents: one canonical form for every way people write one person's number (pure).

Resident identity numbers follow GB 11643-1999 (18 characters, check digit ISO 7064 MOD 11-2); the 15-digit numbers
issued before are the same person's number without century and check digit.  Nothing is guessed: a number that does
not fit is refused with the reason, a number that fits but starts with a place never assigned is accepted with a
warning, because the lists of old places are incomplete and the holder cannot change his number.
"""

import re
from dataclasses import dataclass
from datetime import date
from operator import mul

from stdnum import numdb

from shegong.kernel.characters import plain, seen
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

GB_11643 = "GB 11643-1999"
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
MALE, FEMALE = "1", "2"  # GB/T 2261.1
DEMO_PREFIX = "99"
# Residence permits for Hong Kong, Macao and Taiwan residents (国办发〔2018〕81号) carry these places.
COMPATRIOT_PLACES = frozenset({"810000", "820000", "830000"})


@dataclass(frozen=True)
class IdentityNumber:
    """A number in canonical form and what it says; `sex` by GB/T 2261.1 (1 male, 2 female).

    `kind` is resident, compatriot (Hong Kong, Macao, Taiwan residence permit), foreigner (permanent residence) or
    demo. `warnings` do not block: an officer looks at the paper.
    """

    value: str
    born_on: date
    sex: str
    kind: str = "resident"
    warnings: tuple[Obstacle, ...] = ()


def canonical_identity(raw: str, *, today: date) -> IdentityNumber | list[Obstacle]:
    """The 18-character number in `raw`, or the obstacles. `today` bounds the date of birth.

    Full-width digits, spaces, invisible characters and a small x are put right; 15 digits become 18. Refuses other
    characters, other lengths, an impossible or future date of birth and a wrong check digit.
    """
    number = plain(raw).upper()
    found = [] if _SHAPE.fullmatch(number) else _shape_obstacles(number)
    if found:
        return found
    if len(number) == 15:
        number = _eighteen(number)
    born_on = _born_on(number)
    if born_on is None or born_on > today:
        return [_date_obstacle(number)]
    if number[-1] != check_digit(number):
        return [
            _refused(
                "identity_check_digit",
                N_("The last character does not match the other 17. Compare them again."),
            )
        ]
    sex = MALE if int(number[16]) % 2 else FEMALE
    return IdentityNumber(number, born_on, sex, _kind(number), tuple(_place_warnings(number)))


def check_digit(number: str) -> str:
    """The 18th character by the 17 before it (ISO 7064 MOD 11-2)."""
    return _CHECK[sum(map(mul, map(int, number[:17]), _WEIGHTS)) % 11]


def _refused(code: str, message: str, **params: object) -> Obstacle:
    return Obstacle(code, message, field="identity_number", clause=GB_11643, params=params)


def _shape_obstacles(number: str) -> list[Obstacle]:
    if not number:
        return [_refused("identity_missing", N_("Enter the identity number."))]
    for place, character in enumerate(number, start=1):
        if character not in "0123456789" and not (character == "X" and place == 18):
            return [
                _refused(
                    "identity_character",
                    N_(
                        "Character %(place)s, “%(sign)s”, is %(kind)s (%(unicode)s). Use the digits 0 to 9 and, at the end, X."
                    ),
                    **seen(character, place),
                )
            ]
    if len(number) not in (15, 18):
        message = N_("An identity number has 18 characters (15 in the old form); this one has %(length)s.")
        return [_refused("identity_length", message, length=len(number))]
    if len(number) == 15 and number[12:] >= "996":
        message = N_(
            "Old numbers ending in 996 to 999 belong to people born before 1900. Enter the number of 18 characters."
        )
        return [_refused("identity_before_1900", message)]
    return []


def _eighteen(old: str) -> str:
    body = f"{old[:6]}19{old[6:]}"
    return body + check_digit(body)


def _born_on(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _date_obstacle(number: str) -> Obstacle:
    return _refused(
        "identity_birth",
        N_("Characters 7 to 14 are the date of birth; %(year)s-%(month)s-%(day)s is not a possible one."),
        year=number[6:10],
        month=number[10:12],
        day=number[12:14],
    )


def _kind(number: str) -> str:
    if number.startswith(DEMO_PREFIX):
        return "demo"
    if number[:6] in COMPATRIOT_PLACES:
        return "compatriot"
    return "foreigner" if number.startswith("9") else "resident"


def _place_warnings(number: str) -> list[Obstacle]:
    kind = _kind(number)
    place = number[:6] if kind == "resident" else f"{number[1:3]}0000"
    if kind in ("compatriot", "demo") or _is_assigned(place):
        return []
    message = N_("No place with the code %(place)s is on record. Compare the number with the document.")
    return [_refused("identity_place_unknown", message, place=number[:6])]


def _is_assigned(place: str) -> bool:
    """True when the place was ever assigned. The years do not matter: many register a birth late."""
    return any("county" in props for _, props in numdb.get("cn/loc").info(place))


PASSPORT = re.compile(r"[A-Z0-9]{5,20}")


def canonical_passport(raw: str) -> str | list[Obstacle]:
    """A passport or other foreign document number, upper-case, blanks removed: 5 to 20 letters and digits.

    The forms differ by country and year, so nothing more is checked and nothing is derived.
    """
    number = re.sub(r"[-.]", "", plain(raw).upper())
    if PASSPORT.fullmatch(number):
        return number
    message = N_("A document number has 5 to 20 Latin letters and digits.")
    return [Obstacle("document_number", message, field="document_number")]
