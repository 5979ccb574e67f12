"""The first page of the site, and what search engines may read."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext

from shegong.duties.lookup.models import valid_by_level
from shegong.duties.lookup.rules import LEVELS
from shegong.duties.lookup.web.pages import moment
from shegong.kernel.access import PUBLIC
from shegong.kernel.http import page


@page(PUBLIC, clause="T4.2.e")
def home(request: HttpRequest) -> HttpResponse:
    """The first page: verify, services, and how many are registered now, counted at most a minute ago."""
    day = timezone.localdate()
    counted = cache.get_or_set(f"registered-{day}", lambda: (valid_by_level(day), timezone.localtime()), 60)
    levels, counted_at = counted
    figures = [
        {"label": gettext("Registered now"), "value": f"{sum(levels.values()):,}", "unit": gettext("people")}
    ]
    figures += [
        {"label": gettext(name), "value": f"{levels.get(level, 0):,}", "unit": gettext("people")}
        for level, name in LEVELS.items()
    ]
    context = {
        "verify_url": reverse("lookup:verify"),
        "figures": figures,
        "asof": moment(counted_at),
        **_doors(),
    }
    return render(request, "ui/home.html", context)


def _doors() -> dict[str, str]:
    """Addresses of the spaces that this installation has."""
    return {"my_url": reverse("accounts:start"), "office_url": reverse("accounts:start")}


@page(PUBLIC)
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read the site, and no answer about a person."""
    closed = [reverse("lookup:scan", args=["x"])[:-1], reverse("lookup:verify") + "r/"]
    lines = ["User-agent: *", *(f"Disallow: {where}" for where in closed)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


urlpatterns = [
    path("", home, name="home"),
    path("robots.txt", robots, name="robots"),
]
