"""`shegong i18n compile` and `shegong i18n check`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shegong.config.house import translations


class Command(BaseCommand):
    """Compiles the message catalogues, or says which texts lack their Chinese."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One word: what to do."""
        parser.add_argument("task", choices=["compile", "check"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile what changed, or list what is missing and fail."""
        if options["task"] == "compile":
            self.stdout.write(f"{translations.compile_all()} catalogues compiled")
            return
        problems = translations.problems()
        for line in problems:
            self.stderr.write(line)
        if problems:
            raise CommandError(f"{len(problems)} texts to translate")
        self.stdout.write("Every text has its Chinese.")
