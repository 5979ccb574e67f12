"""What roles may be given in this context; pure."""

from enum import StrEnum


class Permission(StrEnum):
    """`regions.edit` also covers the holiday calendar: both are the province's common ground."""

    READ = "regions.read"
    EDIT = "regions.edit"
