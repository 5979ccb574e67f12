"""Every change of requests about one's own data, and the retention job."""

from shegong.steering.privacy.actions.asking import ask, note_copy, withdraw
from shegong.steering.privacy.actions.deciding import erase, erase_again, propose, refuse, restrict, send_back
from shegong.steering.privacy.actions.holding import keep_hold, lift_hold, place_hold, propose_lift
from shegong.steering.privacy.actions.retention import propose_expired, sweep

__all__ = [
    "ask",
    "erase",
    "erase_again",
    "keep_hold",
    "lift_hold",
    "note_copy",
    "place_hold",
    "propose",
    "propose_expired",
    "propose_lift",
    "refuse",
    "restrict",
    "send_back",
    "sweep",
    "withdraw",
]
