"""Continuing education: the rules. Pure."""

from shegong.work.education.rules.permissions import Permission

__all__ = ["Permission"]
