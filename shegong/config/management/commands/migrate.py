"""`shegong migrate`: Django's command as the owner of the tables, and afterwards the walls (kernel.walls)."""

from typing import Any

from django.core.management.commands import migrate

from shegong.kernel import walls


class Command(migrate.Command):
    """Takes the owner's role, migrates, and says anew what the application's role may do."""

    def handle(self, *args: Any, **options: Any) -> None:
        """As Django's; nothing is built when it only tells what it would do."""
        with walls.as_owner():
            super().handle(*args, **options)
            if not (options.get("plan") or options.get("check_unapplied")):
                walls.build()
