"""The attention list in words: every reason a sentence, every entry with a way to act."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from shegong.ground.tasks.models import Task
from shegong.steering.programme.models.board import Board
from shegong.steering.programme.panels import concerns_of, supervision_url
from shegong.steering.programme.rules.attention import SEVERITIES, Concern, Says, overdue_tasks
from shegong.steering.programme.web.asking import Asked

TASKS_READ = "tasks.read"


def said(words: Says) -> str:
    """A sentence in the reader's language; amounts grouped."""
    sentence = gettext(words.text)
    return sentence % _values(words.values) if words.values else sentence


def _values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}


def concern_rows(asked: Asked, board: Board) -> list[dict[str, Any]]:
    """What needs attention, worst first."""
    more = concerns_of(asked.actor, board.region, board.units, board.on)
    return [_row(asked, one) for one in board.concerns([*more, late_tasks(asked)])]


def late_tasks(asked: Asked) -> Concern | None:
    """Tasks within the reader's reach that are past their day."""
    if not asked.actor.may(TASKS_READ):
        return None
    late = Task.objects.visible_to(asked.actor, TASKS_READ).overdue(asked.on)
    due = sorted(late.values_list("due_on", flat=True))
    found = overdue_tasks(len(due), due[0] if due else None)
    return found


def _row(asked: Asked, one: Concern) -> dict[str, Any]:
    word, tone = SEVERITIES[one.severity]
    act, label = _way(asked, one)
    return {
        "word": gettext(word), "tone": tone, "title": said(one.title), "reasons": [said(reason) for reason in one.reasons],
        "url": one.url or _page(asked, one), "act_url": act, "act": label, "kind": one.kind,
    }  # fmt: skip


def _page(asked: Asked, one: Concern) -> str:
    if one.kind == "tasks":
        return reverse("tasks:list")
    return asked.page(one.region, indicator=one.indicator) if one.region else ""


def _way(asked: Asked, one: Concern) -> tuple[str, str]:
    """Where to act: a supervision notice for who lags, the records for the rest."""
    if one.kind == "behind" and one.region:
        notice = supervision_url(asked.actor, one.indicator, asked.region, asked.on)
        if notice:
            return notice, gettext("Issue a notice")
    if one.kind == "forecast":
        return asked.records(one.indicator) + "#forecast", gettext("See the forecast")
    return (
        (asked.page(one.region, indicator=one.indicator), gettext("Look closer")) if one.region else ("", "")
    )
