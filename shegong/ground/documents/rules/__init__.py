"""What may be stored as a paper; the library of policy documents; the steps of an official document. Pure."""

from shegong.ground.documents.rules.library import MECHANISMS, POLICY_KINDS, Mechanism, PolicyKind, Validity
from shegong.ground.documents.rules.official import (
    KINDS,
    WORKFLOW,
    DocumentKind,
    Permission,
    Result,
    Role,
    State,
)
from shegong.ground.documents.rules.papers import JPEG, PDF, TEST_SIGNATURE, file_obstacles, kind_of

__all__ = [
    "JPEG", "KINDS", "MECHANISMS", "PDF", "POLICY_KINDS", "TEST_SIGNATURE", "WORKFLOW", "DocumentKind", "Mechanism",
    "Permission", "PolicyKind", "Result", "Role", "State", "Validity", "file_obstacles", "kind_of",
]  # fmt: skip
