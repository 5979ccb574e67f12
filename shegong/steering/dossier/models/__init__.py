"""Tables of duplicates and merging, and what is read to compare two records."""

from shegong.steering.dossier.models.cases import DuplicateCase, DuplicateReason, MovedRow, Progress
from shegong.steering.dossier.models.facts import candidates, facts_of
from shegong.steering.dossier.models.policies import merge_policy

__all__ = [
    "DuplicateCase",
    "DuplicateReason",
    "MovedRow",
    "Progress",
    "candidates",
    "facts_of",
    "merge_policy",
]
