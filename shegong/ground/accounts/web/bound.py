"""Signing in through a service that the installation trusts (OpenID Connect), and binding one's account there."""

from collections.abc import Iterator

from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView, OAuth2View
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from requests import RequestException

from shegong.ground.accounts import actions
from shegong.ground.accounts.actions.bound import owner_of_bound, subject_index
from shegong.ground.accounts.bound import CheckedOpenIDConnect, ProviderAdapter, name_of, services
from shegong.ground.accounts.models import BoundIdentity
from shegong.ground.accounts.providers import Provider
from shegong.ground.accounts.web.entry import let_in
from shegong.kernel.access import PUBLIC, SIGNED_IN
from shegong.kernel.http import actor_of, page, see, today

NEXT, BINDING = "bound_next", "binding"


def bindings(user_id: int | None) -> Iterator[dict[str, object]]:
    """For each service: its name, and the binding of this user if there is one."""
    held = {row.provider: row for row in BoundIdentity.objects.bound().filter(user_id=user_id)}
    for code, name in services():
        yield {"code": code, "name": name, "row": held.get(code)}


def _known(provider_id: str) -> Provider:
    if provider_id not in settings.OIDC:
        raise Http404
    return settings.OIDC[provider_id]


@page(PUBLIC, methods=("POST",), own_once=True)
def go(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the service; it sends the person back to `come`."""
    _known(provider_id)
    request.session[NEXT] = request.POST.get("next", "")
    return _asked(request, OAuth2LoginView, provider_id)


@page(PUBLIC, own_once=True)
def come(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the service: the library checks its answer, then `answered` or `failed` goes on."""
    _known(provider_id)
    return _asked(request, OAuth2CallbackView, provider_id)


def _asked(request: HttpRequest, step: type[OAuth2View], provider_id: str) -> HttpResponse:
    """One step of the library; a service that is dead or talks nonsense is told like one that vouches for nobody."""
    try:
        return step.adapter_view(CheckedOpenIDConnect(request, provider_id))(request)
    except (RequestException, KeyError, ValueError):
        return failed(request)


def answered(request: HttpRequest, provider: str, subject: str, process: str) -> HttpResponse:
    """The service said who it is. Binding waits for a button of ours: a GET changes nothing."""
    index = subject_index(provider, subject)
    if process == "connect" and not actor_of(request).is_anonymous:
        request.session[BINDING] = {"provider": provider, "index": index.hex()}
        return redirect("accounts:bind")
    user = owner_of_bound(provider, index)
    if user is None:
        context = {"service": name_of(_known(provider))}
        return render(request, "accounts/bound_unknown.html", context, status=403)
    return let_in(request, user, "service", request.session.pop(NEXT, ""))


def failed(request: HttpRequest) -> HttpResponse:
    """The service did not vouch for anybody, or could not be asked."""
    return render(request, "accounts/bound_failed.html", status=401)


ProviderAdapter.answered = staticmethod(answered)  # type: ignore[assignment]
ProviderAdapter.failed = staticmethod(failed)  # type: ignore[assignment]


@page(SIGNED_IN, methods=("GET", "POST"), fresh=True)
def bind(request: HttpRequest) -> HttpResponse:
    """Confirm that the account one has just shown at the service may sign one in."""
    asked = request.session.get(BINDING)
    if not asked or asked["provider"] not in settings.OIDC:
        return redirect("accounts:account")
    service = name_of(settings.OIDC[asked["provider"]])
    if request.method == "POST":
        index = bytes.fromhex(asked["index"])
        actions.bind_identity(
            request.user,  # type: ignore[arg-type]
            provider=asked["provider"],
            service=service,
            index=index,
            by=actor_of(request),
            on=today(),
        )
        del request.session[BINDING]
        return see(request, "accounts:account", _("The sign-in service is bound to your account."))
    return render(request, "accounts/bind.html", {"service": service})


@page(SIGNED_IN, methods=("POST",), about="own")
def unbind(request: HttpRequest, pk: int) -> HttpResponse:
    """End a binding of one's own."""
    actor = actor_of(request)
    row = BoundIdentity.objects.bound().filter(pk=pk, user_id=actor.user_id).first()
    if row is None:
        raise Http404
    actions.end_bound(row, by=actor, on=today())
    return see(request, "accounts:account", _("The sign-in service lets you in no longer."))


urlpatterns = [
    path("my/account/services/bind/", bind, name="bind"),
    path("my/account/services/<int:pk>/end/", unbind, name="unbind"),
]
library_patterns = [
    path("account/services/<slug:provider_id>/", go, name="openid_connect_login"),
    path("account/services/<slug:provider_id>/back/", come, name="openid_connect_callback"),
]
