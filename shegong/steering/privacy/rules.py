"""Requests about one's own data: access and deletion, restriction, legal holds; pure."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.refusal import reason_obstacles as reason_obstacles
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class Permission(StrEnum):
    """What roles may hold in this context (policy/roles.toml gives them out)."""

    READ = "privacy.read"
    PROPOSE = "privacy.propose"
    DECIDE = "privacy.decide"


class State(StrEnum):
    """States of a request for deletion."""

    ASKED = "asked"
    RESTRICTED = "restricted"
    PROPOSED = "proposed"
    ERASED = "erased"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


STATE_NAMES = {
    State.ASKED: N_("Waits for the office"),
    State.RESTRICTED: N_("Only stored, not used"),
    State.PROPOSED: N_("Erasure proposed, waits for another officer"),
    State.ERASED: N_("Erased"),
    State.REFUSED: N_("Not followed"),
    State.WITHDRAWN: N_("Taken back"),
}

WORKFLOW = Workflow(
    State,
    State.ASKED,
    [
        step("withdraw", ("asked", "restricted"), "withdrawn", "个人信息保护法第四十七条"),
        step("restrict", "asked", "restricted", "个人信息保护法第四十七条第二款"),
        step("refuse", ("asked", "restricted"), "refused", "个人信息保护法第五十条"),
        step("propose", ("asked", "restricted"), "proposed", "个人信息保护法第四十七条第一款"),
        step("send_back", "proposed", "asked"),
        step("erase", "proposed", "erased", "D19"),
    ],
)
OPEN = (State.ASKED, State.RESTRICTED, State.PROPOSED)


class HoldState(StrEnum):
    """States of a legal hold."""

    ACTIVE = "active"
    LIFT_PROPOSED = "lift_proposed"
    LIFTED = "lifted"


HOLD_NAMES = {
    HoldState.ACTIVE: N_("Held for now"),
    HoldState.LIFT_PROPOSED: N_("In force; lifting proposed"),
    HoldState.LIFTED: N_("Lifted"),
}

HOLD_WORKFLOW = Workflow(
    HoldState,
    HoldState.ACTIVE,
    [
        step("propose_lift", "active", "lift_proposed", "D19"),
        step("keep", "lift_proposed", "active"),
        step("lift", "lift_proposed", "lifted", "D19"),
    ],
)

HOLD_KINDS = {
    "inspection": N_("Audit or inspection"),
    "dispute": N_("Review, lawsuit or arbitration"),
    "complaint": N_("Open complaint"),
    "voucher": N_("Payment voucher"),
    "other": N_("Another duty to keep"),
}

ORIGINS = {
    "self": N_("Asked for by the person"),
    "retention": N_("The periods have ended"),
}


def own_case_obstacles(*, officer_id: int | None, person_ids: Iterable[int]) -> list[Obstacle]:
    """Nobody decides on data of his own."""
    if officer_id is not None and officer_id in set(person_ids):
        return [Obstacle("own_case", N_("These data are your own. Colleagues must decide on it."))]
    return []


def four_eyes_obstacles(*, officer_id: int | None, proposer_id: int | None) -> list[Obstacle]:
    """Whoever proposed does not decide."""
    if officer_id is not None and officer_id != proposer_id:
        return []
    return [Obstacle("four_eyes", N_("Another officer must decide on what you proposed."))]


def hold_obstacles(found: Sequence[object]) -> list[Obstacle]:
    """Nothing is erased while something must stay: each reason with its article and its last day."""
    obstacles = []
    for one in found:
        message: str = one.message  # type: ignore[attr-defined]
        obstacles.append(
            Obstacle("held", message, None, one.basis, one.params)  # type: ignore[attr-defined]
        )
    return obstacles


def kind_obstacles(kind: str) -> list[Obstacle]:
    """Refuses a kind of hold that is not on the list."""
    return [] if kind in HOLD_KINDS else [Obstacle("hold_kind", N_("Choose one from the list."), "kind")]
