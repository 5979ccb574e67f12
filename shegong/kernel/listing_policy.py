"""How large a file of a list may be, from policy/exports.toml."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.conf import settings

from shegong.kernel.policy import Policy, load


@dataclass(frozen=True)
class ExportPolicy:
    """Rows of a direct file, rows from which a second person decides, in one file and in all of a person's in a day, rows
    with full numbers; days; open orders."""

    direct_rows: int
    approved_rows: int
    daily_rows: int
    full_rows: int
    kept_days: int
    decide_days: int
    open_orders: int

    def needs_approval(self, rows: int, *, full: bool, taken: int = 0) -> bool:
        """Whether a second person must agree to a file of so many rows by somebody who has `taken` so many today."""
        return full or rows > self.approved_rows or taken + rows > self.daily_rows


@cache
def _versions() -> Policy[ExportPolicy]:
    return load(settings.POLICY_DIR / "exports.toml", ExportPolicy)


def export_policy(on: date) -> ExportPolicy:
    """The version in force on `on`."""
    return _versions().on(on)
