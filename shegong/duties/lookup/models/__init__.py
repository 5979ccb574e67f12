"""Public verification and the watching of registrations: tables and reads."""

from shegong.duties.lookup.models.enquiry import Enquiry, Found, find, valid_by_level
from shegong.duties.lookup.models.policies import alert_policy
from shegong.duties.lookup.models.watching import (
    Alert,
    Due,
    Following,
    Told,
    Watch,
    Watched,
    WatchReader,
    pending,
)

__all__ = [
    "Alert", "Due", "Enquiry", "Following", "Found", "Told", "Watch", "WatchReader", "Watched", "alert_policy", "find",
    "pending", "valid_by_level",
]  # fmt: skip
