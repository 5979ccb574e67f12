"""What may happen to a task, and who may do it; pure (N6, N7, N12, M1.c)."""

from enum import StrEnum


class Permission(StrEnum):
    """What roles may be given in this context."""

    READ = "tasks.read"
    ASSIGN = "tasks.assign"
    REPLY = "tasks.reply"
