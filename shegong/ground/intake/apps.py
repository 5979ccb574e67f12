"""Start-up of the context."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

from shegong.contexts import CONTEXTS


class IntakeConfig(AppConfig):
    """Finds the layouts: each context declares its own in `sheets`."""

    name = "shegong.ground.intake"

    def ready(self) -> None:
        """Import the `sheets` of every context; importing declares."""
        for context in CONTEXTS:
            if find_spec(f"{context.module}.sheets"):
                import_module(f"{context.module}.sheets")
