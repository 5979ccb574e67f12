"""Conduct: every change."""

from shegong.duties.conduct.actions.accepting import accept, open_vault, refuse
from shegong.duties.conduct.actions.appealing import (
    decide_appeal,
    lodge_appeal,
    propose_result,
    review_body,
    withdraw_appeal,
)
from shegong.duties.conduct.actions.closing import close_cases
from shegong.duties.conduct.actions.deciding import decide, propose_decision, send_back
from shegong.duties.conduct.actions.drafts import (
    add_draft_papers,
    drop_draft,
    drop_draft_paper,
    drop_old_drafts,
    papers_of,
    read_draft,
    save_draft,
)
from shegong.duties.conduct.actions.exchanging import answer, tracked, write
from shegong.duties.conduct.actions.flagging import (
    look_at_flag,
    propose_serial,
    raise_flags,
    sign_serial,
    watch_retaliation,
)
from shegong.duties.conduct.actions.hearing import hear, recuse, seat, tally_of, vote
from shegong.duties.conduct.actions.interim import (
    end_unreviewed,
    propose_interim,
    review_interim,
    sign_interim,
)
from shegong.duties.conduct.actions.investigating import (
    add_evidence,
    disclose,
    name_investigator,
    open_inquiry,
    read_evidence,
    recuse_investigator,
    take_statement,
)
from shegong.duties.conduct.actions.lodging import Lodged, ask_review, lodge, lodged_from, withdraw
from shegong.duties.conduct.actions.looking import (
    answer_look,
    ask_look,
    last_decision,
    look_body,
    look_obstacles,
    propose_look,
    rest_look,
    run_look_on,
)
from shegong.duties.conduct.actions.publishing import repair_records
from shegong.duties.conduct.actions.relations import declare_kin, end_kin, say_over
from shegong.duties.conduct.actions.reopening import reopen
from shegong.duties.conduct.actions.repairing import ask_repair, decide_repair, first_day, propose_repair
from shegong.duties.conduct.actions.replying import reply
from shegong.duties.conduct.actions.routing import identify, pass_up, place_by_hand, transfer
from shegong.duties.conduct.actions.stages import extend, pause, resume

__all__ = [
    "Lodged", "accept", "add_draft_papers", "add_evidence", "answer", "answer_look", "ask_look", "ask_repair", "ask_review",
    "close_cases", "decide", "decide_appeal", "decide_repair", "declare_kin", "disclose", "drop_draft",
    "drop_draft_paper", "drop_old_drafts", "end_kin", "end_unreviewed", "extend", "first_day", "hear",
    "identify", "last_decision", "lodge", "lodge_appeal", "lodged_from", "look_at_flag", "look_body", "look_obstacles", "name_investigator", "open_inquiry",
    "open_vault", "papers_of", "pass_up", "pause", "place_by_hand", "propose_decision", "propose_interim", "propose_look",
    "propose_repair", "propose_result", "propose_serial", "raise_flags", "read_draft", "read_evidence",
    "recuse", "recuse_investigator", "refuse", "reopen", "repair_records", "reply", "rest_look", "resume", "review_body",
    "review_interim", "run_look_on", "save_draft", "say_over", "seat", "send_back", "sign_interim", "sign_serial",
    "take_statement", "tally_of", "tracked", "transfer", "vote", "watch_retaliation", "withdraw",
    "withdraw_appeal", "write",
]  # fmt: skip
