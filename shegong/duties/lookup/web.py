"""Public verification: by number and name, by QR, receipts; and the first page of the site.

No page here needs a session, a cookie or a script, and none asks who is there. POSTs are exempt from CSRF checks
because they carry no identity and change nothing that belongs to anybody.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from ipaddress import ip_network

import segno
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, re_path, reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt

from shegong.duties.lookup.actions import keep_receipt
from shegong.duties.lookup.models import Enquiry, Found, find, valid_by_level
from shegong.duties.lookup.rules import (
    ABILITIES,
    LEVELS,
    LONGEST,
    MISSES,
    WINDOW_MINUTES,
    WORDS,
    Answer,
    answer_of,
    canonical_number,
    client_block,
    is_match,
)
from shegong.duties.lookup.stencil import place, stencil
from shegong.ground.regions.models import tree
from shegong.kernel import throttle
from shegong.kernel.access import ANONYMOUS, PUBLIC
from shegong.kernel.http import page
from shegong.ui.menu import MenuItem

log = logging.getLogger(__name__)
PLACES = (
    "typed_no", "typed_name", "number", "name", "level", "ability", "region", "office", "admitted", "until", "closed",
    "asof", "receipt", "serial", "wait",
)  # fmt: skip
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
WINDOW = timedelta(minutes=WINDOW_MINUTES)
TRUSTED = tuple(ip_network(block) for block in getattr(settings, "TRUSTED_PROXIES", ()))


@csrf_exempt
@page(PUBLIC, methods=("GET", "POST"), own_once=True, about="registration", clause="T4.2.e")
def verify(request: HttpRequest) -> HttpResponse:
    """The form; with number and name, the answer. A wrong name and an unknown number get the same page."""
    if request.method != "POST":
        return _page(request, "form", {})
    typed = _typed(request)
    missing = tuple(name for name in ("no", "name") if not typed[name].strip())
    if missing:
        return _page(request, "form", _echo(typed), missing=missing, status=422)
    key = throttle.hashed(f"verify {_block(request)}")
    found, matches = _ask(typed, key)
    if found.misses >= MISSES:
        return _busy(request, found.wait, _echo(typed))
    if not matches:
        _count_miss(request)
        return _page(request, Answer.NOT_FOUND, _echo(typed) | {"asof": _moment(timezone.localtime())})
    return _found(request, found, _echo(typed))


@page(PUBLIC, about="registration", clause="T4.2.e")
def scan(request: HttpRequest, serial: str) -> HttpResponse:
    """What the QR of a certificate opens. Never limited: nobody guesses 128 bits."""
    now = timezone.localtime()
    found = find("serial", serial, day=now.date(), at=now)
    answer = answer_of(found.status, card_replaced=found.card_replaced)
    if found.id is None or answer is Answer.NOT_FOUND:
        return _page(request, Answer.UNKNOWN_CARD, {"asof": _moment(now)}, status=404)
    return _found(request, found, {"serial": serial})


@csrf_exempt
@page(PUBLIC, methods=("POST",), own_once=True, about="enquiry", clause="T4.2.e")
def take_receipt(request: HttpRequest) -> HttpResponse:
    """Verify once more and keep the answer under a receipt. Limited: each one is a row for ever."""
    typed, now = _typed(request), timezone.localtime()
    if typed["serial"]:
        found = find("serial", typed["serial"], day=now.date(), at=now)
        matches = found.id is not None
    else:
        found, matches = _ask(typed, throttle.hashed(f"verify {_block(request)}"))
        if found.misses >= MISSES:
            return _busy(request, found.wait, _echo(typed))
        if not matches:
            _count_miss(request)
    answer = answer_of(found.status, card_replaced=found.card_replaced)
    if not matches or found.id is None or answer is Answer.NOT_FOUND:
        return _page(request, Answer.NOT_FOUND, _echo(typed) | {"asof": _moment(now)})
    door = throttle.hit(f"receipt {_block(request)}", MISSES, WINDOW)
    if not door.allowed:
        return _busy(request, door.retry_after, _echo(typed))
    kind = "qr" if typed["serial"] else "page"
    kept = keep_receipt(kind=kind, registration_id=found.id, answer=answer, by=ANONYMOUS, on=now.date())
    response = HttpResponseRedirect(reverse("lookup:receipt", args=[kept.receipt]))
    response.status_code = 303
    return response


@page(PUBLIC, about="enquiry", clause="T4.2.e")
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """The answer as it was given then; whoever holds the receipt can open it and compare."""
    kept = Enquiry.objects.filter(receipt=receipt, registration__isnull=False).first()
    if kept is None:
        return _page(request, "no_receipt", {}, status=404)
    found = find("key", kept.registration_id, day=kept.as_of, at=kept.at)
    address = f"{settings.PUBLIC_URL}{reverse('lookup:receipt', args=[receipt])}"
    code = segno.make(address, error="m", micro=False).svg_inline(
        scale=4, border=2, dark="#17202C", light="#fff"
    )
    context = _context(request, Answer(kept.answer)) | {"qr": mark_safe(code), "is_receipt": True}  # noqa: S308 - our drawing
    context |= _shown(found) | {"asof": _moment(timezone.localtime(kept.at)), "receipt": receipt}
    context["words"] = _worded(Answer(kept.answer), context)
    return _uncached(render(request, "lookup/verify.html", context))


def _ask(typed: dict[str, str], key: bytes) -> tuple[Found, bool]:
    """The registration with this number or its neighbour, and whether number and name belong together."""
    now = timezone.localtime()
    number = canonical_number(typed["no"])
    found = find("number", number, day=now.date(), at=now, key=key)
    return found, is_match(number, typed["name"], found.number, found.name)


def _count_miss(request: HttpRequest) -> None:
    """Only misses count, so whoever types what stands on a certificate is never slowed. Fails open."""
    try:
        throttle.hit(f"verify {_block(request)}", MISSES, WINDOW)
    except DatabaseError:
        log.warning("a miss of public verification could not be counted")


def _block(request: HttpRequest) -> str:
    return client_block(
        request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""), TRUSTED
    )


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "")[: LONGEST * 2] for name in ("no", "name", "serial")}


def _echo(typed: dict[str, str]) -> dict[str, str]:
    return {"typed_no": typed["no"], "typed_name": typed["name"], "serial": typed["serial"]}


# ---- pages -----------------------------------------------------------------------------------------------------------


def _found(request: HttpRequest, found: Found, values: dict[str, str]) -> HttpResponse:
    answer = answer_of(found.status, card_replaced=found.card_replaced)
    if answer is Answer.NOT_FOUND:
        return _page(request, answer, values | {"asof": _moment(timezone.localtime())})
    values = values | _shown(found) | {"asof": _moment(timezone.localtime())}
    return _page(request, answer, values, by_scan="typed_no" not in values)


def _shown(found: Found) -> dict[str, str]:
    """The public facts of a registration in the reader's language."""
    return {
        "number": found.number,
        "name": found.name,
        "level": gettext(LEVELS[found.level]),
        "ability": gettext(ABILITIES[found.level]),
        "region": _region(found.region_code, timezone.localdate()),
        "office": found.office or gettext("not recorded"),
        "admitted": day_text(found.admitted_on),
        "until": day_text(found.until),
        "closed": day_text(found.closed_on),
    }


@lru_cache(maxsize=4096)
def _region(code: int, day: date) -> str:
    return tree().full_name(code, day)


def day_text(day: date | None) -> str:
    """2014年12月31日 or 31 December 2014; '' for no day."""
    return gettext("%(day)s %(month)s %(year)s") % _parts(day) if day else ""


def _moment(now: datetime) -> str:
    return f"{day_text(now.date())} {now:%H:%M}"


def _parts(day: date) -> dict[str, object]:
    month = day.month if get_language() != "en" else MONTHS[day.month - 1]
    return {"day": day.day, "month": month, "year": day.year}


def _page(
    request: HttpRequest, answer: str, values: dict[str, str], *, missing: tuple[str, ...] = (), by_scan: bool = False,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page of an answer (or `form`, `busy`, `no_receipt`) with its places filled."""
    context = _context(request, answer) | {
        "missing": missing,
        "has_errors": bool(missing),
        "by_scan": by_scan,
    }
    cut = stencil(request, "lookup/verify.html", (answer, missing, by_scan), context)
    return _uncached(HttpResponse(cut.fill(values), status=status))


def _context(request: HttpRequest, answer: str) -> dict[str, object]:
    marks: dict[str, object] = {name: place(name) for name in PLACES}
    return marks | {
        "answer": answer,
        "words": _worded(answer, marks) if answer in tuple(Answer) else None,
        "has_facts": answer in tuple(Answer) and answer not in (Answer.NOT_FOUND, Answer.UNKNOWN_CARD),
    }


def _worded(answer: str, values: dict[str, object]) -> dict[str, object]:
    """The words of an answer in the reader's language, dates in place."""
    words = WORDS[Answer(answer)]
    return {
        "tone": words.tone,
        "icon": words.icon,
        "heading": gettext(words.heading),
        "sentence": gettext(words.sentence) % values,
        "advice": [gettext(line) for line in words.advice],
    }


def _busy(request: HttpRequest, seconds: int, values: dict[str, str]) -> HttpResponse:
    minutes = max(1, -(-seconds // 60))
    values = values | {"wait": ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}}
    response = _page(request, "busy", values, status=429)
    response.headers["Retry-After"] = str(max(seconds, 1))
    return response


def _uncached(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Length"] = str(len(response.content))
    return response


# ---- the first page --------------------------------------------------------------------------------------------------


@page(PUBLIC, clause="T4.2.e")
def home(request: HttpRequest) -> HttpResponse:
    """The first page: verify, services, and how many are registered now, counted at most a minute ago."""
    day = timezone.localdate()
    counted = cache.get_or_set(f"registered-{day}", lambda: (valid_by_level(day), timezone.localtime()), 60)
    levels, moment = counted
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
        "asof": _moment(moment),
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


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Home and verification on the public site."""
    yield MenuItem("public", "", gettext_lazy("Home"), reverse("lookup:home"), order=1)
    yield MenuItem("public", "", gettext_lazy("Verify"), reverse("lookup:verify"), order=2)


urlpatterns = [
    path("", home, name="home"),
    path("robots.txt", robots, name="robots"),
    path("verify/", verify, name="verify"),
    path("verify/receipt/", take_receipt, name="take_receipt"),
    path("verify/r/<str:receipt>/", receipt, name="receipt"),
    re_path(r"^v/(?P<serial>[A-Za-z0-9_-]{1,64})/?$", scan, name="scan"),
]
