"""`shegong indicators [--json] [--as-of DAY] [--region CODE] [--year YEAR]`: every number of the plan and how far it is."""

import json
from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from shegong.ground.regions.models import tree
from shegong.kernel.policy import PolicyFault
from shegong.steering.programme.models import figures, plan
from shegong.steering.programme.models.plan import check_measures


def day(text: str) -> date:
    """2012-12-31."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is no day such as 2012-12-31") from error


class Command(BaseCommand):
    """The indicator catalogue on the shell."""

    help = "List the plan's indicators with value and target."

    def add_arguments(self, parser: CommandParser) -> None:
        """The day (today), the division (the plan's province), a year of the plan (all)."""
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--as-of", type=day, dest="on", help="a day, e.g. 2012-12-31")
        parser.add_argument("--region", type=int, help="six or nine digits of a division")
        parser.add_argument("--year", type=int, help="the figures of one year of the plan")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print them."""
        on = options["on"] or timezone.localdate()
        try:
            check_measures()
            region = self._region(options["region"], on)
            rows = indicator_rows(on, region, options["year"])
        except PolicyFault as fault:
            raise CommandError(str(fault)) from fault
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for row in rows:
            value, target = ("-" if row[key] is None else f"{row[key]:,}" for key in ("value", "target"))
            self.stdout.write(
                f"{row['id']:10} {value:>8} / {target:>8} {row['unit']:12} {row['source']:8} {row['title']}"
            )

    def _region(self, given: int | None, on: date) -> int:
        if given is None:
            return plan().region
        code = given * 1000 if given < 1_000_000 else given
        place = tree().at(code, on)
        if place is None:
            raise CommandError(f"There is no division {given} on {on}.")
        return place.code


def indicator_rows(on: date, region: int, year: int | None = None) -> list[dict[str, Any]]:
    """`{id, clause, title, title_zh, unit, kind, value, target, region, source, …}` in the plan's order."""
    given = plan()
    found = figures(given.indicators, on=on, regions=[region], year=year)
    return [
        {
            "id": one.id, "clause": one.clause, "title": one.en, "title_zh": one.zh, "unit": one.unit, "kind": one.kind,
            "value": (f := found[one.id, region]).value, "target": f.target, "region": region // 1000
            if region % 1000 == 0 else region,
            "source": f.source, "counted": f.counted, "entered": f.entered, "difference": f.difference,
            "planned": f.planned, "beside": f.beside, "as_of": on.isoformat(),
            "rule": one.rule.version if one.rule else None,
        }
        for one in given.indicators.values()
    ]  # fmt: skip
