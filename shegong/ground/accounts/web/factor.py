"""The second factor: an authenticator app, passkeys, recovery codes. The library's views in our pages."""

import dataclasses
import functools
from typing import Any

from allauth.account import views as account
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from shegong.ground.accounts import actions
from shegong.ground.accounts.authority import FACTORS, authorities_of
from shegong.ground.accounts.middleware import gave_factor
from shegong.kernel.access import PUBLIC, SIGNED_IN
from shegong.kernel.http import View, actor_of, declared, page, today


@page(SIGNED_IN)
def security(request: HttpRequest) -> HttpResponse:
    """What protects this account; officers come here until they have given a second factor."""
    held = Authenticator.objects.filter(user=request.user).order_by("type", "id")
    context = {
        "app": next((one for one in held if one.type == Authenticator.Type.TOTP), None),
        "keys": [one.wrap() for one in held if one.type == Authenticator.Type.WEBAUTHN],
        "recovery": next((one.wrap() for one in held if one.type == Authenticator.Type.RECOVERY_CODES), None),
        "must": bool(authorities_of(actor_of(request).person_id, today())),
        "lacks": request.lacks_factor,  # type: ignore[attr-defined]
        "given": gave_factor(request, request.user),
    }
    return render(request, "accounts/security.html", context)


def with_form_status(view: View) -> View:
    """The library answers 200 to a wrong form; ours answer 422."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except ValueError as unreadable:  # the library reads what the browser's key answered without looking
            raise BadRequest("unreadable answer of a key") from unreadable
        context = getattr(response, "context_data", None) or {}
        context.pop("site", None)  # the library's site hides ours
        if request.method == "POST" and _has_errors(context):
            response.status_code = 422
        return response

    return wrapped


def _has_errors(context: dict[str, Any]) -> bool:
    forms = (context.get("form"), context.get("webauthn_form"))
    return any(form is not None and form.is_bound and form.errors for form in forms)


def noted(change: str, view: View) -> View:
    """Journal a change of the factors and tell the person. Setting one up counts as having given it."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code == 302 and request.user.is_authenticated:
            if change == "add":
                last = (
                    Authenticator.objects.filter(user=request.user, type__in=FACTORS).order_by("-id").first()
                )
                if last is not None:
                    record_authentication(request, request.user, "mfa", id=last.pk, type=last.type)
            actions.note_factor(request.user, change, by=actor_of(request), on=today())
        return response

    return wrapped


def without_trace(view: View) -> View:
    """The library notes that codes were looked at, which nothing of ours asks for: a GET changes nothing."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            response = view(request, *args, **kwargs)
            transaction.set_rollback(True)
        return response

    return wrapped


def _patterns() -> list[Any]:
    return [
        path(
            "account/factor/app/",
            noted("add", with_form_status(totp.activate_totp)),
            name="mfa_activate_totp",
        ),
        path("account/factor/app/remove/", noted("remove", totp.deactivate_totp), name="mfa_deactivate_totp"),
        path(
            "account/factor/codes/",
            without_trace(recovery.view_recovery_codes),
            name="mfa_view_recovery_codes",
        ),
        path(
            "account/factor/codes/new/",
            noted("codes", recovery.generate_recovery_codes),
            name="mfa_generate_recovery_codes",
        ),
        path("account/factor/keys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
        path(
            "account/factor/keys/add/",
            noted("add", with_form_status(webauthn.add_webauthn)),
            name="mfa_add_webauthn",
        ),
        path(
            "account/factor/keys/<int:pk>/remove/",
            noted("remove", webauthn.remove_webauthn),
            name="mfa_remove_webauthn",
        ),
        path("account/again/", with_form_status(account.reauthenticate), name="account_reauthenticate"),
        path("account/again/code/", with_form_status(base.reauthenticate), name="mfa_reauthenticate"),
        path(
            "account/again/key/",
            staying_in(with_form_status(webauthn.reauthenticate_webauthn)),
            name="mfa_reauthenticate_webauthn",
        ),
    ]


def staying_in(view: View) -> View:
    """The library sends a signed-in person whose passkey was not right to the sign-in page; ours stays."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 302 and response["Location"] == reverse("account_login"):
            return redirect(request.get_full_path())
        return response

    return wrapped


def about_own(patterns: list[Any]) -> list[Any]:
    """Routes with a number in them show rows of one's own and nobody else's."""
    for pattern in patterns:
        if "<" in str(pattern.pattern):
            pattern.callback.page = dataclasses.replace(pattern.callback.page, object="own")
    return patterns


library_patterns = [
    path("account/factor/", security, name="mfa_index"),
    *about_own(declared(_patterns(), SIGNED_IN)),
    *declared(
        [
            path("account/login/code/", with_form_status(base.authenticate), name="mfa_authenticate"),
            path("account/login/key/", with_form_status(webauthn.login_webauthn), name="mfa_login_webauthn"),
        ],
        PUBLIC,
    ),
]
