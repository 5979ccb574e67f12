"""`shegong clauses [--json] [--as-of DAY]`: each clause of the plan, how far it is, and what answers it, honestly."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from shegong.config.clause_map import as_of, clause_figures, clause_map
from shegong.config.management.commands.indicators import day


class Command(BaseCommand):
    """The clause map on the shell."""

    help = "List the clauses of the plan with state, figures, actions, pages, indicators and tests."

    def add_arguments(self, parser: CommandParser) -> None:
        """As JSON; as of a day (without one today, or the last day of a plan that is over)."""
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--as-of", type=day, dest="on", help="a day, e.g. 2012-12-31")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print them."""
        on = as_of(options["on"], timezone.localdate())
        figures = clause_figures(on)
        rows = [{**row, **figures[row["clause"]]} for row in clause_map(settings.BASE_DIR)]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for row in rows:
            counted = f"{len(row['actions'])} actions, {len(row['pages'])} pages, {len(row['tests'])} tests"
            self.stdout.write(
                f"{row['clause']:10} {row['state']:8} {row['standing']:9} {row['title']:56} {counted}"
            )
