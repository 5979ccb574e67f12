"""Every change of cases about duplicates."""

from shegong.steering.dossier.actions.deciding import keep_apart, merge, propose, send_back, withdraw
from shegong.steering.dossier.actions.finding import find_duplicates, follow_news, look, suspect
from shegong.steering.dossier.actions.parting import propose_undo, refuse_undo, undo, withdraw_undo

__all__ = [
    "find_duplicates",
    "follow_news",
    "keep_apart",
    "look",
    "merge",
    "propose",
    "propose_undo",
    "refuse_undo",
    "send_back",
    "suspect",
    "undo",
    "withdraw",
    "withdraw_undo",
]
