"""What is looked into, proposals to close registrations that wait, and the decision of the other officer."""

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry import actions
from shegong.duties.registry.models import ClosingProposal, Registration
from shegong.duties.registry.rules import Permission, approval_obstacles
from shegong.duties.registry.web import inquiries
from shegong.duties.registry.web.measure_forms import RefuseForm
from shegong.duties.registry.web.registration import (
    blocked,
    name_of,
    proposal_of,
    registration_or_404,
    url_of,
)
from shegong.duties.registry.web.words import reason_title
from shegong.ground.people.models import names_of
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, obstacle_text, page, seen_version, status_of, today
from shegong.kernel.refusal import Stale
from shegong.ui.menu import MenuItem

MOST = 200


@page(Permission.RESTRICT, about="registration", clause="T4.2.a")
def closings(request: HttpRequest) -> HttpResponse:
    """What is looked into in reach, then every proposal that waits, the oldest first; one's own wait for a colleague."""
    return render(
        request,
        "registry/closing_list.html",
        {"proposals": proposals(actor_of(request), MOST), "inquiries": inquiries.waiting(actor_of(request))},
    )


def proposals(actor: Actor, most: int | None) -> list[dict[str, Any]]:
    """Proposals in reach as the page shows them; `most` None: all."""
    on = today()
    waiting = ClosingProposal.objects.visible_to(actor, Permission.RESTRICT).waiting()
    rows = list(waiting.select_related("registration").order_by("id")[:most])
    names = names_of([p for row in rows for p in (row.proposed_by_id, row.registration.person_id)])
    return [
        {"row": row, "name": names.get(row.registration.person_id, ""), "proposer": names.get(row.proposed_by_id, ""),
         "reason": reason_title(row.reason_code, on), "place": tree().full_name(row.registration.region_code, on),
         "url": url_of(row.registration), "own": row.proposed_by_id == actor.person_id}
        for row in rows
    ]  # fmt: skip


def decided(
    request: HttpRequest, register_no: str, form: forms.Form, change: Callable[[ClosingProposal], object], words: dict[str, str]
) -> HttpResponse:  # fmt: skip
    """Show what was proposed and ask; then decide, guarded by the version of the registration that was read."""
    row = registration_or_404(request, register_no, Permission.RESTRICT)
    proposal = proposal_of(row)
    if request.method == "POST":
        if proposal is None or seen_version(request, -1) != row.version:
            raise Stale()
        if attempt(form, lambda: change(proposal)):
            messages.success(request, f"{row.register_no}：{words['done']}")
            return redirect(url_of(row))
    elif proposal is None:
        messages.info(request, gettext("No proposal waits for this registration."))
        return redirect(url_of(row))
    context = {**words, "form": form, "registration": row, "version": row.version, "back": url_of(row),
               "name": name_of(row), "rows": list(proposed(row, proposal)),
               "case": proposal.cases.order_by("id").first()}  # fmt: skip
    return render(request, "registry/closing_decide.html", context, status=status_of(form))


def proposed(row: Registration, proposal: ClosingProposal) -> Iterator[dict[str, str]]:
    """What was proposed, for the one who decides."""
    names = names_of([proposal.proposed_by_id])
    yield {"label": gettext("Registration number"), "value": row.register_no}
    yield {"label": gettext("Name"), "value": name_of(row)}
    yield {"label": gettext("Ground of closing"), "value": reason_title(proposal.reason_code, today())}
    for case in proposal.cases.order_by("id"):
        yield {"label": gettext("Result of looking into it"), "value": case.findings}
    yield {"label": gettext("Reason of the proposal"), "value": proposal.reason}
    yield {"label": gettext("Proposed by"), "value": names.get(proposal.proposed_by_id, "")}


def _hindered(request: HttpRequest, register_no: str) -> HttpResponse | None:
    """Back to the registration with the reason, for those who may not decide on it."""
    row = registration_or_404(request, register_no, Permission.RESTRICT)
    officer, proposal = actor_of(request).person_id, proposal_of(row)
    why = blocked(row, officer)
    if proposal and not why:
        found = approval_obstacles(officer_id=officer, proposer_id=proposal.proposed_by_id)
        why = " ".join(map(obstacle_text, found))
    if request.method == "GET" and why:
        messages.warning(request, why)
        return redirect(url_of(row))
    return None


@page(Permission.RESTRICT, methods=("GET", "POST"), about="registration", clause="T4.2.a", fresh=True)
def closing_approve(request: HttpRequest, register_no: str) -> HttpResponse:
    """Close the registration as proposed; asked once more, for it cannot be undone."""
    if hindered := _hindered(request, register_no):
        return hindered
    proposal = proposal_of(registration_or_404(request, register_no, Permission.RESTRICT))
    text = gettext(
        "From today the certificate is invalid, the public page says so, and the holder is told why. This cannot be undone."
    )
    if proposal is not None and proposal.reason_code == "death":
        text = gettext(
            "From today the certificate is invalid and the public page says so. This cannot be undone."
        )
    words = {
        "title": gettext("Close this registration?"), "submit": gettext("Close it"), "done": gettext("closed"), "danger": "1",
        "text": text,
    }  # fmt: skip
    form = forms.Form(request.POST if request.method == "POST" else None)
    return decided(
        request, register_no, form,
        lambda p: actions.approve_closing(p, by=actor_of(request), on=today(), seen=p.version), words,
    )  # fmt: skip


@page(Permission.RESTRICT, methods=("GET", "POST"), about="registration", clause="T4.2.a")
def closing_refuse(request: HttpRequest, register_no: str) -> HttpResponse:
    """Do not close; the registration stays as it is."""
    if hindered := _hindered(request, register_no):
        return hindered
    words = {"title": gettext("Do not approve the closing"), "submit": gettext("Do not approve"),
             "done": gettext("closing not approved"), "text": gettext("The registration stays as it is.")}  # fmt: skip
    form = RefuseForm(request.POST if request.method == "POST" else None)

    def change(proposal: ClosingProposal) -> object:
        reason = form.cleaned_data["reason"]
        return actions.refuse_closing(
            proposal, reason=reason, by=actor_of(request), on=today(), seen=proposal.version
        )

    return decided(request, register_no, form, change, words)


@page(Permission.RESTRICT, methods=("GET", "POST"), about="registration", clause="T4.2.a")
def closing_withdraw(request: HttpRequest, register_no: str) -> HttpResponse:
    """Take one's own proposal back."""
    words = {"title": gettext("Take the proposal back?"), "submit": gettext("Take it back"),
             "done": gettext("proposal taken back"), "text": gettext("The registration stays as it is.")}  # fmt: skip
    form = forms.Form(request.POST if request.method == "POST" else None)
    return decided(
        request, register_no, form,
        lambda p: actions.withdraw_closing(p, by=actor_of(request), on=today(), seen=p.version), words,
    )  # fmt: skip


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The proposals that this officer may decide, with their number."""
    actor = actor_of(request)
    if not actor.may(Permission.RESTRICT):
        return

    def waiting() -> QuerySet[ClosingProposal]:
        rows = ClosingProposal.objects.visible_to(actor, Permission.RESTRICT).waiting()
        return rows.exclude(proposed_by_id=actor.person_id)

    yield MenuItem(
        "office", "todo", _("Closing proposals"), reverse("registry:closings"), count=waiting, order=30,
        permission=Permission.RESTRICT,
    )  # fmt: skip


_AT = "office/registrations/<str:register_no>/closing/"
urlpatterns = [
    path("office/closings/", closings, name="closings"),
    path(_AT + "approve/", closing_approve, name="closing_approve"),
    path(_AT + "refuse/", closing_refuse, name="closing_refuse"),
    path(_AT + "withdraw/", closing_withdraw, name="closing_withdraw"),
]
