"""How batches are told on pages: states, who and when, the shell they stand in."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shegong.ground.intake.models import Batch
from shegong.ground.intake.rules import STATE_NAMES, STATE_TONES
from shegong.ground.people.models import names_of
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.http import today
from shegong.kernel.sheets.layout import layout_of
from shegong.kernel.sheets.steps import BatchState


def base_template(actor: Actor) -> str:
    """The clerk of a body sees the clerk's shell, an officer the office's."""
    is_clerk = bool(actor.authorities) and not any(a.ranges for a in actor.authorities)
    return "ui/organisation.html" if is_clerk else "ui/office.html"


def layout_title(batch: Batch) -> str:
    """Name of the layout; its key when the layout is gone."""
    layout = layout_of(batch.layout)
    return _(layout.title) if layout else batch.layout


def state_word(batch: Batch) -> str:
    """The state in words."""
    return _(STATE_NAMES[BatchState(batch.state)])


@dataclass(frozen=True)
class BatchLine:
    """A batch as a list shows it."""

    id: int
    number: str
    layout: str
    file_name: str
    state: str
    state_word: str
    tone: str
    total: int
    taken: int
    failed: int
    person: str
    office: str
    received_at: datetime
    undo_until: date | None
    may_undo: bool


def batch_row(batch: Batch, actor: Actor, names: dict[int, str] | None = None) -> BatchLine:
    """One line; `names` of uploaders are looked up when not given."""
    if names is None:
        names = names_of({batch.person_id} - {None})
    layout = layout_of(batch.layout)
    may = bool(layout) and actor.may(layout.permission, batch.region_code) and batch.may_undo(today())
    return BatchLine(
        batch.pk, batch.number, layout_title(batch), batch.file_name, batch.state, state_word(batch),
        STATE_TONES.get(BatchState(batch.state), ""), batch.total, batch.taken, batch.left_out,
        names.get(batch.person_id, ""), batch.office_name, timezone.localtime(batch.received_at), batch.undo_until, may,
    )  # fmt: skip


def facts(batch: Batch, *, correct_url: str = "") -> list[dict[str, Any]]:
    """What identifies a batch: for the receipt and the page; with the way to put right what was said of it."""
    names = names_of({batch.person_id, batch.taken_by_id} - {None})
    rows = [
        (_("Kind of workbook"), layout_title(batch)),
        (_("File"), batch.file_name),
        *said_of(batch),
        (_("SHA-256 of the file"), batch.sha256),
        (_("Uploaded by"), f"{names.get(batch.person_id, '')} · {batch.office_name}".strip(" ·")),
        (_("Uploaded at"), _moment(batch.received_at)),
        (_("Taken in by"), names.get(batch.taken_by_id, "")),
        (_("Taken in at"), _moment(batch.taken_at)),
    ]
    asked = dict(said_of(batch)) if correct_url else {}
    return [
        {"label": label, "value": value} | ({"change_url": correct_url} if label in asked else {})
        for label, value in rows
        if value
    ]


def said_of(batch: Batch) -> list[tuple[str, str]]:
    """What was said about the file as a whole: the question and the words of the answer."""
    layout = layout_of(batch.layout)
    found = []
    for one in layout.questions if layout else ():
        words = dict(one.choices(SYSTEM, timezone.localdate(batch.received_at)))
        value = batch.said.get(one.key, "")
        found.append((_(one.title), _(words.get(value, value)) if value or value in words else ""))
    return found


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
