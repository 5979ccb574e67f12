"""`shegong snapshot list | verify`: the frozen figures, and whether each still is what was hashed."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shegong.steering.statistics.actions import verify
from shegong.steering.statistics.actions.freezing import Verdict
from shegong.steering.statistics.models import Snapshot


class Command(BaseCommand):
    """The auditor's command. `verify` ends with an error code when a hash does not hold."""

    help = "List frozen figures, or hash every one of them anew and compare."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do."""
        parser.add_argument("what", choices=["list", "verify"])
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        if options["what"] == "list":
            rows = [_line(one) for one in Snapshot.objects.order_by("pk")]
            return self._tell(rows, options["json"])
        verdicts = list(verify())
        rows = [{**_line(one.snapshot), "now": one.sha, "holds": one.holds} for one in verdicts]
        self._tell(rows, options["json"])
        self._conclude(verdicts)

    def _tell(self, rows: list[dict[str, Any]], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for row in rows:
            word = {True: "holds  ", False: "BROKEN ", None: ""}[row.get("holds")]
            self.stdout.write(
                f"{word}{row['id']} v{row['version']} {row['as_of']} {row['sha']} {row['title']}"
            )

    def _conclude(self, verdicts: list[Verdict]) -> None:
        broken = [one.snapshot.pk for one in verdicts if not one.holds]
        if broken:
            raise CommandError(
                f"{len(broken)} of {len(verdicts)} snapshots were changed: {broken}", returncode=1
            )
        self.stderr.write(f"{len(verdicts)} snapshots hold what was frozen.")


def _line(one: Snapshot) -> dict[str, Any]:
    return {
        "id": one.pk, "title": one.title, "as_of": one.as_of.isoformat(), "region": one.region_code,
        "version": one.version, "algorithm": one.algorithm, "sha": one.sha,
    }  # fmt: skip
