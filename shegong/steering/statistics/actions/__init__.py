"""Frozen figures: every change."""

from shegong.steering.statistics.actions.freezing import Verdict, freeze, verdict, verify
from shegong.steering.statistics.actions.nightly import verify_nightly

__all__ = ["Verdict", "freeze", "verdict", "verify", "verify_nightly"]
