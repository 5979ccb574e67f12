"""Two records are merged or kept apart: one officer proposes with a reason, another decides (D19)."""

from datetime import date

from django.db import transaction
from django.db.models.functions import Now

from shegong.ground.people.actions.moving import hold_two
from shegong.ground.people.models import Person
from shegong.kernel import journal, messages
from shegong.kernel.access import Actor, half, in_person
from shegong.kernel.clauses import answers
from shegong.kernel.moving import Change, What, with_digests
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.steering.dossier.actions.doors import clashes_of, doors
from shegong.steering.dossier.actions.finding import reach_both
from shegong.steering.dossier.models import DuplicateCase, MovedRow, merge_policy
from shegong.steering.dossier.rules import (
    OPEN,
    Permission,
    Wish,
    decision_obstacles,
    officer_obstacles,
    reason_obstacles,
)

MERGED = messages.Template(
    "dossier.merged",
    N_("Your two records are one now"),
    N_(
        "Two records about you were merged into one. Everything on them stays: certificates, registrations, work. "
        "If this is wrong, tell the civil affairs office within %(days)s days."
    ),
)
MERGED_ACCOUNTS = messages.Template(
    "dossier.merged_accounts",
    N_("Your two records and accounts are one now"),
    N_(
        "Two records about you were merged into one. Everything on them stays: certificates, registrations, work. "
        "One of your two accounts was shut: sign in with the other one, or by a code to either of your phones. "
        "If this is wrong, tell the civil affairs office within %(days)s days."
    ),
)


def require_officer(case: DuplicateCase, permission: str, by: Actor) -> None:
    """Refuse without the permission over both people, and on one's own record."""
    people = list(Person.objects.filter(pk__in=(case.first_id, case.second_id)).select_related("merged_into"))
    reach_both(by, permission, *(person.merged_into or person for person in people))
    refuse_if(officer_obstacles(officer_id=by.person_id, about=(case.first_id, case.second_id)))


@in_person("two officers answer for a merge, each with a fresh second factor: propose it on the page")
@answers("T4.2.b")
@transaction.atomic
def propose(
    case: DuplicateCase,
    *,
    wish: str,
    keep: Person | None = None,
    reason: str,
    by: Actor,
    on: date,
    seen: int | None = None,
) -> DuplicateCase:
    """Propose to merge two records (and which one to keep), or to keep them apart; another officer decides."""
    require_officer(case, Permission.PROPOSE, by)
    refuse_if(_wish_obstacles(case, wish, keep) + reason_obstacles(reason))
    case = transition(
        case, "propose", seen=seen, wish=wish, keep=keep if wish == Wish.MERGE else None, reason=reason.strip(),
        proposer_id=by.person_id, proposed_at=Now(), decider=None, decided_at=None, note="", undo_reason="",
        undo_proposer=None, undo_decider=None,
    )  # fmt: skip
    note(case, "propose", by, case.reason)
    return case


def _wish_obstacles(case: DuplicateCase, wish: str, keep: Person | None) -> list[Obstacle]:
    if wish not in set(Wish):
        return [Obstacle("wish", N_("Choose one from the list."), "wish")]
    if wish == Wish.MERGE and (keep is None or keep.pk not in (case.first_id, case.second_id)):
        return [Obstacle("keep", N_("Choose which record is kept."), "keep")]
    return []


def note(
    case: DuplicateCase, verb: str, by: Actor, reason: str = "", rows: list[MovedRow] | None = None
) -> None:
    """The journal's entry of a step."""
    authority = next(iter(by.with_permission(Permission.PROPOSE)), None)
    journal.write(
        f"dossier.case.{verb}", by=by, subject=case, about_person_id=case.keep_id or case.first_id, reason=reason,
        facts={"with": case.other_id, "state": case.state}, rows=[case, *(rows or [])], authority=authority,
        region_code=authority.region_code if authority else None,
    )  # fmt: skip


@transaction.atomic
def withdraw(case: DuplicateCase, *, by: Actor, on: date, seen: int | None = None) -> DuplicateCase:
    """Take one's own proposal back."""
    if by.person_id is None or by.person_id != case.proposer_id:
        raise Refused(Obstacle("not_own_proposal", N_("Only the officer who proposed may take it back.")))
    case = transition(case, "withdraw", seen=seen)
    note(case, "withdraw", by)
    return case


def _require_decider(case: DuplicateCase, by: Actor) -> None:
    require_officer(case, Permission.DECIDE, by)
    refuse_if(decision_obstacles(officer_id=by.person_id, proposer_id=case.proposer_id))


@half
@answers("T4.2.b")
@transaction.atomic
def send_back(
    case: DuplicateCase, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> DuplicateCase:
    """Do not follow the proposal, with the reason; the pair goes back to be looked at."""
    _require_decider(case, by)
    refuse_if(reason_obstacles(reason))
    case = transition(
        case, "send_back", seen=seen, decider_id=by.person_id, decided_at=Now(), note=reason.strip()
    )
    note(case, "send_back", by, case.note)
    return case


@half
@answers("T4.2.b")
@transaction.atomic
def keep_apart(
    case: DuplicateCase, *, reason: str = "", by: Actor, on: date, seen: int | None = None
) -> DuplicateCase:
    """Decide that these are two people; the nightly look does not list the pair again.

    Against a proposal to merge it needs a reason.
    """
    _require_decider(case, by)
    if case.wish == Wish.MERGE:
        refuse_if(reason_obstacles(reason))
    case = transition(
        case, "keep_apart", seen=seen, decider_id=by.person_id, decided_at=Now(), note=reason.strip()
    )
    note(case, "keep_apart", by, case.note or case.reason)
    return case


@in_person("two officers answer for a merge, each with a fresh second factor: decide on the page")
@answers("T4.2.b")
@transaction.atomic
def merge(case: DuplicateCase, *, by: Actor, on: date, seen: int | None = None) -> DuplicateCase:
    """Make two records one, as another officer proposed: everything of the one goes to the kept one, in one transaction.

    Refuses while any context names a clash; numbers, cards and codes of both keep answering.
    """
    hold_two(case.first, case.second)
    _require_decider(case, by)
    if case.wish != Wish.MERGE:
        raise Refused(
            Obstacle("wish_apart", N_("The proposal is to keep them apart. Propose to merge first."))
        )
    people = {row.pk: row for row in Person.objects.filter(pk__in=(case.first_id, case.second_id))}
    from_, to = people[case.other_id], people[case.keep_id]
    refuse_if(clashes_of(from_, to))
    case = transition(case, "merge", seen=seen, decider_id=by.person_id, decided_at=Now(), merged_at=Now())
    rows = _carry_out(case, from_, to, by, on)
    _settle_others(case, by)
    note(case, "merge", by, case.reason, rows)
    return case


def _carry_out(case: DuplicateCase, from_: Person, to: Person, by: Actor, on: date) -> list[MovedRow]:
    changes = [change for door in doors().values() for change in door.move_person(from_, to, by=by, on=on)]
    _tell(to, changes, on)
    return MovedRow.objects.bulk_create(_row(case, change) for change in with_digests(changes))


def _row(case: DuplicateCase, change: Change) -> MovedRow:
    return MovedRow(
        case=case, model=change.model, row_id=change.pk, column=change.column, what=change.what,
        from_person_id=change.before, to_person_id=change.after, digest=change.digest,
    )  # fmt: skip


def _tell(to: Person, changes: list[Change], on: date) -> None:
    shut = any(change.what == What.SHUT for change in changes)
    messages.send(to, MERGED_ACCOUNTS if shut else MERGED, {"days": merge_policy(on).undo_days})


def _settle_others(case: DuplicateCase, by: Actor) -> None:
    """Open cases about the record that is no more; the look at the kept one finds what remains."""
    others = DuplicateCase.objects.about(case.other_id).filter(state__in=OPEN).exclude(pk=case.pk)
    for other in others.select_for_update():
        note(transition(other, "settle"), "settle", by)
