"""`shegong routes [--json]`: every URL with its methods, permission and object type."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shegong.kernel.routes import routes


class Command(BaseCommand):
    """Lists what is served and who may come."""

    help = "List every URL: name, path, methods, permission, object type, public or not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(routes())
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        for route in found:
            self.stdout.write(f"{route['path']:60} {route['permission']:28} {' '.join(route['methods'])}")
