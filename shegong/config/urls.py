"""URLs derive from the map of contexts: each context's `web.py` lists its own under its name."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.urls import include, path

from shegong.config import api
from shegong.contexts import CONTEXTS

handler400 = "shegong.config.errors.bad_request"
handler403 = "shegong.config.errors.permission_denied"
handler404 = "shegong.config.errors.not_found"
handler500 = "shegong.config.errors.server_error"


def context_patterns() -> list[Any]:
    """`include`s of every context that has pages, with the context's label as URL namespace."""
    found: list[Any] = []
    for context in CONTEXTS:
        name = f"{context.module}.web"
        if find_spec(name):
            web = import_module(name)
            found.append(path("", include((web.urlpatterns, context.label))))
            found += getattr(web, "library_patterns", [])
    return found


urlpatterns = [
    path("", include("shegong.ui.web")),
    path("", include("shegong.config.web")),
    path("api/", api.urls),
    *context_patterns(),
]
