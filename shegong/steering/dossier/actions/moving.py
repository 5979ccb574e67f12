"""What this context says of its own columns: a case is about the two records as they were."""

from shegong.kernel import moving

_PAIR = "a case is about two records as they were; open ones are settled with the merge"
_ACTED = "history: who proposed and who decided"
HOLDS = moving.Holds(
    moved={},
    kept={
        "dossier.DuplicateCase.first": _PAIR,
        "dossier.DuplicateCase.second": _PAIR,
        "dossier.DuplicateCase.keep": _PAIR,
        "dossier.DuplicateCase.proposer": _ACTED,
        "dossier.DuplicateCase.decider": _ACTED,
        "dossier.DuplicateCase.undo_proposer": _ACTED,
        "dossier.DuplicateCase.undo_decider": _ACTED,
        "dossier.MovedRow.from_person": "the record of a merge itself",
        "dossier.MovedRow.to_person": "the record of a merge itself",
    },
)
