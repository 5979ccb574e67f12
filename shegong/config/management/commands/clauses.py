"""`shegong clauses [--json]`: each clause of the source plan and what answers it, honestly."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from shegong.config.clause_map import clause_map


class Command(BaseCommand):
    """The clause map on the shell."""

    help = "List the clauses of the plan with state, actions, pages, indicators and tests."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = clause_map(settings.BASE_DIR)
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for row in rows:
            counted = f"{len(row['actions'])} actions, {len(row['pages'])} pages, {len(row['tests'])} tests"
            self.stdout.write(f"{row['clause']:10} {row['state']:8} {row['title']:60} {counted}")
