"""Rights: one person proposes, another decides, never for oneself; taken away at once (D18, D19)."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from shegong.ground.accounts.models import Grant, GrantRequest
from shegong.ground.accounts.roles import roles
from shegong.ground.accounts.rules import Permission, Role, Wish, decision_obstacles, proposal_obstacles
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import Region
from shegong.kernel import journal, messages
from shegong.kernel.access import Actor, half, in_person, require
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.temporal import days
from shegong.kernel.text import N_
from shegong.kernel.transition import transition

GIVEN = messages.Template(
    "accounts.grant.given",
    N_("You were given a role"),
    N_("From %(start)s on you are %(role)s at %(office)s."),
)
TAKEN = messages.Template(
    "accounts.grant.ended", N_("A role of yours ended"), N_("You are no longer %(role)s at %(office)s.")
)


def _role(code: str) -> Role:
    if code not in roles():
        raise Refused(Obstacle("role_unknown", N_("Choose one from the list."), field="role"))
    return roles()[code]


def _held(person: Person, start: date, end: date | None) -> list[Role]:
    during = Grant.objects.filter(person=person, during__overlap=days(start, end))
    return [roles()[code] for code in during.values_list("role", flat=True) if code in roles()]


@in_person("two people answer for a role, each with a fresh second factor: propose it on the page")
@transaction.atomic
def propose_grant(
    person: Person,
    *,
    role: str,
    organization: Organization,
    region_code: int,
    starts_on: date,
    ends_on: date | None,
    reason: str,
    by: Actor,
    on: date,
) -> GrantRequest:
    """Ask that a person gets a role in a body over a region. Refuses outside one's reach, for oneself, bad dates."""
    require(by, Permission.PROPOSE_GRANT, region_code)
    require(by, Permission.PROPOSE_GRANT, organization.region_code)
    level = Region.objects.get(pk=region_code).level
    wish = Wish(person.pk, _role(role), level, starts_on, ends_on, reason)
    held = _held(person, starts_on, ends_on)
    refuse_if(proposal_obstacles(wish, proposer_id=by.person_id, held=held, today=on))
    row = GrantRequest.objects.create(
        person=person, role=role, organization=organization, region_code=region_code, starts_on=starts_on,
        ends_on=ends_on, reason=reason.strip(), proposed_by_id=by.person_id,
    )  # fmt: skip
    _journal("accounts.grant.propose", row, by, reason=row.reason)
    return row


def _journal(verb: str, row: Grant | GrantRequest, by: Actor, **details: Any) -> None:
    facts = {"role": row.role, "organization": row.organization_id}
    journal.write(verb, by=by, subject=row, about_person_id=row.person_id, facts=facts, **details)


@in_person("two people answer for a role, each with a fresh second factor: agree on the page")
@transaction.atomic
def approve_grant(row: GrantRequest, *, seen: int | None, by: Actor, on: date) -> Grant:
    """Agree to a proposed grant: it holds from its first day, today at the earliest.

    Refuses the proposer and the person herself, a proposal that was decided meanwhile, and a third administrator role.
    """
    require(by, Permission.APPROVE_GRANT, row.region_code)
    refuse_if(
        decision_obstacles(decider_id=by.person_id, proposer_id=row.proposed_by_id, person_id=row.person_id)
    )
    row = transition(row, "approve", seen=seen, decided_by_id=by.person_id)
    start = max(row.starts_on, on)
    if row.ends_on and row.ends_on <= start:
        raise Refused(Obstacle("grant_dates", N_("The end must come after the beginning."), field="ends_on"))
    grant = _give(
        row.person, role=row.role, organization=row.organization, region_code=row.region_code, start=start,
        end=row.ends_on, proposed_by_id=row.proposed_by_id, approved_by_id=by.person_id,
    )  # fmt: skip
    _journal("accounts.grant.approve", grant, by, rows=[grant])
    return grant


def _give(
    person: Person, *, role: str, organization: Organization, region_code: int, start: date, end: date | None,
    **signers: int | None,
) -> Grant:  # fmt: skip
    held = _role(role)
    region = Region.objects.get(pk=region_code)
    try:
        with transaction.atomic():
            grant = Grant.objects.create(
                person=person, role=held.code, role_group=held.group, organization=organization,
                region=region, tree="reporting" if region.authority == "own" else "legal",
                during=days(start, end), **signers,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(_clash(str(error))) from error
    words = {"start": start.isoformat(), "role": held.zh, "office": organization.name}
    messages.send(person, GIVEN, words)
    return grant


def _clash(text: str) -> Obstacle:
    if "grant_three_administrators" in text:
        message = N_("The system, security and audit administrators must be three different people.")
        return Obstacle("three_administrators", message, field="role")
    if "grant_once" in text:
        return Obstacle("grant_once", N_("This person holds this role already."), field="role")
    return Obstacle("four_eyes", N_("Another person than the one who proposed it must decide."))


@half
@transaction.atomic
def refuse_grant(row: GrantRequest, *, reason: str, seen: int | None, by: Actor, on: date) -> GrantRequest:
    """Turn a proposal down, with the reason. Refuses the proposer (who may withdraw) and the person herself."""
    require(by, Permission.APPROVE_GRANT, row.region_code)
    refuse_if(
        decision_obstacles(decider_id=by.person_id, proposer_id=row.proposed_by_id, person_id=row.person_id)
    )
    if not reason.strip():
        raise Refused(Obstacle("reason", N_("Give the reason."), field="reason"))
    row = transition(row, "refuse", seen=seen, decided_by_id=by.person_id)
    _journal("accounts.grant.refuse", row, by, reason=reason.strip())
    return row


@transaction.atomic
def withdraw_grant(row: GrantRequest, *, by: Actor, on: date) -> GrantRequest:
    """The proposer takes the proposal back."""
    if by.person_id is None or by.person_id != row.proposed_by_id:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    row = transition(row, "withdraw")
    _journal("accounts.grant.withdraw", row, by)
    return row


@in_person("roles taken away in somebody's name would open `shegong grant` again: end it on the page")
@transaction.atomic
def end_grant(grant: Grant, *, reason: str, by: Actor, on: date) -> Grant:
    """Take rights away at once: the next request is already without them. One person suffices; needs a reason."""
    require(by, Permission.APPROVE_GRANT, grant.region_code)
    if not reason.strip():
        raise Refused(Obstacle("reason", N_("Give the reason."), field="reason"))
    held = Grant.objects.select_for_update().select_related("organization").get(pk=grant.pk)
    if held.during.isempty or (held.during.upper and held.during.upper <= on):
        raise Refused(Obstacle("grant_over", N_("This role has ended already.")))
    start = min(held.during.lower, on)
    Grant.objects.filter(pk=held.pk).update(during=days(start, on), ended_by=by.person_id)
    held.refresh_from_db()
    _journal("accounts.grant.end", held, by, reason=reason.strip(), rows=[held])
    messages.send(held.person, TAKEN, {"role": _role(held.role).zh, "office": held.organization.name})
    return held


@transaction.atomic
def found_grant(
    person: Person, *, role: str, organization: Organization, region_code: int, witnesses: tuple[Person, Person],
    start: date, end: date | None = None, by: Actor, on: date,
) -> Grant:  # fmt: skip
    """The system gives a role on the word of two named people: the first security administrators, and demo worlds."""
    if not by.is_system:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    first, second = witnesses
    grant = _give(
        person, role=role, organization=organization, region_code=region_code, start=start, end=end,
        proposed_by_id=first.pk, approved_by_id=second.pk,
    )  # fmt: skip
    _journal("accounts.grant.found", grant, by, rows=[grant])
    return grant
