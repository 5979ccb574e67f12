"""Every change of the talent base; one module an aggregate."""

from shegong.ground.people.actions.closing import close_person
from shegong.ground.people.actions.contacts import state_contact
from shegong.ground.people.actions.editors import editable, making, require_editors
from shegong.ground.people.actions.forms import Forms, forms_of
from shegong.ground.people.actions.identities import (
    open_number,
    reveal_identity,
    state_identity,
    verify_identity,
)
from shegong.ground.people.actions.intake import (
    Entrant,
    StatedTie,
    note,
    take_in,
    tie_all,
)
from shegong.ground.people.actions.lookups import note_lookup
from shegong.ground.people.actions.names import state_name
from shegong.ground.people.actions.persons import (
    create_person,
    hold,
    require_editor,
    state_particulars,
    truthful,
)
from shegong.ground.people.actions.skills import drop_skill, state_skill
from shegong.ground.people.actions.ties import end_tie, state_place, tie
from shegong.ground.people.actions.withdrawal import (
    A_LINE,
    LINES_AT_ONCE,
    filled_by,
    keys_of,
    removed,
    withdraw_batch,
    write_gone,
)

__all__ = [
    "A_LINE",
    "LINES_AT_ONCE",
    "Entrant",
    "Forms",
    "StatedTie",
    "close_person",
    "create_person",
    "drop_skill",
    "editable",
    "end_tie",
    "filled_by",
    "forms_of",
    "hold",
    "keys_of",
    "making",
    "note",
    "note_lookup",
    "open_number",
    "removed",
    "require_editor",
    "require_editors",
    "reveal_identity",
    "state_contact",
    "state_identity",
    "state_name",
    "state_particulars",
    "state_place",
    "state_skill",
    "take_in",
    "tie",
    "tie_all",
    "truthful",
    "verify_identity",
    "withdraw_batch",
    "write_gone",
]
