"""Start-up of the context."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the check of policy/roles.toml, and tells the kernel where people are reached and who they are."""

    name = "shegong.ground.accounts"

    def ready(self) -> None:
        """Load what Django must know before the first request."""
        from shegong.ground.accounts import roles  # noqa: F401, PLC0415  registers the check
        from shegong.ground.accounts.addresses import address_of  # noqa: PLC0415  models are loaded by now
        from shegong.ground.accounts.authority import actor_of_user, holders  # noqa: PLC0415
        from shegong.kernel.access import use_actor_source, use_holder_source  # noqa: PLC0415
        from shegong.kernel.messages import use_address_book  # noqa: PLC0415

        use_address_book(address_of)
        use_actor_source(actor_of_user)
        use_holder_source(holders)
