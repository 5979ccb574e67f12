"""Dispatch, inspection, circulars, reports and acceptance of the plan: every change."""

from shegong.steering.oversight.actions.acceptance import (
    apply_for_acceptance,
    name_panelist,
    open_review,
    recuse,
)
from shegong.steering.oversight.actions.cases import (
    answer_case,
    cite_case,
    nominate,
    publish_case,
    verify_case,
    withdraw_case,
)
from shegong.steering.oversight.actions.circular_ends import close_circular, drop_circular, sign_for
from shegong.steering.oversight.actions.circulars import (
    Word,
    draft_circular,
    edit_circular,
    issue_circular,
    send_to_sign,
    take_back_circular,
)
from shegong.steering.oversight.actions.concluding import certify, conclude
from shegong.steering.oversight.actions.filling import empty_batch, fill_return
from shegong.steering.oversight.actions.findings import add_finding, check_points
from shegong.steering.oversight.actions.inspections import (
    begin_inspection,
    choose_body,
    close_inspection,
    draw_bodies,
    drop_inspection,
    drop_inspector,
    name_inspector,
    plan_inspection,
    report_inspection,
    unclosed,
    unreported,
)
from shegong.steering.oversight.actions.judging import (
    add_material,
    check_material,
    check_sample,
    judge_item,
    open_sample,
)
from shegong.steering.oversight.actions.received import archive_report, correct_figures, receive_report
from shegong.steering.oversight.actions.report_warnings import warn_of_reports
from shegong.steering.oversight.actions.reports import (
    draft_report,
    review_report,
    send_report_back,
    sign_report,
    submit_report,
    take_report_back,
    write_report,
)
from shegong.steering.oversight.actions.returns import (
    check_return,
    save_return,
    send_back_return,
    submit_return,
)
from shegong.steering.oversight.actions.rounds import (
    change_round,
    close_round,
    draft_round,
    open_round,
    remind,
    remind_by_clock,
    reopen_round,
)
from shegong.steering.oversight.actions.taking_over import enter_answers

__all__ = [
    "Word",
    "add_finding",
    "add_material",
    "answer_case",
    "apply_for_acceptance",
    "archive_report",
    "begin_inspection",
    "certify",
    "change_round",
    "check_material",
    "check_points",
    "check_return",
    "check_sample",
    "choose_body",
    "cite_case",
    "close_circular",
    "close_inspection",
    "close_round",
    "conclude",
    "correct_figures",
    "draft_circular",
    "draft_report",
    "draft_round",
    "draw_bodies",
    "drop_circular",
    "drop_inspection",
    "drop_inspector",
    "edit_circular",
    "empty_batch",
    "enter_answers",
    "fill_return",
    "issue_circular",
    "judge_item",
    "name_inspector",
    "name_panelist",
    "nominate",
    "open_review",
    "open_round",
    "open_sample",
    "plan_inspection",
    "publish_case",
    "receive_report",
    "recuse",
    "remind",
    "remind_by_clock",
    "reopen_round",
    "report_inspection",
    "review_report",
    "save_return",
    "send_back_return",
    "send_report_back",
    "send_to_sign",
    "sign_for",
    "sign_report",
    "submit_report",
    "submit_return",
    "take_back_circular",
    "take_report_back",
    "unclosed",
    "unreported",
    "verify_case",
    "warn_of_reports",
    "withdraw_case",
    "write_report",
]  # fmt: skip
