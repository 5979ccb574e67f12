"""The registration certificate: its data, its page, its QR."""

import base64
import logging
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from shegong.duties.registry.models import Application, Card, Registration
from shegong.duties.registry.models.portraits import portrait_paper, scaled
from shegong.duties.registry.models.proof import PORTRAITS, live_token
from shegong.duties.registry.rules import Kind
from shegong.ground.organizations.models import Duty
from shegong.ground.people.models import PersonName
from shegong.ground.regions.models import tree
from shegong.kernel import printing
from shegong.kernel.sealing import SealError
from shegong.work.employment.models import Employment

log = logging.getLogger(__name__)
TEMPLATE = Path(__file__).parent / "typst" / "certificate.typ"
# The certificate is a Chinese document in every language of the site.
LEVELS = {"assistant": "助理社会工作师", "social_worker": "社会工作师", "senior": "高级社会工作师"}
KINDS = {Kind.FIRST: "首次登记", Kind.RENEWAL: "再登记", Kind.CHANGE: "变更登记", Kind.REISSUE: "补发"}
DUTIES = ("registration", "social_work")


def certificate_pdf(registration: Registration, card: Card) -> bytes:
    """The certificate of one card as PDF, A4 landscape, the facts as of the day it was issued."""
    return certificates_pdf([(registration, card)])


def certificates_pdf(pairs: Sequence[tuple[Registration, Card]]) -> bytes:
    """Several certificates in one document, a page each: quicker than one by one."""
    pages = [certificate_page(registration, card) for registration, card in pairs]
    return set_pages(pages, at=max(card.issued_at for _, card in pairs))


def set_pages(pages: list[dict[str, str]], at: Any = None) -> bytes:
    """Typeset pages whose data are ready."""
    site = str(settings.SITE["name_zh"])
    title = "社会工作者登记证" + (f" {pages[0]['number']}" if len(pages) == 1 else "")
    note = "样张 · 演示数据"
    data = {"title": title, "site": site, "demo": settings.DEMO, "demo_note": note, "pages": pages}
    return printing.pdf(TEMPLATE, data, at)


def certificate_page(registration: Registration, card: Card) -> dict[str, str]:
    """What one certificate says."""
    issued = timezone.localdate(card.issued_at)
    during = card.term.during
    end = during.upper - timedelta(days=1) if during.upper else None
    return {
        "number": registration.register_no,
        "name": name_on(registration.person_id, issued),
        "level": LEVELS[registration.level],
        "management_no": grouped(registration.certificate.management_no),
        "kind": kind_of(card),
        "employer": employer_on(registration.person_id, issued),
        "region": tree().full_name(registration.region_code, issued),
        "validity": f"{chinese_day(during.lower)} 至 {chinese_day(end)}",
        "office": office_name(registration.region_code, issued),
        "issued": chinese_day(issued),
        "photo": photo_svg(printed_portrait(card)),
        "qr": printing.qr_svg(verify_url(card)),
        "verify_at": settings.PUBLIC_URL.partition("://")[2] + reverse("lookup:verify"),
    }


def photo_svg(jpeg: bytes | None) -> str:
    """The holder's photo as the template takes pictures, in text; '' leaves the empty frame to glue one in."""
    if jpeg is None:
        return ""
    # Templates get their data as JSON, which holds no bytes; a picture inside an SVG needs no decoder of its own.
    coded = base64.b64encode(jpeg).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 35 49">'
        f'<image width="35" height="49" href="data:image/jpeg;base64,{coded}"/></svg>'
    )


def certificate_qr_svg(card: Card, size: int = 240) -> SafeString:
    """The QR of a card as inline SVG, `size` pixels wide."""
    return mark_safe(printing.qr_svg(verify_url(card), size=size))  # noqa: S308 - drawn by us from an address of ours


def verify_url(card: Card) -> str:
    """What the QR carries: the address of the card's public page, and behind `#` its signed token.

    No browser sends what stands behind `#`, so name and number reach neither server nor log; a page that has no network
    verifies them (ADR 0030). A card that is not signed yet has the address alone.
    """
    proof = live_token(card)
    return f"{public_page(card)}#{proof.token}" if proof else public_page(card)


def public_page(card: Card) -> str:
    """The address of the page that tells everybody what holds of this card now."""
    return f"{settings.PUBLIC_URL}{reverse('lookup:scan', args=[card.serial])}"


def printed_portrait(card: Card) -> bytes | None:
    """The photo for print: as it was scaled when the card was signed, else scaled now; None without one."""
    paper = portrait_paper(card)
    if paper is None:
        return None
    kept = card.tokens.exclude(photo="").filter(photo_from=paper.pk).values_list("photo", flat=True).first()
    if kept:
        try:
            return PORTRAITS.read(kept)
        except (OSError, SealError):  # restored without the small pictures: the original is still there
            log.warning("the portrait of card %s is made anew", card.pk)
    return scaled(paper)


def name_on(person_id: int, day: date) -> str:
    """The person's name on `day`, as the register knows it now; else the newest one."""
    names = PersonName.objects.current().filter(person=person_id)
    row = names.on(day).first() or names.order_by("-during").first()
    return row.name if row else ""


def employer_on(person_id: int, day: date) -> str:
    """Name of the person's main employer on `day`; '' when there is none."""
    row = (
        Employment.objects.current()
        .on(day)
        .filter(person=person_id, main=True)
        .select_related("employer")
        .first()
    )
    return row.employer.name if row else ""


def office_name(region_code: int, day: date) -> str:
    """Name for the seal of the office that registers in this region on `day`: its own, else that of a unit above."""
    units = [region_code // span * span for span in (1, 1_000, 100_000, 10_000_000)]
    rows = (
        Duty.objects.in_force(day)
        .filter(duty__in=DUTIES, region_code__in=units)
        .select_related("organization")
    )
    row = rows.order_by("-region_code", "duty").first()
    return (row.seal_name or row.organization.name) if row else ""


def kind_of(card: Card) -> str:
    """The kind of registration that this card certifies."""
    kind = Application.objects.filter(pk=card.term.application_id).values_list("kind", flat=True).first()
    return KINDS.get(Kind(kind or Kind.FIRST), KINDS[Kind.FIRST])


def chinese_day(day: date | None) -> str:
    """2012年1月9日; '' for none."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def grouped(number: str) -> str:
    """A long number in groups of four, to be read aloud."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4)) if number.isdigit() else number
