"""What roles may be given in this context; pure."""

from enum import StrEnum


class Permission(StrEnum):
    """What roles may be given in this context (policy/roles.toml gives them out)."""

    READ = "programme.read"
    PLAN = "programme.plan"
    SPLIT = "programme.split"
    ENDORSE = "programme.endorse"
    ENTER = "programme.enter"
    RECORDS = "programme.records"
