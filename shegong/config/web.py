"""Health pages: alive, able to serve, everything for who may look, and figures for the monitoring."""

import hmac
from contextlib import suppress
from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.urls import path
from prometheus_client import CONTENT_TYPE_LATEST

from shegong.config import metrics as figures
from shegong.config.backup import facts as _backup_facts  # noqa: F401 - adds its checks
from shegong.config.settings import secret_file
from shegong.ground.accounts import key_order_health as _key_order_health  # noqa: F401 - adds its check
from shegong.kernel import cube_health, health, health_checks, health_keys, journal_health  # noqa: F401 - add the kernel's checks
from shegong.kernel import policy_reports as reports
from shegong.kernel.access import PUBLIC
from shegong.kernel.http import page, today

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


@page(PUBLIC)
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers."""
    return JsonResponse({"alive": True})


@page(PUBLIC)
def readyz(request: HttpRequest) -> HttpResponse:
    """Able to serve: 200, or 503 with the names of what is not well. Tells nobody more than that."""
    found = health.facts(only_ready=True)
    broken = [fact.name for fact in found if fact.state == health.BAD]
    skew = next((fact.figure for fact in found if fact.name == "clock"), -1)
    return JsonResponse(
        {"ready": not broken, "broken": broken, "clock_skew_seconds": skew}, status=503 if broken else 200
    )


@page(PUBLIC)
def deep(request: HttpRequest) -> HttpResponse:
    """Everything, for the machine that watches this one: 404 for everybody else."""
    if not may_look(request):
        raise Http404
    found = health.facts()
    return JsonResponse(
        {"state": health.worst(found), "ready": health.is_ready(found), "facts": list(health.told(found))},
        status=200 if health.is_ready(found) else 503,
    )


@page(PUBLIC)
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in the Prometheus format; nothing personal. For the machine that watches this one."""
    if not may_look(request):
        raise Http404
    return HttpResponse(figures.everything(), content_type=CONTENT_TYPE_LATEST)


def may_look(request: HttpRequest) -> bool:
    """Whoever knows the word in SHEGONG_HOME/secrets/monitor, and programs on this machine that come without a proxy.

    A proxy on the same machine looks like one of these but for what it says about whom it asks for; where it says
    nothing, the name it asks for is the site's and not this machine's.
    """
    word = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if word and hmac.compare_digest(word.encode(), secret_file("monitor").encode()):
        return True
    if any(request.META.get(name) for name in FORWARDED):
        return False
    host = request.get_host().rpartition(":")[0] or request.get_host()
    is_named_here = host in ("localhost", "testserver") or is_loopback(host.strip("[]"))
    return is_loopback(request.META.get("REMOTE_ADDR", "")) and (is_named_here or not settings.HTTPS)


def is_loopback(address: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


@page(PUBLIC, methods=("POST",), own_once=True)
def policy_report(request: HttpRequest) -> HttpResponse:
    """A browser says that a page broke the content policy; counted, nothing of it kept. The answer is always the same."""
    # A form was already read as a form: no browser reports in one.
    with suppress(RawPostDataException):
        reports.count(request.body, today())
    return HttpResponse(status=204)


policy_report.csrf_exempt = True  # type: ignore[attr-defined]  # browsers send it by themselves, without a form

urlpatterns = [
    path("policy-report/", policy_report, name="policy_report"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("health/deep", deep, name="health_deep"),
    path("metrics", metrics, name="metrics"),
]
