"""Targets, yearly plans and how far they are; pure (N2, N3, N10)."""

from enum import StrEnum


class Permission(StrEnum):
    """What roles may be given in this context."""

    READ = "programme.read"
    PLAN = "programme.plan"
    ENDORSE = "programme.endorse"
    ENTER = "programme.enter"
