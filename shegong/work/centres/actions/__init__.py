"""Changes of centres."""

from shegong.work.centres.actions.entering import correct_centre, enter_centre, withdraw_batch
from shegong.work.centres.actions.standing import change_standing, record_check

__all__ = ["change_standing", "correct_centre", "enter_centre", "record_check", "withdraw_batch"]
