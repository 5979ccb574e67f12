"""Continuing education: every change."""

from shegong.work.education.actions.attending import cosign, file_paper, mark_present, sign_in, strike
from shegong.work.education.actions.by_hand import record_hours
from shegong.work.education.actions.checking import record_check, settle_finding
from shegong.work.education.actions.courses import (
    cancel_course,
    finish_course,
    open_course,
    plan_course,
    start_course,
)
from shegong.work.education.actions.disputing import decide_dispute, dispute, withdraw_dispute
from shegong.work.education.actions.drawing import announce_draw, draw_announced, draw_by_lot
from shegong.work.education.actions.enrolling import give_seat_back, put_down, take_seat
from shegong.work.education.actions.following import look_at, read_on
from shegong.work.education.actions.late import (
    decide_late,
    propose_late,
    refuse,
    state_hours,
    take_back,
    vouch,
)
from shegong.work.education.actions.lists import accept_list, hand_in, return_list
from shegong.work.education.actions.posting import NewEntry, clashes, post, post_many, write
from shegong.work.education.actions.providers import apply_for_recognition, change_recognition, recognise
from shegong.work.education.actions.recording import record, record_results
from shegong.work.education.actions.reversing import correct, reverse
from shegong.work.education.actions.stating import confirm_study, refuse_study, state_study, take_study_back
from shegong.work.education.actions.study import (
    complete_study,
    drop_study,
    enrol,
    record_leave,
    withdraw_leave,
)
from shegong.work.education.actions.waiting import join_waiting, leave_waiting, pass_on_due

__all__ = [
    "NewEntry",
    "accept_list",
    "announce_draw",
    "apply_for_recognition",
    "cancel_course",
    "change_recognition",
    "clashes",
    "complete_study",
    "confirm_study",
    "correct",
    "cosign",
    "decide_dispute",
    "decide_late",
    "dispute",
    "draw_announced",
    "draw_by_lot",
    "drop_study",
    "enrol",
    "file_paper",
    "finish_course",
    "give_seat_back",
    "hand_in",
    "join_waiting",
    "leave_waiting",
    "look_at",
    "mark_present",
    "open_course",
    "pass_on_due",
    "plan_course",
    "post",
    "post_many",
    "propose_late",
    "put_down",
    "read_on",
    "recognise",
    "record",
    "record_check",
    "record_hours",
    "record_leave",
    "record_results",
    "refuse",
    "refuse_study",
    "return_list",
    "reverse",
    "settle_finding",
    "sign_in",
    "start_course",
    "state_hours",
    "state_study",
    "strike",
    "take_back",
    "take_seat",
    "take_study_back",
    "vouch",
    "withdraw_dispute",
    "withdraw_leave",
    "write",
]
