"""Continuing education: tables and reads."""

from shegong.work.education.models.ledger import CreditEntry
from shegong.work.education.models.totals import YearTotal, minutes_by_year

__all__ = ["CreditEntry", "YearTotal", "minutes_by_year"]
