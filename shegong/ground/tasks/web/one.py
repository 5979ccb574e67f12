"""One task: where it stands, its history, and what the reader may do next; on a phone first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from shegong.ground.documents.models import FolderItem, file_response
from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import tree
from shegong.ground.tasks import actions
from shegong.ground.tasks.actions.replying import waiting_for
from shegong.ground.tasks.actions.taking_part import acts_for, helpers_of
from shegong.ground.tasks.models import Task, TaskReply, task_policy
from shegong.ground.tasks.rules import CLAUSE, KINDS, Permission, State
from shegong.ground.tasks.web import words
from shegong.ground.tasks.web.forms import (
    CheckForm,
    DecideTimeForm,
    EmptyForm,
    ReasonForm,
    ReplyForm,
    SignForm,
    TimeForm,
)
from shegong.ground.tasks.web.sources import source_of
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, seen_version, status_of, today, visible_or_404


@dataclass(frozen=True)
class Door:
    """Something that this reader may do now: its form, what it does, the words on it."""

    key: str
    title: str
    form: type[forms.Form]
    change: Callable[[dict[str, Any], dict[str, Any]], object]
    button: str
    text: str = ""
    is_folded: bool = False


def doors_of(task: Task, actor: Actor, version: int | None) -> list[Door]:
    """What the reader may do with the task as it stands, the next step first."""
    seen = {"seen": version}
    found = [*_of_responsible(task, actor, seen), *_of_helper(task, actor), *_of_issuer(task, actor, seen)]
    return sorted(found, key=lambda door: door.is_folded)


def _of_responsible(task: Task, actor: Actor, seen: dict[str, Any]) -> Iterator[Door]:
    if not task.is_running or not acts_for(actor, Permission.REPLY, task.responsible):
        return
    if task.state == State.ASSIGNED:
        yield Door(
            "acknowledge", _("Acknowledge it"), EmptyForm, lambda given, by: actions.acknowledge(task, **seen, **by),
            _("Acknowledge"), _("With this you say that your body has received the task."),
        )  # fmt: skip
    if waiting_for(task) is None:
        yield Door(
            "reply",
            _("Reply"),
            ReplyForm,
            lambda given, by: _reply(task, given, seen | by),
            _("Send the reply"),
        )
    extensions = task.extensions.all()
    granted = sum(bool(one.is_granted) for one in extensions)
    if not any(one.is_granted is None for one in extensions) and granted < task_policy(today()).extensions:
        yield Door(
            "time", _("Ask for more time"), TimeForm, lambda given, by: actions.ask_time(task, **given, **by),
            _("Ask for more time"), is_folded=True,
        )  # fmt: skip


def _reply(task: Task, given: dict[str, Any], common: dict[str, Any]) -> object:
    papers = [(one.name, one.read()) for one in given["papers"]]
    return actions.reply(task, text=given["text"], papers=papers, **common)


def _of_helper(task: Task, actor: Actor) -> Iterator[Door]:
    row = waiting_for(task)
    if row is None or not any(acts_for(actor, Permission.REPLY, body) for body in unsigned(task, row)):
        return

    def change(given: dict[str, Any], by: dict[str, Any]) -> object:
        if given["choice"] == "sign":
            return actions.sign_reply(task, text=given["reason"], **by)
        return actions.object_reply(task, reason=given["reason"], **by)

    yield Door("sign", _("Co-sign the reply"), SignForm, change, _("Send"))


def unsigned(task: Task, row: TaskReply) -> list[Organization]:
    """Helping bodies that have not answered."""
    signed = set(row.signatures.values_list("organization", flat=True))
    return [body for body in helpers_of(task) if body.pk not in signed]


def _of_issuer(task: Task, actor: Actor, seen: dict[str, Any]) -> Iterator[Door]:
    if task.state in words.DONE or not acts_for(actor, Permission.ASSIGN, task.issuer):
        return
    if task.state == State.DRAFTED:
        yield Door(
            "assign", _("Assign it"), EmptyForm, lambda given, by: actions.assign(task, **seen, **by), _("Assign"),
            _("The responsible and the helping bodies are told."),
        )  # fmt: skip
    if task.state == State.REPLIED:
        yield Door(
            "check",
            _("Check the reply"),
            CheckForm,
            lambda given, by: _check(task, given, seen | by),
            _("Decide"),
        )
    if task.is_running and task.extensions.filter(is_granted=None).exists():
        yield Door(
            "decide",
            _("More time is asked for"),
            DecideTimeForm,
            lambda given, by: _decide(task, given, by),
            _("Decide"),
        )
    if task.state in (State.DRAFTED, State.ASSIGNED, State.ACCEPTED):
        yield Door(
            "withdraw", _("Take the task back"), ReasonForm, lambda given, by: actions.withdraw(task, **given, **seen, **by),
            _("Take the task back"), is_folded=True,
        )  # fmt: skip


def _check(task: Task, given: dict[str, Any], common: dict[str, Any]) -> object:
    if given["choice"] == "close":
        return actions.close(task, note=given["reason"], **common)
    return actions.send_back(task, reason=given["reason"], **common)


def _decide(task: Task, given: dict[str, Any], by: dict[str, Any]) -> object:
    if given["choice"] == "grant":
        return actions.grant_time(task, text=given["reason"], **by)
    return actions.refuse_time(task, reason=given["reason"], **by)


@page(Permission.READ, methods=("GET", "POST"), about="task", clause=CLAUSE)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a task stands; each step that the reader may take has its own form here."""
    actor = actor_of(request)
    task: Task = visible_or_404(
        Task.objects.select_related("issuer", "responsible", "basis"), actor, Permission.READ, pk=pk
    )
    doors = doors_of(task, actor, seen_version(request))
    asked = next((door for door in doors if door.key == request.POST.get("do")), None)
    bound = asked.form(request.POST, request.FILES, prefix=asked.key) if asked else None
    if asked and bound is not None:
        by = {"by": actor, "on": today()}
        if attempt(bound, lambda: asked.change(_given(bound), by)) is not None:
            return see(request, "tasks:one", _("Done."), task.pk)
    offered = [
        {"door": door, "form": bound if bound is not None and door is asked else door.form(prefix=door.key)}
        for door in doors
    ]
    context = {**_context(task, actor), "doors": offered, "form": bound, **words.shell(actor)}
    return render(request, "tasks/one.html", context, status=status_of(bound) if bound is not None else 200)


def _given(form: forms.Form) -> dict[str, Any]:
    return dict(form.cleaned_data)


def _context(task: Task, actor: Actor) -> dict[str, Any]:
    day = today()
    row = waiting_for(task)
    visible = Task.objects.visible_to(actor, Permission.READ)
    parent = visible.filter(pk=task.parent_id).first() if task.parent_id else None
    return {
        "task": task, "state": words.state_of(task), "colour": words.colour_of(task, day), "left": words.left(task, day),
        "facts": _facts(task, day, actor), "events": words.events_of(task, day), "replies": words.replies_of(task),
        "unsigned": unsigned(task, row) if row is not None else [], "parent": parent,
        "children": list(visible.filter(parent=task).select_related("responsible").order_by("due_on", "id")),
        "may_assign": acts_for(actor, Permission.ASSIGN, task.responsible) and task.is_running, "as_of": day,
    }  # fmt: skip


def _facts(task: Task, day: Any, actor: Actor) -> list[dict[str, Any]]:
    moved = (
        ""
        if task.due_on == task.first_due_on
        else _("first %(day)s") % {"day": task.first_due_on.isoformat()}
    )
    return [
        {"label": _("Kind of matter"), "value": _(KINDS[task.kind])},
        {"label": _("Issued by"), "value": task.issuer.name},
        {"label": _("Responsible"), "value": task.responsible.name},
        {"label": _("Helping bodies"), "value": "、".join(body.name for body in helpers_of(task))},
        {"label": _("Place"), "value": tree().full_name(task.region_code, day)},
        {"label": _("Due on"), "value": task.due_on.isoformat(), "note": moved},
        {"label": _("Rests on"), **_basis(task, actor)},
    ]


def _basis(task: Task, actor: Actor) -> dict[str, Any]:
    """What the task came from, with its page; the policy document that it cites."""
    source, cited = source_of(task, actor), task.basis
    named = f"{cited.title}（{cited.number}）" if cited else ""
    if source is None:
        return {"value": named}
    return {"value": format_html('<a href="{}">{}</a>', source.url, source.title), "note": named}


@page(Permission.READ, about="task", clause=CLAUSE)
def paper(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """A paper of a reply, to whoever may see the task."""
    task: Task = visible_or_404(Task.objects.all(), actor_of(request), Permission.READ, pk=pk)
    folders = TaskReply.objects.filter(task=task, folder__isnull=False).values("folder")
    found = FolderItem.objects.present().filter(folder__in=folders, pk=item).first()
    if found is None:
        raise Http404
    return file_response(found, variant=request.GET.get("size", "full"))
