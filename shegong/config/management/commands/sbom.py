"""`shegong sbom [FILE]`: the list of parts of this installation (CycloneDX 1.6), for scanners that know the advisories."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from shegong.config.parts_list import bill, own_version, read_lock


class Command(BaseCommand):
    """Writes the list; asks nothing of the network."""

    help = "List every locked package with version, digests and licence as CycloneDX JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="where to; standard output otherwise")
        parser.add_argument("--dev", action="store_true", help="with what the tests need")

    def handle(self, *args: Any, **options: Any) -> None:
        lock = settings.BASE_DIR / ("requirements-dev.txt" if options["dev"] else "requirements.txt")
        try:
            found = bill(list(read_lock(lock)), own_version(), timezone.now())
        except (OSError, ValueError) as problem:
            raise CommandError(str(problem)) from problem
        text = json.dumps(found, ensure_ascii=False, indent=1)
        if options["file"]:
            options["file"].write_text(text + "\n", encoding="utf-8")
            self.stdout.write(f"{len(found['components'])} packages listed in {options['file']}.")
        else:
            self.stdout.write(text)
