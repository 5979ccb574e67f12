"""The door for other installations whose journal is witnessed here: checkpoints in, the last one out. In JSON."""

import json

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path

from shegong.kernel import witness
from shegong.kernel.access import PUBLIC
from shegong.kernel.http import page

LARGEST = 64 * 1024


@page(PUBLIC, methods=("GET", "POST"), own_once=True)
def witness_page(request: HttpRequest, name: str) -> HttpResponse:
    """GET: the last checkpoint held of `name`. POST: another one, with the proof that it continues it.

    The signature says who sends it, so there is no session and no form; the same one twice is one.
    """
    keys = witness.keys_of(name)
    if keys is None:
        raise Http404
    if request.method != "POST":
        held = witness.last(name)
        return JsonResponse({"mark": held.__dict__ if held else None})
    try:
        given = json.loads(request.body) if len(request.body) <= LARGEST else None
        return JsonResponse({"mark": witness.accept(name, keys, given).__dict__})
    except witness.Elsewhere as where:
        held = where.held
        return JsonResponse({"problem": str(where), "mark": held.__dict__ if held else None}, status=409)
    except (witness.Refusal, ValueError) as problem:
        return JsonResponse({"problem": str(problem)}, status=422)


witness_page.csrf_exempt = True  # type: ignore[attr-defined]  # nothing of a browser counts here

urlpatterns: list[URLPattern] = [path("witness/<str:name>/", witness_page, name="witness")]
