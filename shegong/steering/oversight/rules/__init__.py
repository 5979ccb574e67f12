"""Rounds, inspections, reports and acceptance; pure (N6, N11, N12, N13)."""

from enum import StrEnum


class Permission(StrEnum):
    """What roles may be given in this context."""

    READ = "oversight.read"
    DISPATCH = "oversight.dispatch"
    ANSWER = "oversight.answer"
    REPORT = "oversight.report"
    RECEIVE = "oversight.receive"
    ACCEPT = "oversight.accept"
    VERIFY = "oversight.verify"
