"""What a backup says about itself: written last, proven with the backup key, read before anything is restored."""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shegong.config.backup.envelope import BackupKey, Broken

FORMAT = 1
FILE = "manifest.json"
DATABASE, FILES = "database.dump", "files.tar"  # parts; on disk with the ending .sealed
_NAME = re.compile(r"shegong-(\d{8}T\d{6}\.\d{6})Z")


@dataclass(frozen=True)
class Part:
    """One sealed file: its bytes on disk, their SHA-256, and the bytes inside."""

    bytes: int
    sha256: str
    plain_bytes: int


@dataclass(frozen=True)
class Manifest:
    """`at` is the moment the backup shows (the snapshot, by the database's clock)."""

    at: str
    seconds: float
    database: str
    server_version: int
    product_version: str
    profile: str
    policy_sha256: str
    migrations: list[str]
    tables: dict[str, int]
    journal: dict[str, Any]
    stored_files: int
    parts: dict[str, Part]
    key: str
    format: int = FORMAT
    mac: str = field(default="", compare=False)

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(self.tables.values())

    @property
    def moment(self) -> datetime:
        """`at` as a time."""
        return datetime.fromisoformat(self.at)

    @property
    def name(self) -> str:
        """The folder's name."""
        return f"shegong-{self.moment.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"

    def message(self) -> bytes:
        """What the proof covers: everything but itself."""
        values = asdict(self)
        del values["mac"]
        return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()

    def write(self, folder: Path, key: BackupKey) -> None:
        """Put it beside the parts, durable before this returns."""
        text = json.dumps(asdict(self) | {"mac": key.mac(self.message())}, ensure_ascii=False, indent=1)
        with os.fdopen(os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())

    def summary(self) -> dict[str, Any]:
        """The facts a person or a program wants at the end of a command."""
        return {
            "at": self.at,
            "database": self.database,
            "tables": len(self.tables),
            "rows": self.rows,
            "stored_files": self.stored_files,
            "bytes": sum(part.bytes for part in self.parts.values()),
            "journal": self.journal,
            "key": self.key,
            "seconds": self.seconds,
        }


def read(folder: Path, keys: list[BackupKey]) -> Manifest:
    """The manifest of a finished backup, proven with one of our keys. Raises `Broken`."""
    try:
        values = json.loads((folder / FILE).read_text(encoding="utf-8"))
        parts = {name: Part(**part) for name, part in values.pop("parts").items()}
        found = Manifest(parts=parts, **values)
    except FileNotFoundError:
        raise Broken(f"{folder} holds no finished backup: there is no {FILE}") from None
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise Broken(f"{folder / FILE} cannot be read ({problem})") from problem
    key = next((one for one in keys if one.id == found.key), None)
    if key is None:
        raise Broken(f"this backup was sealed with backup key {found.key}; put it into the key folder first")
    if found.format != FORMAT or key.mac(found.message()) != found.mac:
        raise Broken(f"{folder / FILE} was changed after the backup was made")
    return found


def check_parts(folder: Path, manifest: Manifest) -> None:
    """Every part is there with the size and the hash it had. Raises `Broken`."""
    for name, part in manifest.parts.items():
        path = sealed_path(folder, name)
        if not path.is_file() or path.stat().st_size != part.bytes:
            raise Broken(f"{path.name} is missing or has not its {part.bytes} bytes")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != part.sha256:
            raise Broken(f"{path.name} was changed after the backup was made")


def sealed_path(folder: Path, part: str) -> Path:
    """Where a part lies."""
    return folder / f"{part}.sealed"


def finished(folder: Path) -> Iterator[tuple[datetime, Path]]:
    """Moments and folders of whole backups, oldest first; what is half made has another name."""
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if (match := _NAME.fullmatch(path.name)) and (path / FILE).is_file():
                yield datetime.strptime(match[1], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), path


def newest(folder: Path) -> tuple[datetime, Path] | None:
    """The last whole backup in a folder."""
    return max(finished(folder), default=None)


def chosen(folder: Path) -> Path:
    """The backup a person names: its own folder, or the newest in a folder of backups."""
    if (folder / FILE).is_file():
        return folder
    if (last := newest(folder)) is None:
        raise Broken(f"{folder} holds no finished backup")
    return last[1]
