"""One meeting: agenda, notice, materials, attendance, resolutions, minutes; each step has its own form."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from shegong.ground.documents.models import FolderItem, file_response
from shegong.ground.documents.rules.official import STATE_NAMES as DOCUMENT_STATES
from shegong.ground.regions.models import tree
from shegong.ground.tasks import panels as words
from shegong.ground.tasks.models import marks
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, seen_version, status_of, today, visible_or_404
from shegong.kernel.typed_numbers import whole_number
from shegong.steering.council import actions
from shegong.steering.council.models import AgendaItem, Meeting, Member, Resolution
from shegong.steering.council.rules import (
    KINDS,
    OPEN,
    PRESENCES,
    STATES,
    TONES,
    Kind,
    Permission,
    Presence,
    State,
)
from shegong.steering.council.web.conference import runs
from shegong.steering.council.web.doors import Door, doors_of


@page(Permission.READ, methods=("GET", "POST"), about="meeting", clause="M1.c")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A meeting with everything that belongs to it."""
    actor = actor_of(request)
    meeting: Meeting = visible_or_404(
        Meeting.objects.select_related("conference__office", "conference__convenor", "notice", "minutes"), actor,
        Permission.READ, pk=pk,
    )  # fmt: skip
    may_run = runs(meeting.conference, actor)
    doors = doors_of(meeting, seen_version(request)) if may_run else []
    if may_run and "drop_item" in request.POST:
        return _item_dropped(request, meeting)
    asked = next((door for door in doors if door.key == request.POST.get("do")), None)
    bound = (
        asked.form(request.POST, request.FILES, prefix=asked.key, **_without_initial(asked))
        if asked
        else None
    )
    if asked and bound is not None:
        by = {"by": actor, "on": today()}
        if attempt(bound, lambda: asked.change(dict(bound.cleaned_data), by)) is not None:
            return see(request, "council:meeting", _("Done."), meeting.pk)
    offered = [
        {
            "door": door,
            "form": bound if bound is not None and door is asked else door.form(prefix=door.key, **door.more),
        }
        for door in doors
    ]
    context = {**_context(meeting, actor, offered), "form": bound, "may_run": may_run, **words.shell(actor)}
    return render(
        request, "council/meeting.html", context, status=status_of(bound) if bound is not None else 200
    )


def _without_initial(door: Door) -> dict[str, Any]:
    return {name: value for name, value in door.more.items() if name != "initial"}


def _item_dropped(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    number = whole_number(request.POST["drop_item"], digits=18) or 0
    item = AgendaItem.objects.filter(meeting=meeting, pk=number).select_related("meeting__conference").first()
    if item is None:
        raise Http404
    actions.drop_item(item, by=actor_of(request), on=today())
    return see(request, "council:meeting", _("The item is off the agenda."), meeting.pk)


def _of(offered: list[dict[str, Any]], section: str, about: int = 0) -> list[dict[str, Any]]:
    return [one for one in offered if one["door"].section == section and one["door"].about == about]


def _context(meeting: Meeting, actor: Actor, offered: list[dict[str, Any]]) -> dict[str, Any]:
    state = State(meeting.state)
    sections = ("agenda", "materials", "notice", "attendance", "resolutions", "minutes", "end")
    return {
        "meeting": meeting, "state": _(STATES[state]), "tone": TONES.get(state, ""), "as_of": today(),
        "place": tree().name(meeting.region_code, today()),
        "items": [
            {"row": row, "kind": _(KINDS[Kind(row.kind)]), "may_drop": meeting.state in OPEN}
            for row in meeting.items.select_related("proposer").order_by("position")
        ],
        "papers": FolderItem.objects.present().filter(folder=meeting.folder_id) if meeting.folder_id else [],
        "members": _members(meeting, offered), "resolutions": _resolutions(meeting, actor, offered),
        "documents": _documents(meeting), "doors": {name: _of(offered, name) for name in sections},
    }  # fmt: skip


def _members(meeting: Meeting, offered: list[dict[str, Any]]) -> list[dict[str, Any]]:
    known = {row.member_id: row for row in meeting.attendances.all()}
    found = []
    for row in Member.objects.sitting(meeting.conference, meeting.held_on):
        was = known.get(row.pk)
        said = " · ".join(filter(None, (was.name, was.reason))) if was else ""
        word = _(PRESENCES[Presence(was.presence)]) if was else _("Not noted yet")
        tone = {"present": "ok", "proxy": "info", "absent": "warn"}.get(was.presence, "") if was else ""
        found.append(
            {"row": row, "word": word, "tone": tone, "said": said, "doors": _of(offered, "member", row.pk)}
        )
    return found


def _resolutions(meeting: Meeting, actor: Actor, offered: list[dict[str, Any]]) -> list[dict[str, Any]]:
    around, day = marks(today()), today()
    rows = Resolution.objects.filter(item__meeting=meeting).select_related("task__responsible", "item")
    return [
        {
            "row": row, "state": words.state_of(row.task), "left": words.left(row.task, day),
            "colour": words.colour_word(row.task.colour(day, around)), "doors": _of(offered, "resolution", row.pk),
            "kind": _(KINDS[Kind(row.item.kind)]), "figure_url": figure_url(row, actor),
        }
        for row in rows.order_by("item__position", "number")
    ]  # fmt: skip


SEES_FIGURES = "programme.records"  # a right of a higher context, known by its name alone


def figure_url(row: Resolution, actor: Actor) -> str:
    """Where the figure stands that a resolution wants to move: by the name of its page, for who may open it."""
    if not row.indicator or not actor.may(SEES_FIGURES):
        return ""
    region = (row.figure_region_code or row.region_code) // 1000
    try:
        return f"{reverse('programme:records', args=[row.indicator])}?region={region}"
    except NoReverseMatch:
        return ""


def _documents(meeting: Meeting) -> list[dict[str, Any]]:
    found = []
    for label, document in (
        (_("Written notice"), meeting.notice),
        (_("Minutes of the meeting"), meeting.minutes),
    ):
        if document is not None:
            found.append({
                "label": label, "title": document.title, "state": _(DOCUMENT_STATES[document.state]),  # type: ignore[index]
                "number": document.number or "", "url": reverse("documents:official", args=[document.pk]),
            })  # fmt: skip
    return found


@page(Permission.READ, about="meeting", clause="M1.c")
def paper(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """A paper of the materials, to whoever may see the meeting."""
    meeting: Meeting = visible_or_404(Meeting.objects.all(), actor_of(request), Permission.READ, pk=pk)
    found = (
        FolderItem.objects.present().filter(folder=meeting.folder_id, pk=item).first()
        if meeting.folder_id
        else None
    )
    if found is None:
        raise Http404
    return file_response(found, variant=request.GET.get("size", "full"))
