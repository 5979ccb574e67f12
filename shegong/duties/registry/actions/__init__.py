"""Every change of the register."""

from shegong.duties.registry.actions.applying import (
    add_paper,
    choose_certificate,
    choose_ground,
    commit_to_ethics,
    remove_paper,
    saved,
    submit_application,
    withdraw_application,
)
from shegong.duties.registry.actions.beginning import begin, start_application
from shegong.duties.registry.actions.cards import replace_card
from shegong.duties.registry.actions.changing import begin_change, escalate_moves, state_change
from shegong.duties.registry.actions.closing import (
    approve_closing,
    propose_closing,
    refuse_closing,
    withdraw_closing,
)
from shegong.duties.registry.actions.counter import apply_at_counter, withdraw_batch
from shegong.duties.registry.actions.counting import (  # follows the journal from here on
    recount_everybody,
    recount_some,
)
from shegong.duties.registry.actions.desk import leave_desk, open_desk
from shegong.duties.registry.actions.handing_over import hand_over
from shegong.duties.registry.actions.holding import hold, keep_while_decided, make_way, release
from shegong.duties.registry.actions.inquiring import add_proof, conclude_inquiry, open_inquiry
from shegong.duties.registry.actions.jobs import issue_due_certificates, recompute_provisional_deadlines
from shegong.duties.registry.actions.lapsing import (
    confirm_lapses,
    keep_all,
    keep_what_must_not_lapse,
    let_lapse,
)
from shegong.duties.registry.actions.news import follow_news
from shegong.duties.registry.actions.proving import publish_status, sign_cards
from shegong.duties.registry.actions.recalling import BulkResult, pass_many, recall_decision
from shegong.duties.registry.actions.register import end_application, issue_certificate, issue_due
from shegong.duties.registry.actions.reminding import note_told, remind_due
from shegong.duties.registry.actions.restoring import restore, restored_end, restoring_obstacles
from shegong.duties.registry.actions.restricting import lift_suspension, suspend_person
from shegong.duties.registry.actions.reviewing import (
    accept_application,
    fail_stage,
    obstacles_for,
    pass_stage,
    return_for_completion,
    seat_of,
)
from shegong.duties.registry.actions.rounds import open_round, recompute_clocks
from shegong.duties.registry.actions.sanctioning import (
    impose_suspension,
    reinstate,
    reinstate_person,
    revoke_by_decision,
    shorten_suspension,
    stay_suspension,
)

__all__ = [
    "BulkResult", "accept_application", "add_paper", "add_proof", "apply_at_counter", "approve_closing", "begin", "begin_change",
    "choose_certificate", "choose_ground", "commit_to_ethics", "conclude_inquiry", "confirm_lapses", "end_application", "escalate_moves", "fail_stage", "follow_news", "hand_over", "hold",
    "impose_suspension", "issue_certificate", "issue_due", "issue_due_certificates", "keep_all",
    "keep_what_must_not_lapse", "keep_while_decided", "leave_desk", "let_lapse", "lift_suspension", "make_way",
    "note_told", "obstacles_for", "open_desk", "open_inquiry", "open_round", "pass_many", "pass_stage", "propose_closing",
    "publish_status", "recall_decision", "recompute_clocks", "recompute_provisional_deadlines", "recount_everybody", "recount_some", "refuse_closing",
    "reinstate", "reinstate_person", "release", "remind_due", "remove_paper", "replace_card", "restore", "restored_end", "restoring_obstacles",
    "return_for_completion", "revoke_by_decision", "saved", "seat_of", "shorten_suspension", "sign_cards",
    "start_application", "state_change", "stay_suspension", "submit_application", "suspend_person", "withdraw_application",
    "withdraw_batch", "withdraw_closing",
]  # fmt: skip
