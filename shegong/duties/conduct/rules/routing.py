"""Which body takes a complaint: the first on the ladder that has no side in it (D22, abuses A18 and A19); pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_


@dataclass(frozen=True)
class Candidate:
    """A body that holds a duty, with the bodies above it; the first of `chain` is itself."""

    body: int
    region_code: int
    chain: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sides:
    """Whom a complaint is about, as far as known: the person, and the bodies in which she works or acts, or the body."""

    person: int | None = None
    bodies: frozenset[int] = frozenset()
    relatives: frozenset[int] = frozenset()


def conflicts(sides: Sides, candidate: Candidate) -> list[Obstacle]:
    """Why this body may not have it: it is the one complained of, or the unit of who is, or it stands under that. Who in
    the body may not take part: see `rules.recusal`."""
    if sides.bodies & {candidate.body, *candidate.chain}:
        message = N_("The complaint is about this body, or about somebody who works in it or above it.")
        return [Obstacle("body_has_side", message, clause="D22")]
    return []


def choose(candidates: Iterable[Candidate], sides: Sides) -> Candidate | None:
    """The first that has no side; None when every one has: then the discipline inspector names a body."""
    return next((one for one in candidates if not conflicts(sides, one)), None)


def above(candidates: Sequence[Candidate], body: int | None) -> Sequence[Candidate]:
    """The rest of the ladder behind a body: where a review of its refusal goes."""
    order = [one.body for one in candidates]
    return candidates[order.index(body) + 1 :] if body in order else candidates
