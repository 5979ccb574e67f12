"""Verification by number and name, by QR, and receipts.

No page here needs a session, a cookie or a script, and none asks who is there. POSTs are exempt from CSRF checks
because they carry no identity and change nothing that belongs to anybody.
"""

import logging
from datetime import timedelta
from ipaddress import ip_network

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt

from shegong.duties.lookup.actions import keep_receipt
from shegong.duties.lookup.models import Enquiry, Found, find
from shegong.duties.lookup.rules import (
    LONGEST,
    MISSES,
    WINDOW_MINUTES,
    Answer,
    answer_of,
    canonical_number,
    is_match,
    token,
)
from shegong.duties.lookup.web.pages import (
    busy_page,
    context_of,
    found_page,
    moment,
    page_of,
    shown,
    uncached,
    worded,
)
from shegong.kernel import throttle
from shegong.kernel.access import ANONYMOUS, PUBLIC
from shegong.kernel.client_address import client_block
from shegong.kernel.http import page
from shegong.kernel.printing import qr_svg

log = logging.getLogger(__name__)
WINDOW = timedelta(minutes=WINDOW_MINUTES)
TRUSTED = tuple(ip_network(block) for block in settings.TRUSTED_PROXIES)


@csrf_exempt
@page(PUBLIC, methods=("GET", "POST"), own_once=True, about="registration", clause="T4.2.e")
def verify(request: HttpRequest) -> HttpResponse:
    """The form; with number and name, the answer. A wrong name and an unknown number get the same page."""
    if request.method != "POST":
        return page_of(request, "form", {})
    typed = _typed(request)
    missing = tuple(name for name in ("no", "name") if not typed[name].strip())
    if missing:
        return page_of(request, "form", _echo(typed), missing=missing, status=422)
    key = throttle.hashed(f"verify {client_key(request)}")
    found, matches = _ask(typed, key)
    if found.misses >= MISSES:
        return busy_page(request, found.wait, _echo(typed))
    if not matches:
        _count_miss(request)
        return page_of(request, Answer.NOT_FOUND, _echo(typed) | {"asof": moment(timezone.localtime())})
    return found_page(request, found, _echo(typed))


@page(PUBLIC, about="registration", clause="T4.2.e")
def scan(request: HttpRequest, serial: str) -> HttpResponse:
    """What the QR of a certificate opens. Never limited: nobody guesses 128 bits."""
    now = timezone.localtime()
    found = find("serial", token(serial), day=now.date(), at=now)
    answer = answer_of(found.status, card_replaced=found.card_replaced)
    if found.id is None or answer is Answer.NOT_FOUND:
        return page_of(request, Answer.UNKNOWN_CARD, {"asof": moment(now)}, status=404)
    return found_page(request, found, {"serial": serial})


@csrf_exempt
@page(PUBLIC, methods=("POST",), own_once=True, about="enquiry", clause="T4.2.e")
def take_receipt(request: HttpRequest) -> HttpResponse:
    """Verify once more and keep the answer under a receipt. Limited: each one is a row for ever."""
    typed, now = _typed(request), timezone.localtime()
    if typed["serial"]:
        found = find("serial", token(typed["serial"]), day=now.date(), at=now)
        matches = found.id is not None
    else:
        found, matches = _ask(typed, throttle.hashed(f"verify {client_key(request)}"))
        if found.misses >= MISSES:
            return busy_page(request, found.wait, _echo(typed))
        if not matches:
            _count_miss(request)
    answer = answer_of(found.status, card_replaced=found.card_replaced)
    if not matches or found.id is None or answer is Answer.NOT_FOUND:
        return page_of(request, Answer.NOT_FOUND, _echo(typed) | {"asof": moment(now)})
    door = throttle.hit(f"receipt {client_key(request)}", MISSES, WINDOW)
    if not door.allowed:
        return busy_page(request, door.retry_after, _echo(typed))
    kind = "qr" if typed["serial"] else "page"
    kept = keep_receipt(kind=kind, registration_id=found.id, answer=answer, by=ANONYMOUS, on=now.date())
    response = HttpResponseRedirect(reverse("lookup:receipt", args=[kept.receipt]))
    response.status_code = 303
    return response


@page(PUBLIC, about="enquiry", clause="T4.2.e")
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """The answer as it was given then; whoever holds the receipt can open it and compare."""
    kept = Enquiry.objects.filter(receipt=token(receipt), registration__isnull=False).first()
    if kept is None:
        return page_of(request, "no_receipt", {}, status=404)
    found = find("key", kept.registration_id, day=kept.as_of, at=kept.at)
    address = f"{settings.PUBLIC_URL}{reverse('lookup:receipt', args=[receipt])}"
    drawn = mark_safe(qr_svg(address, size=148))  # noqa: S308 - drawn by us from an address of ours
    context = context_of(request, Answer(kept.answer)) | {"qr": drawn, "is_receipt": True}
    context |= shown(found) | {"asof": moment(timezone.localtime(kept.at)), "receipt": receipt}
    context["words"] = worded(Answer(kept.answer), context)
    return uncached(render(request, "lookup/verify.html", context))


def _ask(typed: dict[str, str], key: bytes) -> tuple[Found, bool]:
    """The registration with this number or its neighbour, and whether number and name belong together."""
    now = timezone.localtime()
    number = canonical_number(typed["no"])
    found = find("number", number, day=now.date(), at=now, key=key)
    return found, is_match(number, typed["name"], found.number, found.name)


def _count_miss(request: HttpRequest) -> None:
    """Only misses count, so whoever types what stands on a certificate is never slowed. Fails open."""
    try:
        throttle.hit(f"verify {client_key(request)}", MISSES, WINDOW)
    except DatabaseError:
        log.warning("a miss of public verification could not be counted")


def client_key(request: HttpRequest) -> str:
    """The address block whose misses count together."""
    return client_block(
        request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""), TRUSTED
    )


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "")[: LONGEST * 2] for name in ("no", "name", "serial")}


def _echo(typed: dict[str, str]) -> dict[str, str]:
    return {"typed_no": typed["no"], "typed_name": typed["name"], "serial": typed["serial"]}


urlpatterns = [
    path("verify/", verify, name="verify"),
    path("verify/receipt/", take_receipt, name="take_receipt"),
    path("verify/r/<str:receipt>/", receipt, name="receipt"),
    path("v/<str:serial>", scan, name="scan"),
    path("v/<str:serial>/", scan, name="scan_with_slash"),
]
