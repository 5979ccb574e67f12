"""Lists of official documents: those of one's own bodies, and those received."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shegong.ground.documents.models import Addressee, OfficialDocument
from shegong.ground.documents.rules import KINDS, Permission
from shegong.ground.documents.rules.official import ROLES, STATE_NAMES, STATE_TONES, State
from shegong.kernel.http import actor_of, page, today
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, Forks, Scene, choice, day_limit, text
from shegong.kernel.listing_pages import answer, export
from shegong.kernel.listing_query import Order


def _choices(words: Any) -> list[tuple[str, Any]]:
    return [(str(code), _(label)) for code, label in words.items()]


def _own(ids: Sequence[int], scene: Scene) -> list[OfficialDocument]:
    rows = OfficialDocument.objects.visible_to(scene.actor, Permission.READ).filter(pk__in=ids)
    return list(rows.select_related("issuer").prefetch_related("addressees"))


def _received(ids: Sequence[int], scene: Scene) -> list[Addressee]:
    rows = Addressee.objects.visible_to(scene.actor, Permission.READ).filter(pk__in=ids)
    return list(rows.select_related("document__issuer", "organization"))


def receipts(document: OfficialDocument) -> str:
    """How many of its addressees have acknowledged: 7 / 10; nothing before the issue."""
    if document.state not in (State.ISSUED, State.RECALLED):
        return ""
    rows = list(document.addressees.all())
    return f"{sum(one.acknowledged_on is not None for one in rows)} / {len(rows)}"


OWN = Listing(
    key="documents.officials",
    title=_("Official documents"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: OfficialDocument.objects.visible_to(scene.actor, Permission.READ).all(),
    load=_own,
    columns=(
        Column("title", _("Title"), lambda d: d.title, fixed=True, address=lambda d: reverse("documents:official", args=[d.pk])),
        Column("number", _("Number of the official paper"), lambda d: d.number or "", kind="code"),
        Column("kind", _("Kind"), lambda d: d.kind, words=lambda value: _(KINDS.get(value, value))),
        Column("issuer", _("Issuer"), lambda d: d.issuer.name, phone=False),
        Column("state", _("State"), lambda d: d.state, words=lambda value: _(STATE_NAMES.get(value, value)), tone=lambda d: STATE_TONES[d.state]),
        Column("issued_on", _("Issued on"), lambda d: d.issued_on, kind="date"),
        Column("receipts", _("Already acknowledged"), receipts, phone=False),
        Column("drafted_on", _("Drafted on"), lambda d: d.drafted_on, kind="date", shown=False),
        Column("drafter", _("Drafter"), lambda d: d.drafter, shown=False),
        Column("signer", _("Signer"), lambda d: d.signer, shown=False),
    ),
    filters=(
        text("q", _("Title or number"), lambda value, scene: (Q(title__icontains=value) | Q(number__icontains=value),)),
        choice("state", _("State"), _choices(STATE_NAMES), "state"),
        choice("kind", _("Kind"), _choices(KINDS), "kind"),
        day_limit("from", _("Issued from"), "issued_on__gte"),
    ),
    orders=(Order("latest", _("Latest first"), ("id",), descending=True),),
)  # fmt: skip


def _standing(value: str, scene: Scene) -> Forks:
    return (Q(acknowledged_on__isnull=value == "waiting"),)


def days_waiting(addressee: Addressee) -> int | None:
    """Days since the issue while it is not acknowledged; None afterwards, and for what is recalled."""
    document = addressee.document
    if addressee.acknowledged_on is not None or document.state != State.ISSUED:
        return None
    return _since(document.issued_on)


def _since(day: date | None) -> int:
    return (today() - day).days if day else 0


RECEIVED = Listing(
    key="documents.received",
    title=_("Received documents"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: Addressee.objects.visible_to(scene.actor, Permission.READ).all(),
    load=_received,
    columns=(
        Column("title", _("Title"), lambda a: a.document.title, fixed=True, address=lambda a: reverse("documents:official", args=[a.document_id])),
        Column("number", _("Number of the official paper"), lambda a: a.document.number or "", kind="code"),
        Column("issuer", _("Issuer"), lambda a: a.document.issuer.name),
        Column("issued_on", _("Issued on"), lambda a: a.document.issued_on, kind="date"),
        Column("role", _("Addressed as"), lambda a: a.role, words=lambda value: _(ROLES.get(value, value)), phone=False),
        Column("body", _("Addressee"), lambda a: a.organization.name, phone=False),
        Column("acknowledged", _("Acknowledged on"), lambda a: a.acknowledged_on, kind="date"),
        Column("studied", _("Studied on"), lambda a: a.studied_on, kind="date", phone=False),
        Column("waiting", _("Days waiting"), days_waiting, kind="number"),
        Column("state", _("State"), lambda a: a.document.state, words=lambda value: _(STATE_NAMES.get(value, value)), tone=lambda a: STATE_TONES[a.document.state], phone=False),
    ),
    filters=(
        text("q", _("Title or number"), lambda value, scene: (Q(document__title__icontains=value) | Q(document__number__icontains=value),)),
        Filter(
            "receipt", _("Receipt state"), _standing,
            lambda scene: [("waiting", _("Not yet acknowledged")), ("done", _("Already acknowledged"))],
        ),
    ),
    orders=(Order("latest", _("Latest first"), ("id",), descending=True),),
)  # fmt: skip


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """Between what came in and what goes out."""
    pairs = (
        (RECEIVED.title, reverse("documents:received")),
        (_("Own and co-signed documents"), reverse("documents:officials")),
    )
    return [{"label": label, "url": url, "current": request.path == url} for label, url in pairs]


@page(Permission.READ, methods=("GET", "POST"), clause="N0")
def officials(request: HttpRequest) -> HttpResponse:
    """Documents of one's bodies in every state, and those one may read; a POST saves a view."""
    more = {"places": tabs(request), "may_draft": actor_of(request).may(Permission.DRAFT)}
    return answer(request, OWN, template="documents/officials.html", more=more)


@page(Permission.READ)
def officials_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, OWN, form)


@page(Permission.READ, methods=("GET", "POST"), clause="N5")
def received(request: HttpRequest) -> HttpResponse:
    """What came to one's bodies; a POST saves a view."""
    more = {"places": tabs(request), "may_draft": actor_of(request).may(Permission.DRAFT)}
    return answer(request, RECEIVED, template="documents/officials.html", more=more)


@page(Permission.READ)
def received_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, RECEIVED, form)
