"""A sealed stream of any length in little memory, and the key that only backups have.

Header: "SGBK" | version (1 byte) | algorithm (1) | key id (8) | salt (16) | nonce prefix (7), then chunks of 1 MiB, each
with its own tag. A chunk's nonce is prefix | number (4 bytes) | whether it is the last (1), and the header is
authenticated with each: chunks cannot be changed, swapped, left out or cut off, nor moved to another part or backup.
The key of a stream is derived from the backup key, the salt and the name of the part.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shegong.kernel.sealing import AES_256_GCM, PROFILES, SM4_GCM, KeyFault

MAGIC, VERSION = b"SGBK", 1
CHUNK, TAG = 1024 * 1024, 16
HEADER = len(MAGIC) + 2 + 8 + 16 + 7
KEY_NAME = "backup-{:04d}.key"


class Broken(Exception):
    """A backup that cannot be trusted or opened; the text says which part and why."""


@dataclass(frozen=True)
class BackupKey:
    """One key file."""

    secret: bytes

    @property
    def id(self) -> str:
        """Tells keys apart without telling anything about them."""
        return hashlib.sha256(b"shegong backup key" + self.secret).hexdigest()[:16]

    def mac(self, message: bytes) -> str:
        """Proof that whoever holds this key wrote the message."""
        code = hmac.HMAC(self._derived(b"", b"manifest", 32), hashes.SHA256())
        code.update(message)
        return code.finalize().hex()

    def stream_key(self, algorithm: int, salt: bytes, part: str) -> bytes:
        """The key of one stream."""
        return self._derived(
            salt, f"stream {algorithm} {part}".encode(), 32 if algorithm == AES_256_GCM else 16
        )

    def _derived(self, salt: bytes, purpose: bytes, length: int) -> bytes:
        return HKDF(hashes.SHA256(), length, salt or None, b"shegong backup " + purpose).derive(self.secret)


def read_keys(folder: Path) -> list[BackupKey]:
    """All backup keys, oldest first; the last one seals. Raises `KeyFault` for a file that is no key."""
    found = []
    for path in sorted(folder.glob("backup-[0-9][0-9][0-9][0-9].key")):
        if path.stat().st_mode & 0o007:
            raise KeyFault(f"{path} is open to every user of this machine: chmod 600 it")
        try:
            secret = bytes.fromhex(path.read_text().strip())
        except ValueError:
            secret = b""
        if len(secret) != 32:
            raise KeyFault(f"{path} is not 64 hexadecimal digits: restore it from the key backup")
        found.append(BackupKey(secret))
    return found


def ensure_key(folder: Path) -> BackupKey:
    """The key that seals now, made at the first backup. Never replaces one."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (keys := read_keys(folder)):
        draft = folder / f".backup.{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, folder / KEY_NAME.format(1))
        except FileExistsError:  # another process was faster
            pass
        finally:
            draft.unlink()
        keys = read_keys(folder)
    return keys[-1]


class SealedWriter:
    """A file to write to; `close` ends the stream, and without it nothing opens."""

    def __init__(self, file: IO[bytes], key: BackupKey, part: str, profile: str) -> None:
        """Write the header."""
        self.file, self.sha256, self.size, self.plain = file, hashlib.sha256(), 0, 0
        self._algorithm = PROFILES[profile].algorithm
        salt, self._prefix, self._number, self._rest = (
            secrets.token_bytes(16),
            secrets.token_bytes(7),
            0,
            bytearray(),
        )
        self._header = MAGIC + bytes((VERSION, self._algorithm)) + bytes.fromhex(key.id) + salt + self._prefix
        self._key = key.stream_key(self._algorithm, salt, part)
        self._out(self._header)

    def write(self, content: bytes) -> int:
        """Take any number of bytes."""
        self._rest += content
        while len(self._rest) > CHUNK:  # the last chunk is known as such only at the end
            self._seal(bytes(self._rest[:CHUNK]), False)
            del self._rest[:CHUNK]
        return len(content)

    def close(self) -> None:
        """Seal what is left as the last chunk, and bring all of it to the disk."""
        self._seal(bytes(self._rest), True)
        self.file.flush()
        os.fsync(self.file.fileno())

    def _seal(self, content: bytes, is_last: bool) -> None:
        cipher = _cipher(self._algorithm, self._key, _nonce(self._prefix, self._number, is_last), None)
        encryptor = cipher.encryptor()
        encryptor.authenticate_additional_data(self._header)
        self._out(encryptor.update(content) + encryptor.finalize() + encryptor.tag)
        self._number, self.plain = self._number + 1, self.plain + len(content)

    def _out(self, sealed: bytes) -> None:
        self.file.write(sealed)
        self.sha256.update(sealed)
        self.size += len(sealed)


def opened(path: Path, keys: list[BackupKey], part: str) -> Iterator[bytes]:
    """The content of a sealed stream, piece by piece. Raises `Broken`."""
    with path.open("rb") as file:
        header = file.read(HEADER)
        if len(header) < HEADER or header[:5] != MAGIC + bytes((VERSION,)):
            raise Broken(f"{part}: not a sealed stream of version {VERSION}")
        algorithm, key_id, salt, prefix = header[5], header[6:14].hex(), header[14:30], header[30:]
        key = next((one for one in keys if one.id == key_id), None)
        if key is None:
            raise Broken(f"{part}: sealed with backup key {key_id}, which is not in the key folder")
        if algorithm not in (AES_256_GCM, SM4_GCM):
            raise Broken(f"{part}: unknown algorithm {algorithm}")
        secret, number = key.stream_key(algorithm, salt, part), 0
        sealed = file.read(CHUNK + TAG)
        while True:
            after = file.read(CHUNK + TAG)
            nonce = _nonce(prefix, number, not after)
            yield _open_chunk(_cipher(algorithm, secret, nonce, sealed[-TAG:]), header, sealed[:-TAG], part)
            if not after:
                return
            sealed, number = after, number + 1


def _open_chunk(cipher: "Cipher[modes.GCM]", header: bytes, sealed: bytes, part: str) -> bytes:
    try:
        decryptor = cipher.decryptor()
        decryptor.authenticate_additional_data(header)
        return decryptor.update(sealed) + decryptor.finalize()
    except (InvalidTag, ValueError) as error:
        raise Broken(f"{part}: changed, mixed with another backup, or cut off") from error


def _nonce(prefix: bytes, number: int, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes((is_last,))


def _cipher(algorithm: int, key: bytes, nonce: bytes, tag: bytes | None) -> "Cipher[modes.GCM]":
    block = algorithms.AES(key) if algorithm == AES_256_GCM else algorithms.SM4(key)
    if tag is not None and len(tag) != TAG:
        raise Broken("cut off")
    return Cipher(block, modes.GCM(nonce, tag))
