"""Builds `request.actor` anew at each request: what was taken away is gone with the next click (D18)."""

import functools
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from shegong.ground.accounts.authority import actor_for, has_factor
from shegong.ground.accounts.models import SignIn, User
from shegong.ground.accounts.rules import IDLE, STEP_UP
from shegong.kernel.access import ANONYMOUS, PUBLIC, SIGNED_IN, Actor
from shegong.kernel.http import today

SIGN_IN = "sign_in"


class ActorMiddleware:
    """Sets `request.actor`. Officers without a second factor in this session hold no rights until they give it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.lacks_factor = False  # type: ignore[attr-defined]
        request.actor = self._actor(request)  # type: ignore[attr-defined]
        request.prove_again = functools.partial(prove_again, request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def _actor(self, request: HttpRequest) -> Actor:
        if "_auth_user_id" not in request.session:
            return ANONYMOUS
        user = request.user
        if not user.is_authenticated:
            return ANONYMOUS
        actor = self._with_factor(request, user) if user.is_active else ANONYMOUS
        is_officer = actor.is_officer or request.lacks_factor  # type: ignore[attr-defined]
        if not actor.is_anonymous and still_open(request, user, IDLE if is_officer else None):
            return actor
        request.lacks_factor = False  # type: ignore[attr-defined]
        logout(request)
        return ANONYMOUS

    def _with_factor(self, request: HttpRequest, user: User) -> Actor:
        ids = {
            "request_id": getattr(request, "request_id", ""),
            "address": request.META.get("REMOTE_ADDR", ""),
        }
        actor = actor_for(user, today(), **ids)
        if actor.authorities and not gave_factor(request, user):
            request.lacks_factor = True  # type: ignore[attr-defined]
            return Actor(user_id=actor.user_id, person_id=actor.person_id, name=actor.name, **ids)
        return actor

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Lead an officer who still lacks the second factor to it, instead of refusing the page."""
        spec = getattr(view, "page", None)
        if spec is None or spec.permission in (PUBLIC, SIGNED_IN) or not request.lacks_factor:
            return None
        return redirect("mfa_index")


def gave_factor(request: HttpRequest, user: User) -> bool:
    """Whether a second factor was given in this very session."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


def still_open(request: HttpRequest, user: User, idle: timedelta | None) -> bool:
    """False once this sign-in was ended from another device, or was not used for `idle`. Notes at most every five
    minutes that it is in use."""
    number = request.session.get(SIGN_IN)
    return number is None or SignIn.objects.touch(number, user.pk, idle)


def is_fresh(request: HttpRequest) -> bool:
    """Whether this session proved who it is within ten minutes: by the second factor, where the user has one (D20)."""
    records = get_authentication_records(request, request.user)
    if has_factor(request.user):
        records = [record for record in records if record.get("method") == "mfa"]
    return any(time.time() - record["at"] < STEP_UP.total_seconds() for record in records)


def prove_again(request: HttpRequest) -> str:
    """Where to prove who one is before a grave act, leading back here; "" when that was done within ten minutes.

    The library sends those without a second factor on to the password.
    """
    if is_fresh(request):
        return ""
    return f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.path})}"
