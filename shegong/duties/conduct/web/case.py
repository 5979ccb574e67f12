"""One case in the office: what was told, its clocks, what passed with who complained, what may be done next; other parts
of the context add their cards (`panels`)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shegong.duties.conduct import actions
from shegong.duties.conduct.actions.stages import clock_of, stretches_of, stretches_of_look
from shegong.duties.conduct.models import Complaint, EarlierComplaint, Exchange, SecondLook, StageDate
from shegong.duties.conduct.models.intake_policies import conduct_policy
from shegong.duties.conduct.rules import (
    KIND_NAMES,
    PARTY_NAMES,
    STAGE_NAMES,
    STATE_NAMES,
    Kind,
    Party,
    Permission,
    Stage,
    State,
)
from shegong.duties.conduct.sealed_text import opened
from shegong.duties.conduct.web import case_forms
from shegong.duties.conduct.web.panels import NEXT, case_panels
from shegong.duties.conduct.web.queue import TONES, duty_words
from shegong.ground.documents.models import FolderItem, file_response
from shegong.ground.people.models import names_of
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import (
    actor_of,
    attempt,
    obstacle_text,
    page,
    see,
    seen_version,
    status_of,
    today,
    visible_or_404,
)
from shegong.kernel.refusal import Refused

AT_WORK = (State.ROUTED, State.ACCEPTED, State.INVESTIGATING)


@dataclass(frozen=True)
class Door:
    """Something that this reader may do now: its form, what it does, the words on it."""

    key: str
    title: str
    form: type[forms.Form]
    change: Callable[[dict[str, Any], dict[str, Any]], object]
    text: str = ""
    is_folded: bool = True


def doors_of(row: Complaint, actor: Actor, version: int | None) -> list[Door]:
    """What the reader may do with the case as it stands, the next step first. A body that reviews it, or looks at it again,
    writes to who complained; the rest is done by the body that handles it."""
    seen = {"seen": version}
    found: list[Door] = []
    if _handles(row, actor, Permission.RECEIVE):
        found += _sorting(row, seen)
    if actor.may(Permission.RECEIVE) or actor.may(Permission.INVESTIGATE):
        found += _running(row, seen, here=_handles(row, actor, Permission.RECEIVE, Permission.INVESTIGATE))
    look = row.looks.running().first()
    if look is not None and _has(look.body_id, actor, Permission.DECIDE):
        found += _looking(row, look, seen)
    if _handles(row, actor, Permission.PUBLISH) and row.state in (
        State.ACCEPTED,
        State.INVESTIGATING,
        State.HEARD,
    ):
        found.append(Door("extend", _("Give more time"), case_forms.ExtendForm,
                          lambda given, by: actions.extend(row, **given, **seen, **by),
                          _("Once, in advance, at most 30 days; who complained is told.")))  # fmt: skip
    return found


def _handles(row: Complaint, actor: Actor, *rights: Permission) -> bool:
    return _has(row.routed_to_id, actor, *rights)


def _has(body: int | None, actor: Actor, *rights: Permission) -> bool:
    return body in {a.organization_id for one in rights for a in actor.with_permission(one)}


def _sorting(row: Complaint, seen: dict[str, Any]) -> Iterator[Door]:
    if row.state == State.ROUTED:
        yield Door("accept", _("Accept"), case_forms.EmptyForm, lambda given, by: actions.accept(row, **seen, **by),
                   _("The clock of the inquiry begins; who complained learns of it."), is_folded=False)  # fmt: skip
        yield Door("refuse", _("Do not accept"), case_forms.RefuseForm,
                   lambda given, by: actions.refuse(row, **given, **seen, **by))  # fmt: skip
    if row.state in AT_WORK:
        yield Door("transfer", _("Pass to another procedure"), case_forms.TransferForm,
                   lambda given, by: actions.transfer(row, **given, **seen, **by))  # fmt: skip
        yield Door("pass_up", _("Another body is in charge"), case_forms.ReasonForm,
                   lambda given, by: actions.pass_up(row, **given, **seen, **by),
                   _("It goes to the next body above that has no side in it."))  # fmt: skip


def _running(row: Complaint, seen: dict[str, Any], *, here: bool) -> Iterator[Door]:
    if here and row.state in AT_WORK:
        yield Door("identify", _("Say whom it is about"), case_forms.IdentifyForm,
                   lambda given, by: actions.identify(row, **given, **seen, **by),
                   _("If your office turns out to have a side, the case leaves it at once."),
                   is_folded=row.respondent_id is not None or row.respondent_body_id is not None)  # fmt: skip
    if row.state not in (State.CLOSED, State.LODGED):
        yield Door("write", _("Write to who complained"), case_forms.WriteForm,
                   lambda given, by: actions.write(row, **given, **seen, **by))  # fmt: skip
    running = stretches_of(row) if here else []
    if running and running[-1].paused_why:
        yield Door("resume", _("Let the clock run on"), case_forms.EmptyForm,
                   lambda given, by: actions.resume(row, **seen, **by))  # fmt: skip
    elif running:
        yield Door("pause", _("Let the clock rest"), case_forms.PauseForm,
                   lambda given, by: actions.pause(row, **given, **seen, **by),
                   _("Only for a reason that the law knows; the days go to whose they are."))  # fmt: skip


def _looking(row: Complaint, look: SecondLook, seen: dict[str, Any]) -> Iterator[Door]:
    running = stretches_of(row, look)
    if running and running[-1].paused_why:
        yield Door("look_on", _("Let the clock of the second look run on"), case_forms.EmptyForm,
                   lambda given, by: actions.run_look_on(look, **seen, **by))  # fmt: skip
    elif running:
        yield Door("look_rest", _("Let the clock of the second look rest"), case_forms.PauseForm,
                   lambda given, by: actions.rest_look(look, **given, **seen, **by),
                   _("Only for a reason that the law knows; the days go to whose they are."))  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), about="complaint", clause="T4.2.f")
def case(request: HttpRequest, token: str) -> HttpResponse:
    """A case of the reader's office; each step that she may take has its own form here."""
    actor = actor_of(request)
    row: Complaint = visible_or_404(
        Complaint.objects.select_related("routed_to", "respondent_body", "registration"), actor, Permission.READ,
        token=token,
    )  # fmt: skip
    doors = doors_of(row, actor, seen_version(request))
    asked = next((door for door in doors if door.key == request.POST.get("do")), None)
    bound = asked.form(request.POST, prefix=asked.key) if asked else None
    if asked and bound is not None:
        by = {"by": actor, "on": today()}
        if attempt(bound, lambda: asked.change(dict(bound.cleaned_data), by)) is not None:
            return _done(request, row, actor)
    panels = case_panels(request, row)
    offered = [
        {"door": door, "form": bound if bound is not None and door is asked else door.form(prefix=door.key)}
        for door in doors
    ]
    context = {
        **_context(row, actor, today()), "doors": offered, "form": bound,
        "next": [one for one in panels if one.template == NEXT],
        "panels": [one for one in panels if one.template != NEXT],
    }  # fmt: skip
    return render(
        request, "conduct/case.html", context, status=status_of(bound) if bound is not None else 200
    )


def _done(request: HttpRequest, row: Complaint, actor: Actor) -> HttpResponse:
    """Back to the case, or to the queue when it left the office with this step."""
    if Complaint.objects.visible_to(actor, Permission.READ).filter(pk=row.pk).exists():
        return see(request, "conduct:case", _("Done."), row.token)
    return see(request, "conduct:queue", _("Done: the case is with another office now."))


def _context(row: Complaint, actor: Actor, on: date) -> dict[str, Any]:
    running = stretches_of(row) or stretches_of_look(row)
    return {
        "row": row, "state": {"word": _(STATE_NAMES[State(row.state)]), "tone": TONES.get(State(row.state), "info")},
        "facts": _facts(row, on), "told": opened(row, "text"), "circumstances": opened(row, "circumstances"),
        "clock": clock_of(running, on) if running else None, "stages": _stages(row, on),
        "stage": _(STAGE_NAMES[Stage(running[-1].stage)]) if running else "",
        "exchanges": [
            {"office": one.side == "office", "kind": one.kind, "on": one.written_on, "text": opened(one, "text")}
            for one in Exchange.objects.filter(complaint=row).order_by("pk")
        ],
        "papers": list(FolderItem.objects.present().filter(folder=row.folder_id)) if row.folder_id else [],
        "earlier": _earlier(row, actor), "as_of": on,
        "may_open_vault": actor.may(Permission.OPEN_VAULT) and row.kind != Kind.ANONYMOUS,
    }  # fmt: skip


def _facts(row: Complaint, on: date) -> list[dict[str, Any]]:
    policy, language = conduct_policy(row.received_on), get_language()
    refusal = policy.refusal(row.reason_code)
    facts = [
        (_("Whom"), _respondent(row), opened(row, "whom")),
        (_("Matter"), policy.matter(row.matter).title.says(language), ""),
        (_("Duty of the code"), duty_words(row.duty, row.received_on), row.ethics_version),
        (_("In what way"), _(KIND_NAMES[Kind(row.kind)]), ""),
        (_("Place"), tree().full_name(row.region_code, on), ""),
        (_("Office in charge"), row.routed_to.name if row.routed_to else "", ""),
        (_("Received on"), row.received_on.isoformat(), ""),
        (_("Why not accepted"), refusal.words.says(language) if refusal else "", ""),
    ]
    return [{"label": label, "value": value, "note": hint} for label, value, hint in facts if value or hint]


def _respondent(row: Complaint) -> str:
    if row.respondent_body is not None:
        return row.respondent_body.name
    if row.respondent_id is None:
        return _("Not identified yet")
    number = row.registration.register_no if row.registration else ""
    return f"{names_of([row.respondent_id]).get(row.respondent_id, '')} {number}".strip()


def _stages(row: Complaint, on: date) -> list[dict[str, Any]]:
    """Every stretch with its days and to whose account they go."""
    policy, language = conduct_policy(row.received_on), get_language()
    found = []
    for one in StageDate.objects.filter(complaint=row).order_by("pk"):
        pause = policy.pause(one.paused_why)
        found.append(
            {
                "stage": _(STAGE_NAMES[Stage(one.stage)]), "row": one, "days": ((one.ends_on or on) - one.starts_on).days,
                "pause": pause.words.says(language) if pause else "", "party": _(PARTY_NAMES[Party(one.party)]),
            }
        )  # fmt: skip
    return found


def _earlier(row: Complaint, actor: Actor) -> list[dict[str, Any]]:
    """Complaints by the same hand about the same side, as far as the reader may see them; of others the number alone."""
    before = [one.before for one in EarlierComplaint.objects.filter(complaint=row).select_related("before")]
    pks = [one.pk for one in before]
    mine = set(
        Complaint.objects.visible_to(actor, Permission.READ).filter(pk__in=pks).values_list("pk", flat=True)
    )
    return [{"row": one, "open": one.pk in mine, "state": _(STATE_NAMES[State(one.state)])} for one in before]


@page(Permission.READ, about="complaint", clause="T4.2.f")
def paper(request: HttpRequest, token: str, item: int) -> HttpResponse:
    """A photo of a case, to whoever may see the case."""
    row: Complaint = visible_or_404(Complaint.objects.all(), actor_of(request), Permission.READ, token=token)
    found = (
        FolderItem.objects.present().filter(folder=row.folder_id, pk=item).first() if row.folder_id else None
    )
    if found is None:
        raise Http404
    return file_response(found, variant=request.GET.get("size", "full"))


@page(
    Permission.OPEN_VAULT,
    methods=("GET", "POST"),
    own_once=True,
    fresh=True,
    about="complaint",
    clause="T4.2.f",
)
def who(request: HttpRequest, token: str) -> HttpResponse:
    """Who complained: asked for with a reason, written down before it is shown, and shown once. The answer is not kept."""
    actor = actor_of(request)
    row: Complaint = visible_or_404(Complaint.objects.all(), actor, Permission.READ, token=token)
    form = case_forms.ReasonForm(request.POST or None)
    shown: dict[str, str] = {}
    if request.method == "POST" and form.is_valid():
        try:
            shown = actions.open_vault(row, reason=form.cleaned_data["reason"], by=actor, on=today())
        except Refused as refused:
            for one in refused.obstacles:
                form.add_error(one.field if one.field in form.fields else None, obstacle_text(one))
    context = {"row": row, "form": form, "shown": shown}
    return render(request, "conduct/who.html", context, status=status_of(form))


urlpatterns = [
    path("office/complaints/<str:token>/", case, name="case"),
    path("office/complaints/<str:token>/who/", who, name="who"),
    path("office/complaints/<str:token>/photos/<int:item>/", paper, name="photo"),
]
