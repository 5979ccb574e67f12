"""A conference is set up with its members; members come, change their people, and go."""

import uuid
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q

from shegong.ground.organizations import actions as organizations
from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.organizations.rules import Duties
from shegong.ground.regions.models import tree
from shegong.ground.tasks.actions.taking_part import acts_for
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.contact import canonical_phone
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.sealing import seal
from shegong.kernel.temporal import days
from shegong.kernel.text import N_
from shegong.steering.council.models import Conference, Member, conference_of, council_policy
from shegong.steering.council.models.conferences import PHONES
from shegong.steering.council.rules import Permission, Seat, reason_obstacles


def require_office(conference: Conference, by: Actor) -> None:
    """Refuse who does not act for the office of the conference, or for who convenes it."""
    bodies = (conference.office, conference.convenor)
    if not any(acts_for(by, Permission.RUN, body) for body in bodies):
        message = N_("Only the office of the conference may do this.")
        raise Refused(Obstacle("not_allowed", message, clause="M1.d"))


@answers("M1.a", "M1.b")
@transaction.atomic
def found_conference(*, region_code: int, by: Actor, on: date) -> Conference:
    """Set up the conference of a division with the members of policy/council.toml; bodies that the place has are found,
    others entered. Refuses a place that has one, and a place without a name."""
    require(by, Permission.RUN, region_code)
    place = tree().at(region_code, on)
    if place is None or place.level not in (1, 2, 3):
        raise Refused(
            Obstacle("council_region", N_("Choose a province, prefecture or county."), "region", "M1.a")
        )
    if conference_of(region_code, on) is not None:
        raise Refused(
            Obstacle("council_there", N_("This division has its conference already."), "region", "M1.a")
        )
    policy = council_policy(on)
    bodies = {seat.code: body_of(seat, region_code, on) for seat in policy.members}
    conference = Conference.objects.create(
        region_code=region_code,
        convenor=bodies[policy.convenor],
        office=bodies[policy.office],
        during=days(on),
    )
    members = [
        _seat(conference, body, at, on) for at, body in enumerate(dict.fromkeys(bodies.values()), start=1)
    ]
    journal.write(
        "council.conference.found", by=by, subject=conference, region_code=region_code, rows=[conference, *members],
        facts={"members": len(members)},
    )  # fmt: skip
    return conference


def body_of(seat: Seat, region_code: int, on: date) -> Organization:
    """The body of a division that takes a seat: the office in charge for civil affairs, else found by its name, else
    entered. What is entered is public and no decision, so that no right over bodies is asked."""
    if seat.code == council_policy(on).office:
        duty = Duty.objects.holder(Duties.SOCIAL_WORK, region_code, on)
        if duty is not None:
            return duty.organization
    named = Q()
    for piece in seat.match:
        named |= Q(name__contains=piece)
    found = (
        Organization.objects.existing(on)
        .filter(named, region_code=region_code)
        .order_by("parent_id", "pk")
        .first()
    )
    if found is not None:
        return found
    place = tree().at(region_code, on)
    name = seat.name(tree().name(region_code, on), place.level if place else None)
    return organizations.register_organization(
        name=name, kind=seat.kind, region_code=region_code, by=SYSTEM, on=on, accept_similar=True
    )


def _seat(conference: Conference, body: Organization, position: int, on: date) -> Member:
    return Member.objects.create(
        conference=conference, organization=body, region_code=conference.region_code, position=position,
        seal_id=uuid.uuid4(), during=days(on),
    )  # fmt: skip


def _people(member: Member, representative: str, liaison: str, phone: str) -> None:
    """Who sits and who is called; an unusable phone is refused."""
    number = canonical_phone(phone) if phone.strip() else ""
    if isinstance(number, list):
        raise Refused(number)
    member.representative, member.liaison = representative.strip()[:60], liaison.strip()[:60]
    member.phone = (
        seal(number, table=PHONES["table"], column=PHONES["column"], row=member.seal_id) if number else None
    )


@answers("M1.a")
@transaction.atomic
def move_office(
    conference: Conference, *, convenor: Organization, office: Organization, reason: str, by: Actor, on: date
) -> Conference:
    """Another member convenes the conference, or does its daily work, from now on. Refuses a body without a seat."""
    require_office(conference, by)
    sitting = set(Member.objects.sitting(conference, on).values_list("organization", flat=True))
    found = reason_obstacles(reason)
    for name, body in (("convenor", convenor), ("office", office)):
        if body.pk not in sitting:
            message = N_("Only a member convenes the conference or does its daily work.")
            found.append(Obstacle("office_member", message, name, "M1.a"))
    refuse_if(found)
    before = {"convenor": conference.convenor_id, "office": conference.office_id}
    Conference.objects.filter(pk=conference.pk).update(convenor=convenor, office=office)
    conference.refresh_from_db()
    journal.write(
        "council.conference.move_office", by=by, subject=conference, region_code=conference.region_code, rows=[conference],
        reason=reason.strip(), facts={"from": before, "convenor": convenor.pk, "office": office.pk},
    )  # fmt: skip
    return conference


@answers("M1.b")
@transaction.atomic
def add_member(
    conference: Conference, *, organization: Organization, representative: str = "", liaison: str = "", phone: str = "",
    by: Actor, on: date,
) -> Member:  # fmt: skip
    """A further body takes a seat from today on. Refuses a body that sits already."""
    require_office(conference, by)
    last = Member.objects.filter(conference=conference).order_by("-position").first()
    member = Member(
        conference=conference, organization=organization, region_code=conference.region_code,
        position=(last.position if last else 0) + 1, seal_id=uuid.uuid4(), during=days(on),
    )  # fmt: skip
    _people(member, representative, liaison, phone)
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError as error:
        message = N_("This body is a member already.")
        raise Refused(Obstacle("member_there", message, "organization", "M1.b")) from error
    _journal("add", member, by)
    return member


def _journal(verb: str, member: Member, by: Actor, reason: str = "") -> None:
    journal.write(
        f"council.member.{verb}", by=by, subject=member, region_code=member.region_code, rows=[member], reason=reason,
        facts={"body": member.organization_id},
    )  # fmt: skip


@answers("M1.b")
@transaction.atomic
def change_member(
    member: Member,
    *,
    representative: str,
    liaison: str,
    phone: str = "",
    keep_phone: bool = False,
    by: Actor,
    on: date,
) -> Member:
    """Say who represents a body and who is its liaison; `keep_phone` leaves the phone as it is."""
    require_office(member.conference, by)
    before = member.phone
    _people(member, representative, liaison, phone)
    if keep_phone:
        member.phone = before
    Member.objects.filter(pk=member.pk).update(
        representative=member.representative, liaison=member.liaison, phone=member.phone
    )
    _journal("change", member, by)
    return member


@answers("M1.b")
@transaction.atomic
def end_member(member: Member, *, reason: str, by: Actor, on: date) -> Member:
    """A body gives its seat up today. Refuses convenor and office, and one that came today."""
    conference = member.conference
    require_office(conference, by)
    refuse_if(reason_obstacles(reason))
    if member.organization_id in (conference.convenor_id, conference.office_id):
        raise Refused(
            Obstacle(
                "member_leads", N_("The body that convenes and the office keep their seats."), clause="M1.a"
            )
        )
    if member.during.lower and member.during.lower >= on:
        raise Refused(
            Obstacle("member_today", N_("It became a member today; it can leave from tomorrow on."))
        )
    Member.objects.filter(pk=member.pk).update(during=days(member.during.lower, on))
    member.refresh_from_db()
    _journal("end", member, by, reason.strip())
    return member
