"""Every change of papers, of the library of policy documents, and of official documents."""

from shegong.ground.documents.actions.drafting import draft_document, drop_draft, edit_draft
from shegong.ground.documents.actions.papers import (
    add_paper,
    clean_title,
    destroy_bytes,
    has_bytes,
    open_folder,
    read_bytes,
    remove_paper,
)
from shegong.ground.documents.actions.receiving import acknowledge, remind
from shegong.ground.documents.actions.steps import circulate, cosign, issue, recall, sign, take_back

__all__ = [
    "acknowledge", "add_paper", "circulate", "clean_title", "cosign", "destroy_bytes", "draft_document", "drop_draft",
    "edit_draft", "has_bytes", "issue", "open_folder", "read_bytes", "recall", "remind", "remove_paper", "sign",
    "take_back",
]  # fmt: skip
