"""One official document: its paper, its way, its receipts, and what the reader may do with it now."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from shegong.ground.documents import actions
from shegong.ground.documents.models import Addressee, CoSign, OfficialDocument, acts_for
from shegong.ground.documents.models.numbers import documents_policy
from shegong.ground.documents.printing import addressed, issuers
from shegong.ground.documents.rules import KINDS, Permission, Role, State
from shegong.ground.documents.rules.body import blocks, is_number
from shegong.ground.documents.rules.official import OUT, RESULTS, ROLES, STATE_NAMES, STATE_TONES, URGENCIES
from shegong.ground.documents.web import step_forms
from shegong.ground.documents.web.listing import days_waiting
from shegong.kernel.access import Actor
from shegong.kernel.http import (
    actor_of,
    attempt,
    page,
    see,
    seen_version,
    status_of,
    today,
    typed_before,
    visible_or_404,
)


def document_or_404(request: HttpRequest, pk: int) -> OfficialDocument:
    """A document that the reader may see."""
    found: OfficialDocument = visible_or_404(
        OfficialDocument.objects.select_related("issuer", "basis", "folder"),
        actor_of(request),
        Permission.READ,
        pk=pk,
    )
    return found


# Who gives his name to a document, or takes it back, proves who he is (D20).
GRAVE = frozenset({"sign", "cosign", "recall"})


def _is_grave(request: HttpRequest) -> bool:
    return request.POST.get("do") in GRAVE


@page(
    Permission.READ, methods=("GET", "POST"), about="official_document", clause="N0 N1 N5 N7", fresh=_is_grave
)
def official(request: HttpRequest, pk: int) -> HttpResponse:
    """Read it; a POST takes the step named by `do`, whose right the action asks."""
    document, actor = document_or_404(request, pk), actor_of(request)
    form = None
    if request.method == "POST":
        step = STEPS.get(request.POST.get("do", ""))
        if step is None:
            return see(request, "documents:official", pk=pk)
        form = step.form(request.POST)
        done = attempt(form, lambda: step.take(document, form.cleaned_data, request))
        if done is not None:
            return see(request, "documents:official", _(step.words), pk=pk)
    tried, typed = request.POST.get("do", ""), typed_before(request)
    if form is None and typed.get("do") in STEPS:
        tried, form = typed["do"], STEPS[typed["do"]].form(initial=typed)
    context = _context(document, actor, today()) | _forms(document, actor, tried, form)
    return render(request, "documents/official.html", context, status=status_of(form) if form else 200)


class Step:
    """One thing that a reader may do: its form, the action, what is said afterwards."""

    def __init__(
        self, form: Any, take: Callable[[OfficialDocument, dict[str, Any], HttpRequest], Any], words: str
    ):
        self.form, self.take, self.words = form, take, words


def _common(request: HttpRequest) -> dict[str, Any]:
    return {"by": actor_of(request), "on": today()}


def _plain(action: Any) -> Callable[[OfficialDocument, dict[str, Any], HttpRequest], Any]:
    return lambda document, said, request: action(
        document, **said, **_common(request), seen=seen_version(request)
    )


def _acknowledge(document: OfficialDocument, said: dict[str, Any], request: HttpRequest) -> Any:
    row = mine(document, actor_of(request))
    return [actions.acknowledge(one, **said, **_common(request)) for one in row] or None


def _cosign(document: OfficialDocument, said: dict[str, Any], request: HttpRequest) -> Any:
    rows = asked(document, actor_of(request))
    return [actions.cosign(one, **said, **_common(request)) for one in rows] or None


def _remind(document: OfficialDocument, said: dict[str, Any], request: HttpRequest) -> Any:
    actions.remind(document, **_common(request))
    return document


STEPS = {
    "circulate": Step(step_forms.Plain, _plain(actions.circulate), step_forms.CIRCULATED),
    "sign": Step(step_forms.Plain, _plain(actions.sign), step_forms.SIGNED),
    "issue": Step(step_forms.Plain, _plain(actions.issue), step_forms.ISSUED),
    "drop": Step(step_forms.Plain, _plain(actions.drop_draft), step_forms.DROPPED),
    "take_back": Step(step_forms.Reason, _plain(actions.take_back), step_forms.TAKEN_BACK),
    "recall": Step(step_forms.Reason, _plain(actions.recall), step_forms.RECALLED),
    "remind": Step(step_forms.Plain, _remind, step_forms.REMINDED),
    "acknowledge": Step(step_forms.Receipt, _acknowledge, step_forms.ACKNOWLEDGED),
    "cosign": Step(step_forms.Answer, _cosign, step_forms.ANSWERED),
}


def mine(document: OfficialDocument, actor: Actor) -> list[Addressee]:
    """The rows under which the actor may acknowledge it."""
    rows = document.addressees.visible_to(actor, Permission.ACKNOWLEDGE)  # type: ignore[attr-defined]
    return list(rows.select_related("organization").order_by("position"))


def asked(document: OfficialDocument, actor: Actor) -> list[CoSign]:
    """The rows under which the actor may co-sign it."""
    rows = document.cosigns.visible_to(actor, Permission.COSIGN)  # type: ignore[attr-defined]
    return list(rows.select_related("organization").order_by("position"))


def _forms(document: OfficialDocument, actor: Actor, tried: str, form: Any) -> dict[str, Any]:
    """The forms that stand open to this reader, the refused one with its errors."""
    state = document.state
    own = {
        p: acts_for(actor, document.issuer_id, p)
        for p in (Permission.DRAFT, Permission.SIGN, Permission.ISSUE)
    }
    receipts = mine(document, actor) if state == State.ISSUED else []
    answers = asked(document, actor) if state == State.COSIGNING else []
    is_drafter = actor.person_id is not None and actor.person_id == document.drafted_by
    cosigners = document.cosigns.count()
    offered = {
        "edit": own[Permission.DRAFT] and state == State.DRAFTED,
        "drop": own[Permission.DRAFT] and state == State.DRAFTED,
        "circulate": own[Permission.DRAFT] and state == State.DRAFTED and cosigners > 0,
        "take_back": own[Permission.DRAFT] and state in (State.COSIGNING, State.SIGNED),
        "sign": own[Permission.SIGN] and not is_drafter and (state == State.COSIGNING or (state == State.DRAFTED and not cosigners)),
        "issue": own[Permission.ISSUE] and state == State.SIGNED,
        "recall": own[Permission.SIGN] and state == State.ISSUED,
        "remind": own[Permission.ISSUE] and state == State.ISSUED and document.addressees.waiting().exists(),  # type: ignore[attr-defined]
        "acknowledge": any(row.acknowledged_on is None or row.studied_on is None for row in receipts),
        "cosign": bool(answers) and not is_drafter,
    }  # fmt: skip
    forms = {name: STEPS[name].form() for name, open_ in offered.items() if open_ and name in STEPS}
    if form is not None and (form.is_bound or tried in forms):
        forms[tried] = form
    return {
        "may": offered, "forms": forms, "form": form, "my_receipts": receipts, "my_answers": answers,
        "may_add": offered["edit"], "is_drafter": is_drafter,
    }  # fmt: skip


def _context(document: OfficialDocument, actor: Actor, day: Any) -> dict[str, Any]:
    late = documents_policy(day).late_after_days
    rows = list(document.addressees.select_related("organization", "document").order_by("role", "position"))
    rows.sort(key=lambda one: (one.role != Role.TO, one.position))
    return {
        "document": document, "version": document.version, "kind": _(KINDS[document.kind]), "state": _(STATE_NAMES[document.state]),
        "tone": STATE_TONES[document.state], "facts": _facts(document), "blocks": [_shown(one) for one in blocks(document.body)],
        "issuers": [body.name_on(document.day) for body in issuers(document)], "out": document.state in OUT,
        "to": document.to_words or addressed(document, Role.TO), "cc": document.cc_words or addressed(document, Role.CC),
        "receipts": [_receipt(one, late) for one in rows], "done": sum(one.acknowledged_on is not None for one in rows),
        "cosigns": [_answer(one) for one in document.cosigns.select_related("organization").order_by("position")],
        "papers": list(document.folder.items.present()), "late_after": late,
        "basis_url": reverse("documents:library_one", args=[document.basis_id]) if document.basis_id else "",
    }  # fmt: skip


def _receipt(row: Addressee, late: int) -> dict[str, Any]:
    waiting = days_waiting(row)
    return {
        "name": row.organization.name, "role": _(ROLES[row.role]), "acknowledged_on": row.acknowledged_on,
        "acknowledger": row.acknowledger, "studied_on": row.studied_on, "note": row.study_note, "waiting": waiting,
        "is_late": waiting is not None and waiting > late, "reminded_on": row.reminded_on,
    }  # fmt: skip


def _answer(row: CoSign) -> dict[str, Any]:
    return {
        "name": row.organization.name, "result": _(RESULTS[row.result]), "opinion": row.opinion, "on": row.signed_on,
        "signer": row.signer, "tone": {"agreed": "ok", "objected": "err"}.get(row.result, "warn"),
    }  # fmt: skip


def _shown(block: Any) -> dict[str, Any]:
    head, *rows = block.rows or ((),)
    columns = list(zip(*rows, strict=False))
    right = [bool(column) and all(is_number(cell) or not cell for cell in column) for column in columns]
    cells = [_cells(row, right) for row in (head, *rows)]
    return {"kind": block.kind, "text": block.text, "head": cells[0], "rows": cells[1:]}


def _cells(row: Any, right: list[bool]) -> list[dict[str, Any]]:
    return [{"text": cell, "right": n < len(right) and right[n]} for n, cell in enumerate(row)]


def _facts(document: OfficialDocument) -> list[dict[str, Any]]:
    pairs = (
        (_("Issuer"), document.issuer.name_on(document.day)),
        (_("Number of the official paper"), document.number or ""),
        (_("Urgency"), _(URGENCIES[document.urgency]) if document.urgency else ""),
        (_("Drafter"), _by(document.drafted_on, document.drafter)),
        (_("Signer"), _by(document.signed_on, document.signer)),
        (_("Issued on"), document.issued_on),
        (_("Recalled on"), document.recalled_on),
    )
    return [{"label": label, "value": value} for label, value in pairs if value]


def _by(day: Any, name: str) -> str:
    return " · ".join(filter(None, (day.isoformat() if day else "", name)))


urlpatterns: list[URLPattern] = [path("office/documents/<int:pk>/", official, name="official")]
