"""Start-up of the context."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the check of policy/roles.toml, and tells the messages where people are reached."""

    name = "shegong.ground.accounts"

    def ready(self) -> None:
        """Load what Django must know before the first request."""
        from shegong.ground.accounts import roles  # noqa: F401, PLC0415  registers the check
        from shegong.ground.accounts.addresses import address_of  # noqa: PLC0415  models are loaded by now
        from shegong.kernel.messages import use_address_book  # noqa: PLC0415

        use_address_book(address_of)
