"""Pages: what each one needs is declared on it, checked before it runs, and listed by `shegong routes`."""

import functools
import json
import uuid
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import DataError, Error
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import get_language, gettext

from shegong.kernel import walls_acting
from shegong.kernel.access import ANONYMOUS, PUBLIC, SIGNED_IN, Actor, ScopedQuerySet
from shegong.kernel.idempotency import once, read
from shegong.kernel.refusal import Obstacle, Refused, Stale
from shegong.kernel.routes import PageSpec
from shegong.kernel.typed_numbers import whole_number
from shegong.kernel.unsent import keep_unsent as keep_unsent
from shegong.kernel.unsent import recalled
from shegong.kernel.unsent import typed_before as typed_before
from shegong.kernel.unusable import busy_answer, refuse_unusable, unusable

View = Callable[..., HttpResponse]
T = TypeVar("T")


def page(
    permission: str,
    *,
    methods: Sequence[str] = ("GET",),
    about: str = "",
    clause: str = "",
    own_once: bool = False,
    fresh: bool | Callable[[HttpRequest], bool] = False,
    whole_province: bool = False,
) -> Callable[[View], View]:
    """Declare a view. `permission` is PUBLIC, SIGNED_IN or a permission code; `about` the object type in its URL.

    Unsafe methods run in one transaction with the form's idempotency key; a `Refused` becomes 422 or 409. Answers of pages
    that are not public are never cached. `fresh`: before anything changes (or before the requests that it says so of), the
    person proves once more who she is (D20); what was typed waits for her.
    """
    allowed = tuple(methods) + (("HEAD",) if "GET" in methods else ())

    def declare(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            denied = _denied(request, permission, whole_province) or (
                _prove_again(request) if (fresh(request) if callable(fresh) else fresh) else None
            )
            if denied is not None:
                return denied
            if permission != PUBLIC and request.method == "GET":
                recalled(request)  # for the fields of whatever form the page shows
            response = _answer(request, functools.partial(view, request, *args, **kwargs), own_once)
            if permission != PUBLIC:
                add_never_cache_headers(response)
            patch_vary_headers(response, ["HX-Request", "Cookie"])
            return response

        guarded.page = PageSpec(permission, allowed, about, clause, whole_province)  # type: ignore[attr-defined]
        return guarded

    return declare


def _answer(request: HttpRequest, view: Callable[[], HttpResponse], own_once: bool) -> HttpResponse:
    try:
        refuse_unusable(request)
        if own_once:
            return view()
        return read(view) if request.method in ("GET", "HEAD") else once(request, view)
    except Refused as refused:
        return refusal_page(request, refused)
    except DataError:  # a value that no column takes; whoever sends one by hand gets this instead of a fault
        return refusal_page(request, unusable())
    except Error as problem:
        answer = busy_answer(request, problem)
        if answer is None:
            raise
        return answer


def _denied(request: HttpRequest, permission: str, whole_province: bool = False) -> HttpResponse | None:
    actor, over = actor_of(request), settings.PROVINCE if whole_province else None
    if permission == PUBLIC:
        return None
    if actor.is_anonymous:
        if request.headers.get("Accept", "").startswith("application/json"):
            return HttpResponse(status=401)
        keep_unsent(request)
        target = request.get_full_path() if request.method == "GET" else request.path
        return redirect_to_login(target)
    if permission != SIGNED_IN and not actor.may(permission, over):
        raise PermissionDenied
    return None


def _prove_again(request: HttpRequest) -> HttpResponse | None:
    target: str = "" if request.method in ("GET", "HEAD") else request.prove_again()  # type: ignore[attr-defined]
    if not target:
        return None
    keep_unsent(request, why="proof")
    return redirect(target)


def actor_of(request: HttpRequest) -> Actor:
    """The acting person; anonymous on pages without a session."""
    return getattr(request, "actor", ANONYMOUS)


def today() -> date:
    """The calendar day in Asia/Shanghai, to hand to actions as `on`."""
    return timezone.localdate()


def visible_or_404(rows: ScopedQuerySet, actor: Actor, permission: str, **lookup: Any) -> Any:
    """The row inside the actor's reach, or 404: what is not yours does not exist."""
    row = rows.visible_to(actor, permission).filter(**lookup).first()
    if row is None:
        raise Http404
    return row


def seen_version(request: HttpRequest, otherwise: int | None = None) -> int | None:
    """The version that the reader had before him, from the hidden field; `otherwise` when it holds no number."""
    found = whole_number(request.POST.get("version", ""))
    return otherwise if found is None else found


def obstacle_text(obstacle: Obstacle) -> str:
    """The obstacle's sentence in the reader's language, with its values filled in."""
    values = {name: _said(value) for name, value in obstacle.params.items()}
    sentence = gettext(obstacle.message)
    return sentence % values if values else sentence


def _said(value: Any) -> Any:
    if hasattr(value, "says"):  # policy wordings carry both languages
        return value.says(get_language())
    return gettext(value) if isinstance(value, str) and value else value


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """422 with the reasons, or 409 when someone was faster; JSON when asked for JSON."""
    reasons = [
        {"code": o.code, "field": o.field, "text": obstacle_text(o), "clause": o.clause}
        for o in refused.obstacles
    ]
    if request.headers.get("Accept", "").startswith("application/json"):
        return HttpResponse(
            json.dumps({"obstacles": reasons}), status=refused.status, content_type="application/json"
        )
    template = "ui/stale.html" if isinstance(refused, Stale) else "ui/refused.html"
    return render(request, template, {"obstacles": reasons, "back": request.path}, status=refused.status)


def attempt(form: BaseForm, change: Callable[[], T]) -> T | None:
    """Run `change` for a valid form; put its obstacles beside their fields. None means: show the form again, 422."""
    if not form.is_valid():
        return None
    try:
        return change()
    except Stale:
        raise
    except Refused as refused:
        for obstacle in refused.obstacles:
            name = obstacle.field if obstacle.field in form.fields else None
            form.add_error(name, obstacle_text(obstacle))
        return None


def status_of(form: BaseForm) -> int:
    """422 for a form with errors, 200 otherwise."""
    return 422 if form.is_bound and form.errors else 200


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from an ended session: keep what was typed and offer the page again."""
    sender = request.headers.get("Origin") or request.headers.get("Referer", "")
    if urlsplit(sender).netloc == request.get_host():
        keep_unsent(request)
    return render(request, "ui/session_ended.html", {"back": request.path}, status=403)


class RequestIdMiddleware:
    """Gives each request an id that error pages, logs and journal entries share."""

    def __init__(self, get_response: View):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        walls_acting.nobody()
        request.request_id = uuid.uuid4().hex[:16]  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("X-Request-Id", request.request_id)  # type: ignore[attr-defined]
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
        return response


PUBLIC_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    f"font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; report-uri {settings.POLICY_REPORTS}",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class PublicHeadersMiddleware:
    """The same security headers for the thin public path, without the middleware that it leaves out."""

    def __init__(self, get_response: View):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        walls_acting.nobody()
        response = self.get_response(request)
        for name, value in PUBLIC_HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class DenyByDefaultMiddleware:
    """No route without a declared permission is ever served, and no answer of one that is not public is cached.

    The last before the page: it tells the database who acts.
    """

    def __init__(self, get_response: View):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        walls_acting.act_as(actor_of(request))
        response = self.get_response(request)
        spec = getattr(request.resolver_match and request.resolver_match.func, "page", None)
        if spec and spec.permission != PUBLIC and "no-store" not in response.get("Cache-Control", ""):
            add_never_cache_headers(
                response
            )  # refusals and pages of libraries too: they say who has been here
        return response

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        if getattr(view, "page", None) is None:
            raise PermissionDenied
        return None


def declared(
    patterns: Sequence[URLPattern | URLResolver], permission: str, *, methods: Sequence[str] = ("GET", "POST")
) -> list[URLPattern | URLResolver]:
    """Declare the routes of a library (sign-in, API documents): it keeps its own views, we state who may come."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            declared(pattern.url_patterns, permission, methods=methods)
        else:
            pattern.callback = _with_page(pattern.callback, permission, tuple(methods))
    return list(patterns)


def _with_page(callback: View, permission: str, methods: tuple[str, ...]) -> View:
    @functools.wraps(callback)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            refuse_unusable(request)
        except Refused as refused:
            return refusal_page(request, refused)
        denied = _denied(request, permission)
        return callback(request, *args, **kwargs) if denied is None else denied

    view.page = PageSpec(permission, methods)  # type: ignore[attr-defined]
    return view


def see(request: HttpRequest, name: str, text: str = "", *args: Any, **kwargs: Any) -> HttpResponse:
    """Redirect to a named page, with a message shown there."""
    if text:
        messages.success(request, text)
    return redirect(name, *args, **kwargs)


def reloading(response: HttpResponse) -> HttpResponse:
    """Let the browser load the page again in five seconds, script or not: the work it tells of goes on."""
    response["Refresh"] = "5"
    return response
