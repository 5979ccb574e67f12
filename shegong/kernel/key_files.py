"""Key files: 32 random bytes in hex each, readable by the service alone, made whole or not at all, never replaced."""

import os
import re
import secrets
import stat
import time
from pathlib import Path

_KEY_FILE = re.compile(r"(seal|index)-([0-9]{4})\.key")


class KeyFault(Exception):
    """The key folder cannot be used; the message says what to do."""


def ensure_keys(folder: Path) -> None:
    """Make the first sealing and index key where there is none: folder 0700, files 0600. Never replaces a key."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    present = {match[1] for match in map(_KEY_FILE.fullmatch, os.listdir(folder)) if match}
    for kind in {"seal", "index"} - present:
        _new_key(folder / f"{kind}-0001.key")


def add_sealing_key(folder: Path) -> int:
    """Make the next sealing key; its id. New values are sealed with it, old ones still open with theirs."""
    number = max(key_files(folder, "seal"), default=0) + 1
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


def key_files(folder: Path, kind: str) -> dict[int, Path]:
    """Number → file of the keys of one kind, `seal` or `index`."""
    found = (_KEY_FILE.fullmatch(name) for name in (os.listdir(folder) if folder.is_dir() else ()))
    return {int(match[2]): folder / match[0] for match in found if match and match[1] == kind}


def read_key(path: Path) -> bytes:
    """The 32 bytes. Raises `KeyFault` for a damaged file and for one that everybody may read."""
    if stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXO:
        raise KeyFault(f"{path} is open to every user of this machine: chmod 600 it")
    try:
        key = bytes.fromhex(path.read_text().strip())
    except ValueError as error:
        raise KeyFault(f"{path} is not 64 hexadecimal digits: restore it from the key backup") from error
    if len(key) != 32:
        raise KeyFault(f"{path} holds {len(key)} bytes, not 32: restore it from the key backup")
    return key


def age_of_newest(folder: Path) -> float:
    """Seconds since the newest sealing key was made."""
    files = key_files(folder, "seal").values()
    return time.time() - max((file.stat().st_mtime for file in files), default=0.0)


def retire(folder: Path, number: int) -> Path:
    """Put a sealing key aside: it is read no more. Where it lies now."""
    file = key_files(folder, "seal")[number]
    aside = file.with_name(f"retired-{file.name}")
    file.rename(aside)
    return aside
