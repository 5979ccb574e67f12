"""How the sign-in library meets this house: no plain addresses in its tables, its secrets sealed, our words and pages."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse

from shegong.ground.accounts.factors import open_secret, owner_of_secrets, seal_secret
from shegong.ground.accounts.middleware import SIGN_IN, is_fresh
from shegong.ground.accounts.models import SignIn, User
from shegong.ground.accounts.rules import device_name


class AccountAdapter(DefaultAccountAdapter):
    """The library's own sign-up and mails are off; sign-in leads through the second factor to the start page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Sign-up goes through our own pages, which keep addresses sealed."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:start")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in and list the device, so that the person can end it from elsewhere."""
        super().login(request, user)
        device = device_name(request.headers.get("User-Agent", ""))
        request.session[SIGN_IN] = SignIn.objects.create(user_id=user.pk, device=device).pk

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not when the person has just proven who she is (the second factor counts, where there is one)."""
        return not is_fresh(self.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The second factor where there is one; the password is enough only without."""
        methods = super().get_reauthentication_methods(user)
        factors = [method for method in methods if method["id"].startswith("mfa_reauthenticate")]
        return factors or methods

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The library's messages are left out: our pages say what happened."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing leaves through the library: codes and notices go through kernel.messages."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """See `send_mail`."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The peer's address; a proxy in front sets it (docs/operations.md)."""
        return request.META.get("REMOTE_ADDR", "")


class MfaAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes are sealed for their owner in the library's table."""

    def encrypt(self, text: str) -> str:
        return seal_secret(text, owner_of_secrets(self.request))

    def decrypt(self, encrypted_text: str) -> str:
        return open_secret(encrypted_text, owner_of_secrets(self.request))

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """The name shown in the authenticator app: the person's name, else the sign-in name."""
        return getattr(user, "shown_name", None) or user.get_username()

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        label = self.get_totp_label(user)
        # The library reads the handle back with the counterpart of this function, which is not the plain number.
        return {"id": user_pk_to_url_str(user).encode(), "display_name": label, "name": label}
