"""What leaves the register signed: tokens of cards, status lists, verifiable credentials; and what is made of them."""

import gzip
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from shegong.duties.registry.models import Card
from shegong.duties.registry.models.windows import valid_days
from shegong.duties.registry.printing import name_on, office_name, public_page
from shegong.duties.registry.rules.token import (
    EPOCH,
    PHOTO,
    Claims,
    Known,
    State,
    Unreadable,
    Verdict,
    judged,
    packed,
    read,
    sealed,
    written,
)
from shegong.kernel.signed_json import b64, opened_json, signed_json, unb64
from shegong.kernel.signing import SignatureFault, published, sign, signing_algorithm, verify

LIST_TYPE, CREDENTIAL_TYPE = "shegong-status+jwt", "vc+jwt"
CONTEXT = "https://www.w3.org/ns/credentials/v2"
HERD = 131_072  # bits of a Bitstring status list at least, so that asking for it says nothing about one card
LIST_LIFE = timedelta(hours=24)


def token_of(card: Card, *, portrait: bytes | None, at: datetime) -> tuple[str, str]:
    """Key id and signed token of a card: its facts as printed, as of `at`. Raises `KeyFault` without a key."""
    kid, alg = signing_algorithm("certificate")
    registration, issued = card.registration, timezone.localdate(card.issued_at)
    claims = Claims(
        alg, kid, card.pk, at, *validity(card), registration.level, sha256(portrait).digest()[:PHOTO] if portrait else b"",
        registration.register_no, name_on(registration.person_id, issued),
        office_name(registration.region_code, issued),
    )  # fmt: skip
    body = written(claims)
    return kid, sealed(body, sign("certificate", body).signature)


def validity(card: Card) -> tuple[date, date]:
    """First and last day that the card vouches for."""
    return valid_days(card)


def verdict_on(token: str, *, known: Known | None, now: datetime) -> tuple[Verdict, Claims | None]:
    """What a token is worth at `now`, and what it claims. Claims of a token that is not genuine are not to be shown."""
    try:
        claims, body, signature = read(token)
    except Unreadable:
        return Verdict.MALFORMED, None
    try:
        verify("certificate", body, claims.kid, claims.alg, signature)
    except SignatureFault as fault:
        return Verdict(fault.reason), None
    key = next(key for key in published("certificate") if key.kid == claims.kid)
    until = datetime.fromisoformat(key.until) if key.until else None
    since = datetime.fromisoformat(key.since)
    return judged(claims, key_since=since, key_until=until, known=known, now=now), claims


# -- status lists ----------------------------------------------------------------------------------------------------


def compact_list(
    states: dict[int, State], count: int, at: datetime, held: Mapping[int, date] | None = None
) -> str:
    """The states of all cards, signed: what the page without network reads. `held`: cards that count longer than they
    say, by days since 2000."""
    struck = [key.kid for key in published("certificate") if key.struck_off_at]
    made = int(at.timestamp())
    payload = {
        "v": 1, "iss": settings.PUBLIC_URL, "iat": made, "exp": made + int(LIST_LIFE.total_seconds()), "count": count,
        "struck": struck, "states": b64(packed(states, count)),
        "held": {str(index): (until - EPOCH).days for index, until in (held or {}).items()},
    }  # fmt: skip
    return signed_json("status", payload, typ=LIST_TYPE)


def opened_list(compact: str) -> Known:
    """The status list as known to a verifier. Raises `SignatureFault`."""
    payload = opened_json("status", compact, typ=LIST_TYPE)
    held = {int(index): EPOCH + timedelta(days=n) for index, n in payload.get("held", {}).items()}
    return Known(
        datetime.fromtimestamp(payload["iat"], UTC), payload["count"], unb64(payload["states"]), held
    )


def bitstring_list(purpose: str, indexes: Iterable[int], at: datetime, address: str) -> str:
    """A W3C Bitstring status list credential (vc+jwt) with these bits set; `purpose` is revocation or suspension."""
    indexes = list(indexes)
    bits = bytearray(max(HERD, max(indexes, default=0) + 1) + 7 >> 3)
    for index in indexes:
        bits[index >> 3] |= 0x80 >> (index & 7)
    subject = {
        "id": f"{address}#list", "type": "BitstringStatusList", "statusPurpose": purpose,
        "encodedList": "u" + b64(gzip.compress(bytes(bits), mtime=0)),
    }  # fmt: skip
    return signed_json(
        "status",
        _credential(address, "BitstringStatusListCredential", at, at + LIST_LIFE, subject),
        typ=CREDENTIAL_TYPE,
    )


# -- the holder's credential -----------------------------------------------------------------------------------------


def credential_of(card: Card, lists: dict[str, str]) -> str:
    """A W3C Verifiable Credential 2.0 (vc+jwt) of the card's registration; `lists` are addresses by purpose."""
    registration, (since, until) = card.registration, validity(card)
    issued = timezone.localdate(card.issued_at)
    subject = {
        "name": name_on(registration.person_id, issued), "registrationNumber": registration.register_no,
        "professionalLevel": registration.level, "registrationOffice": office_name(registration.region_code, issued),
        "regionCode": f"{registration.region_code:09d}",
    }  # fmt: skip
    china = ZoneInfo("Asia/Shanghai")
    body = _credential(
        public_page(card), "SocialWorkerRegistration",
        datetime.combine(since, time.min, china), datetime.combine(until, time(23, 59, 59), china), subject,
    )  # fmt: skip
    body["credentialStatus"] = [
        {
            "id": f"{address}#{card.pk}", "type": "BitstringStatusListEntry", "statusPurpose": purpose,
            "statusListIndex": str(card.pk), "statusListCredential": address,
        }
        for purpose, address in lists.items()
    ]  # fmt: skip
    return signed_json("certificate", body, typ=CREDENTIAL_TYPE)


def _credential(
    address: str, kind: str, since: datetime, until: datetime, subject: dict[str, Any]
) -> dict[str, Any]:
    return {
        "@context": [CONTEXT], "id": address, "type": ["VerifiableCredential", kind], "issuer": settings.PUBLIC_URL,
        "validFrom": since.isoformat(timespec="seconds"), "validUntil": until.isoformat(timespec="seconds"),
        "credentialSubject": subject,
    }  # fmt: skip
