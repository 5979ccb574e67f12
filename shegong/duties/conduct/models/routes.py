"""Whom a complaint is about as far as the register knows, and which bodies could take it, the nearest first."""

from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.db.models import Q

from shegong.duties.conduct.models.complaints import Complaint, Kin
from shegong.duties.conduct.models.intake_policies import conduct_policy
from shegong.duties.conduct.models.records import humans, standing_record
from shegong.duties.conduct.rules.routing import Candidate, Sides, conflicts
from shegong.ground.accounts.models import Grant
from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.people.models import records_of
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel.walls_acting import lifted
from shegong.work.employment.models import Employment

DEEPEST = 12  # bodies above one another


def works_in(person_id: int | None, on: date) -> frozenset[int]:
    """The bodies in which somebody works or acts, under whichever of her records."""
    if person_id is None:
        return frozenset()
    with lifted("where the other side works decides who may not have the case, wherever that is"):
        hers = records_of(standing_record(person_id))
        works = Employment.objects.current().on(on).filter(person__in=hers)
        acts = Grant.objects.on(on).filter(person__in=hers)
        return frozenset(
            [*works.values_list("employer", flat=True), *acts.values_list("organization", flat=True)]
        )


def sides_of(complaint: Complaint, on: date) -> Sides:
    """The person complained of with her bodies and declared relatives, or the body."""
    if complaint.respondent_body_id is not None:
        return Sides(bodies=frozenset({complaint.respondent_body_id}))
    if complaint.respondent_id is None:
        return Sides()
    with lifted("declared relations of the other side"):
        person = standing_record(complaint.respondent_id)
        hers = records_of(person)
        pairs = Kin.objects.filter(Q(person__in=hers) | Q(relative__in=hers)).values_list(
            "person", "relative"
        )
        relatives = humans(pk for pair in pairs for pk in pair) - {person}
    return Sides(person, works_in(person, on), relatives)


def ladder(region_code: int, on: date) -> list[Candidate]:
    """The bodies that could take a complaint from this place, in the order of the policy."""
    found: dict[int, Candidate] = {}
    for body, place in _holders(region_code, on):
        found.setdefault(body.pk, Candidate(body.pk, place, tuple(chain_of(body))))
    return list(found.values())


def _holders(region_code: int, on: date) -> Iterator[tuple[Organization, int]]:
    policy, units = conduct_policy(on), tree()
    places = [units.ancestor(region_code, level, on, tree=REPORTING) for level in policy.levels]
    asked = [(duty, place) for place in places if place is not None for duty in policy.duties]
    for duty, place in (*asked, (policy.last_resort, settings.PROVINCE)):
        row = Duty.objects.holder(duty, place, on)
        if row is not None:
            yield row.organization, place


def body_above(body: Organization, sides: Sides, on: date) -> Organization | None:
    """The nearest office for complaints above a body in which nobody complained of has a side; None where none is."""
    for level in range((body.level or 3) - 1, 0, -1):
        code = tree().ancestor(body.region_code, level, on, tree=REPORTING)
        for duty in conduct_policy(on).duties if code is not None else ():
            held = Duty.objects.holder(duty, code, on)
            above = held.organization if held is not None else body
            if above.pk != body.pk and not conflicts(
                sides, Candidate(above.pk, code, tuple(chain_of(above)))
            ):
                return above
    return None


def chain_of(body: Organization) -> Iterator[int]:
    """A body and those above it."""
    above: Organization | None = body
    for _step in range(DEEPEST):
        if above is None:
            return
        yield above.pk
        above = above.parent
