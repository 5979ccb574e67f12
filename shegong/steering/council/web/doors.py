"""What the office may do with a meeting as it stands: each step with its form."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shegong.ground.organizations.models import Organization
from shegong.steering.council import actions
from shegong.steering.council.models import AgendaItem, Meeting, Member, Resolution, without_attendance
from shegong.steering.council.rules import OPEN, State
from shegong.steering.council.web.forms import (
    AttendanceForm,
    EmptyForm,
    ItemForm,
    MaterialForm,
    ReasonForm,
    ResolveForm,
    SuperviseForm,
)


@dataclass(frozen=True)
class Door:
    """Something that the office may do now; `about` is the row that it concerns."""

    key: str
    title: str
    form: type[forms.Form]
    change: Callable[[dict[str, Any], dict[str, Any]], object]
    button: str
    section: str
    more: dict[str, Any] = field(default_factory=dict)
    is_folded: bool = True
    about: int = 0
    text: str = ""


def doors_of(meeting: Meeting, version: int | None) -> list[Door]:
    """Every step that the office may take with the meeting as it stands."""
    seen = {"seen": version}
    found = [*_before(meeting, seen), *_attendance(meeting), *_after(meeting, seen)]
    return found


def _bodies(meeting: Meeting) -> Any:
    sitting = Member.objects.sitting(meeting.conference, meeting.held_on).values("organization")
    return Organization.objects.filter(pk__in=sitting).order_by("pk")


def _before(meeting: Meeting, seen: dict[str, Any]) -> Iterator[Door]:
    if meeting.state in (*OPEN, State.HELD):
        yield Door("item", _("Add an item"), ItemForm, lambda g, by: actions.add_item(meeting, **g, **by), _("Add"), "agenda",
                   {"bodies": _bodies(meeting)}, is_folded=meeting.items.exists())  # fmt: skip
        yield Door(
            "material",
            _("Add papers"),
            MaterialForm,
            lambda g, by: _materials(meeting, g, by),
            _("Add"),
            "materials",
        )
    if meeting.state == State.PLANNED and not meeting.notice_id:
        yield Door("draft_notice", _("Draft a written notice"), EmptyForm, lambda g, by: actions.draft_notice(meeting, **by),
                   _("Draft the notice"), "notice", is_folded=False,
                   text=_("A notice with the agenda is drafted as an official document; a leader signs it, then it is issued."))  # fmt: skip
    if meeting.state == State.PLANNED:
        yield Door("notify", _("Give notice"), EmptyForm, lambda g, by: actions.notify(meeting, **seen, **by), _("Give notice"),
                   "notice", is_folded=False, text=_("Every liaison is told by message, with a link to agenda and materials."))  # fmt: skip
    if meeting.state in OPEN:
        missing = without_attendance(meeting).count()
        if missing:
            yield Door("others", _("All others came"), EmptyForm, lambda g, by: actions.record_others_present(meeting, **by),
                       _("All others came"), "attendance", is_folded=False,
                       text=ngettext("Nothing is noted of %(n)s member.", "Nothing is noted of %(n)s members.", missing) % {"n": missing})  # fmt: skip
        yield Door("hold", _("The meeting was held"), EmptyForm, lambda g, by: actions.hold(meeting, **seen, **by),
                   _("It was held"), "attendance", is_folded=False,
                   text=_("Note the attendance of every member first.") if missing else "")  # fmt: skip
        yield Door("cancel", _("It does not take place"), ReasonForm, lambda g, by: actions.cancel(meeting, **g, **seen, **by),
                   _("Call it off"), "end")  # fmt: skip


def _materials(meeting: Meeting, given: dict[str, Any], by: dict[str, Any]) -> object:
    return [
        actions.add_material(meeting, filename=one.name, content=one.read(), **by) for one in given["papers"]
    ]


def _attendance(meeting: Meeting) -> Iterator[Door]:
    if meeting.state in (State.MINUTED, State.CANCELLED):
        return
    known = {row.member_id: row for row in meeting.attendances.all()}
    for row in Member.objects.sitting(meeting.conference, meeting.held_on):
        was = known.get(row.pk)
        stored = (
            {"presence": was.presence, "name": was.name, "reason": was.reason}
            if was
            else {"name": row.representative}
        )
        yield Door(
            f"attend{row.pk}", row.organization.name, AttendanceForm, _attend(meeting, row), _("Note it"), "member",
            {"initial": stored}, about=row.pk,
        )  # fmt: skip


def _attend(meeting: Meeting, row: Member) -> Callable[[dict[str, Any], dict[str, Any]], object]:
    return lambda g, by: actions.record_attendance(meeting, row, **g, **by)


def _after(meeting: Meeting, seen: dict[str, Any]) -> Iterator[Door]:
    if meeting.state == State.HELD:
        yield from _writing(meeting, seen)
    for row in Resolution.objects.filter(item__meeting=meeting).select_related("task"):
        if meeting.state == State.HELD and not meeting.has_minutes and row.task.state == "drafted":
            yield Door(
                f"drop{row.pk}",
                _("Take it back"),
                ReasonForm,
                _drop(row),
                _("Take it back"),
                "resolution",
                about=row.pk,
            )
        if row.task.is_running:
            yield Door(f"supervise{row.pk}", _("Put under supervision"), SuperviseForm, _supervise(row), _("Open a supervision item"),
                       "resolution", about=row.pk)  # fmt: skip


def _writing(meeting: Meeting, seen: dict[str, Any]) -> Iterator[Door]:
    """Resolutions until the minutes are drafted, then the minutes."""
    if meeting.has_minutes:
        yield Door("minute", _("The minutes are issued"), EmptyForm, lambda g, by: actions.minute(meeting, **seen, **by),
                   _("Assign the resolutions"), "minutes", is_folded=False,
                   text=_("Have the minutes co-signed, signed and issued first. With them each resolution goes to its department as a task."))  # fmt: skip
        return
    items = [(row.pk, f"{row.position}. {row.title}") for row in meeting.items.order_by("position")]
    more = {"bodies": _bodies(meeting).exclude(pk=meeting.conference.office_id), "items": items}
    is_first = not Resolution.objects.filter(item__meeting=meeting).exists()
    yield Door("resolve", _("Enter a resolution"), ResolveForm, lambda g, by: _resolve(meeting, g, by), _("Enter it"),
               "resolutions", more, is_folded=not is_first)  # fmt: skip
    yield Door("draft_minutes", _("Draft the minutes"), EmptyForm, lambda g, by: actions.draft_minutes(meeting, **by),
               _("Draft the minutes"), "minutes", is_folded=False,
               text=_("Enter every resolution first: the draft holds attendance, agenda and resolutions. Members co-sign it."))  # fmt: skip


def _resolve(meeting: Meeting, given: dict[str, Any], by: dict[str, Any]) -> object:
    item = AgendaItem.objects.get(meeting=meeting, pk=given.pop("item"))
    return actions.resolve(item, **{**given, "helpers": list(given["helpers"])}, **by)


def _drop(row: Resolution) -> Callable[[dict[str, Any], dict[str, Any]], object]:
    return lambda g, by: actions.drop_resolution(row, **g, **by)


def _supervise(row: Resolution) -> Callable[[dict[str, Any], dict[str, Any]], object]:
    return lambda g, by: actions.supervise(row, **g, **by)
