"""Public verification: what is compared, what each answer says and what it advises; pure (T4.2.e)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from hmac import compare_digest

from shegong.kernel.characters import plain
from shegong.kernel.names import comparison_key
from shegong.kernel.text import N_

LONGEST = 60  # no number and no name is longer; what is longer is not looked at
MISSES, WINDOW_MINUTES = 60, 10  # per address block; answers that were found never count

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Permission(StrEnum):
    """Verification is public; nothing to give out."""


class Answer(StrEnum):
    """What a verification says; the first eight are the status of the registration on the day."""

    VALID = "valid"
    EXPIRING = "expiring"
    GRACE = "grace"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    CARD_REPLACED = "card_replaced"
    NOT_FOUND = "not_found"
    UNKNOWN_CARD = "unknown_card"


@dataclass(frozen=True)
class Words:
    """How an answer is shown. `sentence` may hold %(until)s and %(closed)s; `advice` is what to do now."""

    tone: str
    icon: str
    heading: str
    sentence: str
    advice: tuple[str, ...]


_COMPARE = N_("Compare name and photo on the certificate with the person's identity document.")
_ASK_CURRENT = N_("Ask the person for the current certificate, and verify that one.")
_NOT_AS_REGISTERED = N_("Do not take this person for a registered social worker.")
_REPORT = N_("If somebody still presents this certificate, tell the registering office named below.")

WORDS = {
    Answer.VALID: Words(
        "ok", "check", N_("Registration valid"), N_("Registered social worker in this province until %(until)s."), (_COMPARE,)
    ),
    Answer.EXPIRING: Words(
        "ok", "check", N_("Registration valid, expiring soon"),
        N_("Registered social worker in this province until %(until)s; renewal is due."),
        (_COMPARE, N_("For a contract beyond that day, ask for the renewal and verify again.")),
    ),
    Answer.GRACE: Words(
        "warn", "clock", N_("Registration expired, may still be renewed"),
        N_("The registration was valid until %(until)s; the time to renew it is still running."),
        (N_("Until it is renewed the person is not validly registered. Verify again before you sign a contract."),),
    ),
    Answer.LAPSED: Words(
        "err", "clock", N_("Registration expired"), N_("The registration was valid until %(until)s and was not renewed."),
        (_NOT_AS_REGISTERED, N_("The professional certificate itself may still stand; the holder can register again.")),
    ),
    Answer.SUSPENDED: Words(
        "warn", "alert", N_("Registration suspended"), N_("By decision of the office, the registration has no effect at present."),
        (_NOT_AS_REGISTERED, N_("Verify again later, or ask the registering office when the suspension ends.")),
    ),
    Answer.CANCELLED: Words(
        "err", "close", N_("Registration cancelled"), N_("The registration ended on %(closed)s."), (_NOT_AS_REGISTERED, _REPORT)
    ),
    Answer.REVOKED: Words(
        "err", "close", N_("Registration revoked"), N_("The office withdrew the registration on %(closed)s."),
        (_NOT_AS_REGISTERED, _REPORT),
    ),
    Answer.SUPERSEDED: Words(
        "warn", "refresh", N_("Replaced by a registration at a higher level"),
        N_("On %(closed)s this registration was replaced by one of a higher level, with another number."), (_ASK_CURRENT,),
    ),
    Answer.CARD_REPLACED: Words(
        "warn", "refresh", N_("This certificate was replaced"),
        N_("The person is registered until %(until)s, but a newer certificate has been issued."), (_ASK_CURRENT,),
    ),
    Answer.NOT_FOUND: Words(
        "info", "search", N_("No match"), N_("No registration in this province has this number together with this name."),
        (
            N_("Compare the number sign by sign with the certificate: letters, then digits."),
            N_("Write the name as on the certificate. Rare characters and the dot · in a name count."),
            N_("If a QR code is on the certificate, scan it: that leaves no room for typing errors."),
            N_("“No match” does not mean “false”: registrations of other provinces are not here."),
        ),
    ),
    Answer.UNKNOWN_CARD: Words(
        "err", "alert", N_("This code is not in the register"), N_("No certificate of this province carries this code."),
        (
            N_("If you scanned it from a certificate, the certificate may be forged. Do not rely on it."),
            N_("Check that the address of this page is the platform's own, then verify by number and name."),
        ),
    ),
}  # fmt: skip

# M, needs source: a plain summary of what 国人部发〔2006〕71号 expects of each level.
ABILITIES = {
    "assistant": N_("Gives social work services with guidance from a social worker."),
    "social_worker": N_(
        "Handles difficult cases independently, plans and evaluates services, guides assistants."
    ),
    "senior": N_(
        "Leads large services, supervises and trains social workers, takes part in research and policy."
    ),
}
LEVELS = {
    "assistant": N_("Assistant social worker (junior level)"),
    "social_worker": N_("Social worker (middle level)"),
    "senior": N_("Senior social worker (senior level)"),
}


def canonical_number(raw: str) -> str:
    """A register number as stored: full-width signs plain, blanks and invisible signs removed, upper-case."""
    return plain(raw).upper()[:LONGEST]


def token(raw: str) -> str:
    """A serial or receipt as it stands in an address; '' for what can be none, so that it finds nothing."""
    return raw if _TOKEN.fullmatch(raw) else ""


def is_match(typed_number: str, typed_name: str, number: str, name: str) -> bool:
    """Whether both belong together. Always does the same work, and compares digests in constant time."""
    number_fits = compare_digest(_digest(typed_number), _digest(number))
    name_fits = compare_digest(_digest(comparison_key(typed_name[:LONGEST])), _digest(comparison_key(name)))
    return number_fits & name_fits & bool(number and name)


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass")).digest()


def answer_of(status: str, *, card_replaced: bool = False) -> Answer:
    """The answer for a registration's status; a status that the public cannot meet yet is no match."""
    if status == "registered":
        status = Answer.VALID
    if card_replaced and status in (Answer.VALID, Answer.EXPIRING):
        return Answer.CARD_REPLACED
    return Answer(status) if status in tuple(Answer) else Answer.NOT_FOUND
