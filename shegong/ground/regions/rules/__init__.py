"""Divisions: the tree of any day, what may be changed, and by whom; pure."""

from shegong.ground.regions.rules.permissions import Permission
from shegong.ground.regions.rules.rows import Divisions, Match, MemberRow, NameRow, Place, SuccessionRow
from shegong.ground.regions.rules.tree import LEGAL, REPORTING, Tree

__all__ = [
    "LEGAL", "REPORTING", "Divisions", "Match", "MemberRow", "NameRow", "Permission", "Place", "SuccessionRow", "Tree",
]  # fmt: skip
