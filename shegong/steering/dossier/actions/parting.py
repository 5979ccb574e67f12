"""A merge that was wrong: two officers part the records again, within the days of the policy."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from shegong.ground.people.actions.moving import hold_two
from shegong.ground.people.models import Person
from shegong.kernel import messages
from shegong.kernel.access import Actor, half, in_person
from shegong.kernel.clauses import answers
from shegong.kernel.moving import Change, touched
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.steering.dossier.actions.deciding import note, require_officer
from shegong.steering.dossier.actions.doors import doors
from shegong.steering.dossier.models import DuplicateCase, MovedRow, merge_policy
from shegong.steering.dossier.rules import (
    Permission,
    decision_obstacles,
    reason_obstacles,
    table_title,
    touched_obstacles,
    undo_obstacles,
)

PARTED = messages.Template(
    "dossier.parted",
    N_("Your record was parted again"),
    N_("A merge of two records was found to be wrong and undone. Look whether your data is right."),
)


def _in_time(case: DuplicateCase, on: date) -> None:
    days = merge_policy(on).undo_days
    refuse_if(
        undo_obstacles(merged_at=case.merged_at, now=timezone.now(), days=days) if case.merged_at else []
    )


@in_person("two officers answer for parting records, each with a fresh second factor: propose it on the page")
@answers("T4.2.b")
@transaction.atomic
def propose_undo(
    case: DuplicateCase, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> DuplicateCase:
    """Propose to part what was merged; another officer decides. Refuses after the days of the policy."""
    require_officer(case, Permission.PROPOSE, by)
    refuse_if(reason_obstacles(reason))
    _in_time(case, on)
    case = transition(
        case,
        "propose_undo",
        seen=seen,
        undo_reason=reason.strip(),
        undo_proposer_id=by.person_id,
        undo_decider=None,
    )
    note(case, "propose_undo", by, case.undo_reason)
    return case


@transaction.atomic
def withdraw_undo(case: DuplicateCase, *, by: Actor, on: date, seen: int | None = None) -> DuplicateCase:
    """Take one's own proposal to part back."""
    if by.person_id is None or by.person_id != case.undo_proposer_id:
        raise Refused(Obstacle("not_own_proposal", N_("Only the officer who proposed may take it back.")))
    case = transition(case, "withdraw_undo", seen=seen)
    note(case, "withdraw_undo", by)
    return case


def _require_decider(case: DuplicateCase, by: Actor) -> None:
    require_officer(case, Permission.DECIDE, by)
    refuse_if(decision_obstacles(officer_id=by.person_id, proposer_id=case.undo_proposer_id))


@half
@answers("T4.2.b")
@transaction.atomic
def refuse_undo(
    case: DuplicateCase, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> DuplicateCase:
    """Do not part; the merge stands, with the reason."""
    _require_decider(case, by)
    refuse_if(reason_obstacles(reason))
    case = transition(case, "refuse_undo", seen=seen, undo_decider_id=by.person_id, note=reason.strip())
    note(case, "refuse_undo", by, case.note)
    return case


@in_person("two officers answer for parting records, each with a fresh second factor: decide on the page")
@answers("T4.2.b")
@transaction.atomic
def undo(
    case: DuplicateCase, *, leave_touched: bool = False, by: Actor, on: date, seen: int | None = None
) -> DuplicateCase:
    """Part two records: exactly what the merge moved goes back, what was added since stays with the kept record.

    Rows that were changed since are named and refused, unless `leave_touched` says that they stay too.
    """
    hold_two(case.first, case.second)
    _require_decider(case, by)
    _in_time(case, on)
    rows = list(case.moved_rows.filter(put_back_at=None).order_by("id"))
    changes = [_change(row) for row in rows]
    changed = touched(changes)
    if changed and not leave_touched:
        raise Refused(touched_obstacles(table_title(change.model) for change in changed))
    case = transition(case, "undo", seen=seen, undo_decider_id=by.person_id)
    back = [change for change in changes if change not in changed]
    _put_back(case, back, by, on)
    MovedRow.objects.filter(pk__in=[r.pk for r, c in zip(rows, changes, strict=True) if c in back]).update(
        put_back_at=Now()
    )
    note(case, "undo", by, case.undo_reason)
    return case


def _change(row: MovedRow) -> Change:
    return Change(
        row.model, row.row_id, row.column, row.what, row.from_person_id, row.to_person_id, row.digest
    )


def _put_back(case: DuplicateCase, changes: Sequence[Change], by: Actor, on: date) -> None:
    people = {person.pk: person for person in Person.objects.filter(pk__in=(case.first_id, case.second_id))}
    from_, to = people[case.other_id], people[case.keep_id]
    for label, door in reversed(doors().items()):
        own = [c for c in changes if _belongs(c, label)]
        if own or label == "people":
            door.put_back(own, from_, to, by=by, on=on)
    for person in (from_, to):
        messages.send(person, PARTED, {})


def _belongs(change: Change, label: str) -> bool:
    """The tables of a context, and those of the kernel that it answers for: the lowest context that knows people."""
    owner = change.model.partition(".")[0]
    return owner == label or (owner == "kernel" and label == "people")
