"""What this context says of two records that become one (`kernel.moving`): a case stays with the record that was named, as
who complained does, and is read through to the human (`models.records`): what a merge moves is listed for those who merge,
and would tell that there is a case, or who complained."""

from collections.abc import Sequence
from datetime import date

from shegong.ground.people.models import Person
from shegong.kernel import moving
from shegong.kernel.access import Actor
from shegong.kernel.moving import Change, Part
from shegong.kernel.refusal import Obstacle

_CASE = "a case is about the record that was named in it; it is read through the record that was merged"
_ACTED = "history: who acted for an office"
HOLDS = moving.Holds(
    moved={},
    kept={
        "conduct.Complaint.respondent": _CASE,
        "conduct.Complaint.investigator": _ACTED,
        "conduct.VaultRead.reader": _ACTED,
        "conduct.Inquiry.respondent": _CASE,
        "conduct.Inquiry.opened_by": _ACTED,
        "conduct.Investigator.person": _ACTED,
        "conduct.Investigator.named_by": _ACTED,
        "conduct.Statement.by_person": _CASE,
        "conduct.Statement.taken_by": _ACTED,
        "conduct.Interim.proposer": _ACTED,
        "conduct.Interim.signer": _ACTED,
        "conduct.Evidence.added_by": _ACTED,
        "conduct.EvidenceRead.reader": _ACTED,
        "conduct.Seat.person": _ACTED,
        "conduct.Decision.respondent": _CASE,
        "conduct.Decision.proposer": _ACTED,
        "conduct.Decision.decider": _ACTED,
        "conduct.Publication.person": _CASE,
        "conduct.Appeal.person": _CASE,
        "conduct.Appeal.proposer": _ACTED,
        "conduct.Appeal.decider": _ACTED,
        "conduct.SecondLook.proposer": _ACTED,
        "conduct.SecondLook.decider": _ACTED,
        "conduct.Flag.looked_by": _ACTED,
        "conduct.SerialFinding.proposer": _ACTED,
        "conduct.SerialFinding.signer": _ACTED,
        "conduct.Repair.person": _CASE,
        "conduct.Repair.proposer": _ACTED,
        "conduct.Repair.decider": _ACTED,
        "conduct.Kin.person": "a declaration, as it was made",
        "conduct.Kin.relative": "a declaration, as it was made",
    },
)


def clashes(from_: Person, to: Person) -> list[Obstacle]:
    """Nothing here forbids a merge: saying so would tell that there is a case."""
    return []


def parts(from_: Person, to: Person) -> list[Part]:
    """Nothing here moves."""
    return []


def move_person(from_: Person, to: Person, *, by: Actor, on: date) -> list[Change]:
    """Nothing here moves. Refuses unless people knows them as one."""
    moving.require_merged(from_, to)
    return []


def put_back(changes: Sequence[Change], from_: Person, to: Person, *, by: Actor, on: date) -> None:
    """Nothing was moved."""
