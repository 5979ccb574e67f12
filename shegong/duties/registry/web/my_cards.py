"""The electronic registration certificate: to show, to print, to keep."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext

from shegong.duties.registry.actions.proving import LISTS, list_address
from shegong.duties.registry.models import Card, Registration, status_of
from shegong.duties.registry.models.portraits import portrait_paper
from shegong.duties.registry.printing import certificate_pdf, certificate_qr_svg, printed_portrait
from shegong.duties.registry.rules import STATUS_NAMES, Status
from shegong.duties.registry.tokens import CONTEXT, credential_of
from shegong.duties.registry.web.words import STATUS_TONES
from shegong.ground.credentials.rules import LEVEL_NAMES
from shegong.ground.people.models import names_of
from shegong.ground.regions.models import tree
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import page, see, today
from shegong.kernel.sealing import KeyFault


def _card_or_404(request: HttpRequest) -> Card:
    rows = Card.objects.filter(
        registration__in=Registration.objects.own(request.actor), replaced_at__isnull=True
    )
    card = rows.select_related("registration", "term").order_by("-id").first()
    if card is None:
        raise Http404
    return card


@page(SIGNED_IN, about="registration", clause="T4.2.a")
def cards(request: HttpRequest) -> HttpResponse:
    """The certificate as a card with its QR; says what a scan shows."""
    held = Registration.objects.own(request.actor).exists()
    if not held:
        return render(request, "registry/my_cards.html", {"card": None})
    card = _card_or_404(request)
    registration = card.registration
    context = {
        "card": card,
        "registration": registration,
        "name": names_of([registration.person_id]).get(registration.person_id, ""),
        "level": gettext(LEVEL_NAMES[registration.level]),
        "status": status_code(registration),
        "rows": [
            {"label": gettext("Registration number"), "value": registration.register_no},
            {"label": gettext("Area"), "value": tree().full_name(registration.region_code, today())},
            {"label": gettext("Valid to"), "value": registration.valid_to.isoformat()},
        ],
        "has_photo": bool((paper := portrait_paper(card)) and paper.file.media_type == "image/jpeg"),
        "may_print": may_print(registration),
        "qr": certificate_qr_svg(card, 280),
    }
    return render(request, "registry/my_cards.html", context)


def status_code(registration: Registration) -> dict[str, str]:
    """The registration's status today: the tone of its tag and its word."""
    status = status_of(registration, today())
    return {"tone": STATUS_TONES.get(status, ""), "word": gettext(STATUS_NAMES[status])}


def may_print(registration: Registration) -> bool:
    """Whether the holder may still get the paper: not after a closing, which calls the certificate in."""
    return status_of(registration, today()) not in (Status.CANCELLED, Status.REVOKED, Status.SUPERSEDED)


@page(SIGNED_IN, about="registration", clause="T4.2.a")
def card_pdf(request: HttpRequest) -> HttpResponse:
    """The certificate as an A4 PDF; what has been closed is not printed again."""
    card = _card_or_404(request)
    if not may_print(card.registration):
        return see(
            request,
            "registry:cards",
            gettext("This registration has ended; its certificate is no longer printed."),
        )
    response = HttpResponse(certificate_pdf(card.registration, card), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{card.registration.register_no}.pdf"'
    return response


@page(SIGNED_IN, about="registration", clause="T4.2.a")
def card_credential(request: HttpRequest) -> HttpResponse:
    """The registration as a W3C Verifiable Credential in a JSON file, for a wallet or another system."""
    card = _card_or_404(request)
    if not may_print(card.registration):
        return see(
            request,
            "registry:cards",
            gettext("This registration has ended; its certificate is no longer printed."),
        )
    try:
        signed = credential_of(card, {purpose: list_address(purpose) for purpose in LISTS})
    except KeyFault:
        return see(
            request, "registry:cards", gettext("This cannot be signed here at the moment. Try again later.")
        )
    enveloped = {
        "@context": CONTEXT,
        "id": f"data:application/vc+jwt,{signed}",
        "type": "EnvelopedVerifiableCredential",
    }
    response = HttpResponse(json.dumps(enveloped, indent=1), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{card.registration.register_no}.json"'
    return response


@page(SIGNED_IN, about="registration", clause="T4.2.a")
def card_photo(request: HttpRequest) -> HttpResponse:
    """The holder's photo on the certificate, to the holder."""
    content = printed_portrait(_card_or_404(request))
    if content is None:
        raise Http404
    return HttpResponse(content, content_type="image/jpeg")


urlpatterns = [
    path("my/cards/", cards, name="cards"),
    path("my/cards/photo.jpg", card_photo, name="card_photo"),
    path("my/cards/certificate.pdf", card_pdf, name="card_pdf"),
    path("my/cards/credential.json", card_credential, name="card_credential"),
]
