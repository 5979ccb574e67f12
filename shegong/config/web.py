"""Health pages: alive, able to serve, and figures for the monitoring."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shegong.kernel.access import PUBLIC
from shegong.kernel.http import page


@page(PUBLIC)
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers."""
    return JsonResponse({"alive": True})


@page(PUBLIC)
def readyz(request: HttpRequest) -> HttpResponse:
    """Able to serve: the database answers and its clock agrees with ours within a second."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            skew = abs((timezone.now() - cursor.fetchone()[0]).total_seconds())
    except Exception:
        return JsonResponse({"ready": False, "database": "unreachable"}, status=503)
    return JsonResponse(
        {"ready": skew < 1, "clock_skew_seconds": round(skew, 3)}, status=200 if skew < 1 else 503
    )


@page(PUBLIC)
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in the Prometheus format; nothing personal."""
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
