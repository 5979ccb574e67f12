"""Pages of the shell itself: language and display mode, help, accessibility statement."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from shegong.kernel.access import PUBLIC
from shegong.kernel.http import page
from shegong.ui.menu import MenuItem
from shegong.ui.middleware import MODE_COOKIE, MODES, languages, remember


def is_foreign(request: HttpRequest) -> bool:
    """Whether another site sent this form. Old browsers send neither header; then the Referer is absent too."""
    site = request.headers.get("Sec-Fetch-Site", "")
    origin = request.headers.get("Origin", "")
    if site:
        return site not in ("same-origin", "none")
    return bool(origin) and urlsplit(origin).netloc != request.get_host()


def way_back(request: HttpRequest) -> str:
    """Where the reader was: `next`, else the Referer, without the parameters that choose language and mode."""
    asked = request.POST.get("next") or request.headers.get("Referer", "")
    home = f"{settings.FORCE_SCRIPT_NAME or ''}/"
    if not asked or not url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}):
        return home
    parts = urlsplit(asked)
    kept = "&".join(
        pair for pair in parts.query.split("&") if pair and not pair.startswith(("lang=", "mode="))
    )
    return (parts.path or home) + (f"?{kept}" if kept else "")


def keep_choice(request: HttpRequest, parameter: str, cookie: str, allowed: tuple[str, ...]) -> HttpResponse:
    """Remember one display choice and go back; an unknown value or a foreign form changes nothing."""
    response = HttpResponseRedirect(way_back(request))
    response.status_code = 303
    value = request.POST.get(parameter, "")
    if value in allowed and not is_foreign(request):
        remember(response, cookie, value)
    return response


# No CSRF token: public pages are ready-made and set no cookie, and all this changes is how pages look in this
# browser. Forms of other sites are refused by their origin instead.
@csrf_exempt
@page(PUBLIC, methods=["POST"], own_once=True)
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language (`lang`)."""
    return keep_choice(request, "lang", settings.LANGUAGE_COOKIE_NAME, languages())


@csrf_exempt
@page(PUBLIC, methods=["POST"], own_once=True)
def set_mode(request: HttpRequest) -> HttpResponse:
    """Remember standard or elder mode (`mode`)."""
    return keep_choice(request, "mode", MODE_COOKIE, MODES)


@page(PUBLIC)
def help_page(request: HttpRequest) -> HttpResponse:
    """How to verify, register, get help."""
    return render(request, "ui/help.html")


@page(PUBLIC)
def accessibility(request: HttpRequest) -> HttpResponse:
    """Accessibility statement."""
    return render(request, "ui/accessibility.html")


def menu_items(request: HttpRequest) -> list[MenuItem]:
    """Help, last in the public menu."""
    return [MenuItem("public", "", _("Help"), reverse("ui:help"), order=90)]


app_name = "ui"
urlpatterns = [
    path("display/language/", set_language, name="language"),
    path("display/mode/", set_mode, name="mode"),
    path("help/", help_page, name="help"),
    path("accessibility/", accessibility, name="accessibility"),
]
