"""Key files: 32 random bytes in hex each, readable by the service alone, made whole or not at all, never replaced."""

import os
import re
import secrets
import stat
import time
from pathlib import Path

KINDS = ("seal", "index")
_KEY_FILE = re.compile(r"(seal|index)-([0-9]{4})\.key")


class KeyFault(Exception):
    """The keys cannot be used; the message says what to do."""


def ensure_keys(folder: Path) -> None:
    """Make the first sealing and index key where there is none: folder 0700, files 0600. Never replaces a key."""
    for kind in KINDS:
        make_key(folder, kind, first=True)


def make_key(folder: Path, kind: str, *, first: bool = False) -> str:
    """Make the next key of a kind; with `first`, only where there is none. The name of the newest. New values are
    sealed with the newest, older ones still open with theirs."""
    if kind not in KINDS:
        raise KeyFault(f"there are keys of these kinds: {', '.join(KINDS)}")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    newest = max(key_files(folder, kind), default=0)
    if not (first and newest):
        newest += 1
        _new_key(folder / f"{kind}-{newest:04d}.key")
    return f"{kind}-{newest:04d}"


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
    except ValueError:  # the error would quote the file
        raise KeyFault(f"{path} is not 64 hexadecimal digits: restore it from the key backup") from None
    if len(key) != 32:
        raise KeyFault(f"{path} holds {len(key)} bytes, not 32: restore it from the key backup")
    return key


def age_of(folder: Path, name: str = "") -> float:
    """Seconds since this key was made; without a name, the newest sealing key."""
    files = [folder / f"{name}.key"] if name else [*key_files(folder, "seal").values()]
    return time.time() - max((file.stat().st_mtime for file in files), default=0.0)


def retire(folder: Path, name: str) -> Path:
    """Put a key aside: it is read no more. Where it lies now."""
    match = _KEY_FILE.fullmatch(f"{name}.key")
    if match is None or not (folder / match[0]).exists():
        raise KeyFault(f"there is no key {name}")
    aside = folder / f"retired-{match[0]}"
    (folder / match[0]).rename(aside)
    return aside
