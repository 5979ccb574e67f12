"""Continuing education: every change."""

from shegong.work.education.actions.late import (
    decide_late,
    propose_late,
    refuse,
    state_hours,
    take_back,
    vouch,
)
from shegong.work.education.actions.posting import NewEntry, clashes, post, post_many, write
from shegong.work.education.actions.reversing import correct, reverse
from shegong.work.education.actions.study import (
    complete_study,
    drop_study,
    enrol,
    record_leave,
    withdraw_leave,
)

__all__ = [
    "NewEntry",
    "clashes",
    "complete_study",
    "correct",
    "decide_late",
    "drop_study",
    "enrol",
    "post",
    "post_many",
    "propose_late",
    "record_leave",
    "refuse",
    "reverse",
    "state_hours",
    "take_back",
    "vouch",
    "withdraw_leave",
    "write",
]
