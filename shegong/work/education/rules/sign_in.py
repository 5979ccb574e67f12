"""The code that a room shows and a person types: which code belongs to which half minute, and who may sign in; pure.

A code is six digits made of a secret of the half-day and the half minute it is shown in (the way of RFC 6238, with the
profile's keyed hash). Somebody who was in the room has it; somebody who was not would have to be told it within the half
minute. The phone may have no network: it keeps code and time, and sends both later.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

CLAUSE = "T3.3"
SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
# A code may be typed this long before a half-day begins and after it ended.
EARLY, LATE = timedelta(minutes=45), timedelta(minutes=30)
# A code that is handed in this long after its time may have been passed on: nothing tells it from one without a network.
SENT_LATER = timedelta(minutes=10)
# A phone may be this much ahead.
FAST = timedelta(minutes=5)


def step_of(moment: datetime) -> int:
    """The half minute that `moment` lies in, counted from 1970."""
    return int(moment.timestamp()) // SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The six digits that the room shows in this half minute."""
    found = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha256).digest()
    offset = found[-1] & 15
    number = int.from_bytes(found[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def fits(secret: bytes, code: str, claimed: datetime, tolerance: int) -> bool:
    """Whether the room showed `code` within `tolerance` seconds of the time claimed."""
    steps = max(1, -(-tolerance // SECONDS))
    middle = step_of(claimed)
    shown = (code_at(secret, step) for step in range(middle - steps, middle + steps + 1))
    return any([hmac.compare_digest(one, code) for one in shown])  # all of them: no timing tells which


def cleaned(code: str) -> str:
    """Six digits, also as they come from a keyboard for Chinese: full width, with blanks."""
    digits = (str(int(sign)) for sign in code if sign.isdecimal())
    return "".join(digits)


def claim_obstacles(*, code: str, claimed: datetime, now: datetime) -> list[Obstacle]:
    """What speaks against a claim before any class is looked at: no six digits, a time to come."""
    if len(code) != DIGITS:
        return [Obstacle("code_digits", N_("The code has six digits."), "code", CLAUSE)]
    if claimed > now + FAST:
        message = N_(
            "The phone's clock is fast: this time lies in the future. Set it right and sign in again."
        )
        return [Obstacle("code_future", message, "code", CLAUSE)]
    return []


def is_within(claimed: datetime, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether codes of this half-day are good at `claimed`."""
    return starts_at - EARLY <= claimed <= ends_at + LATE


def no_half_day() -> Obstacle:
    """Nothing was held then."""
    message = N_("No half-day of this class was running at that time.")
    return Obstacle("code_no_half_day", message, "code", CLAUSE)


def too_late(days: int) -> Obstacle:
    """The upload came too long after the half-day."""
    message = N_(
        "Codes are taken up to %(days)s days after the half-day. Ask the provider to mark you present."
    )
    return Obstacle("code_too_late", message, "code", CLAUSE, {"days": days})


def wrong_code() -> Obstacle:
    """The code is of another room, or of another minute."""
    message = N_("This room did not show this code at that time. Type the one on the screen now.")
    return Obstacle("code_wrong", message, "code", CLAUSE)


def taken(signals: Iterable[str]) -> list[Obstacle]:
    """The database knows this person, or this phone, in this half-day already."""
    found = []
    for signal in signals:
        if signal == "person":
            message = N_("You are signed in for this half-day already.")
            found.append(Obstacle("signed_in_already", message, "", CLAUSE))
        else:
            message = N_(
                "Somebody else signed in with this phone in this half-day. One phone signs in one person."
            )
            found.append(Obstacle("phone_used", message, "", CLAUSE))
    return found
