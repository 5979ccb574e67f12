"""Language and display mode of a request: from the address, else from a cookie, else Chinese and standard.

Needs no session and no sign-in, so the public pages use it too. A browser's Accept-Language is not asked: an
official Chinese site opens in Chinese, and a link somebody sends opens alike for everybody.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

MODE_COOKIE = "mode"
MODES = ("standard", "elder")
YEAR = 365 * 24 * 3600


def remember(response: HttpResponse, name: str, value: str) -> None:
    """Keep a display choice in the browser for a year; it says nothing about the person."""
    response.set_cookie(
        name,
        value,
        max_age=YEAR,
        path=f"{settings.FORCE_SCRIPT_NAME or ''}/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def chosen(request: HttpRequest, parameter: str, cookie: str, allowed: tuple[str, ...]) -> tuple[str, bool]:
    """The choice and whether it is new: address first, cookie next, first of `allowed` last."""
    asked = request.GET.get(parameter, "")
    kept = request.COOKIES.get(cookie, "")
    if asked in allowed:
        return asked, asked != kept
    return (kept if kept in allowed else allowed[0]), False


def languages() -> tuple[str, ...]:
    """Codes we speak, the default first."""
    return (
        settings.LANGUAGE_CODE,
        *(code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE),
    )


class LanguageMiddleware:
    """Activates the language and sets `request.ui_mode`; remembers both when the address named them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language, new_language = chosen(request, "lang", settings.LANGUAGE_COOKIE_NAME, languages())
        mode, new_mode = chosen(request, "mode", MODE_COOKIE, MODES)
        request.LANGUAGE_CODE = language
        request.ui_mode = mode
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", html_lang(language))
        patch_vary_headers(response, ("Cookie",))
        if new_language:
            remember(response, settings.LANGUAGE_COOKIE_NAME, language)
        if new_mode:
            remember(response, MODE_COOKIE, mode)
        return response


def html_lang(code: str) -> str:
    """BCP 47 tag for <html lang>: zh-Hans, en."""
    return "zh-Hans" if code.startswith("zh") else code
