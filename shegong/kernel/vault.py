"""Stored bytes on disk: sealed, under their hash, written whole or not at all.

Each kind of content has a `Vault` of its own: the place its bytes are bound to, and the folder they lie in. Two kinds
never share a folder, because a file opens only under the place it was sealed for.
"""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from shegong.kernel.sealing import keyring

VAULTS: list["Vault"] = []


@dataclass(frozen=True)
class Vault:
    """Where one kind of content lies: `table` and `column` are sealed in, `name` is the folder in SHEGONG_HOME."""

    name: str
    table: str
    column: str

    def __post_init__(self) -> None:
        """Known to whoever seals everything anew."""
        VAULTS.append(self)

    def folder(self) -> Path:
        """Where stored files lie."""
        return Path(settings.SHEGONG_HOME) / self.name

    def path_of(self, sha256: str) -> Path:
        """The file of a hash; refuses anything that is no hash."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("not a SHA-256 in hex")
        return self.folder() / sha256[:2] / sha256

    def keep(self, content: bytes) -> str:
        """Seal the bytes and put them on disk, once; their hash. Durable before this returns."""
        sha256 = hashlib.sha256(content).hexdigest()
        if not self.path_of(sha256).exists():
            self._write(sha256, content)
        return sha256

    def _write(self, sha256: str, content: bytes) -> None:
        path = self.path_of(sha256)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(keyring().seal(content, (self.table, self.column, sha256)))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _remember_names(path.parent)

    def read(self, sha256: str) -> bytes:
        """The bytes as they were kept. Raises `SealError` when they were changed on disk."""
        return keyring().open(self.path_of(sha256).read_bytes(), (self.table, self.column, sha256))

    def forget(self, sha256: str) -> None:
        """Remove the bytes for good; nothing happens when they are gone already."""
        with self._alone():
            self.path_of(sha256).unlink(missing_ok=True)

    def heads(self) -> Iterator[tuple[str, bytes]]:
        """Hash and first four bytes of every file."""
        for path in sorted(self.folder().glob("??/*")):
            if len(path.name) == 64:
                with suppress(FileNotFoundError), path.open("rb") as file:
                    yield path.name, file.read(4)

    def reseal(self, sha256: str) -> bool:
        """Seal the file with the newest key; False when it was removed meanwhile. Raises `SealError`."""
        with self._alone():  # a file that is being forgotten must not come back
            try:
                self._write(sha256, self.read(sha256))
            except FileNotFoundError:
                return False
        return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder() / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _remember_names(directory: Path) -> None:
    """Make the new name survive a power cut, not only the bytes."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
