"""Pages on which nobody is anybody: whoever complains leaves no account, session or request behind (A18)."""

import functools
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from shegong.duties.conduct.actions import lodged_from
from shegong.duties.conduct.rules.intake import new_key
from shegong.kernel import throttle, walls_acting
from shegong.kernel.access import ANONYMOUS, PUBLIC, Actor
from shegong.kernel.client_address import client_block
from shegong.kernel.http import actor_of, page

COOKIE = "__Secure-complaint" if settings.HTTPS else "complaint"
TRUSTED = tuple(ip_network(block) for block in settings.TRUSTED_PROXIES)
DOOR = {"methods": ("GET", "POST"), "own_once": True, "clause": "T4.2.f"}


def unseen(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A public page that forgets who is signed in before anything else: neither the log nor the journal hears of it.

    Forms of strangers are refused by the cookie (SameSite=Strict) and by the code, not by a session: exempt from CSRF.
    What is answered is kept nowhere; a form sent twice is one by the key of its draft.
    """

    @functools.wraps(view)
    def forgets(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.complaining = actor_of(request)  # type: ignore[attr-defined]
        request.actor = ANONYMOUS  # type: ignore[attr-defined]
        walls_acting.nobody()
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return csrf_exempt(page(PUBLIC, **DOOR)(forgets))


def who_asked(request: HttpRequest) -> Actor:
    """Who is signed in on this device: only for what she asks in so many words."""
    return request.complaining  # type: ignore[attr-defined,no-any-return]


def key_of(request: HttpRequest) -> str:
    """The key of the draft that this browser keeps; "" for none, or for something else."""
    key = request.COOKIES.get(COOKIE, "")
    return key if len(key) == 64 and all(c in "0123456789abcdef" for c in key) else ""


def _path() -> str:
    """The pages of the public door, under whatever prefix they are served."""
    return reverse("conduct:new").removesuffix("new/")


def with_key(response: HttpResponse, key: str, hours: int) -> HttpResponse:
    """Let the browser keep the key for as long as the draft is kept."""
    response.set_cookie(
        COOKIE,
        key,
        max_age=hours * 3600,
        path=_path(),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )
    return response


def without_key(response: HttpResponse) -> HttpResponse:
    """Let the browser forget it."""
    response.delete_cookie(COOKIE, path=_path(), samesite="Strict")
    return response


def a_key(request: HttpRequest) -> str:
    """That key, or a new one: what was sent with a key is sent, and the next complaint has one of its own."""
    key = key_of(request)
    return key if key and lodged_from(key) is None else new_key()


def held_back(request: HttpRequest, door: str, limit: int, minutes: int) -> HttpResponse | None:
    """Count one try at a door from this block of addresses; the page that says to wait when it was one too many."""
    block = client_block(
        request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""), TRUSTED
    )
    answer = throttle.hit(f"conduct {door} {block}", limit, timedelta(minutes=minutes))
    if answer.allowed:
        return None
    response = render(request, "conduct/wait.html", {"minutes": -(-answer.retry_after // 60)}, status=429)
    response["Retry-After"] = str(answer.retry_after)
    return response
