"""`shegong load jilin`, `load province 640000`, `load plan`, `load library`: divisions, offices, colleges, holidays, the
plan's rows, the policy documents it rests on."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from shegong.ground.documents import actions as documents
from shegong.ground.organizations import actions as organizations
from shegong.ground.regions import actions as regions
from shegong.ground.regions import sheets
from shegong.kernel import holidays
from shegong.kernel.access import SYSTEM
from shegong.kernel.policy import PolicyFault
from shegong.kernel.refusal import Refused
from shegong.steering.programme import actions as programme
from shegong.steering.programme.models import plan

JILIN = 220_000_000


class Command(BaseCommand):
    """Loads shipped data; what is loaded already stays as it is."""

    help = "Load shipped data: 'load jilin', 'load province 640000', 'load holidays', 'load plan', 'load library'."

    def add_arguments(self, parser: CommandParser) -> None:
        """`what`, and for a province its code."""
        parser.add_argument("what", choices=["jilin", "province", "holidays", "plan", "library"])
        parser.add_argument("code", nargs="?", help="six digits of the province, e.g. 640000")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what was new."""
        begun = time.monotonic()
        try:
            counts = self._load(options["what"], options["code"])
        except Refused as refused:
            raise CommandError("; ".join(map(str, refused.obstacles))) from refused
        except PolicyFault as fault:
            raise CommandError(str(fault)) from fault
        if options["verbosity"]:
            new = ", ".join(f"{count} {name}" for name, count in counts.items())
            self.stdout.write(f"New: {new} ({time.monotonic() - begun:.1f} s)")

    def _load(self, what: str, code: str | None) -> dict[str, int]:
        if what == "plan":
            return programme.load_plan(by=SYSTEM, on=timezone.localdate())
        if what == "library":
            return {"policy documents": len(documents.load_library(by=SYSTEM, on=timezone.localdate()))}
        today, folder = timezone.localdate(), settings.BASE_DIR / "shegong/config/data"
        counts = {"holiday years": len(holidays.load_shipped_schedule(by=SYSTEM, on=today))}
        if what == "holidays":
            return counts
        province = JILIN if what == "jilin" else _province(code)
        divisions = sheets.read_province(folder / "divisions", province)
        if not divisions.places:
            raise CommandError(f"No province has the code {code}; its six digits end in 0000.")
        source = "china_divisions_all_levels_2025.csv.gz"
        added = regions.import_divisions(
            divisions, by=SYSTEM, on=today, document=source, reason="shipped data"
        )
        offices = organizations.open_offices(province, by=SYSTEM, on=today)
        counts |= {"divisions": len(added), "offices": len(offices)}
        schools = _schools(folder / "hei", province)
        counts["colleges"] = len(
            organizations.import_schools(
                schools, by=SYSTEM, on=today, provenance="hei/jilin_hei.csv, about 2017 to 2018"
            )
        )
        if plan().region == province:
            counts |= programme.load_plan(by=SYSTEM, on=today)
            counts["policy documents"] = len(documents.load_library(by=SYSTEM, on=today))
        return counts


def _province(code: str | None) -> int:
    if code is None or len(code) not in (6, 9) or not code.isdecimal() or not code[2:].strip("0") == "":
        raise CommandError("Name the province by its six digits, e.g. 'load province 640000'.")
    return int(code.ljust(9, "0"))


def _schools(folder: Path, province: int) -> list[sheets.Row]:
    prefix = str(province // 10_000_000)
    rows = [row for path in sorted(folder.glob("*.csv")) for row in sheets.read_rows(path)]
    return [row for row in rows if row["prefecture_code"].startswith(prefix)]
