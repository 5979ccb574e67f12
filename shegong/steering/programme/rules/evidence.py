"""What may show that a milestone is met (S2012.b); pure."""

from datetime import date

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_


def evidence_obstacles(
    *,
    is_counted: bool,
    has_one: bool,
    issued_on: date | None,
    document_place: int | None,
    place: int,
    on: date,
) -> list[Obstacle]:
    """What speaks against naming a policy document as the evidence of a milestone."""
    if is_counted:
        return [Obstacle("milestone_counted", N_("A figure shows this milestone; no document is needed."))]
    if has_one:
        return [Obstacle("milestone_has_one", N_("A document is named already. Take it away first."))]
    if issued_on is None:
        return [
            Obstacle("milestone_document", N_("Choose a document of the library."), "document", "S2012.b")
        ]
    if issued_on > on:
        return [Obstacle("milestone_future", N_("The document is not issued yet."), "document", "S2012.b")]
    if document_place not in (None, place):
        return [
            Obstacle("milestone_place", N_("The document is one of another place."), "document", "S2012.b")
        ]
    return []
