"""`shegong drill`: back up, restore into a scratch database, check everything, give the figures."""

import json
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shegong.config.backup import drilling, programs, record
from shegong.config.backup.envelope import Broken
from shegong.config.house.account import HouseError
from shegong.kernel.sealing import KeyFault


class Command(BaseCommand):
    """Proves that a backup can be restored; ends with an error code when it cannot."""

    help = "Rehearse the recovery: backup, restore into a scratch database, all checks, figures as JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Which backup; without one a new one is made."""
        parser.add_argument(
            "--from", dest="folder", type=Path, help="an existing backup, or the newest in a folder"
        )
        parser.add_argument("--json", action="store_true", help="figures as JSON (always)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Drill, print, remember."""
        home = Path(settings.SHEGONG_HOME)
        try:
            figures = drilling.drill(
                programs.live_url(), home=home, folder=options["folder"], backups=settings.BACKUPS
            )
        except (Broken, HouseError, KeyFault, psycopg.Error, OSError) as problem:
            raise CommandError(f"The drill failed: {str(problem).strip().splitlines()[0]}") from problem
        record.note_drill(home, {key: figures[key] for key in ("ok", "rpo_seconds", "rto_seconds", "rows")})
        self.stdout.write(json.dumps(figures, ensure_ascii=False, indent=1))
        if not figures["ok"]:
            raise CommandError("; ".join(figures["faults"]))
