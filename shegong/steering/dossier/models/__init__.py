"""Tables of duplicates and merging, and what is read to compare two records."""

from shegong.steering.dossier.models.cases import DuplicateCase, DuplicateReason, MovedRow
from shegong.steering.dossier.models.facts import candidates, facts_of
from shegong.steering.dossier.models.policies import merge_policy
from shegong.steering.dossier.models.talents import Talent, certified_at, standing_ties, talents

__all__ = [
    "DuplicateCase",
    "DuplicateReason",
    "MovedRow",
    "Talent",
    "candidates",
    "certified_at",
    "facts_of",
    "merge_policy",
    "standing_ties",
    "talents",
]
