"""人员权限: who holds which rights within reach; proposals, decisions, ending, disabling."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shegong.ground.accounts import actions
from shegong.ground.accounts.actions.entry import find_user
from shegong.ground.accounts.models import Grant, GrantRequest, User
from shegong.ground.accounts.reach import reaches
from shegong.ground.accounts.rules import Permission
from shegong.ground.accounts.web.forms import DecisionForm, ProposalForm, ReasonForm
from shegong.ground.accounts.web.grant_list import LIST, role_name
from shegong.ground.people.models import PersonName
from shegong.ground.regions import models as regions
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before, visible_or_404
from shegong.kernel.listing_pages import answer, export
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.ui.menu import MenuItem

LIST_LENGTH = 200


def names_of(ids: set[int | None], day: date) -> dict[int, str]:
    """Names of people on `day`, by id."""
    rows = PersonName.objects.current().on(day).filter(person__in=[one for one in ids if one])
    return dict(rows.values_list("person_id", "name"))


def described(rows: list[Any], day: date) -> list[Any]:
    """Rows with `who`, `role_name`, `place`, `proposer` and `decider` for the templates."""
    ids = {i for r in rows for i in (r.person_id, r.proposed_by_id, getattr(r, "approved_by_id", None))}
    names, tree = names_of(ids, day), regions.tree()
    for row in rows:
        row.who = names.get(row.person_id) or _("(no name yet)")
        row.proposer = names.get(row.proposed_by_id, "")
        row.decider = names.get(getattr(row, "approved_by_id", None), "")
        row.role_name, row.place = role_name(row.role), tree.full_name(row.region_code, day)
    return rows


@page(Permission.READ, methods=("GET", "POST"))
def grants(request: HttpRequest) -> HttpResponse:
    """Roles within reach, pending proposals first; a POST saves a view."""
    actor = actor_of(request)
    rows = waiting(actor).select_related("organization").order_by("id")[:LIST_LENGTH]
    proposed = described(list(rows), today())
    more = {
        "pending": [_cells(row, "accounts:request", row.starts_on, row.ends_on) for row in proposed],
        "pending_columns": _columns(),
        "may_propose": actor.may(Permission.PROPOSE_GRANT),
    }
    return answer(request, LIST, template="accounts/grants.html", more=more)


@page(Permission.READ)
def grants_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same roles as a file."""
    return export(request, LIST, form)


def waiting(actor: Actor) -> Any:
    """Proposals in reach that wait for a decision."""
    return GrantRequest.objects.visible_to(actor, Permission.READ).filter(state="proposed")


def _columns() -> list[dict[str, object]]:
    labels = (
        _("Person"),
        _("Role"),
        _("Office or organization"),
        _("Region"),
        _("From"),
        _("Until (not included)"),
    )
    return [{"label": label} for label in labels]


def _cells(row: Any, target: str, start: date | None, end: date | None) -> dict[str, Any]:
    person = {"text": row.who, "url": reverse(target, args=[row.pk]), "css": "id"}
    days = [{"text": day.isoformat() if day else "", "css": "end"} for day in (start, end)]
    texts = (row.role_name, row.organization.name, row.place)
    return {"cells": [person, *({"text": text} for text in texts), *days]}


@page(Permission.PROPOSE_GRANT, methods=("GET", "POST"), fresh=True)
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a role for somebody."""
    actor = actor_of(request)
    start = {"starts_on": today(), **typed_before(request)}
    data = request.POST if request.method == "POST" else None
    form = ProposalForm(data, initial=start, actor=actor, permission=Permission.PROPOSE_GRANT)
    if data is not None and attempt(form, lambda: _propose(form, actor)):
        return see(request, "accounts:grants", _("Proposed. Another administrator decides."))
    return render(request, "accounts/propose.html", {"form": form}, status=status_of(form))


def _propose(form: ProposalForm, actor: Actor) -> GrantRequest:
    given = form.cleaned_data
    user = find_user(given["person"])
    if user is None or user.person is None or not user.is_active:
        raise Refused(
            Obstacle("no_account", N_("Nobody has an account with this name or address."), field="person")
        )
    return actions.propose_grant(
        user.person, role=given["role"], organization=given["organization"], region_code=given["region"],
        starts_on=given["starts_on"], ends_on=given["ends_on"] or None, reason=given["reason"], by=actor, on=today(),
    )  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), about="grant_request", fresh=True)
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: read it, decide it (with a fresh second factor), or take it back."""
    actor = actor_of(request)
    row = visible_or_404(GrantRequest.objects.select_related("organization"), actor, Permission.READ, pk=pk)
    if request.method == "POST" and "withdraw" in request.POST:
        actions.withdraw_grant(row, by=actor, on=today())
        return see(request, "accounts:grants", _("The proposal is taken back."))
    form = (
        DecisionForm(request.POST)
        if request.method == "POST"
        else DecisionForm(initial={**typed_before(request), "version": row.version})
    )
    if request.method == "POST" and attempt(form, lambda: _decide(row, form, actor)):
        return see(request, "accounts:grants", _("Decided."))
    described([row], today())
    may_decide = row.state == "proposed" and actor.may(Permission.APPROVE_GRANT, row.region_code)
    own = actor.person_id in (row.proposed_by_id, row.person_id)
    context = {"row": row, "form": form if may_decide and not own else None, "rows": _rows(row),
               "mine": row.proposed_by_id == actor.person_id and row.state == "proposed"}  # fmt: skip
    return render(request, "accounts/grant_request.html", context, status=status_of(form))


def _decide(row: GrantRequest, form: DecisionForm, actor: Actor) -> Any:
    given = form.cleaned_data
    if given["decision"] == "approve":
        return actions.approve_grant(row, seen=given["version"], by=actor, on=today())
    return actions.refuse_grant(row, reason=given["reason"], seen=given["version"], by=actor, on=today())


def _rows(row: Any) -> list[dict[str, Any]]:
    until = getattr(row, "ends_on", None) or (row.during.upper if hasattr(row, "during") else None)
    start = getattr(row, "starts_on", None) or row.during.lower
    pairs = [
        (_("Person"), row.who),
        (_("Role"), row.role_name),
        (_("Office or organization"), row.organization.name),
        (_("Region"), row.place),
        (_("From"), start),
        (_("Until (not included)"), until or _("no end date")),
        (_("Reason"), getattr(row, "reason", "")),
        (_("Proposed by"), row.proposer),
        (_("Approved by"), row.decider),
    ]
    return [{"label": label, "value": value} for label, value in pairs if value]


@page(Permission.READ, methods=("GET", "POST"), about="grant", fresh=True)
def grant_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One role of one person; ending it takes effect at once."""
    actor = actor_of(request)
    row = visible_or_404(Grant.objects.select_related("organization"), actor, Permission.READ, pk=pk)
    form = ReasonForm(request.POST) if request.method == "POST" else ReasonForm(initial=typed_before(request))
    if request.method == "POST" and attempt(
        form, lambda: actions.end_grant(row, reason=form.cleaned_data["reason"], by=actor, on=today())
    ):
        return see(request, "accounts:grants", _("The role has ended."))
    described([row], today())
    over = row.during.isempty or (row.during.upper is not None and row.during.upper <= today())
    context = {
        "row": row,
        "rows": _rows(row) if not row.during.isempty else [],
        "form": form if not over and actor.may(Permission.APPROVE_GRANT, row.region_code) else None,
        "user": User.objects.filter(person=row.person_id).first(),
        "may_disable": actor.may(Permission.DISABLE_USER) and actor.person_id != row.person_id,
    }
    return render(request, "accounts/grant.html", context, status=status_of(form))


@page(Permission.DISABLE_USER, methods=("GET", "POST"), about="user", fresh=True)
def user_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Shut or open the account of somebody within reach."""
    actor = actor_of(request)
    account = _within_reach(pk, actor)
    form = ReasonForm(request.POST) if request.method == "POST" else ReasonForm(initial=typed_before(request))
    change = actions.disable_user if account.is_active else actions.enable_user
    if request.method == "POST" and attempt(
        form, lambda: change(account, reason=form.cleaned_data["reason"], by=actor, on=today())
    ):
        return see(request, "accounts:grants", _("Done. It takes effect at once."))
    context = {"account": account, "form": form, "name": account.shown_name or account.username}
    return render(request, "accounts/user.html", context, status=status_of(form))


def _within_reach(pk: int, actor: Actor) -> User:
    account = User.objects.filter(pk=pk).first()
    if account is None or not reaches(actor, account.person_id, Permission.DISABLE_USER, today()):
        raise Http404
    return account


def menu(request: HttpRequest) -> list[MenuItem]:
    """Entry of the office."""
    actor = actor_of(request)
    if not actor.may(Permission.READ):
        return []

    def waiting() -> QuerySet[GrantRequest]:
        return GrantRequest.objects.visible_to(actor, Permission.APPROVE_GRANT).filter(state="proposed")

    url = reverse("accounts:grants")
    return [
        MenuItem(
            "office",
            "admin",
            _("People and rights"),
            url,
            count=waiting,
            order=70,
            permission=Permission.READ,
        )
    ]
