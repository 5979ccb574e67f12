"""Files of ordered exports on disk: sealed piece by piece, so that neither writing nor reading needs much memory.

Each piece is bound to its order, its place and whether it is the last: pieces cannot be swapped, left out or cut off.
"""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

from shegong.kernel.sealing import SealError, keyring

PIECE = 1024 * 1024
TABLE = "kernel_export"


def folder() -> Path:
    """Where they lie."""
    return Path(settings.SHEGONG_HOME) / "exports"


def _path(number: int) -> Path:
    return folder() / f"{int(number):09d}"


def _place(number: int, piece: int, is_last: bool) -> tuple[str, str, str]:
    return TABLE, "file", f"{number}:{piece}:{'last' if is_last else 'more'}"


def keep(number: int, file: IO[bytes]) -> None:
    """Seal the file of this order and put it on disk, whole or not at all; a file it had before is replaced."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder() / f".{secrets.token_hex(8)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sealed:
        content, piece = file.read(PIECE), 0
        while True:
            after = file.read(PIECE)
            envelope = keyring().seal(content, _place(number, piece, not after))
            sealed.write(len(envelope).to_bytes(4, "big") + envelope)
            if not after:
                break
            content, piece = after, piece + 1
        sealed.flush()
        os.fsync(sealed.fileno())
    draft.replace(_path(number))


def read(number: int) -> Iterator[bytes]:
    """The bytes as they were kept, piece by piece. Raises `SealError` when they were changed on disk."""
    with _path(number).open("rb") as sealed:
        piece, size = 0, sealed.read(4)
        while size:
            envelope, after = sealed.read(int.from_bytes(size, "big")), sealed.read(4)
            yield keyring().open(envelope, _place(number, piece, not after))
            piece, size = piece + 1, after
        if not piece:
            raise SealError("kernel_export.file: the file is empty")


def drop(number: int) -> None:
    """Delete the file of this order, if there is one."""
    _path(number).unlink(missing_ok=True)


def kept() -> list[int]:
    """Numbers of the orders whose files lie here."""
    if not folder().is_dir():
        return []
    return sorted(int(path.name) for path in folder().iterdir() if path.name.isdigit())
