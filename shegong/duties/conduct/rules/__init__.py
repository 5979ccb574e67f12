"""Conduct: the rules. Pure."""

from shegong.duties.conduct.rules.permissions import Permission

__all__ = ["Permission"]
