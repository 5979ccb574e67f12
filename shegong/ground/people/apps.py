"""Start-up of the context."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Tells the kernel's lists whose data are only stored."""

    name = "shegong.ground.people"

    def ready(self) -> None:
        """Load what lists must know before the first request."""
        from shegong.ground.people.models import withheld_people  # noqa: PLC0415  models are loaded by now
        from shegong.kernel.withheld import use_withheld  # noqa: PLC0415

        use_withheld(withheld_people)
