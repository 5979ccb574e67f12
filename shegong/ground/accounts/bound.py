"""How the sign-in library's OpenID Connect meets this house: services from the policy file only, nothing of theirs kept.

The library speaks the protocol (state, PKCE, signature of the identity token). What follows from an answer is ours: a
service's account lets in the user to whom she bound it herself, and nobody else; it makes no account, and an officer
still gives her second factor.
"""

from collections.abc import Callable
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from shegong.ground.accounts.providers import NarrowSession, Provider

Answered = Callable[[HttpRequest, str, str, str], HttpResponse]
Failed = Callable[[HttpRequest], HttpResponse]


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Services come from settings.OIDC; a row in the library's tables adds none. `answered` and `failed` are the
    pages that go on (web.bound sets them)."""

    answered: Answered
    failed: Failed

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The services of the file, as the library wants them."""
        found = [SocialApp(provider="openid_connect", **one.app()) for one in settings.OIDC.values()]
        return [
            app
            for app in found
            if provider in (None, app.provider, app.provider_id) and client_id in (None, app.client_id)
        ]

    def get_requests_session(self) -> NarrowSession:
        """A client that asks no host but those of the services."""
        return NarrowSession(frozenset().union(*(one.hosts for one in settings.OIDC.values())))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The protocol is done: from here on it is our affair, and the library's tables stay empty."""
        said = sociallogin.account
        process = sociallogin.state.get("process", "login")
        raise ImmediateHttpResponse(type(self).answered(request, said.provider, said.uid, process))

    def on_authentication_error(self, request: HttpRequest, provider: Any, *args: Any, **kwargs: Any) -> None:
        raise ImmediateHttpResponse(type(self).failed(request))


class CheckedOpenIDConnect(OpenIDConnectOAuth2Adapter):
    """The signature of the identity token is always checked, though it came straight from the service."""

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        self.did_fetch_access_token = False
        return super()._decode_id_token(app, id_token)


def name_of(provider: Provider) -> str:
    """The service's name in the reader's language."""
    return provider.en if get_language() == "en" else provider.zh


def services() -> list[tuple[str, str]]:
    """Code and name of every trusted service."""
    return [(one.code, name_of(one)) for one in settings.OIDC.values()]
