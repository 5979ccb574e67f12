"""Every change of a batch: received, checked, chosen in, accepted or dropped, taken in, put right, undone."""

from shegong.ground.intake.actions.choosing import adopt, adopt_all, check_again, choose_row
from shegong.ground.intake.actions.correcting import correct, may_correct
from shegong.ground.intake.actions.jobs import resume, tidy, work
from shegong.ground.intake.actions.receiving import receive
from shegong.ground.intake.actions.taking import accept
from shegong.ground.intake.actions.undoing import drop, undo

__all__ = [
    "accept",
    "adopt",
    "adopt_all",
    "check_again",
    "choose_row",
    "correct",
    "drop",
    "may_correct",
    "receive",
    "resume",
    "tidy",
    "undo",
    "work",
]
