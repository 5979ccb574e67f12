"""The code of ethics that people commit themselves to, in the version of today and in the one that somebody signed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language

from shegong.duties.conduct.intake_policy import ethics_of
from shegong.duties.conduct.models.intake_policies import conduct_policies, conduct_policy
from shegong.kernel.access import PUBLIC
from shegong.kernel.http import page, today


@page(PUBLIC, clause="T4.2.f")
def ethics(request: HttpRequest, version: str = "") -> HttpResponse:
    """The duties one by one; where the text itself was not read, it says so."""
    now = conduct_policy(today()).ethics
    found = ethics_of(conduct_policies(), version) if version else now
    if found is None:
        raise Http404
    language = get_language()
    context = {
        "title": found.title.says(language), "version": found.version, "is_now": found.version == now.version,
        "duties": [one.title.says(language) for one in found.duties], "basis": found.basis,
        "needs_source": found.certainty == "M",
    }  # fmt: skip
    return render(request, "conduct/ethics.html", context)


urlpatterns = [
    path("ethics/", ethics, name="ethics"),
    path("ethics/<str:version>/", ethics, name="ethics_version"),
]
