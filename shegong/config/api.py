"""The HTTP API: each context's `api.py` offers a router; OpenAPI at /api/openapi.json."""

from importlib import import_module
from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import ValidationError

from shegong.contexts import CONTEXTS
from shegong.kernel.endpoints import guarded

api = NinjaAPI(title="Shegong", version="1", urls_namespace="api", docs_url=None)


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """422 for a body that does not fit the schema, in the same shape as a refusal; nothing typed is echoed."""
    reasons = [
        {
            "code": str(e["type"]),
            "field": ".".join(map(str, e["loc"][1:])),
            "text": str(e["msg"]),
            "clause": "",
        }
        for e in error.errors
    ]
    return JsonResponse(
        {"obstacles": reasons or [{"text": gettext("The request cannot be read.")}]}, status=422
    )


for context in CONTEXTS:
    if find_spec(f"{context.module}.api"):
        api.add_router("", import_module(f"{context.module}.api").router)

_patterns, _app_name, _namespace = api.urls
urls = (guarded(api, _patterns), _app_name, _namespace)
