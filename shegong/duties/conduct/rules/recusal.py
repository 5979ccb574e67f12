"""Who may not take part in a case: the person complained of, relatives, people of the same unit, and who has had a part
in it before (D19, D22); pure."""

from collections.abc import Collection
from dataclasses import dataclass, field

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_


@dataclass(frozen=True)
class Respondent:
    """Who is complained of, as the rules see it: a person with employers and relatives known to the register, or a body."""

    person_id: int | None = None
    units: frozenset[int] = frozenset()  # employers, or the body itself
    relatives: frozenset[int] = frozenset()  # persons


@dataclass(frozen=True)
class Member:
    """Who is to investigate, to sit or to decide: person, units (employers and offices acted for)."""

    person_id: int | None
    units: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Parts:
    """Who has had a part in the case so far."""

    investigators: frozenset[int] = field(default_factory=frozenset)
    panel: frozenset[int] = field(default_factory=frozenset)
    deciders: frozenset[int] = field(default_factory=frozenset)
    reviewers: frozenset[int] = field(default_factory=frozenset)  # of what the respondent asked for
    lookers: frozenset[int] = field(default_factory=frozenset)  # of what who complained asked for


SAME = Obstacle("same_person", N_("Nobody takes part in a case about himself."))
RELATIVE = Obstacle("relative", N_("A relative of the person complained of may not take part."))
UNIT = Obstacle("same_unit", N_("Somebody of the same unit as the person complained of may not take part."))
FOUR_EYES = Obstacle("four_eyes", N_("Another person must sign what you proposed."))
# That somebody is the complainant is not said: the sentence is one that could have many reasons.
COMPLAINANT = Obstacle("not_impartial", N_("This person may not take part in this case."))


def conflicts(member: Member, respondent: Respondent) -> list[Obstacle]:
    """Why `member` may not take part; empty when nothing known stands against it."""
    found = []
    if member.person_id is not None and member.person_id == respondent.person_id:
        found.append(SAME)
    if member.person_id in respondent.relatives:
        found.append(RELATIVE)
    if member.units & respondent.units:
        found.append(UNIT)
    return found


def panel_obstacles(person_id: int | None, parts: Parts) -> list[Obstacle]:
    """Who investigated does not judge."""
    return _apart(
        person_id, parts.investigators, "investigated", N_("Who investigated does not sit on the panel.")
    )


def investigator_obstacles(person_id: int | None, parts: Parts) -> list[Obstacle]:
    """Who judges does not investigate."""
    return _apart(person_id, parts.panel, "on_panel", N_("A member of the panel does not investigate."))


def decider_obstacles(person_id: int | None, parts: Parts, proposer_id: int | None) -> list[Obstacle]:
    """Four eyes: proposer, decider and investigator are three people."""
    if person_id == proposer_id:
        return [FOUR_EYES]
    return panel_obstacles_of_decider(person_id, parts)


def panel_obstacles_of_decider(person_id: int | None, parts: Parts) -> list[Obstacle]:
    """Who investigated or sat on the panel does not sign."""
    message = N_("Who investigated the case or sat on the panel does not sign the decision.")
    return _apart(person_id, parts.investigators | parts.panel, "had_part", message)


def review_obstacles(person_id: int | None, parts: Parts) -> list[Obstacle]:
    """A review is decided by people who had no part in what is reviewed, nor in a second look at it."""
    return _apart_from_before(person_id, parts, parts.lookers)


def looker_obstacles(person_id: int | None, parts: Parts) -> list[Obstacle]:
    """A second look is answered by people who had no part in the case, in a review of it, or in an earlier look."""
    return _apart_from_before(person_id, parts, parts.lookers | parts.reviewers)


def _apart_from_before(person_id: int | None, parts: Parts, others: frozenset[int]) -> list[Obstacle]:
    everybody = parts.investigators | parts.panel | parts.deciders | others
    return _apart(
        person_id, everybody, "had_part_before", N_("Who had a part in the decision does not review it.")
    )


def _apart(person_id: int | None, others: Collection[int], code: str, message: str) -> list[Obstacle]:
    return [Obstacle(code, message)] if person_id in others else []
