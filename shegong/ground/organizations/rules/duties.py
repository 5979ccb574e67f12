"""Duties that bodies hold over divisions, dated; pure."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class Duties(StrEnum):
    """Duties that the product asks about; routes of other provinces may name more (policy/routes.toml)."""

    SOCIAL_WORK = "social_work"
    REGISTRATION = "registration"
    REGISTRATION_INTAKE = "registration_intake"
    REGISTRATION_DECISION = "registration_decision"
    REGISTRATION_ENTRUSTED = "registration_entrusted"
    SOCIETY_WORK_DEPARTMENT = "society_work_department"
    CONDUCT = "conduct"
    CONDUCT_ASSOCIATION = "conduct_association"


DUTIES: Mapping[str, str] = {
    Duties.SOCIAL_WORK: N_("Daily work on social workers"),
    Duties.REGISTRATION: N_("Registration body"),
    Duties.REGISTRATION_INTAKE: N_("Registration: intake"),
    Duties.REGISTRATION_DECISION: N_("Registration: decision"),
    Duties.REGISTRATION_ENTRUSTED: N_("Registration: entrusted intake"),
    Duties.SOCIETY_WORK_DEPARTMENT: N_("Society work department"),
    Duties.CONDUCT: N_("Complaints about conduct"),
    Duties.CONDUCT_ASSOCIATION: N_("Complaints that no office in line may have"),
}
# Duties that come with a plan: their codes begin so and end with which one (subplan/jilin-2011/6).
FAMILIES: Mapping[str, str] = {"subplan": N_("Leads a sub-plan")}


def duty_name(code: str) -> str:
    """What a duty is called (msgid); a code that nobody named speaks for itself."""
    return DUTIES.get(code) or FAMILIES.get(code.partition("/")[0], code)


def transfer_obstacles(
    *, effective: date | None, holder_since: date | None, is_same: bool, is_dissolved: bool, basis: str
) -> list[Obstacle]:
    """What speaks against giving a duty to another body from `effective` on (M1.d: a dated setting)."""
    found = []
    if is_same:
        found.append(Obstacle("duty_same", N_("This body holds the duty already."), "organization", "M1.d"))
    if is_dissolved:
        found.append(
            Obstacle("duty_dissolved", N_("This body is dissolved on that day."), "organization", "M1.d")
        )
    if effective is None:
        found.append(Obstacle("duty_day", N_("Enter the day of the transfer."), "effective", "M1.d"))
    elif holder_since is not None and effective < holder_since:
        message = N_("The body in office took the duty on %(day)s; choose that day or a later one.")
        found.append(Obstacle("duty_before", message, "effective", "M1.d", {"day": holder_since.isoformat()}))
    if not basis.strip():
        found.append(
            Obstacle("duty_basis", N_("Enter the document that orders the transfer."), "basis", "M1.d")
        )
    return found


class TransferState(StrEnum):
    """States of a proposed transfer."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


TRANSFERS = Workflow(
    TransferState,
    TransferState.PROPOSED,
    [
        step("approve", "proposed", "approved", "M1.d"),
        step("refuse", "proposed", "refused", "M1.d"),
        step("withdraw", "proposed", "withdrawn"),
    ],
)


def transfer_decision_obstacles(*, decider_id: int | None, proposer_id: int) -> list[Obstacle]:
    """Why this person may not decide the transfer: another than the proposer must (D19)."""
    if decider_id is None or decider_id == proposer_id:
        message = N_("Another person than the one who proposed it must decide.")
        return [Obstacle("four_eyes", message, clause="M1.d")]
    return []
