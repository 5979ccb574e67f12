"""The plan: every change."""

from shegong.steering.programme.actions.annual import (
    draft_plan,
    endorse_plan,
    issue_plan,
    review_plan,
    send_plan_back,
    submit_plan,
    withdraw_plan,
    write_note,
)
from shegong.steering.programme.actions.assigning import assign_item
from shegong.steering.programme.actions.entering import correct_value, enter_stated, enter_value
from shegong.steering.programme.actions.evidencing import drop_evidence, name_evidence
from shegong.steering.programme.actions.items import add_item, change_item, drop_item
from shegong.steering.programme.actions.loading import load_plan
from shegong.steering.programme.actions.plan_document import draft_plan_document
from shegong.steering.programme.actions.responsibility import fill_sheet
from shegong.steering.programme.actions.splitting import set_targets, split_target
from shegong.steering.programme.actions.subplans import bring_subplan
from shegong.steering.programme.actions.warning import warn

__all__ = [
    "add_item", "assign_item", "bring_subplan", "change_item", "correct_value", "draft_plan", "draft_plan_document", "drop_evidence", "drop_item",
    "endorse_plan", "enter_stated", "enter_value", "fill_sheet",
    "issue_plan", "load_plan", "name_evidence", "review_plan", "send_plan_back", "set_targets", "split_target", "submit_plan",
    "warn", "withdraw_plan", "write_note",
]  # fmt: skip
