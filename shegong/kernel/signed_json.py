"""JSON under our signature as a compact JWS (RFC 7515), which any JOSE library verifies with the published keys."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from shegong.kernel.signing import SignatureFault, sign, signing_algorithm, verify


def b64(content: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The bytes of base64url without padding. Raises `ValueError` for what `b64` never writes."""
    content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64(content) != text:
        raise ValueError("not canonical base64url")
    return content


def signed_json(purpose: str, payload: dict[str, Any], *, typ: str) -> str:
    """`payload` signed with the key of `purpose`; `typ` keeps one kind of document from passing as another."""
    kid, alg = signing_algorithm(purpose)
    parts = ({"alg": alg, "kid": kid, "typ": typ}, payload)
    text = ".".join(
        b64(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()) for part in parts
    )
    return f"{text}.{b64(sign(purpose, text.encode()).signature)}"


def opened_json(purpose: str, token: str, *, typ: str) -> dict[str, Any]:
    """The payload of what `signed_json` made. Raises `SignatureFault`; the header decides nothing but the key."""
    try:
        head, body, signature = token.split(".")
        header = json.loads(unb64(head))
        kid, alg, kind = str(header["kid"]), str(header["alg"]), header["typ"]
        signed = unb64(signature)
    except (ValueError, KeyError, TypeError) as error:
        raise SignatureFault("malformed", "") from error
    verify(purpose, f"{head}.{body}".encode(), kid, alg, signed)
    if kind != typ:
        raise SignatureFault("type", kid)
    payload: dict[str, Any] = json.loads(unb64(body))
    return payload
