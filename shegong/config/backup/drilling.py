"""The drill: a backup restored into a scratch database, everything checked, the time taken."""

import os
import re
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shegong.config.backup import making, manifest, programs, record, restoring

SCRATCH = re.compile(r"_(?:drill|restoring)_(\d+)")


def drill(url: str, *, home: Path, folder: Path | None, backups: Path | None) -> dict[str, Any]:
    """Figures of a drill with the backup in `folder`, or with one that is made now in `backups` or a folder that goes.

    rpo_seconds: what would have been lost if the disk had died when the restore began. rto_seconds: from there until
    the restored database had passed every check.
    """
    sweep(url)
    with tempfile.TemporaryDirectory(prefix="shegong-drill-") as scratch:
        made: dict[str, Any] = {}
        if folder is None:
            path, fresh = making.make(backups or Path(scratch) / "backups", url, home=home)
            if backups:
                record.note(home, path, fresh)
            made = {"seconds": fresh.seconds}
        else:
            path = manifest.chosen(folder)
        return figures(path, url, home=home, scratch=Path(scratch)) | {"backup": made | {"folder": str(path)}}


def figures(path: Path, url: str, *, home: Path, scratch: Path) -> dict[str, Any]:
    """Restore, look, and throw the scratch database away."""
    name = f"{programs.database_of(url)}_drill_{os.getpid()}"
    began = time.monotonic()
    age = (datetime.now(UTC) - restoring.opened_backup(path, home)[0].moment).total_seconds()
    target = restoring.make_database(url, name)
    try:
        result = restoring.restore(path, target, home=home, files_to=scratch / "house")
    finally:
        restoring.drop_database(url, name)
    found = result.found
    return {
        "ok": not result.faults,
        "faults": result.faults,
        "rpo_seconds": round(age, 1),
        "rto_seconds": round(time.monotonic() - began, 1),
        "seconds": result.seconds,
        "rows": found["rows"]["rows"],
        "tables": found["rows"]["tables"],
        "rows_differ": found["rows"]["differ"],
        "stored_files": result.files,
        "migrations": found["migrations"],
        "audit": found.get("audit", {}),
        "sealed": found.get("sealed", {}),
        "erasures_replayed": found.get("erasures_replayed", 0),
    }


def sweep(url: str) -> None:
    """Scratch databases of drills and restores that were killed go; one whose process lives stays."""
    prefix = programs.database_of(url)
    with restoring.administration(url) as connection:
        names = [name for (name,) in connection.execute("SELECT datname FROM pg_database")]
    for name in names:
        found = SCRATCH.fullmatch(name.removeprefix(prefix)) if name.startswith(prefix) else None
        if found and not _lives(int(found[1])):
            restoring.drop_database(url, name)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
