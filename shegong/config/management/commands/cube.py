"""`shegong cube recount [--measure M] [--repair] [--json]`: count every figure anew beside what is kept."""

import dataclasses
import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shegong.kernel import cube

SHOWN = 20


class Command(BaseCommand):
    """The operator's command. Ends with an error code when figures differ and were not put right."""

    help = "Count figures from their registers again and compare them cell for cell with what is kept; bring sums up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do with which measures."""
        parser.add_argument("what", choices=["recount", "fold", "list"])
        parser.add_argument("--measure", action="append", help="only this one; may be said more than once")
        parser.add_argument("--repair", action="store_true", help="recount: put right what differs")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        names = options["measure"] or list(cube.measures())
        if unknown := set(names) - set(cube.measures()):
            raise CommandError(f"No such measure: {', '.join(sorted(unknown))}. See shegong cube list.")
        getattr(self, f"_{options['what']}")(names, options)

    def _list(self, names: list[str], options: dict[str, Any]) -> None:
        found = [
            {"name": one.name, "kind": one.kind, "unit": one.unit, "subject": one.subject, "rule": one.rule,
             "dimensions": [d.name for d in one.dims]}
            for one in map(cube.measure, names)
        ]  # fmt: skip
        self._say(
            found, options, [f"{o['name']:30} {o['kind']:6} {o['unit']:8} {o['dimensions']}" for o in found]
        )

    def _fold(self, names: list[str], options: dict[str, Any]) -> None:
        count = cube.fold()
        self._say({"contributions": count}, options, [f"{count} contributions are in the sums now."])

    def _recount(self, names: list[str], options: dict[str, Any]) -> None:
        found, lines, left = [], [], 0
        for name in names:
            began = time.monotonic()
            differences = cube.recount(name, repair=options["repair"])
            seconds = round(time.monotonic() - began, 2)
            shown = [_shown(one) for one in differences[:SHOWN]]
            found.append(
                {"measure": name, "seconds": seconds, "differences": len(differences), "first": shown}
            )
            lines += [f"{name}: {len(differences)} differences in {seconds} s", *map(str, shown)]
            left += 0 if options["repair"] else len(differences)
        self._say(found, options, lines)
        if left:
            raise CommandError(f"{left} differences; --repair puts them right.", returncode=1)

    def _say(self, found: Any, options: dict[str, Any], lines: list[str]) -> None:
        text = json.dumps(found, ensure_ascii=False, indent=1) if options["json"] else "\n".join(lines)
        self.stdout.write(text)


def _shown(one: cube.Difference) -> dict[str, Any]:
    """Numbers of subjects are many; their count says enough."""
    return dataclasses.asdict(one) | {"on": one.on.isoformat(), "subjects": len(one.subjects)}
