"""WSGI entry for the web server: public verification takes a path of its own, everything else the whole stack.

The thin path (docs/adr/0005) serves the same views with settings.PUBLIC_MIDDLEWARE: no session, no sign-in, no
messages. Which one answers is decided by the first letters of the address alone.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

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


_whole = get_wsgi_application()
application = dispatch(_whole, PublicHandler(), (settings.FORCE_SCRIPT_NAME or "").rstrip("/"))
