"""Draws of hours, published: a provider, or whoever's record was drawn, draws the same again (T3.3)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from shegong.ground.regions.models import tree
from shegong.kernel.access import PUBLIC
from shegong.kernel.http import page, today
from shegong.kernel.typed_numbers import whole_number
from shegong.work.education.models.publishing import published_candidates, published_draws
from shegong.work.education.rules.integrity import population_text

CLAUSE = "T3.3"


@page(PUBLIC, clause=CLAUSE)
def published(request: HttpRequest) -> HttpResponse:
    """The draws with what was fixed beforehand, their seed, and the numbers of the drawn records."""
    draws = [
        {"one": one, "place": tree().full_name(one.row.region_code, today())} for one in published_draws()
    ]
    return render(request, "education/published_samples.html", {"draws": draws})


@page(PUBLIC, clause=CLAUSE)
def candidates(request: HttpRequest) -> HttpResponse:
    """The candidates of a draw that has fallen, as they were hashed; no person is named."""
    number = whole_number(request.GET.get("draw", ""))
    found = published_candidates(number) if number else None
    if found is None:
        raise Http404
    response = HttpResponse(population_text(found), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="candidates-{number}.txt"'
    return response


urlpatterns = [
    path("providers/samples/", published, name="published_samples"),
    path("providers/samples/candidates.txt", candidates, name="published_candidates"),
]
