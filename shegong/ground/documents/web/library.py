"""The library of policy documents: its list, one document with the tree of its bases, its PDF; public and for officers."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.documents import actions
from shegong.ground.documents.models import PolicyDocument
from shegong.ground.documents.models.policy import bases_of, branches_of
from shegong.ground.documents.rules import MECHANISMS, POLICY_KINDS, Permission
from shegong.ground.documents.rules.body import blocks
from shegong.ground.documents.rules.library import TONES, VALIDITIES
from shegong.ground.regions.models import tree
from shegong.kernel.access import PUBLIC
from shegong.kernel.http import actor_of, page, today
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows

MOST = 300
FRAMES = {PUBLIC: "ui/public.html", Permission.READ: "ui/office.html"}
ONE = {PUBLIC: "documents:policy", Permission.READ: "documents:library_one"}
LIST = {PUBLIC: "documents:policies", Permission.READ: "documents:library"}
COLUMNS = (
    Column("title", gettext_lazy("Title"), lambda d: d.title),
    Column("number", gettext_lazy("Number of the official paper"), lambda d: d.number, "code"),
    Column("issuer", gettext_lazy("Issuer"), lambda d: d.issuer_name),
    Column("issued_on", gettext_lazy("Issued on"), lambda d: d.issued_on, "date"),
    Column("kind", gettext_lazy("Kind"), lambda d: d.kind, words=lambda v: _(POLICY_KINDS.get(v, v))),
    Column(
        "mechanism", gettext_lazy("Mechanism"), lambda d: d.mechanism, words=lambda v: _(MECHANISMS.get(v, v))
    ),
    Column(
        "worth",
        gettext_lazy("Standing of the document"),
        lambda d: d.worth_on(today()),
        words=lambda v: _(VALIDITIES[v]),
    ),
    Column("certainty", gettext_lazy("Certainty"), lambda d: d.certainty),
    Column("source", gettext_lazy("Source"), lambda d: d.source),
)


def _choices(words: Any) -> list[tuple[str, str]]:
    return [(str(code), _(label)) for code, label in words.items()]


def asked(request: HttpRequest) -> dict[str, str]:
    """What the address asks for."""
    return {name: request.GET.get(name, "").strip()[:60] for name in ("q", "kind", "mechanism", "worth")}


def found(said: dict[str, str]) -> Any:
    """The documents that it finds, the latest first."""
    rows = PolicyDocument.objects.search(said["q"]).prefetch_related("revisions")
    for column in ("kind", "mechanism"):
        if said[column]:
            rows = rows.filter(**{column: said[column]})
    if said["worth"]:
        rows = rows.worth(said["worth"], today())
    return rows.order_by("-issued_on", "-pk")


def _list(request: HttpRequest, space: str) -> HttpResponse:
    said = asked(request)
    rows = list(found(said)[: MOST + 1])
    filters = [
        {"name": "kind", "title": _("Kind"), "choices": _choices(POLICY_KINDS)},
        {"name": "mechanism", "title": _("Mechanism"), "choices": _choices(MECHANISMS)},
        {"name": "worth", "title": _("Standing of the document"), "choices": _choices(VALIDITIES)},
    ]
    for one in filters:
        one["value"] = said[str(one["name"])]
    context = {
        "frame": FRAMES[space], "q": said["q"], "filters": filters, "most": MOST if len(rows) > MOST else 0,
        "rows": [_row(row, ONE[space]) for row in rows[:MOST]], "total": min(len(rows), MOST),
        "may_record": space == Permission.READ and actor_of(request).may(Permission.LIBRARY), "asked": any(said.values()),
    }  # fmt: skip
    return render(request, "documents/library.html", context)


def _row(document: PolicyDocument, name: str) -> dict[str, Any]:
    worth = document.worth_on(today())
    return {
        "document": document, "url": reverse(name, args=[document.pk]), "worth": _(VALIDITIES[worth]),
        "tone": TONES[worth], "kind": _(POLICY_KINDS[document.kind]),
    }  # fmt: skip


@page(PUBLIC, clause="P2")
def policies(request: HttpRequest) -> HttpResponse:
    """Everybody may look policy documents up."""
    return _list(request, PUBLIC)


@page(Permission.READ, clause="P2")
def library(request: HttpRequest) -> HttpResponse:
    """The same within the office, with the way to enter one."""
    return _list(request, Permission.READ)


def _file(request: HttpRequest, form: str, permission: str) -> HttpResponse:
    said = asked(request)
    return export_rows(
        request, form, key="documents.library", title=_("Library of policy documents"), permission=permission,
        columns=COLUMNS, rows=found(said), filters={_("Words"): said["q"], _("Kind"): said["kind"]},
    )  # fmt: skip


@page(PUBLIC)
def policies_file(request: HttpRequest, form: str) -> HttpResponse:
    """The public list as a file."""
    return _file(request, form, PUBLIC)


@page(Permission.READ)
def library_file(request: HttpRequest, form: str) -> HttpResponse:
    """The officers' list as a file."""
    return _file(request, form, Permission.READ)


def _one(request: HttpRequest, pk: int, space: str) -> HttpResponse:
    document = get_object_or_404(PolicyDocument.objects.prefetch_related("revisions"), pk=pk)
    actor, name = actor_of(request), ONE[space]
    place = document.region_code or (document.issuer.region_code if document.issuer else None)
    context = {
        "frame": FRAMES[space], "list_url": reverse(LIST[space]), **_row(document, name), "facts": _facts(document),
        "above": [_row(one, name) for one in reversed(bases_of(document))],
        "below": [{**_row(one, name), "depth": min(depth, 4)} for depth, one in branches_of(document)],
        "older": _row(document.revises, name) if document.revises else None,
        "newer": [_row(one, name) for one in document.revisions.all()],
        "paragraphs": blocks(document.text) if document.text else [],
        "may_edit": space == Permission.READ and _may_edit(actor, place),
        "cited": _cited(document, actor) if space == Permission.READ else [],
    }  # fmt: skip
    return render(request, "documents/policy.html", context)


def _may_edit(actor: Any, place: int | None) -> bool:
    from django.conf import settings  # noqa: PLC0415  the province, for documents of no place

    return bool(actor.may(Permission.LIBRARY, place or settings.PROVINCE))


def _cited(document: PolicyDocument, actor: Any) -> list[dict[str, str]]:
    rows = document.cited_by.visible_to(actor, Permission.READ).order_by("-pk")[:30]
    return [{"text": str(one), "url": reverse("documents:official", args=[one.pk])} for one in rows]


def _facts(document: PolicyDocument) -> list[dict[str, Any]]:
    day = document.issued_on.isoformat()
    start, last = document.during.lower, document.last_day
    place = tree().full_name(document.region_code, today()) if document.region_code else ""
    pairs = (
        (_("Number of the official paper"), document.number),
        (_("Issuer"), document.issuer_name),
        (
            _("Issued on"),
            day
            if document.is_day_known
            else _("not later than %(day)s; the day is to be found") % {"day": day},
        ),
        (_("In force from"), start.isoformat() if start else ""),
        (_("In force until"), last.isoformat() if last else ""),
        (_("Why it ended"), document.end_reason),
        (_("Mechanism"), _(MECHANISMS[document.mechanism]) if document.mechanism else ""),
        (_("Place"), place),
        (_("Source"), document.source),
    )
    return [{"label": label, "value": value} for label, value in pairs if value]


@page(PUBLIC, about="policy_document", clause="P2")
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """One document with what it rests on and what rests on it."""
    return _one(request, pk, PUBLIC)


@page(Permission.READ, about="policy_document", clause="P2")
def library_one(request: HttpRequest, pk: int) -> HttpResponse:
    """The same within the office."""
    return _one(request, pk, Permission.READ)


@page(PUBLIC, about="policy_document")
def policy_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The document itself, as it was handed in."""
    document = get_object_or_404(PolicyDocument.objects.select_related("file"), pk=pk)
    if document.file is None:
        raise Http404
    response = HttpResponse(actions.read_bytes(document.file), content_type=document.file.media_type)
    response["Content-Disposition"] = f"attachment; filename=policy-{document.pk}.pdf"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


urlpatterns: list[URLPattern] = [
    path("policy/", policies, name="policies"),
    path("policy.<str:form>", policies_file, name="policies_file"),
    path("policy/<int:pk>/", policy, name="policy"),
    path("policy/<int:pk>/paper/", policy_paper, name="policy_paper"),
    path("office/policies/", library, name="library"),
    path("office/policies.<str:form>", library_file, name="library_file"),
    path("office/policies/<int:pk>/", library_one, name="library_one"),
]
