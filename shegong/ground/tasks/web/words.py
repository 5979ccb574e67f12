"""How a task is told on pages: states, lateness, who did what when."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shegong.ground.people.models import names_of
from shegong.ground.tasks.models import Task, TaskReply, marks
from shegong.ground.tasks.rules import COLOURS, EVENTS, STATES, Event, State
from shegong.kernel.access import Actor
from shegong.kernel.holidays import calendar_in_force

TONES = {"blue": "info", "yellow": "warn", "red": "err"}
STATE_TONES = {State.CLOSED: "ok", State.REPLIED: "info", State.RETURNED: "warn"}
DONE = (State.CLOSED, State.WITHDRAWN)


def base_template(actor: Actor) -> str:
    """Who acts for one body alone sees the body's shell, an officer the office's."""
    is_clerk = bool(actor.authorities) and not any(one.ranges for one in actor.authorities)
    return "ui/organisation.html" if is_clerk else "ui/office.html"


def shell(actor: Actor) -> dict[str, Any]:
    """What the bases ask for."""
    return {"base_template": base_template(actor), "organisation": actor.office_name}


def state_of(task: Task) -> dict[str, str]:
    """The state as a tag."""
    return {"word": _(STATES[State(task.state)]), "tone": STATE_TONES.get(State(task.state), "")}


def colour_of(task: Task, day: date) -> dict[str, str] | None:
    """The colour as a tag with its word: colour alone tells nobody who cannot see it."""
    return colour_word(task.colour(day, marks(day)))


def left(task: Task, day: date) -> str:
    """How long is left, or how late it is, in working days; "" when it is done."""
    if task.state in DONE:
        return ""
    if task.state == State.REPLIED:
        return _answered(task)
    count = calendar_in_force().working_days_between(day, task.due_on)
    if task.due_on == day:
        return _("Due today")
    if task.due_on > day:
        return _("%(n)s working days left") % {"n": count}
    return _("%(n)s working days late") % {"n": -count} if count else _("Late, due on a day off before")


def _answered(task: Task) -> str:
    """Whether the reply came in time."""
    if task.replied_on is None or task.replied_on <= task.due_on:
        return _("Replied in time")
    late = calendar_in_force().working_days_between(task.due_on, task.replied_on)
    return _("Replied %(n)s working days late") % {"n": late}


def events_of(task: Task, day: date) -> list[dict[str, Any]]:
    """The history, oldest first, and what comes next."""
    rows = list(task.events.select_related("organization").order_by("id"))
    names = names_of([row.person_id for row in rows if row.person_id])
    told = [
        {
            "title": _(EVENTS[Event(row.name)]),
            "detail": " · ".join(
                filter(
                    None,
                    [
                        row.organization.name if row.organization else _("By the system"),
                        names.get(row.person_id, ""),
                        timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M")
                        if timezone.localdate(row.at) == row.happened_on
                        else row.happened_on.isoformat(),
                        _("due on %(day)s") % {"day": row.due_on.isoformat()}
                        if row.name == Event.GRANT_TIME
                        else "",
                    ],
                )
            ),
            "note": "" if row.reply_id and row.name in (Event.REPLY, Event.SUBMIT) else row.note,
        }
        for row in rows
    ]
    return told + _next(task, day)


NEXT = {
    State.DRAFTED: (Event.ASSIGN, "issuer"),
    State.ASSIGNED: (Event.ACKNOWLEDGE, "responsible"),
    State.ACCEPTED: (Event.REPLY, "responsible"),
    State.RETURNED: (Event.REPLY, "responsible"),
    State.REPLIED: (Event.CLOSE, "issuer"),
}


def _next(task: Task, day: date) -> list[dict[str, Any]]:
    following = NEXT.get(State(task.state))
    if following is None:
        return []
    event, side = following
    body = task.issuer if side == "issuer" else task.responsible
    detail = f"{body.name} · {left(task, day)}"
    return [{"title": _("Next: %(step)s") % {"step": _(EVENTS[event])}, "detail": detail, "state": "now"}]


def replies_of(task: Task) -> list[dict[str, Any]]:
    """Replies with their papers and co-signatures, newest first."""
    rows = list(
        TaskReply.objects.filter(task=task)
        .select_related("organization")
        .prefetch_related("signatures__organization", "folder__items__file")
        .order_by("-id")
    )
    names = names_of([row.written_by_id for row in rows if row.written_by_id])
    return [
        {
            "row": row,
            "by": " · ".join(filter(None, [row.organization.name, names.get(row.written_by_id, ""), row.written_on.isoformat()])),
            "papers": [item for item in row.folder.items.all() if item.removed_at is None] if row.folder else [],
            "signatures": list(row.signatures.all()),
        }
        for row in rows
    ]  # fmt: skip


def colour_word(colour: str) -> dict[str, str] | None:
    """A colour as a tag with its word."""
    return {"word": _(COLOURS[colour]), "tone": TONES[colour]} if colour else None
