"""Every change of the talent base; one module an aggregate."""

from shegong.ground.people.actions.contacts import state_contact
from shegong.ground.people.actions.identities import (
    open_number,
    reveal_identity,
    state_identity,
    verify_identity,
)
from shegong.ground.people.actions.names import state_name
from shegong.ground.people.actions.persons import (
    create_person,
    export_person,
    hold,
    require_editor,
    state_particulars,
    truthful,
)
from shegong.ground.people.actions.skills import drop_skill, state_skill
from shegong.ground.people.actions.ties import end_tie, tie

__all__ = [
    "create_person",
    "drop_skill",
    "end_tie",
    "export_person",
    "hold",
    "open_number",
    "require_editor",
    "reveal_identity",
    "state_contact",
    "state_identity",
    "state_name",
    "state_particulars",
    "state_skill",
    "tie",
    "truthful",
    "verify_identity",
]
