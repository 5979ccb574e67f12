"""What a unit hands in: confirmed figures, entered ones, words; checked, or sent back with a reason (N6, N12, report R3)."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.db.models import F, Model
from django.db.models.functions import Now
from django.urls import reverse

from shegong.ground.documents import actions as documents
from shegong.ground.documents.models import Folder
from shegong.ground.people.models import Person
from shegong.kernel import journal, messages
from shegong.kernel.access import Actor, Authority, half, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, Stale, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.steering.oversight.actions.taking_over import enter_answers
from shegong.steering.oversight.models import Answer, Asked, DispatchReturn
from shegong.steering.oversight.models.units import authority_of_unit, people_of_unit
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.dispatch import (
    TO_DO,
    Line,
    RoundState,
    line_obstacles,
    reason_obstacles,
)
from shegong.steering.programme.models import figures

EVIDENCE = "evidence"
SENT_BACK = messages.Template(
    "oversight.sent_back",
    N_("A return was sent back"),
    N_("%(title)s was sent back: %(reason)s. Put it right and hand it in again."),
)


def require_unit(row: DispatchReturn, by: Actor, on: date) -> Authority | None:
    """Refuse whoever does not answer for this very unit."""
    if by.is_system:
        return None
    authority = authority_of_unit(by, Permission.ANSWER, row.region_code, row.body_id, on)
    if authority is None:
        raise Refused(
            Obstacle("not_your_unit", N_("Only the unit itself hands in its figures."), clause="N6")
        )
    return authority


def _ready(row: DispatchReturn, seen: int | None) -> DispatchReturn:
    held: DispatchReturn = DispatchReturn.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "dispatch__subplan"
    ).get(pk=row.pk)  # fmt: skip
    if seen is not None and held.version != seen:
        raise Stale()
    if held.state not in TO_DO:
        raise Refused(Obstacle("handed_in", N_("It is handed in already. The office can send it back.")))
    if held.dispatch.state != RoundState.OPEN:
        raise Refused(Obstacle("round_closed", N_("The round is closed.")))
    return held


def counted_now(row: DispatchReturn, asked: Sequence[Asked]) -> dict[int, int | None]:
    """What the registers count for this unit as of the round's day, by the line that asks (None: no register knows)."""
    ids = [one.indicator for one in asked if one.indicator]
    found = figures(ids, on=row.dispatch.as_of, regions=[row.region_code])
    return {one.pk: found[one.indicator, row.region_code].counted for one in asked if one.indicator}


def entered_before(row: DispatchReturn, asked: Sequence[Asked]) -> dict[int, int]:
    """What was entered before where no register counts: proposed to the unit, by the line that asks."""
    ids = [one.indicator for one in asked if one.indicator]
    found = figures(ids, on=row.dispatch.as_of, regions=[row.region_code])
    known = {one.pk: found[one.indicator, row.region_code] for one in asked if one.indicator}
    return {
        pk: figure.entered
        for pk, figure in known.items()
        if figure.counted is None and figure.entered is not None
    }


@answers("N6")
@transaction.atomic
def save_return(
    row: DispatchReturn, *, own: Mapping[int, int | None], texts: Mapping[int, str], problems: str = "",
    next_steps: str = "", papers: Sequence[tuple[str, bytes]] = (), by: Actor, on: date, seen: int | None = None,
) -> DispatchReturn:  # fmt: skip
    """Keep what is filled in so far, without handing it in. `own` and `texts` go by the line (`Asked`) they answer.

    Refuses a number that differs from the register's without a reason: it could not be kept beside it.
    """
    authority = require_unit(row, by, on)
    row = _ready(row, seen)
    lines = _lines(row, own, texts)
    refuse_if([o for line in lines if _differs(line) for o in line_obstacles(line)])
    rows = _keep(row, lines, problems, next_steps, _papers(row, papers, by, on))
    _write(row, "save", by, authority, rows)
    return row


def _lines(row: DispatchReturn, own: Mapping[int, int | None], texts: Mapping[int, str]) -> list[Line]:
    asked = list(row.dispatch.asked.order_by("position"))
    counted = counted_now(row, asked)
    return [
        Line(one.pk, bool(one.question), counted.get(one.pk), own.get(one.pk), texts.get(one.pk, "").strip())
        for one in asked
    ]


def _differs(line: Line) -> bool:
    return line.own is not None and line.own != line.counted


def _keep(
    row: DispatchReturn, lines: Sequence[Line], problems: str, next_steps: str, folder: Folder | None
) -> list[Model]:
    DispatchReturn.objects.filter(pk=row.pk).update(
        problems=problems.strip(), next_steps=next_steps.strip(), folder=folder, version=F("version") + 1
    )
    row.refresh_from_db(fields=["problems", "next_steps", "folder", "version"])
    return [*_answers(row, lines)]


def _answers(row: DispatchReturn, lines: Sequence[Line]) -> list[Answer]:
    kept = []
    for line in lines:
        given = {
            "counted": line.counted,
            "own": line.own if _differs(line) else None,
            "text": line.text if line.is_question or _differs(line) else "",
            "confirmed_at": Now(),
            "batch_id": None,
        }
        kept.append(
            Answer.objects.update_or_create(dispatch_return=row, asked_id=line.key, defaults=given)[0]
        )
    return kept


def _papers(row: DispatchReturn, papers: Sequence[tuple[str, bytes]], by: Actor, on: date) -> Folder | None:
    if not papers:
        return row.folder
    folder = row.folder or documents.open_folder(title=row.dispatch.title[:80], by=by, on=on)
    for filename, content in papers:
        documents.add_paper(folder, kind=EVIDENCE, content=content, filename=filename, by=by, on=on)
    return folder


def _write(
    row: DispatchReturn,
    verb: str,
    by: Actor,
    authority: Authority | None,
    rows: Sequence[Model] = (),
    reason: str = "",
) -> None:
    journal.write(
        f"oversight.return.{verb}", by=by, subject=row, rows=[row, *rows], authority=authority, reason=reason,
        region_code=row.region_code, facts={"round": row.dispatch_id, "state": row.state},
    )  # fmt: skip


@half
@answers("N6", "N12")
@transaction.atomic
def submit_return(
    row: DispatchReturn, *, own: Mapping[int, int | None], texts: Mapping[int, str], problems: str = "",
    next_steps: str = "", papers: Sequence[tuple[str, bytes]] = (), by: Actor, on: date, seen: int | None = None,
) -> DispatchReturn:  # fmt: skip
    """Hand in: counted figures are confirmed as they stand now, or a difference is stated with its reason.

    Refuses an uncounted figure without a number or without evidence, and a question without an answer.
    """
    authority = require_unit(row, by, on)
    row = _ready(row, seen)
    lines = _lines(row, own, texts)
    refuse_if([o for line in lines for o in line_obstacles(line)] + _evidence(row, lines, papers))
    rows = _keep(row, lines, problems, next_steps, _papers(row, papers, by, on))
    row = transition(row, "submit", submitted_at=Now(), submitter_id=by.person_id, reason="", checker=None)
    _write(row, "submit", by, authority, rows)
    return row


def _evidence(
    row: DispatchReturn, lines: Sequence[Line], papers: Sequence[tuple[str, bytes]]
) -> list[Obstacle]:
    entered = any(not line.is_question and line.counted is None for line in lines)
    if not entered or papers or (row.folder and row.folder.items.filter(removed_at=None).exists()):
        return []
    message = N_("A number that no register counts needs a paper as evidence.")
    return [Obstacle("return_evidence", message, "papers_1", "N6")]


@half
@answers("N12")
@transaction.atomic
def check_return(row: DispatchReturn, *, by: Actor, on: date, seen: int | None = None) -> DispatchReturn:
    """Take the return as checked; nobody checks what he handed in himself. What no register counts is entered by it."""
    require(by, Permission.DISPATCH, row.dispatch.region_code)
    if by.person_id is not None and by.person_id == row.submitter_id:
        raise Refused(
            Obstacle("four_eyes", N_("Another officer must check what you handed in."), clause="N12")
        )
    row = transition(row, "check", seen=seen, checked_at=Now(), checker_id=by.person_id)
    _write(row, "check", by, by.authority_for(Permission.DISPATCH, row.dispatch.region_code))
    enter_answers(row, by=by, on=on)
    return row


@answers("N12")
@transaction.atomic
def send_back_return(
    row: DispatchReturn, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> DispatchReturn:
    """Send a return back to its unit, with the reason; the unit is told."""
    require(by, Permission.DISPATCH, row.dispatch.region_code)
    refuse_if(reason_obstacles(reason))
    row = transition(row, "send_back", seen=seen, reason=reason.strip(), submitted_at=None)
    _write(
        row,
        "send_back",
        by,
        by.authority_for(Permission.DISPATCH, row.dispatch.region_code),
        reason=row.reason,
    )
    words = {"title": row.dispatch.title, "reason": row.reason}
    link = reverse("oversight:return", args=[row.pk])
    people = people_of_unit(Permission.ANSWER, row.region_code, row.body_id, on)
    for person in Person.objects.filter(pk__in=people).order_by("pk"):
        messages.send(person, SENT_BACK, words, link=link)
    return row
