"""Entries of the journal about complaints: at the place of the body that handles them, never where it happened, about
nobody, without the request and the account by which somebody complained (A18)."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from shegong.duties.conduct.models import Complaint
from shegong.kernel import journal
from shegong.kernel.access import Actor


def note(
    verb: str,
    complaint: Complaint,
    *,
    by: Actor,
    rows: Sequence[Any] = (),
    facts: dict[str, Any] | None = None,
) -> None:
    """One entry with the complaint and the rows that changed beside it."""
    place = complaint.routed_region_code or settings.PROVINCE
    journal.write(
        verb, by=by, subject=complaint, region_code=place, facts=facts or {}, rows=[complaint, *rows]
    )
