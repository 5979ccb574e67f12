"""What roles may be given in this context (policy/roles.toml gives them out); pure."""

from enum import StrEnum


class Permission(StrEnum):
    """Permissions of this context."""

    READ = "conduct.read"
    RECEIVE = "conduct.receive"
    INVESTIGATE = "conduct.investigate"
    DECIDE = "conduct.decide"
    PUBLISH = "conduct.publish"
    OPEN_VAULT = "conduct.open_vault"
    AUDIT = "conduct.audit"
    ANSWER = "conduct.answer"
