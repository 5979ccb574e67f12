"""`shegong audit verify | checkpoint`: prove that the journal and the rows it sealed are as they were written."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shegong.kernel.audit import checkpoint, verify
from shegong.kernel.journal import JournalEntry


class Command(BaseCommand):
    """The auditor's command. Ends with an error code when anything deviates."""

    help = "Verify the journal's chain, its checkpoints and every sealed row; or note a checkpoint."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["verify", "checkpoint"])
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "checkpoint":
            self.stdout.write(json.dumps(checkpoint()))
            return
        started = time.monotonic()
        findings = [finding.__dict__ for finding in verify()]
        entries = JournalEntry.objects.count()
        result = {"entries": entries, "seconds": round(time.monotonic() - started, 2), "findings": findings}
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1))
        else:
            self._print(result)
        if findings:
            raise CommandError(f"{len(findings)} deviations found", returncode=1)

    def _print(self, result: dict[str, Any]) -> None:
        for finding in result["findings"]:
            self.stdout.write(f"{finding['kind']:12} {finding['where']}: {finding['text']}")
        if not result["findings"]:
            self.stdout.write(
                f"{result['entries']} entries verified in {result['seconds']} s: nothing was changed."
            )
