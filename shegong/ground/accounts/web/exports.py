"""我的导出: ordering a large file, its progress, its download; and 导出审批 for the one who must agree."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shegong.ground.accounts import actions
from shegong.ground.accounts.rules import Permission
from shegong.ground.accounts.web.forms import DecisionForm, OrderForm
from shegong.ground.accounts.web.mine import base_of
from shegong.ground.people.models import names_of
from shegong.kernel import listing_store as store
from shegong.kernel import quota
from shegong.kernel.access import SIGNED_IN, Actor
from shegong.kernel.http import (
    actor_of,
    attempt,
    page,
    reloading,
    see,
    status_of,
    today,
    typed_before,
    visible_or_404,
)
from shegong.kernel.listing import Column
from shegong.kernel.listing_export import TYPES
from shegong.kernel.listing_files import Extract, NotExportable, export_rows, extract_at, reach_words
from shegong.kernel.listing_orders import (
    MOST_COUNTED,
    OPEN,
    Export,
    ExportState,
    decision_obstacles,
)
from shegong.kernel.listing_policy import ExportPolicy, export_policy
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.ui.menu import MenuItem

LENGTH = 100
TONES = {
    ExportState.PROPOSED: "info", ExportState.QUEUED: "info", ExportState.READY: "ok", ExportState.REFUSED: "err",
    ExportState.FAILED: "err",
}  # fmt: skip
COLUMNS = (
    Column("code", _("File number"), lambda r: r.code, "code"),
    Column("title", pgettext_lazy("export", "List"), lambda r: r.title),
    Column("filters", pgettext_lazy("export", "Filters"), lambda r: r.filters),
    Column("rows", pgettext_lazy("export", "Rows"), lambda r: r.count, "number"),
    Column("full", _("Full identity numbers"), lambda r: "yes" if r.full else "", words=lambda v: gettext("Yes")),
    Column("reason", _("Reason"), lambda r: r.reason),
    Column("state", pgettext_lazy("export", "State"), lambda r: r.state_name, words=gettext),
    Column("ordered", _("Ordered"), lambda r: timezone.localtime(r.ordered_at).replace(tzinfo=None), "date"),
)  # fmt: skip


@page(SIGNED_IN, methods=("GET", "POST"), fresh=True, clause="T4.2.b")
def order(request: HttpRequest) -> HttpResponse:
    """What the file would hold, and the order; the address of the list comes as `list` and `query`."""
    actor, asked = actor_of(request), request.GET
    where, query = asked.get("list", "")[:300], asked.get("query", "")[:4000]
    if not where:
        return redirect("accounts:exports")
    extract = _extract(where, query, actor)
    start = {"form": _form_of(where), "full": asked.get("full") == "1", **typed_before(request)}
    form = OrderForm(request.POST) if request.method == "POST" else OrderForm(initial=start)
    if not extract.may_unseal:
        del form.fields["full"]

    def change() -> Export:
        given = form.cleaned_data
        return actions.order_export(
            extract, path=where, query=query, form=given["form"], reason=given["reason"], full=given.get("full", False),
            by=actor, on=today(),
        )  # fmt: skip

    if request.method == "POST" and (row := attempt(form, change)):
        return redirect("accounts:export", pk=row.pk)
    count, policy = extract.count(MOST_COUNTED), export_policy(today())
    context = {
        "form": form, "extract": extract, "rows": _described(extract, count), "base": base_of(request), "policy": policy,
        "must": policy.needs_approval(count, full=False), "taken": _past(actor, count, policy), "back": where.rpartition(".")[0] + "/",
    }  # fmt: skip
    return render(request, "accounts/export_order.html", context, status=status_of(form))


def _extract(where: str, query: str, actor: Actor) -> Extract:
    try:
        return extract_at(where, query, actor)
    except NotExportable as none:
        raise Http404 from none


def _past(actor: Actor, count: int, policy: ExportPolicy) -> int:
    """Rows that were taken within a day, where these would make them too many."""
    taken = quota.taken(actor)
    return taken if taken + count > policy.daily_rows else 0


def _form_of(where: str) -> str:
    form = where.rpartition(".")[2]
    return form if form in TYPES else "xlsx"


def _described(extract: Extract, count: int) -> list[dict[str, Any]]:
    return [
        {"label": gettext("List to export"), "value": extract.title},
        {"label": gettext("Filters in force"), "value": extract.filters or gettext("none")},
        {"label": gettext("Number of rows"), "value": f"{count:,}"},
        {"label": gettext("Columns"), "value": "、".join(str(c.title) for c in extract.columns)},
    ]


def _table(rows: Iterable[Export], target: str, names: dict[int, str] | None = None) -> dict[str, Any]:
    """Columns and rows for ui/table.html; `names` adds who ordered."""
    heads = [str(c.title) for c in COLUMNS] + ([gettext("Ordered by")] if names is not None else [])
    shown = []
    for row in rows:
        texts = [(c.text(row), str(c.title)) for c in COLUMNS]
        cells: list[dict[str, Any]] = [
            {"text": text, "label": title, "css": "" if text else "hm"} for text, title in texts
        ]
        cells[0] |= {"url": reverse(target, args=[row.pk]), "css": "id"}
        cells[3] |= {"text": f"{row.count:,}", "css": "r"}
        cells[7] |= {"text": f"{timezone.localtime(row.ordered_at):%Y-%m-%d %H:%M}", "css": "num"}
        if names is not None:
            cells.append({"text": names.get(row.person_id or 0, ""), "label": heads[-1]})
        shown.append({"cells": cells})
    return {"columns": [{"label": head} for head in heads], "rows": shown}


@page(SIGNED_IN, clause="T4.2.b")
def mine(request: HttpRequest) -> HttpResponse:
    """One's own orders, newest first."""
    table = _table(Export.objects.own(actor_of(request))[:LENGTH], "accounts:export")
    return render(request, "accounts/exports.html", {**table, "base": base_of(request)})


@page(SIGNED_IN, clause="T4.2.b")
def mine_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    rows = Export.objects.own(actor_of(request))[:LENGTH]
    return export_rows(
        request, form, key="accounts.exports", title=_("My exports"), permission=SIGNED_IN, columns=COLUMNS, rows=rows
    )  # fmt: skip


def own_or_404(request: HttpRequest, pk: int) -> Export:
    """One's own order."""
    row: Export | None = Export.objects.own(actor_of(request)).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@page(SIGNED_IN, methods=("GET", "POST"), about="own", clause="T4.2.b")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an order is; a POST takes it back. The page asks again by itself while the file is being made."""
    row = own_or_404(request, pk)
    if request.method == "POST":
        actions.withdraw_export(row, by=actor_of(request), on=today())
        return see(request, "accounts:exports", gettext("The order is taken back."))
    context = {
        "row": row, "rows": _rows(row), "base": base_of(request), "tone": TONES.get(ExportState(row.state), ""),
        "open": row.state in OPEN, "making": row.state == ExportState.QUEUED, "ready": row.state == ExportState.READY,
    }  # fmt: skip
    response = render(request, "accounts/export.html", context)
    return reloading(response) if row.state == ExportState.QUEUED else response


def _rows(row: Export) -> list[dict[str, Any]]:
    names = names_of([p for p in (row.person_id, row.decided_by_id) if p])
    until = f"{timezone.localtime(row.expires_at):%Y-%m-%d %H:%M}" if row.expires_at else ""
    pairs = [
        (gettext("List to export"), row.title),
        (gettext("Filters in force"), row.filters or gettext("none")),
        (gettext("Columns"), "、".join(row.columns)),
        (gettext("Number of rows"), f"{row.written or row.count:,}"),
        (gettext("Full identity numbers"), gettext("Yes") if row.full else gettext("No, they are masked")),
        (gettext("Reason"), row.reason),
        (gettext("Ordered by"), names.get(row.person_id or 0, "")),
        (gettext("Decided by"), names.get(row.decided_by_id or 0, "")),
        (gettext("Answer"), gettext(row.answer) if row.answer else ""),
        (gettext("Kept until"), until if row.state == ExportState.READY else ""),
        ("SHA-256", row.sha256),
    ]
    return [{"label": label, "value": value} for label, value in pairs if value]


@page(SIGNED_IN, about="own", clause="T4.2.b")
def content(request: HttpRequest, pk: int) -> HttpResponse:
    """The finished file, for the one who ordered it while her rights are still what they were."""
    row, actor = own_or_404(request, pk), actor_of(request)
    if row.state != ExportState.READY or row.expires_at is None or row.expires_at <= timezone.now():
        raise Refused(Obstacle("export_gone", N_("This file does not exist any more. Order it again.")))
    if not actor.may(row.permission) or reach_words(actor, row.permission) != row.reach:
        message = N_("Your rights have changed since this file was made. Order it again.")
        raise Refused(Obstacle("export_rights", message))
    again = request.prove_again() if row.full else ""  # type: ignore[attr-defined]
    if again:
        return redirect(again)
    actions.note_download(row, by=actor, on=today())
    response: Any = StreamingHttpResponse(store.read(row.pk), content_type=TYPES[row.form])
    name = f"{slugify(row.title, allow_unicode=True)}-{row.code}.{row.form}"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Content-Length"] = str(row.size)
    return response


@page(Permission.APPROVE_EXPORT, clause="T4.2.b")
def queue(request: HttpRequest) -> HttpResponse:
    """Orders in reach that wait, the oldest first."""
    rows = list(_waiting(actor_of(request))[:LENGTH])
    names = names_of([row.person_id for row in rows if row.person_id])
    return render(request, "accounts/export_queue.html", _table(rows, "accounts:export_request", names))


def _waiting(actor: Actor) -> Any:
    return Export.objects.visible_to(actor, Permission.APPROVE_EXPORT).waiting()


@page(Permission.APPROVE_EXPORT, clause="T4.2.b")
def queue_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    rows = list(_waiting(actor_of(request))[:LENGTH])
    names = names_of([row.person_id for row in rows if row.person_id])
    who = Column("by", _("Ordered by"), lambda r: names.get(r.person_id or 0, ""), personal="name")
    return export_rows(
        request, form, key="accounts.export_queue", title=_("Exports to approve"), permission=Permission.APPROVE_EXPORT,
        columns=[*COLUMNS, who], rows=rows,
    )  # fmt: skip


@page(Permission.APPROVE_EXPORT, methods=("GET", "POST"), about="export", fresh=True, clause="T4.2.b")
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who wants which rows and why; agree or not, with a fresh second factor."""
    actor = actor_of(request)
    row: Export = visible_or_404(Export.objects.all(), actor, Permission.APPROVE_EXPORT, pk=pk)
    start = {**typed_before(request), "version": row.version}
    form = DecisionForm(request.POST) if request.method == "POST" else DecisionForm(initial=start)
    if request.method == "POST" and attempt(form, lambda: _decide(row, form, actor)):
        return see(request, "accounts:export_queue", gettext("Decided on the export."))
    waits = row.state == ExportState.PROPOSED
    context = {
        "row": row, "rows": _rows(row), "waits": waits, "tone": TONES.get(ExportState(row.state), ""),
        "form": form if waits and not decision_obstacles(row, actor) else None,
    }  # fmt: skip
    return render(request, "accounts/export_request.html", context, status=status_of(form))


def _decide(row: Export, form: DecisionForm, actor: Actor) -> Export:
    given = form.cleaned_data
    if given["decision"] == "approve":
        return actions.approve_export(row, seen=given["version"], by=actor, on=today())
    return actions.refuse_export(row, reason=given["reason"], seen=given["version"], by=actor, on=today())


def menu(request: HttpRequest) -> list[MenuItem]:
    """One's own exports for officers and clerks, and those to decide."""
    actor = actor_of(request)
    if not actor.is_officer:
        return []
    own = reverse("accounts:exports")
    found = [MenuItem(space, "admin" if space == "office" else "", _("My exports"), own, order=190)
             for space in ("office", "organisation")]  # fmt: skip
    if actor.may(Permission.APPROVE_EXPORT):
        found.append(MenuItem("office", "todo", _("Exports to approve"), reverse("accounts:export_queue"), order=40,
                              count=lambda: _waiting(actor).exclude(person_id=actor.person_id),
                              permission=Permission.APPROVE_EXPORT, fold="matters"))  # fmt: skip
    return found


urlpatterns = [
    path("my/exports/new/", order, name="export_order"),
    path("my/exports/", mine, name="exports"),
    path("my/exports.<str:form>", mine_file, name="exports_file"),
    path("my/exports/<int:pk>/", one, name="export"),
    path("my/exports/<int:pk>/content/", content, name="export_content"),
    path("office/exports/", queue, name="export_queue"),
    path("office/exports.<str:form>", queue_file, name="export_queue_file"),
    path("office/exports/<int:pk>/", request_page, name="export_request"),
]
