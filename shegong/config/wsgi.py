"""WSGI entry for the web server: public verification takes a path of its own, everything else the whole stack.

The thin path (docs/adr/0005) serves the same views with settings.PUBLIC_MIDDLEWARE: no session, no sign-in, no
messages. Which one answers is decided by the first letters of the address alone.
"""

import os
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from shegong.config.gate import Gate
from shegong.kernel import health

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shegong.config.settings")
os.environ["SHEGONG_PROCESS"] = "web"  # the database cuts off what takes longer than a visitor waits

PUBLIC_PATHS = ("/v/", "/verify/")


class PublicHandler(WSGIHandler):
    """Django's handler with the short list of middleware."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain from PUBLIC_MIDDLEWARE; runs once, before the server takes requests."""
        whole = settings.MIDDLEWARE
        settings.MIDDLEWARE = settings.PUBLIC_MIDDLEWARE
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = whole


def dispatch(whole: Callable[..., Any], public: Callable[..., Any], prefix: str) -> Callable[..., Any]:
    """A WSGI application that chooses by path. A sub-path of a host site may be left on by the proxy or cut off."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if prefix and path.startswith(prefix + "/"):
            path = environ["PATH_INFO"] = path[len(prefix) :]
        return (public if path.startswith(PUBLIC_PATHS) else whole)(environ, start_response)

    return application


_prefix = (settings.FORCE_SCRIPT_NAME or "").rstrip("/")
application = dispatch(get_wsgi_application(), PublicHandler(), _prefix)
# What `shegong serve` runs: the same behind the gate that holds off more than can be answered (docs/adr/0027).
gated = Gate(application, PUBLIC_PATHS, _prefix)


def warm() -> None:
    """Load what the first visitor would wait for: routes, views, templates."""
    for path in ("/healthz", "/verify/"):
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "localhost",
            "SERVER_PORT": "80", "HTTP_HOST": "localhost", "wsgi.input": BytesIO(), "wsgi.url_scheme": "http",
        }  # fmt: skip
        answer = application(environ, lambda *_: None)
        getattr(answer, "close", lambda: None)()


if os.environ.get("SHEGONG_RUN"):
    warm()
    health.announce()
