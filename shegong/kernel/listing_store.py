"""Files of ordered exports on disk: sealed piece by piece, so that neither writing nor reading needs much memory.

Each piece is bound to its order, its place and whether it is the last: pieces cannot be swapped, left out or cut off.
"""

import os
import secrets
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO

from django.conf import settings

from shegong.kernel.resealing import Done
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
    _write(number, chain([file.read(PIECE)], iter(lambda: file.read(PIECE), b"")))


def _write(number: int, pieces: Iterator[bytes]) -> None:
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder() / f".{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sealed:
            _write_pieces(number, pieces, sealed)
        draft.replace(_path(number))
    finally:
        draft.unlink(missing_ok=True)


def _write_pieces(number: int, pieces: Iterator[bytes], sealed: IO[bytes]) -> None:
    content: bytes | None = next(pieces)
    piece = 0
    while content is not None:
        after = next(pieces, None)
        envelope = keyring().seal(content, _place(number, piece, after is None))
        sealed.write(len(envelope).to_bytes(4, "big") + envelope)
        content, piece = after, piece + 1
    sealed.flush()
    os.fsync(sealed.fileno())


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


class Files:
    """The files of ordered exports as one kind of sealed values (`kernel.resealing`)."""

    name = "files in exports"

    def keys(self) -> Counter[int]:
        """By the head of each file: a file is sealed with one key throughout."""
        return Counter(int.from_bytes(_head(number)[2:4], "big") for number in kept())

    def stale(self) -> int:
        """Files that do not begin as a new one would."""
        return sum(_head(number) != keyring().plain_header for number in kept())

    def reseal(self) -> Iterator[Done]:
        """File by file."""
        for number in kept():
            if _head(number) != keyring().plain_header:
                try:
                    yield Done(int(_again(number)))
                except SealError:
                    yield Done(0, (f"{self.name}: {number}",))


def _head(number: int) -> bytes:
    try:
        with _path(number).open("rb") as sealed:
            return sealed.read(8)[4:]
    except FileNotFoundError:  # deleted meanwhile
        return keyring().plain_header


def _again(number: int) -> bool:
    try:
        _write(number, read(number))
    except FileNotFoundError:
        return False
    return True
