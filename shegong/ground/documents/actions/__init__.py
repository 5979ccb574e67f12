"""Every change of papers, of the library of policy documents, and of official documents."""

from shegong.ground.documents.actions.drafting import attach, detach, draft_document, drop_draft, edit_draft
from shegong.ground.documents.actions.library import amend_policy, end_policy, load_library, record_policy
from shegong.ground.documents.actions.papers import (
    add_paper,
    clean_title,
    cleaned,
    destroy_bytes,
    has_bytes,
    open_folder,
    read_bytes,
    remove_paper,
    store_file,
)
from shegong.ground.documents.actions.receiving import acknowledge, remind
from shegong.ground.documents.actions.steps import circulate, cosign, issue, recall, sign, take_back

__all__ = [
    "acknowledge", "add_paper", "amend_policy", "attach", "circulate", "clean_title", "cleaned", "cosign", "destroy_bytes", "detach", "draft_document", "drop_draft",
    "edit_draft", "end_policy", "has_bytes", "issue", "load_library", "open_folder", "read_bytes", "recall", "record_policy", "remind", "remove_paper", "sign",
    "store_file", "take_back",
]  # fmt: skip
