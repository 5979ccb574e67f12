"""Start-up of the context."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the check of policy/roles.toml."""

    name = "shegong.ground.accounts"

    def ready(self) -> None:
        """Load what Django must know before the first request."""
        from shegong.ground.accounts import roles  # noqa: F401, PLC0415  registers the check
