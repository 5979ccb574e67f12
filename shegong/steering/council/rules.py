"""Meetings and resolutions; pure (M1.a to M1.d)."""

from enum import StrEnum


class Permission(StrEnum):
    """What roles may be given in this context."""

    READ = "council.read"
    RUN = "council.run"
