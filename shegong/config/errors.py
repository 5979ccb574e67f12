"""Error pages in the reader's language; the last one works without a database."""

import contextlib
import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from shegong.kernel.unusable import busy_answer


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request could not be read."""
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the role does not cover this page."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing that the reader may see."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; the page names the request id and touches nothing else. 503 where the database had no time or is
    away: also before a page was chosen, while it was looked up who asks."""
    with contextlib.suppress(Exception):
        if (busy := busy_answer(request, sys.exc_info()[1])) is not None:
            return busy
    page = get_template("500.html").render({"request_id": getattr(request, "request_id", "")})
    return HttpResponse(page, status=500)
