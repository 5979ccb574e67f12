"""Stored bytes on disk: sealed, under their hash, written whole or not at all."""

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings

from shegong.kernel.sealing import keyring

TABLE, COLUMN = "documents_file", "content"


def folder() -> Path:
    """Where stored files lie."""
    return Path(settings.SHEGONG_HOME) / "files"


def path_of(sha256: str) -> Path:
    """The file of a hash; refuses anything that is no hash."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("not a SHA-256 in hex")
    return folder() / sha256[:2] / sha256


def keep(content: bytes) -> str:
    """Seal the bytes and put them on disk, once; their hash. Durable before this returns."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    if path.exists():
        return sha256
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(keyring().seal(content, (TABLE, COLUMN, sha256)))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _remember_names(path.parent)
    return sha256


def _remember_names(directory: Path) -> None:
    """Make the new name survive a power cut, not only the bytes."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(sha256: str) -> bytes:
    """The bytes as they were kept. Raises `SealError` when they were changed on disk."""
    return keyring().open(path_of(sha256).read_bytes(), (TABLE, COLUMN, sha256))
