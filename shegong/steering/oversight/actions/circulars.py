"""Supervision notices: drafted from figures, sent to be signed, issued with a task for each named unit, closed (N12, R4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Model
from django.utils import translation

from shegong.ground.documents import actions as documents
from shegong.ground.documents.models import OfficialDocument
from shegong.ground.documents.rules.official import DocumentKind
from shegong.ground.documents.rules.official import State as DocumentState
from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import tree
from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.models import Task
from shegong.ground.tasks.rules import Kind
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, Stale, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.steering.oversight.actions.notice_text import notice_body, suggested_words
from shegong.steering.oversight.actions.rounds import issuer_of
from shegong.steering.oversight.models import Circular, CircularRow
from shegong.steering.oversight.models.policies import oversight_policy
from shegong.steering.oversight.models.units import bodies_of_units, units_below
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.circulars import (
    CircularState,
    Mark,
    Standing,
    circular_obstacles,
    issue_obstacles,
    mark_obstacles,
    ranked,
    suggested,
)
from shegong.steering.programme.models import SubPlan, figures, plan
from shegong.steering.statistics import actions as statistics


@dataclass(frozen=True)
class Word:
    """What a notice says of one unit."""

    mark: str = ""
    reason: str = ""
    required: str = ""


def standings(indicator: str, region_code: int, as_of: date) -> list[tuple[int | None, Standing]]:
    """The units below a division with their figure against the plan, best first."""
    units = units_below(region_code, as_of)
    found = figures([indicator], on=as_of, regions=units)
    rows = [(code, found[indicator, code]) for code in units]
    return ranked([Standing(code, figure.value, figure.planned) for code, figure in rows])


@answers("N12")
@transaction.atomic
def draft_circular(
    *, subplan: SubPlan, region_code: int, indicator: str, period: str, title: str, as_of: date, due_on: date,
    text: str = "", by: Actor, on: date,
) -> Circular:  # fmt: skip
    """Draft a notice: the table of the units as of `as_of`, with proposals whom to praise and whom to name.

    Refuses an indicator that the plan does not have, and a second notice of the same sub-plan, period, place and figure.
    """
    require(by, Permission.DISPATCH, region_code)
    _check(subplan, region_code, indicator, period, title, as_of, due_on, on)
    issuer = issuer_of(by, Permission.DISPATCH, region_code, subplan, on)
    row = Circular.objects.create(
        subplan=subplan, region_code=region_code, indicator=indicator, period=period.strip(), title=title.strip(),
        text=text.strip(), as_of=as_of, due_on=due_on, issuer=issuer, drafter_id=by.person_id,
    )  # fmt: skip
    rows = _table(row, on)
    write(row, "draft", by, rows)
    return row


def _check(
    subplan: SubPlan, region_code: int, indicator: str, period: str, title: str, as_of: date, due_on: date, on: date
) -> None:  # fmt: skip
    units = len(units_below(region_code, as_of))
    found = circular_obstacles(title=title, period=period, due_on=due_on, as_of=as_of, on=on, rows=units)
    if indicator not in plan().indicators:
        found.append(
            Obstacle("circular_indicator", N_("Choose an indicator of the plan."), "indicator", "N12")
        )
    same = Circular.objects.filter(
        subplan=subplan, period=period.strip(), region=region_code, indicator=indicator
    )
    if same.exclude(state=str(CircularState.DROPPED)).exists():
        found.append(
            Obstacle(
                "circular_twice", N_("There is a notice about this for the same period."), "period", "N12"
            )
        )
    refuse_if(found)


def _table(row: Circular, on: date) -> list[CircularRow]:
    placed = standings(row.indicator, row.region_code, row.as_of)
    marks = suggested(placed, oversight_policy(on).behind_percent)
    bodies = bodies_of_units([one.region for _rank, one in placed], row.subplan.duty, on)
    made = []
    for rank, one in placed:
        mark = marks.get(one.region, Mark.NONE)
        reason, required = suggested_words(mark, one, row)
        made.append(
            CircularRow(
                circular=row, region_code=one.region, body=bodies.get(one.region), value=one.value, planned=one.planned,
                rank=rank, mark=str(mark), reason=reason, required=required,
            )
        )  # fmt: skip
    return CircularRow.objects.bulk_create(made)


def write(row: Circular, verb: str, by: Actor, rows: Sequence[Model] = (), **more: Any) -> None:
    """The journal's entry of a step."""
    journal.write(
        f"oversight.circular.{verb}", by=by, subject=row, rows=[row, *rows], **more,
        facts={"indicator": row.indicator, "period": row.period, "state": row.state},
        authority=by.authority_for(Permission.DISPATCH, row.region_code), region_code=row.region_code,
    )  # fmt: skip


@transaction.atomic
def edit_circular(
    row: Circular, *, title: str, text: str, due_on: date, words: Mapping[int, Word], by: Actor, on: date,
    seen: int | None = None,
) -> Circular:  # fmt: skip
    """Change a draft: head and words, and of each unit (by region code) whether it is praised or named, and why."""
    require(by, Permission.DISPATCH, row.region_code)
    row = _hold(row, CircularState.DRAFTED, seen)
    refuse_if(
        circular_obstacles(title=title, period=row.period, due_on=due_on, as_of=row.as_of, on=on, rows=1)
        + [
            o
            for code, word in words.items()
            for o in mark_obstacles(code, word.mark, word.reason, word.required)
        ]
    )
    changed = [_said(one, words[one.region_code]) for one in row.rows.all() if one.region_code in words]
    CircularRow.objects.bulk_update(changed, ["mark", "reason", "required"])
    Circular.objects.filter(pk=row.pk).update(
        title=title.strip(),
        text=text.strip(),
        due_on=due_on,
        drafter_id=by.person_id,
        version=F("version") + 1,
    )
    row.refresh_from_db()
    write(row, "edit", by, changed)
    return row


def _said(one: CircularRow, word: Word) -> CircularRow:
    one.mark = word.mark
    one.reason = word.reason.strip() if word.mark else ""
    one.required = word.required.strip() if word.mark == Mark.NAMED else ""
    return one


def _hold(row: Circular, state: CircularState, seen: int | None) -> Circular:
    held: Circular = Circular.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    if seen is not None and held.version != seen:
        raise Stale()
    if held.state != state:
        raise Refused(Obstacle("wrong_state", N_("This cannot be done any more: the case has moved on.")))
    return held


@answers("N12")
@transaction.atomic
def send_to_sign(row: Circular, *, by: Actor, on: date, seen: int | None = None) -> Circular:
    """Freeze the figures and make the official document, which somebody else signs."""
    require(by, Permission.DISPATCH, row.region_code)
    row = _hold(row, CircularState.DRAFTED, seen)
    rows = list(row.rows.select_related("body").order_by("rank", "region"))
    nobody = [tree().name(one.region_code, row.as_of) for one in rows if one.mark and one.body is None]
    refuse_if(issue_obstacles(marks=[one.mark for one in rows], without_body=nobody))
    snapshot = _freeze(row, rows, by, on)
    with translation.override(settings.LANGUAGE_CODE):
        body = notice_body(row, rows, snapshot.sha)
    document = documents.draft_document(
        kind=DocumentKind.CIRCULAR, title=row.title, body=body, issuer=row.issuer, to=_addressees(row, rows),
        region_code=row.region_code, by=by, on=on,
    )  # fmt: skip
    row = transition(row, "send_to_sign", snapshot=snapshot, document=document)
    write(row, "send_to_sign", by)
    return row


def _addressees(row: Circular, rows: Sequence[CircularRow]) -> list[Organization]:
    return [
        one.body for one in sorted(rows, key=lambda r: r.region_code) if one.body and one.body != row.issuer
    ]


def _freeze(row: Circular, rows: Sequence[CircularRow], by: Actor, on: date) -> Any:
    known = plan().indicators[row.indicator]
    cells = [
        {"indicator": row.indicator, "region": one.region_code, "unit": known.unit, "value": one.value,
         "planned": one.planned, "year": row.as_of.year}
        for one in rows
    ]  # fmt: skip
    before = row.snapshot
    return statistics.freeze(
        title=row.title, as_of=row.as_of, region_code=row.region_code, tables={"ranking": cells}, supersedes=before,
        reason="通报修改后重新冻结" if before else "", by=by, on=on,
    )  # fmt: skip


@transaction.atomic
def take_back_circular(
    row: Circular, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> Circular:
    """Make it a draft again before it is issued; the document of that time is given up."""
    require(by, Permission.DISPATCH, row.region_code)
    row = _hold(row, CircularState.SIGNING, seen)
    document = row.document
    if document.state not in (DocumentState.DRAFTED, DocumentState.DROPPED):
        document = documents.take_back(document, by=by, on=on, reason=reason)
    if document.state == DocumentState.DRAFTED:
        documents.drop_draft(document, by=by, on=on)
    row = transition(row, "take_back", document=None)
    write(row, "take_back", by, reason=reason.strip())
    return row


@answers("N12")
@transaction.atomic
def issue_circular(row: Circular, *, by: Actor, on: date, seen: int | None = None) -> Circular:
    """Issue the signed document, and set each named unit a task to put right what the notice asks, by its deadline."""
    require(by, Permission.DISPATCH, row.region_code)
    row = _hold(row, CircularState.SIGNING, seen)
    document = OfficialDocument.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.document_id)
    if document.state == DocumentState.SIGNED:
        document = documents.issue(document, by=by, on=on)
    if not document.is_issued:
        raise Refused(Obstacle("not_signed", N_("The document is not signed yet."), clause="GB/T 9704"))
    row = transition(row, "issue", issued_on=document.issued_on)
    named = list(row.rows.filter(mark=str(Mark.NAMED)).select_related("body").order_by("region"))
    for one in named:
        one.task = _task(row, one, by, on)
    CircularRow.objects.bulk_update(named, ["task"])
    write(row, "issue", by, named)
    return row


def _task(row: Circular, one: CircularRow, by: Actor, on: date) -> Task:
    task = tasks.draft(
        kind=Kind.RECTIFY, title=row.title, detail=f"{one.reason}\n{one.required}", issuer=row.issuer,
        responsible=one.body, region_code=one.region_code, due_on=row.due_on,
        origin=f"oversight.circular:{row.pk}:{one.region_code}", by=by, on=on,
    )  # fmt: skip
    return tasks.assign(task, by=by, on=on)
