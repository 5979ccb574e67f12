"""Public verification and the watching of registrations: tables and reads."""

from shegong.duties.lookup.models.enquiry import Enquiry, Found, find, valid_by_level

__all__ = ["Enquiry", "Found", "find", "valid_by_level"]
