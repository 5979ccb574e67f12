"""What was backed up and drilled when: one line each in SHEGONG_HOME, read by the health page."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from shegong.config.backup.manifest import Manifest
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM
from shegong.kernel.journal import JournalEntry

BACKUPS, DRILLS = "backups.jsonl", "drills.jsonl"


def note(home: Path, folder: Path, manifest: Manifest) -> None:
    """Remember a backup, in the journal too: somebody has a copy of everything from now on."""
    _append(home / BACKUPS, {"folder": str(folder)} | manifest.summary())
    facts = {"upto": manifest.journal["seq"], "rows": manifest.rows, "key": manifest.key, "at": manifest.at}
    with transaction.atomic():
        journal.write(
            "kernel.backup.make", by=SYSTEM, subject=JournalEntry(seq=manifest.journal["seq"]), facts=facts
        )


def note_drill(home: Path, figures: dict[str, Any]) -> None:
    """Remember a drill and its figures."""
    _append(home / DRILLS, {"at": datetime.now(UTC).isoformat(timespec="seconds")} | figures)


def last(home: Path, name: str) -> dict[str, Any] | None:
    """The last line noted; a torn one counts for nothing."""
    try:
        lines = (home / name).read_bytes()[-65536:].splitlines()
    except FileNotFoundError:
        return None
    for line in reversed(lines):
        try:
            return dict(json.loads(line))
        except ValueError:
            continue
    return None


def _append(path: Path, fact: dict[str, Any]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(json.dumps(fact, ensure_ascii=False) + "\n")
