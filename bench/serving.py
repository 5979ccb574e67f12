"""The product's WSGI application, and beside it the floor of verify_http.py: views with one raw row, no middleware.

`/floor/` asks as anybody would write it (`connection.cursor()`), `/floor2/` with our own prepared statement and
without the health check of the connection: what is left of the difference is the page. `/ping/` is the floor of
list_http.py: a short text for who is signed in, through the whole middleware of the product; `/shell/` is an office page
with nothing on it.
"""

import measure
import psycopg

measure.start()
from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402

from shegong.config import urls  # noqa: E402
from shegong.config import wsgi as product  # noqa: E402
from shegong.kernel import listing_counts  # noqa: E402
from shegong.kernel.access import PUBLIC, SIGNED_IN  # noqa: E402
from shegong.kernel.http import PageSpec, page  # noqa: E402

SQL = """SELECT r.register_no, r.level, r.valid_to FROM registry_card c
JOIN registry_registration r ON r.id = c.registration_id WHERE c.serial = %s"""


def floor(request: HttpRequest, serial: str) -> HttpResponse:
    """One raw row as text."""
    with connection.cursor() as cursor:
        cursor.execute(SQL, [serial])
        return HttpResponse(" ".join(map(str, cursor.fetchone())))


def floor2(request: HttpRequest, serial: str) -> HttpResponse:
    """One raw row as text, prepared."""
    connection.ensure_connection()
    raw = connection.connection
    raw.prepare_threshold = 0
    with psycopg.Cursor(raw) as cursor:
        return HttpResponse(" ".join(map(str, cursor.execute(SQL, [serial], prepare=True).fetchone())))


@page(SIGNED_IN)
def ping(request: HttpRequest) -> HttpResponse:
    """Who is signed in, as text."""
    return HttpResponse(request.actor.office_name)


@page(SIGNED_IN)
def shell(request: HttpRequest) -> HttpResponse:
    """The frame of every office page: menus with counts, bell."""
    return render(request, "ui/office.html")


floor.page = floor2.page = PageSpec(PUBLIC, ("GET",))
urls.urlpatterns[:0] = [path("floor/<str:serial>", floor), path("floor2/<str:serial>", floor2)]
urls.urlpatterns[:0] = [path("ping/", ping), path("shell/", shell)]


class Bare(WSGIHandler):
    """Django without any middleware."""

    def load_middleware(self, is_async: bool = False) -> None:
        whole, settings.MIDDLEWARE = settings.MIDDLEWARE, []
        super().load_middleware(is_async)
        settings.MIDDLEWARE = whole


bare = Bare()


def application(environ, start_response):
    """`/floor…` to the bare handler, all else to the product; `cold=1` forgets all counts of lists first."""
    if "cold=1" in environ["QUERY_STRING"]:
        listing_counts._kept.clear()
    chosen = bare if environ["PATH_INFO"].startswith("/floor") else product.application
    return chosen(environ, start_response)
