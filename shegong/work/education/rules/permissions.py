"""What roles may be given in this context (policy/roles.toml gives them out); pure."""

from enum import StrEnum


class Permission(StrEnum):
    """Permissions of this context."""

    READ = "education.read"
    ENTER = "education.enter"
    APPROVE = "education.approve"
    RECOGNISE = "education.recognise"
    TEACH = "education.teach"
    CHECK = "education.check"
