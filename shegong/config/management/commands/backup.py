"""`shegong backup [FOLDER]`: database and stored files, sealed and proven; keys only where one asks for them, apart."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shegong.config.backup import keys, making, programs, record
from shegong.config.backup.envelope import Broken
from shegong.config.house.account import HouseError
from shegong.kernel.sealing import KeyFault


class Command(BaseCommand):
    """Makes one backup, whole or not at all; ends with an error code otherwise."""

    help = "Back up database and stored files into FOLDER (default: SHEGONG_BACKUPS)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and where the keys go."""
        parser.add_argument(
            "folder", nargs="?", type=Path, help="folder of backups; each gets one of its own in it"
        )
        parser.add_argument(
            "--keys-to", type=Path, metavar="FOLDER", help="copy the keys there, apart from backups"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, say what it holds."""
        folder = options["folder"] or settings.BACKUPS
        home = Path(settings.SHEGONG_HOME)
        if folder is None and options["keys_to"] is None:
            raise CommandError("Name a folder: shegong backup /srv/backups (or set SHEGONG_BACKUPS)")
        result: dict[str, Any] = {}
        try:
            if options["keys_to"] is not None:
                keys.refuse_together(home, options["keys_to"], Path(folder) if folder else None)
            if folder is not None:
                path, manifest = making.make(Path(folder), programs.live_url(), home=home)
                record.note(home, path, manifest)
                result = {"folder": str(path)} | manifest.summary()
            if options["keys_to"] is not None:
                result["keys"] = keys.copy(home, options["keys_to"], Path(folder) if folder else None)
        except (Broken, HouseError, KeyFault, psycopg.Error, OSError, shutil.Error) as problem:
            raise CommandError(f"No backup was made: {_line(problem)}") from problem
        self.stdout.write(
            json.dumps(result, ensure_ascii=False, indent=1) if options["json"] else _said(result)
        )


def _line(problem: Exception) -> str:
    if isinstance(problem, OSError) and problem.strerror:
        return f"{problem.filename or ''} {os.strerror(problem.errno)}".strip()
    return str(problem).strip().splitlines()[0] if str(problem).strip() else type(problem).__name__


def _said(result: dict[str, Any]) -> str:
    lines = []
    if "folder" in result:
        lines.append(
            f"{result['folder']}: {result['rows']} rows of {result['tables']} tables, {result['stored_files']} files, "
            f"{result['bytes'] / 1e6:.1f} MB, journal up to entry {result['journal']['seq']} ({result['seconds']} s). "
            f"It opens with backup key {result['key']} only."
        )
    if "keys" in result:
        lines.append(
            f"{result['keys']['files']} key files copied to {result['keys']['folder']}. Keep it apart."
        )
    return "\n".join(lines)
