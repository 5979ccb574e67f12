"""Full identity numbers for a file that another person agreed to: each is a viewing that its person can read about.

Steps of an export, not actions by themselves: the journal's lines are written with the file (kernel/listing_jobs).
"""

from collections.abc import Collection
from dataclasses import dataclass

from shegong.ground.people.actions.identities import open_number
from shegong.ground.people.models import Identity, Tie
from shegong.ground.people.rules import Permission
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.person_keys import fetched


@dataclass(frozen=True)
class Seen:
    """An identity document that an officer may see in full, and the place through which he reaches its person."""

    identity: Identity
    region_code: int


def _within_reach(person_ids: Collection[int], by: Actor) -> dict[int, Seen]:
    """By person: the identity card where there is one, of people tied to a place where `by` may see full numbers."""
    ties = Tie.objects.holding().filter(person__in=person_ids).visible_to(by, Permission.REVEAL)
    places = dict(ties.order_by("-pk").values_list("person_id", "region_code"))
    found: dict[int, Seen] = {}
    for identity in Identity.objects.filter(person__in=list(places)).order_by("kind", "pk"):
        if identity.kind == "resident" or identity.person_id not in found:
            found[identity.person_id] = Seen(identity, places[identity.person_id])
    return found


def full_numbers(person_ids: Collection[int], *, by: Actor) -> dict[int, str]:
    """Full numbers by person, only within the reach of people.reveal; refuses who lacks it.

    The caller journals `viewings_of` with the file.
    """
    require(by, Permission.REVEAL)
    seen = _within_reach(person_ids, by)
    with fetched(seen):
        return {person: open_number(one.identity) for person, one in seen.items()}


def viewings_of(person_ids: Collection[int], *, reason: str, by: Actor) -> list[journal.Line]:
    """A line of the journal for each person whose number `full_numbers` gives, for 谁看过我的信息."""
    require(by, Permission.REVEAL)
    return [
        journal.Line(
            "people.identity.view", seen.identity, about_person_id=person, region_code=seen.region_code,
            authority=by.authority_for(Permission.REVEAL, seen.region_code), reason=reason.strip(),
            facts={"kind": seen.identity.kind, "file": True},
        )
        for person, seen in _within_reach(person_ids, by).items()
    ]  # fmt: skip
