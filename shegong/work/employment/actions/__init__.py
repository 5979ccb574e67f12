"""Every change of who works where, and what the other side answers."""

from shegong.work.employment.actions.confirming import (
    confirm,
    deny,
    propose_employment,
    propose_end,
    take_back,
)
from shegong.work.employment.actions.deciding import decide, escalate_due
from shegong.work.employment.actions.declaring import ORIGIN, declare_employment, end_employment
from shegong.work.employment.actions.intake import StatedEmployment, take_in, withdraw_batch

__all__ = [
    "ORIGIN",
    "StatedEmployment",
    "confirm",
    "decide",
    "declare_employment",
    "deny",
    "end_employment",
    "escalate_due",
    "propose_employment",
    "propose_end",
    "take_back",
    "take_in",
    "withdraw_batch",
]
