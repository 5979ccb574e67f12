"""Large and sensitive exports: who ordered them, who agrees (D19)."""

from datetime import date

from django.db import transaction

from shegong.ground.accounts.rules import Permission
from shegong.kernel import listing_jobs as listing_jobs  # declares the jobs
from shegong.kernel.access import Actor, require
from shegong.kernel.listing_orders import Export, approve_order, refuse_order, withdraw_order


@transaction.atomic
def approve_export(row: Export, *, seen: int | None, by: Actor, on: date) -> Export:
    """Agree to an order in one's reach. Refuses one's own, and one that moved on meanwhile."""
    require(by, Permission.APPROVE_EXPORT, row.region_code)
    return approve_order(row, seen=seen, by=by, on=on)


@transaction.atomic
def refuse_export(row: Export, *, reason: str, seen: int | None, by: Actor, on: date) -> Export:
    """Do not agree to an order in one's reach, with the reason. Refuses one's own, and one that moved on meanwhile."""
    require(by, Permission.APPROVE_EXPORT, row.region_code)
    return refuse_order(row, reason=reason, seen=seen, by=by, on=on)


def withdraw_export(row: Export, *, by: Actor, on: date) -> Export:
    """Take one's own unfinished order back."""
    return withdraw_order(row, by=by, on=on)
