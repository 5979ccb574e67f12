"""`shegong walls build | check`: what the application's role in the database may do (docs/operations.md)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shegong.kernel import walls


class Command(BaseCommand):
    """`migrate` builds them too; `check` ends with an error code where a wall has a gap."""

    help = "Build the walls between the application's role and the tables, or check them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One word: what to do."""
        parser.add_argument("task", choices=["build", "check"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Build as the owner, or ask the database about the role."""
        if options["task"] == "build":
            with walls.as_owner():
                walls.build()
        if found := walls.gaps():
            raise CommandError("\n".join(found))
        self.stdout.write(
            f"The walls stand: {walls.application_role()} changes rows, never tables, and nothing that is append-only."
        )
