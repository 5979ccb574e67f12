"""What the public and clerks can change here, and the jobs that tell watchers."""

from shegong.duties.lookup.actions.following import follow_clock, follow_journal
from shegong.duties.lookup.actions.receipts import keep_receipt, note_workbook
from shegong.duties.lookup.actions.telling import follow, tell_due
from shegong.duties.lookup.actions.watching import (
    Outcome,
    acting_for,
    choose,
    end_watch,
    put_on_list,
    take_off,
    watch_area,
    watch_staff,
)

__all__ = [
    "Outcome", "acting_for", "choose", "end_watch", "follow", "follow_clock", "follow_journal", "keep_receipt", "note_workbook",
    "put_on_list", "take_off", "tell_due", "watch_area", "watch_staff",
]  # fmt: skip
