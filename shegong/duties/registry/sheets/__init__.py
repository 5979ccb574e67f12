"""Workbooks of the registry: importing this package declares their layouts."""

from shegong.duties.registry.sheets.roster import ROSTER
from shegong.duties.registry.sheets.summary import SUMMARY

__all__ = ["ROSTER", "SUMMARY"]
