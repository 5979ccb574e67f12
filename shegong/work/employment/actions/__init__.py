"""Every change of who works where."""

from shegong.work.employment.actions.declaring import ORIGIN, declare_employment, end_employment

__all__ = ["ORIGIN", "declare_employment", "end_employment"]
