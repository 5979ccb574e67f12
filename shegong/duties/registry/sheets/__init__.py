"""Workbooks of the registry: importing this package declares their layouts."""

from shegong.duties.registry.sheets.roster import ROSTER

__all__ = ["ROSTER"]
