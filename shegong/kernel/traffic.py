"""One line and one count for each request: route by name, status, how long; never its address or who the person is."""

import logging
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

from shegong.kernel import logs

log = logging.getLogger("shegong.access")
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
REQUESTS = Counter("shegong_requests", "Requests answered.", ("route", "method", "status"))
SECONDS = Histogram("shegong_request_seconds", "Time to the answer.", ("route",), buckets=BUCKETS)
TURNED_AWAY = Counter(
    "shegong_turned_away", "Requests answered with 503 because too many were waiting.", ("lane",)
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET = frozenset({"healthz", "readyz", "metrics"})  # asked every few seconds by machines


class TrafficMiddleware:
    """The outermost one: gives the request its id, and when it is answered says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex[:16]  # type: ignore[attr-defined]
        mark, began = logs.begin(request), time.monotonic()
        try:
            response = self.get_response(request)
            response.headers.setdefault("X-Request-Id", request.request_id)  # type: ignore[attr-defined]
            tell(request, response, time.monotonic() - began)
            return response
        finally:
            logs.end(mark)


def route_of(request: HttpRequest) -> str:
    """The route's name; one word for whatever no route answers, so that nobody can make up new ones."""
    match = request.resolver_match
    return (match.view_name or match.route) if match is not None else "none"


def tell(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """Count the answer and write its line."""
    route, method = route_of(request), request.method if request.method in METHODS else "other"
    REQUESTS.labels(route, method, str(response.status_code)).inc()
    SECONDS.labels(route).observe(seconds)
    if route in QUIET and response.status_code < 500:
        return
    facts = {"method": method, "status": response.status_code, "ms": round(seconds * 1000, 1)}
    level = logging.ERROR if response.status_code >= 500 else logging.INFO
    log.log(level, "answered", extra={"facts": {"route": route, **facts}})
