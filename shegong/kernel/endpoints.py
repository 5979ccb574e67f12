"""The HTTP API's side of a page: the same permission, transaction, idempotency key and refusals, answered in JSON."""

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import DataError, Error
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext
from ninja import NinjaAPI, Schema

from shegong.kernel.access import PUBLIC, SIGNED_IN
from shegong.kernel.http import actor_of, obstacle_text
from shegong.kernel.idempotency import once, read
from shegong.kernel.refusal import Refused
from shegong.kernel.routes import PageSpec
from shegong.kernel.unusable import is_busy, is_lost, refuse_unusable, unusable

F = TypeVar("F", bound=Callable[..., Any])
SAFE = ("GET", "HEAD", "OPTIONS")


class ObstacleOut(Schema):
    """One reason why something was refused."""

    code: str
    field: str | None
    text: str
    clause: str


class RefusalOut(Schema):
    """422: what stands against it; 409: someone was faster."""

    obstacles: list[ObstacleOut]


def endpoint(permission: str, *, about: str = "", clause: str = "") -> Callable[[F], F]:
    """Declare what an operation needs, as `@page` does for a page; write it under the router's own decorator."""

    def declare(operation: F) -> F:
        operation.page = PageSpec(permission, (), about, clause)  # type: ignore[attr-defined]
        return operation

    return declare


def refused_answer(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A refusal as JSON with its status."""
    reasons = [
        {"code": o.code, "field": o.field, "text": obstacle_text(o), "clause": o.clause}
        for o in refused.obstacles
    ]
    return JsonResponse({"obstacles": reasons}, status=refused.status)


def guarded(api: NinjaAPI, patterns: Sequence[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """The API's routes with their declarations enforced. An operation that declares nothing is served to nobody."""
    api.add_exception_handler(Refused, refused_answer)
    declared = _declared(api)
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            by_method = declared.get(str(pattern.pattern), {"GET": PageSpec(PUBLIC, ("GET",))})
            pattern.callback = _guard(pattern.callback, by_method)
    return list(patterns)


def _declared(api: NinjaAPI) -> dict[str, dict[str, PageSpec]]:
    found: dict[str, dict[str, PageSpec]] = {}
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            full = (
                "/".join(filter(None, [prefix.strip("/"), path.strip("/")]))
                .replace("{", "<")
                .replace("}", ">")
            )
            for operation in view.operations:
                spec = operation.view_func.page
                found.setdefault(full, {}).update(dict.fromkeys(operation.methods, spec))
    return found


def _guard(
    callback: Callable[..., HttpResponse], by_method: dict[str, PageSpec]
) -> Callable[..., HttpResponse]:
    @functools.wraps(callback)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        spec = by_method.get(request.method or "")
        if spec is None:
            return JsonResponse({"text": gettext("This method is not served here.")}, status=405)
        denied = _denied(request, spec)
        if denied is not None:
            return denied
        run = functools.partial(callback, request, *args, **kwargs)
        try:
            refuse_unusable(request)
            if request.method in SAFE:
                response = read(run)
            else:
                response = run() if spec.permission == PUBLIC else once(request, run)
        except Refused as refused:
            response = refused_answer(request, refused)
        except Http404:
            response = JsonResponse({"text": gettext("There is nothing here.")}, status=404)
        except (DataError, UnicodeEncodeError, RawPostDataException):  # no JSON, or signs that are no text
            response = refused_answer(request, unusable())
        except Error as problem:
            if not (is_busy(problem) or is_lost(problem)):
                raise
            response = JsonResponse(
                {"text": gettext("Try again in a moment.")}, status=503, headers={"Retry-After": "5"}
            )
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    first = next(iter(by_method.values()))
    view.page = PageSpec(first.permission, tuple(by_method), first.object, first.clause)
    view.csrf_exempt = True  # checked in _denied, so that the answer is JSON
    return view


def _denied(request: HttpRequest, spec: PageSpec) -> HttpResponse | None:
    if spec.permission == PUBLIC:
        return None
    actor = actor_of(request)
    if actor.is_anonymous:
        return JsonResponse({"text": gettext("Sign in first.")}, status=401)
    if spec.permission != SIGNED_IN and not actor.may(spec.permission):
        return JsonResponse({"text": gettext("Your role does not cover this.")}, status=403)
    if request.method not in SAFE and _csrf_fails(request):
        return JsonResponse({"text": gettext("The CSRF token is missing or wrong.")}, status=403)
    return None


def _csrf_fails(request: HttpRequest) -> bool:
    check = CsrfViewMiddleware(lambda _: HttpResponse())
    check.process_request(request)
    request.csrf_processing_done = False  # type: ignore[attr-defined]
    return check.process_view(request, lambda: None, (), {}) is not None
