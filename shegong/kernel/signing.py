"""Signing keys by purpose: what leaves this installation can be proven to come from it.

Whoever holds the key of the status list cannot make a certificate: ``certificate`` (tokens in QR codes, verifiable
credentials), ``status`` (status lists) and ``checkpoint`` (heads of the journal) have keys of their own.

Files beside the sealing keys, or where `SHEGONG_SIGNING_KEYS` says: ``sign-certificate-0001.key`` (PKCS 8, mode 0600)
and its public record ``sign-certificate-0001.json``. The highest key that is not struck off signs; all stay published.
After a rotation the old private file may be destroyed: the record is enough to verify what it signed.

The algorithm belongs to the key, never to what was signed. Both crypto profiles sign with ES256 (64 bytes r and s), which
every browser since Chromium 86 verifies; SM2 is not offered: neither `cryptography` nor WebCrypto has it.
"""

import json
import os
import re
import secrets
import stat
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from django.conf import settings

from shegong.kernel.sealing import KeyFault

PURPOSES = ("certificate", "status", "checkpoint")
ES256 = "ES256"
_SIZE = 32  # bytes of one number on P-256
_CLOCK_STEP = 50_000_000  # nanoseconds; file systems note times coarsely
_FILE = re.compile(r"sign-([a-z]+)-([0-9]{4})\.(key|json)")


class SignatureFault(Exception):
    """Not signed by us: unknown key, another algorithm than the key's, a struck-off key, or a wrong signature."""

    def __init__(self, reason: str, kid: str) -> None:
        """`reason`: unknown_key, algorithm, struck_off, signature; of documents also malformed, type."""
        super().__init__(f"{reason}: key {kid}")
        self.reason = reason


@dataclass(frozen=True)
class Signed:
    """A signature and what is needed to look for its key."""

    kid: str
    alg: str
    signature: bytes


@dataclass(frozen=True)
class PublicKey:
    """A published key. Moments are ISO 8601 in UTC; `until` is when another key took over the signing."""

    kid: str
    alg: str
    jwk: dict[str, str]
    since: str
    until: str | None = None
    struck_off_at: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Key:
    """A public record and, where this machine has it, the private key."""

    number: int
    public: PublicKey
    private: ec.EllipticCurvePrivateKey | None


def sign(purpose: str, message: bytes) -> Signed:
    """`message` signed with the key that signs for `purpose` now. Raises `KeyFault` where this machine has none."""
    key = _active(purpose)
    r, s = decode_dss_signature(key.private.sign(message, ec.ECDSA(hashes.SHA256())))
    return Signed(key.public.kid, key.public.alg, r.to_bytes(_SIZE, "big") + s.to_bytes(_SIZE, "big"))


def signing_algorithm(purpose: str) -> tuple[str, str]:
    """Id and algorithm of the key that would sign now: for headers that are signed with the message."""
    public = _active(purpose).public
    return public.kid, public.alg


def verify(purpose: str, message: bytes, kid: str, alg: str, signature: bytes) -> None:
    """Return when `signature` is ours over `message`. Raises `SignatureFault`."""
    verify_by(published(purpose), message, kid, alg, signature)


def verify_by(keys: list[PublicKey], message: bytes, kid: str, alg: str, signature: bytes) -> None:
    """`verify` by these keys: ours, or those that another installation publishes."""
    key = next((key for key in keys if key.kid == kid), None)
    if key is None:
        raise SignatureFault("unknown_key", kid)
    if alg != key.alg:
        raise SignatureFault("algorithm", kid)
    if key.struck_off_at:
        raise SignatureFault("struck_off", kid)
    if len(signature) != 2 * _SIZE:
        raise SignatureFault("signature", kid)
    r, s = (int.from_bytes(half, "big") for half in (signature[:_SIZE], signature[_SIZE:]))
    try:
        _public(key.kid, key.jwk["x"], key.jwk["y"]).verify(
            encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256())
        )
    except InvalidSignature as error:
        raise SignatureFault("signature", kid) from error


def published(purpose: str) -> list[PublicKey]:
    """Every key that ever signed for `purpose`, oldest first, the struck off ones marked."""
    return [key.public for key in _keys(purpose)]


def signing_folder() -> Path:
    """Where the signing keys of this installation are."""
    return Path(settings.SIGNING_KEYS or Path(settings.SHEGONG_HOME) / "keys")


def ensure_signing_keys(folder: Path, purposes: tuple[str, ...] = PURPOSES) -> None:
    """Make the first key of each purpose that has none. Never replaces a key."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for purpose in purposes:
        if not _numbers(folder, purpose):
            _make(folder, purpose, 1)


def next_key(folder: Path, purpose: str) -> str:
    """The name of the key that `rotate` would make."""
    return f"sign-{purpose}-{max(_numbers(folder, purpose), default=0) + 1:04d}"


def rotate(folder: Path, purpose: str, name: str = "") -> PublicKey:
    """A new key that signs from now on; the old ones stay published. With the `name` of one that is there, the rest."""
    number = int((name or next_key(folder, purpose))[-4:])
    made = _make(folder, purpose, number)
    for key in _load(folder, purpose):
        if key.public.until is None and key.number < number:
            _record(folder, purpose, key.number, replace(key.public, until=made.since))
    return made


def strike(folder: Path, kid: str, reason: str) -> tuple[str, PublicKey]:
    """Strike a compromised key off: nothing signed with it verifies from now on. Its purpose and its record.

    Where it was the one that signs, another is made. `KeyFault`: not ours. Twice keeps the first date and reason."""
    for purpose in PURPOSES:
        for key in _load(folder, purpose):
            if key.public.kid != kid:
                continue
            struck = key.public
            if struck.struck_off_at is None:
                now = _moment()
                struck = replace(struck, struck_off_at=now, reason=reason, until=struck.until or now)
                _record(folder, purpose, key.number, struck)
            if not any(other.private and not other.public.until for other in _load(folder, purpose)):
                rotate(folder, purpose)
            return purpose, struck
    raise KeyFault(f"no signing key {kid} in {folder}: `shegong signing list` names them")


def _active(purpose: str) -> Key:
    for key in reversed(_keys(purpose)):
        if key.private and not key.public.struck_off_at:
            return key
    raise KeyFault(
        f"no key that signs for {purpose} in {signing_folder()}: restore it from the key backup "
        f"(a new installation: shegong signing make; after a loss: shegong signing rotate {purpose})"
    )


def _keys(purpose: str) -> tuple[Key, ...]:
    if purpose not in PURPOSES:
        raise KeyFault(f"no keys are kept for {purpose!r}; purposes are {', '.join(PURPOSES)}")
    folder = signing_folder()
    if not settings.PRODUCTION and not _current(folder, purpose):
        ensure_signing_keys(folder, (purpose,))
    return _current(folder, purpose)


def _current(folder: Path, purpose: str) -> tuple[Key, ...]:
    """Read again as soon as a file of the folder was made or replaced: a strike holds in every process at once."""
    if not folder.is_dir():
        return ()
    changed = folder.stat().st_mtime_ns
    if time.time_ns() - changed < _CLOCK_STEP:  # a second change in the same tick would not show in the time
        return tuple(_load(folder, purpose))
    return _loaded(folder, purpose, changed)


@lru_cache(maxsize=16)
def _loaded(folder: Path, purpose: str, _changed: int) -> tuple[Key, ...]:
    return tuple(_load(folder, purpose))


def _load(folder: Path, purpose: str) -> list[Key]:
    return [_read(folder, purpose, number) for number in sorted(_numbers(folder, purpose))]


def _numbers(folder: Path, purpose: str) -> set[int]:
    names = os.listdir(folder) if folder.is_dir() else ()
    return {int(m[2]) for m in map(_FILE.fullmatch, names) if m and m[1] == purpose}


def _read(folder: Path, purpose: str, number: int) -> Key:
    path = folder / f"sign-{purpose}-{number:04d}.key"
    private = _private(path) if path.exists() else None
    try:
        public = PublicKey(**json.loads(path.with_suffix(".json").read_text()))
    except FileNotFoundError:  # the process that makes the key has not come so far
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return Key(number, _published(private, made.isoformat(timespec="seconds")), private)
    except (ValueError, TypeError) as error:
        raise KeyFault(f"{path.with_suffix('.json')} is damaged: restore it from the key backup") from error
    if private and _published(private, "").jwk != public.jwk:
        raise KeyFault(f"{path} and its record are not one key: restore both from the key backup")
    return Key(number, public, private)


def _private(path: Path) -> ec.EllipticCurvePrivateKey:
    if stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXO:
        raise KeyFault(f"{path} is open to every user of this machine: chmod 600 it")
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise KeyFault(f"{path} is not a private key: restore it from the key backup") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeyFault(f"{path} is not a key on P-256")
    return key


def _make(folder: Path, purpose: str, number: int) -> PublicKey:
    path = folder / f"sign-{purpose}-{number:04d}.key"
    pem = _drawn().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(path, pem, replaces=False)
    public = _published(_private(path), _moment())  # another process may have been faster: its key is the key
    _record(folder, purpose, number, public, replaces=False)
    return public


def _drawn() -> ec.EllipticCurvePrivateKey:
    """A key whose id does not begin with a dash: operators type it in commands, where a dash begins an option."""
    while _published(key := ec.generate_private_key(ec.SECP256R1()), "").kid.startswith("-"):
        pass
    return key


def _record(folder: Path, purpose: str, number: int, public: PublicKey, *, replaces: bool = True) -> None:
    text = json.dumps(asdict(public), indent=1, ensure_ascii=False) + "\n"
    _write(folder / f"sign-{purpose}-{number:04d}.json", text.encode(), replaces=replaces)


def _write(path: Path, content: bytes, *, replaces: bool) -> None:
    """Write a file whole or not at all; where it may not replace, leave what another process has just made."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if replaces:
        draft.replace(path)
        return
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _moment() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _published(key: ec.EllipticCurvePrivateKey, since: str) -> PublicKey:
    """The public part; its id is the start of the JWK thumbprint (RFC 7638), so no two installations share one."""
    point = key.public_key().public_numbers()
    jwk = {"crv": "P-256", "kty": "EC", "x": _b64(point.x), "y": _b64(point.y)}
    thumbprint = sha256(json.dumps(jwk, separators=(",", ":"), sort_keys=True).encode()).digest()
    return PublicKey(urlsafe_b64encode(thumbprint[:6]).decode(), ES256, jwk, since)


def _b64(number: int) -> str:
    return urlsafe_b64encode(number.to_bytes(_SIZE, "big")).rstrip(b"=").decode()


@lru_cache(maxsize=64)
def _public(_kid: str, x: str, y: str) -> ec.EllipticCurvePublicKey:
    at = (int.from_bytes(urlsafe_b64decode(part + "="), "big") for part in (x, y))
    return ec.EllipticCurvePublicNumbers(next(at), next(at), ec.SECP256R1()).public_key()
