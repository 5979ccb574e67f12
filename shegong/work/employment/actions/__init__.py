"""Every change of who works where."""

from shegong.work.employment.actions.declaring import ORIGIN, declare_employment, end_employment
from shegong.work.employment.actions.intake import StatedEmployment, take_in, withdraw_batch

__all__ = ["ORIGIN", "StatedEmployment", "declare_employment", "end_employment", "take_in", "withdraw_batch"]
