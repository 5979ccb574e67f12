"""What a snapshot must hold; pure (T4.2.c, T4.2.d, N11)."""

from enum import StrEnum


class Permission(StrEnum):
    """What roles may be given in this context."""

    READ = "statistics.read"
    FREEZE = "statistics.freeze"
