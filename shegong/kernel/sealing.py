"""Sealed columns and blind indexes: what a stolen database may not tell.

A sealed value can be opened only at its own place: table, column and row are authenticated with it, so a value copied
to another row does not open.  *Row* is a value the caller stores beside the sealed columns and knows before the row
is inserted: by custom a ``seal_id`` UUID column (a primary key is known too late and would change in a merge).

A blind index finds equal values without opening them: a keyed hash, because the identity numbers of a province are
only 1.5 billion guesses and an unkeyed hash of one is the number itself.  Its key is not the sealing key.

Envelope: version (1 byte) | algorithm (1) | key id (2) | nonce (12) | ciphertext and tag.  Profile ``intl`` seals
with AES-256-GCM and indexes with HMAC-SHA-256, ``sm`` with SM4-GCM and HMAC-SM3; either opens what the other sealed.
Keys are files ``seal-0001.key`` and ``index-0001.key`` of 32 random bytes in hex; the highest sealing key seals, all
of them open.  The index key is not rotated in place: every index would have to be computed again.
"""

import os
import re
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hmac import digest as one_mac
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = 1
AES_256_GCM, SM4_GCM = 1, 2
_HEADER, _NONCE, _TAG = 4, 12, 16
_KEY_FILE = re.compile(r"(seal|index)-([0-9]{4})\.key")


class SealError(Exception):
    """A sealed value that does not open here: damaged, moved from another place, or its key is missing."""


class KeyFault(Exception):
    """The key folder cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Profile:
    """The algorithms of one crypto profile."""

    algorithm: int
    digest: Callable[[], hashes.HashAlgorithm]


PROFILES = {"intl": Profile(AES_256_GCM, hashes.SHA256), "sm": Profile(SM4_GCM, hashes.SM3)}


@dataclass(frozen=True)
class Keyring:
    """The keys of one installation."""

    profile: Profile
    sealing: dict[int, bytes]
    indexing: bytes

    @property
    def active(self) -> int:
        """Id of the key that seals now: the highest."""
        return max(self.sealing)

    def seal(self, value: bytes, place: tuple[str, str, str]) -> bytes:
        """The envelope of `value` for its `place` (table, column, row)."""
        header = bytes((VERSION, self.profile.algorithm)) + self.active.to_bytes(2, "big")
        nonce = secrets.token_bytes(_NONCE)
        if self.profile.algorithm == AES_256_GCM:  # one call instead of five
            return (
                header + nonce + _aes(self.sealing[self.active]).encrypt(nonce, value, _bound(header, place))
            )
        encryptor = _cipher(header, self.sealing[self.active], nonce, None).encryptor()
        encryptor.authenticate_additional_data(_bound(header, place))
        sealed = encryptor.update(value) + encryptor.finalize()
        return header + nonce + sealed + encryptor.tag

    def open(self, envelope: bytes, place: tuple[str, str, str]) -> bytes:
        """What `seal` was given. Raises `SealError`."""
        header, nonce = envelope[:_HEADER], envelope[_HEADER : _HEADER + _NONCE]
        sealed, tag = envelope[_HEADER + _NONCE : -_TAG], envelope[-_TAG:]
        if len(envelope) < _HEADER + _NONCE + _TAG or header[0] != VERSION:
            raise SealError(f"{'.'.join(place[:2])}: not a sealed value of version {VERSION}")
        key = self.sealing.get(int.from_bytes(header[2:], "big"))
        if key is None:
            raise SealError(
                f"{'.'.join(place[:2])}: sealing key {int.from_bytes(header[2:], 'big'):04d} is missing"
            )
        decryptor = _cipher(header, key, nonce, tag).decryptor()
        decryptor.authenticate_additional_data(_bound(header, place))
        try:
            return decryptor.update(sealed) + decryptor.finalize()
        except InvalidTag as error:
            raise SealError(f"{'.'.join(place[:2])}: the value was changed or moved") from error

    def index(self, kind: str, canonical: str) -> bytes:
        """Keyed hash of a canonical value, 32 bytes; equal values of one `kind` have equal hashes."""
        message = _joined((kind, canonical))
        if self.profile.algorithm == AES_256_GCM:
            return one_mac(self.indexing, message, "sha256")
        return _mac(self.profile.digest(), self.indexing, message)


def _cipher(header: bytes, key: bytes, nonce: bytes, tag: bytes | None) -> Cipher[modes.GCM]:
    """The cipher the header names, under a key of its own derived from the key file."""
    if header[1] == AES_256_GCM:
        algorithm: algorithms.AES | algorithms.SM4 = algorithms.AES(_derived(AES_256_GCM, key))
    elif header[1] == SM4_GCM:
        algorithm = algorithms.SM4(_derived(SM4_GCM, key))
    else:
        raise SealError(f"unknown sealing algorithm {header[1]}")
    return Cipher(algorithm, modes.GCM(nonce, tag))


@lru_cache(maxsize=64)
def _aes(key: bytes) -> AESGCM:
    return AESGCM(_derived(AES_256_GCM, key))


@lru_cache(maxsize=64)
def _derived(algorithm: int, key: bytes) -> bytes:
    if algorithm == AES_256_GCM:
        return _mac(hashes.SHA256(), key, b"shegong aes-256-gcm")
    return _mac(hashes.SM3(), key, b"shegong sm4-gcm")[:16]


def _mac(digest: hashes.HashAlgorithm, key: bytes, message: bytes) -> bytes:
    code = hmac.HMAC(key, digest)
    code.update(message)
    return code.finalize()


def _joined(parts: tuple[str, ...]) -> bytes:
    """Parts with their lengths, so that ("ab", "c") and ("a", "bc") differ."""
    encoded = [part.encode() for part in parts]
    return b"".join([len(part).to_bytes(4, "big") + part for part in encoded])


def _bound(header: bytes, place: tuple[str, str, str]) -> bytes:
    return header + _joined(place)


# -- key files -------------------------------------------------------------------------------------------------------


def ensure_keys(folder: Path) -> None:
    """Make the first sealing and index key where there is none: folder 0700, files 0600. Never replaces a key."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    present = {match[1] for match in map(_KEY_FILE.fullmatch, os.listdir(folder)) if match}
    for kind in {"seal", "index"} - present:
        _new_key(folder / f"{kind}-0001.key")


def add_sealing_key(folder: Path) -> int:
    """Make the next sealing key; its id. New values are sealed with it, old ones still open with theirs."""
    number = max(_key_files(folder, "seal"), default=0) + 1
    _new_key(folder / f"seal-{number:04d}.key")
    return number


def _new_key(path: Path) -> None:
    """Write a key whole or not at all, and leave a key that another process has just made."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _key_files(folder: Path, kind: str) -> dict[int, Path]:
    found = (_KEY_FILE.fullmatch(name) for name in (os.listdir(folder) if folder.is_dir() else ()))
    return {int(match[2]): folder / match[0] for match in found if match and match[1] == kind}


def _read_key(path: Path) -> bytes:
    if stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXO:
        raise KeyFault(f"{path} is open to every user of this machine: chmod 600 it")
    try:
        key = bytes.fromhex(path.read_text().strip())
    except ValueError as error:
        raise KeyFault(f"{path} is not 64 hexadecimal digits: restore it from the key backup") from error
    if len(key) != 32:
        raise KeyFault(f"{path} holds {len(key)} bytes, not 32: restore it from the key backup")
    return key


def load_keyring(folder: Path, profile: str) -> Keyring:
    """The keys in `folder`. Raises `KeyFault` when there are none, or when anybody may read them."""
    if profile not in PROFILES:
        raise KeyFault(f"SHEGONG_CRYPTO is {profile!r}; it is one of {', '.join(PROFILES)}")
    sealing, indexing = _key_files(folder, "seal"), _key_files(folder, "index")
    if not sealing or not indexing:
        raise KeyFault(
            f"no keys in {folder}: restore them from the key backup (a new installation: shegong keys make)"
        )
    keys = {number: _read_key(path) for number, path in sealing.items()}
    return Keyring(PROFILES[profile], keys, _read_key(indexing[max(indexing)]))


@lru_cache(maxsize=4)
def _keyring(home: str | Path, profile: str) -> Keyring:
    folder = Path(home) / "keys"
    if not settings.PRODUCTION:
        ensure_keys(folder)
    return load_keyring(folder, profile)


def keyring() -> Keyring:
    """The keys of this installation, read once a process. A demo makes its own; production never does by itself."""
    return _keyring(settings.SHEGONG_HOME, settings.SHEGONG_CRYPTO)


# -- what contexts call ----------------------------------------------------------------------------------------------


def seal(text: str, *, table: str, column: str, row: object) -> bytes:
    """`text` sealed for one place; store the bytes in a BinaryField. `row` is the row's ``seal_id``."""
    return keyring().seal(text.encode(), (table, column, str(row)))


def open_sealed(envelope: bytes | memoryview, *, table: str, column: str, row: object) -> str:
    """The text that was sealed for this place. Raises `SealError`. Masking and journalling are the caller's."""
    place = (table, column, str(row))
    try:
        return keyring().open(bytes(envelope), place).decode()
    except SealError:
        _keyring.cache_clear()  # another process may have added a key since this one read them
        return keyring().open(bytes(envelope), place).decode()


def needs_resealing(envelope: bytes | memoryview) -> bool:
    """True when the envelope was sealed with an older key or under the other profile."""
    ring = keyring()
    return bytes(envelope[1:_HEADER]) != bytes((ring.profile.algorithm,)) + ring.active.to_bytes(2, "big")


def blind_index(kind: str, canonical: str) -> bytes:
    """32 bytes that are equal for equal canonical values of one `kind` (``identity``, ``phone``, …)."""
    return keyring().index(kind, canonical)
