"""The signed token in a certificate's QR: how it is written, read and judged; pure.

Positions, big-endian: version (1) | algorithm (1) | key id (6) | status index (4) | as of, seconds since 1970 (4) | first
and last day of validity, days since 2000 (2 + 2) | level (1) | photo hash with its length (1 + 0 or 6) | register number,
name, office, each UTF-8 with its length (1) | signature (64) over everything before it.  Written as base64url.

One registration has one way to be written: what does not come out again as it went in is refused, so no sign of a
token can change unseen.  The page that verifies without network (lookup/static) judges by the same rules, in the same
order; tests hold the two together.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum, StrEnum

VERSION = 1
ALGORITHMS = {1: "ES256"}
LEVEL_CODES = {"assistant": 1, "social_worker": 2, "senior": 3}
SIGNATURE, KID, PHOTO, HEADER = 64, 6, 6, 22
LONGEST_TEXT = 255  # bytes of one text
LONGEST_TOKEN = 1400  # signs of a whole token: three longest texts and what stands around them
EPOCH = date(2000, 1, 1)
FRESH = timedelta(hours=24)  # a status list vouches for a day
CLOCKS_DIFFER = timedelta(minutes=5)
CHINA = timedelta(hours=8)


class State(IntEnum):
    """Two bits of the status list for each card."""

    IN_FORCE = 0
    SUSPENDED = 1
    REPLACED = 2
    ENDED = 3


class Verdict(StrEnum):
    """What a verifier says; only `VALID` vouches for the registration of today."""

    MALFORMED = "malformed"
    ALGORITHM = "algorithm"
    UNKNOWN_KEY = "unknown_key"
    STRUCK_OFF = "struck_off"
    SIGNATURE = "signature"
    KEY_PERIOD = "key_period"
    FUTURE = "future"
    ENDED = "ended"
    REPLACED = "replaced"
    SUSPENDED = "suspended"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    STATUS_UNKNOWN = "status_unknown"
    VALID = "valid"


@dataclass(frozen=True)
class Claims:
    """What a token says. `kid` is base64url of six bytes, `until` the last day of validity, `photo` empty or six bytes."""

    alg: str
    kid: str
    index: int
    as_of: datetime
    since: date
    until: date
    level: str
    photo: bytes
    number: str
    name: str
    office: str


@dataclass(frozen=True)
class Known:
    """A status list whose signature was checked: two bits a card, made at one moment; `held` are cards that count
    longer than they say, and until when."""

    made_at: datetime
    count: int
    states: bytes
    held: Mapping[int, date] = field(default_factory=dict)

    def state(self, index: int) -> State | None:
        """What the list says of a card; None for one it does not know yet."""
        if not 0 <= index < self.count:
            return None
        return State(self.states[index // 4] >> (6 - index % 4 * 2) & 3)


class Unreadable(Exception):
    """Not a token, or one that was damaged."""


def packed(states: dict[int, State], count: int) -> bytes:
    """The states of `count` cards, four to a byte, the first in the highest bits."""
    out = bytearray((count + 3) // 4)
    for index, state in states.items():
        out[index // 4] |= state << (6 - index % 4 * 2)
    return bytes(out)


def written(claims: Claims) -> bytes:
    """The bytes to be signed. Texts that are too long for their place are cut at a sign."""
    code = next(number for number, name in ALGORITHMS.items() if name == claims.alg)
    head = bytes((VERSION, code)) + urlsafe_b64decode(claims.kid) + claims.index.to_bytes(4, "big")
    head += int(claims.as_of.timestamp()).to_bytes(4, "big")
    head += b"".join((day - EPOCH).days.to_bytes(2, "big") for day in (claims.since, claims.until))
    head += bytes((LEVEL_CODES[claims.level], len(claims.photo))) + claims.photo
    return head + b"".join(map(_text, (claims.number, claims.name, claims.office)))


def _text(text: str) -> bytes:
    coded = text.encode()[:LONGEST_TEXT].decode(errors="ignore").encode()
    return bytes((len(coded),)) + coded


def sealed(body: bytes, signature: bytes) -> str:
    """Body and signature as they stand in the QR."""
    return urlsafe_b64encode(body + signature).rstrip(b"=").decode()


def read(token: str) -> tuple[Claims, bytes, bytes]:
    """Claims, signed bytes and signature of a token. Raises `Unreadable`; says nothing about who signed."""
    try:
        whole = urlsafe_b64decode(token[:LONGEST_TOKEN] + "=" * (-len(token) % 4))
        body, signature = whole[:-SIGNATURE], whole[-SIGNATURE:]
        claims = _claims(body)
        if sealed(written(claims), signature) != token:
            raise Unreadable
    except (Error, ValueError, KeyError, IndexError, OverflowError) as error:
        raise Unreadable from error
    return claims, body, signature


def _claims(body: bytes) -> Claims:
    if len(body) < HEADER or body[0] != VERSION or body[1] not in ALGORITHMS or body[21] not in (0, PHOTO):
        raise Unreadable
    numbers = [int.from_bytes(body[a:b], "big") for a, b in ((8, 12), (12, 16), (16, 18), (18, 20))]
    level = {code: name for name, code in LEVEL_CODES.items()}[body[20]]
    at, texts = HEADER + body[21], []
    for _ in range(3):
        end = at + 1 + body[at]
        texts.append(body[at + 1 : end].decode())
        at = end
    since, until = (EPOCH + timedelta(days=days) for days in numbers[2:])
    as_of = datetime.fromtimestamp(numbers[1], UTC)
    return Claims(
        ALGORITHMS[body[1]], urlsafe_b64encode(body[2:8]).decode(), numbers[0], as_of, since, until, level,
        body[HEADER : HEADER + body[21]], *texts,
    )  # fmt: skip


def judged(
    claims: Claims, *, key_since: datetime, key_until: datetime | None, known: Known | None, now: datetime
) -> Verdict:
    """The verdict over a token whose signature is genuine. An old list may still say that something has ended."""
    if claims.as_of > now + CLOCKS_DIFFER:
        return Verdict.FUTURE
    if claims.as_of < key_since - CLOCKS_DIFFER or (key_until and claims.as_of > key_until + CLOCKS_DIFFER):
        return Verdict.KEY_PERIOD
    state = known.state(claims.index) if known else None
    if state:
        return Verdict(state.name.lower())
    day = (now.astimezone(UTC) + CHINA).date()
    if day < claims.since:
        return Verdict.NOT_YET
    if day > max(claims.until, known.held.get(claims.index, claims.until) if known else claims.until):
        return Verdict.EXPIRED
    fresh = known is not None and -CLOCKS_DIFFER <= now - known.made_at <= FRESH
    return Verdict.VALID if fresh and state is not None else Verdict.STATUS_UNKNOWN
