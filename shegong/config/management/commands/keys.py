"""`shegong keys make | add`: the files that seal identity numbers and papers."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from shegong.kernel.sealing import add_sealing_key, ensure_keys


class Command(BaseCommand):
    """Makes the keys of a new installation, or adds the next sealing key; never replaces one."""

    help = (
        "Make the first keys, or add a sealing key that seals from now on (restart the servers afterwards)."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One word: what to do."""
        parser.add_argument("task", choices=["make", "add"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the key files and say where they are: without them nothing sealed can ever be opened."""
        folder = Path(settings.SHEGONG_HOME) / "keys"
        ensure_keys(folder)
        if options["task"] == "add":
            self.stdout.write(
                f"Key {add_sealing_key(folder):04d} seals from now on; older values open as before."
            )
        self.stdout.write(f"Keys are in {folder}. Back this folder up apart from the database.")
