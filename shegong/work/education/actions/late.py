"""Hours that wait for an officer, or for two: learning elsewhere, and what comes after a year was locked (T3.3, A8)."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from shegong.ground.documents.models import Folder
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.kernel import journal
from shegong.kernel.access import Actor, half, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.work.education.actions.posting import NewEntry, enter, two_rooms
from shegong.work.education.actions.telling import tell_not_accepted
from shegong.work.education.models import CreditEntry, HoursStatement
from shegong.work.education.models.policies import entering, table_of, year_obstacles
from shegong.work.education.rules import Permission
from shegong.work.education.rules.late import entry_obstacles, equivalent_obstacles
from shegong.work.education.rules.statements import (
    STATEMENT_OPEN,
    StatementState,
    officer_obstacles,
    second_obstacles,
)

SOURCE = "education.hoursstatement"
OPEN_AT_ONCE = 30


@answers("T3.3")
@transaction.atomic
def state_hours(
    person: Person, *, minutes: int, kind: str, earned_on: date, title: str, region_code: int,
    passed: bool = True, provider_name: str = "", folder: Folder | None = None, by: Actor, on: date,
) -> HoursStatement:  # fmt: skip
    """A learner states hours obtained elsewhere, with a paper; an officer of the place vouches for them or says why not.

    Refuses somebody else's hours, a statement without a paper, and one that says what another says already.
    """
    if by.person_id != person.pk:
        raise Refused(Obstacle("not_own", N_("Only the learner states own hours.")))
    found = _obstacles(minutes, kind, earned_on, title, on, "", region_code, born_on=person.born_on)
    if folder is None or not folder.items.exists():
        found.append(Obstacle("paper_missing", N_("Add the certificate or a photo of it."), "paper"))
    mine = HoursStatement.objects.open().filter(person=person)
    if mine.filter(earned_on=earned_on, kind=kind, minutes=minutes, title=title.strip()).exists():
        found.append(
            Obstacle("stated_before", N_("You have stated these hours before; an officer will look."))
        )
    elif mine.count() >= OPEN_AT_ONCE:
        found.append(
            Obstacle("too_many", N_("Many of your statements still wait. Let an officer look first."))
        )
    refuse_if(found)
    row = HoursStatement.objects.create(
        person=person, region_code=region_code, origin="own", minutes=minutes, kind=kind, passed=passed,
        earned_on=earned_on, title=title.strip(), provider_name=provider_name.strip(), folder=folder,
        needs_two=bool(year_obstacles(earned_on, on)), stated_by=person,
    )  # fmt: skip
    _note(row, "state", by)
    return row


@half
@answers("T3.3")
@transaction.atomic
def propose_late(
    person: Person, *, minutes: int, kind: str, earned_on: date, title: str, reason: str, region_code: int,
    passed: bool = True, credit_code: str = "", provider: Organization | None = None, folder: Folder | None = None,
    by: Actor, on: date,
) -> HoursStatement:  # fmt: skip
    """Propose hours of a year that is locked; nothing is in the ledger until another officer decides.

    Refuses a year that is open (enter them), a proposal without a reason, and an officer's own hours.
    """
    require(by, Permission.ENTER, region_code)
    found = _obstacles(minutes, kind, earned_on, title, on, credit_code, region_code, born_on=person.born_on)
    found += [*reason_obstacles(reason), *officer_obstacles(person=person.pk, officer=by.person_id)]
    if not year_obstacles(earned_on, on):
        found.append(Obstacle("year_open", N_("This year is not locked: enter the hours."), "earned_on"))
    refuse_if(found)
    row = HoursStatement.objects.create(
        person=person, region_code=region_code, origin="late", minutes=minutes, kind=kind, passed=passed,
        credit_code=credit_code, earned_on=earned_on, title=title.strip(), provider=provider, folder=folder,
        reason=reason.strip(), needs_two=True, stated_by_id=by.person_id, vouched_by_id=by.person_id,
        vouched_at=Now(), state="vouched",
    )  # fmt: skip
    _note(row, "propose", by, reason=row.reason)
    return row


@half
@answers("T3.3")
@transaction.atomic
def vouch(
    statement: HoursStatement, *, reason: str = "", by: Actor, on: date, seen: int | None = None
) -> HoursStatement:
    """Vouch for what a learner stated: it enters the ledger, or, where its year is locked, waits for a second officer with
    the `reason` why it comes so late."""
    require(by, Permission.ENTER, statement.region_code)
    refuse_if(officer_obstacles(person=statement.person_id, officer=by.person_id))
    if statement.needs_two or year_obstacles(statement.earned_on, on):
        refuse_if(reason_obstacles(reason))
        transition(
            statement, "vouch", seen=seen, vouched_by_id=by.person_id, vouched_at=Now(), needs_two=True,
            reason=reason.strip(),
        )  # fmt: skip
        _note(statement, "vouch", by, reason=statement.reason)
        return statement
    entry = _enter(statement, by, on)
    transition(statement, "post", seen=seen, vouched_by_id=by.person_id, vouched_at=Now(), entry=entry)
    _note(statement, "vouch", by)
    return statement


@half
@answers("T3.3")
@transaction.atomic
def decide_late(
    statement: HoursStatement, *, accept: bool, reason: str = "", by: Actor, on: date, seen: int | None = None
) -> HoursStatement:
    """The second officer decides on hours of a locked year. Refuses whoever vouched, and the learner."""
    require(by, Permission.APPROVE, statement.region_code)
    refuse_if(
        second_obstacles(person=statement.person_id, officer=by.person_id, before=statement.vouched_by_id)
    )
    if not accept:
        return refuse(statement, reason=reason, by=by, on=on, seen=seen)
    entry = _enter(statement, by, on)
    transition(statement, "approve", seen=seen, decided_by_id=by.person_id, decided_at=Now(), entry=entry)
    _note(statement, "approve", by)
    return statement


@half
@answers("T3.3")
@transaction.atomic
def refuse(
    statement: HoursStatement, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> HoursStatement:
    """Do not accept stated hours; the learner reads why. What a first officer let through is the second one's."""
    second = statement.state == StatementState.VOUCHED
    require(by, Permission.APPROVE if second else Permission.ENTER, statement.region_code)
    refuse_if(
        [
            *second_obstacles(
                person=statement.person_id, officer=by.person_id, before=statement.vouched_by_id
            ),
            *reason_obstacles(reason),
        ]
    )
    transition(
        statement, "refuse", seen=seen, decided_by_id=by.person_id, decided_at=Now(), note=reason.strip()
    )
    tell_not_accepted(statement)
    _note(statement, "refuse", by, reason=statement.note)
    return statement


@answers("T3.3")
@transaction.atomic
def take_back(statement: HoursStatement, *, by: Actor, on: date, seen: int | None = None) -> HoursStatement:
    """Take back what one has stated or proposed, while nobody has decided."""
    if by.person_id != statement.stated_by_id:
        raise Refused(Obstacle("not_own", N_("Only who stated it may take it back.")))
    transition(statement, "withdraw", seen=seen)
    _note(statement, "withdraw", by)
    return statement


def _obstacles(
    minutes: int, kind: str, earned_on: date, title: str, on: date, code: str, region: int, **known: Any
) -> list[Obstacle]:
    rules = entering(on)
    return [
        *entry_obstacles(minutes=minutes, kind=kind, earned_on=earned_on, title=title, on=on, entering=rules, **known),
        *equivalent_obstacles(kind, code, minutes, table_of(region, on)),
    ]  # fmt: skip


def _enter(statement: HoursStatement, by: Actor, on: date) -> CreditEntry:
    if statement.state not in STATEMENT_OPEN:
        raise Refused(Obstacle("decided_before", N_("This has been decided before.")))
    vouched = statement.vouched_by_id or by.person_id
    new = NewEntry(
        statement.person_id, statement.minutes, statement.kind, statement.earned_on, SOURCE, statement.pk, None,
        statement.passed, statement.credit_code, statement.provider_id, statement.title, statement.region_code,
        statement.folder_id, vouched,
    )  # fmt: skip
    refuse_if([two_rooms(new)] if _same_class(statement) else [])
    return enter([new], by=by, on=on, late=True)[0]


def _same_class(statement: HoursStatement) -> bool:
    """Whether the ledger has the same learning from elsewhere: no hour counts twice."""
    same = CreditEntry.objects.current().filter(
        person=statement.person_id, earned_on=statement.earned_on, kind=statement.kind
    )
    return same.filter(title=statement.title).exists()


def _note(row: HoursStatement, verb: str, by: Actor, reason: str = "") -> None:
    journal.write(
        f"education.statement.{verb}", by=by, subject=row, about_person_id=row.person_id, region_code=row.region_code,
        reason=reason, rows=[row], facts={"origin": row.origin, "kind": row.kind, "needs_two": row.needs_two},
    )  # fmt: skip
