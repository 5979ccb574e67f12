"""Large and sensitive exports: who ordered them, who agrees (D19)."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.urls import reverse

from shegong.ground.accounts.models import Grant
from shegong.ground.accounts.roles import roles
from shegong.ground.accounts.rules import Permission
from shegong.ground.people.models import names_of
from shegong.ground.regions.models import tree
from shegong.kernel import listing_jobs, listing_orders, messages
from shegong.kernel.access import Actor, in_person, require, unguarded
from shegong.kernel.listing_files import Extract
from shegong.kernel.listing_orders import Export, approve_order, refuse_order, withdraw_order
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_

MOST_TOLD = 50
WAITS = messages.Template(
    "kernel.export.waits",
    N_("An export waits for your agreement"),
    N_("%(name)s wants %(rows)s rows of “%(title)s” (file %(code)s). What for: %(reason)s"),
)
REFUSED = messages.Template(
    "kernel.export.refused",
    N_("Your export was not approved"),
    N_("%(title)s, file %(code)s: %(why)s"),
)


@unguarded("the address of the list is asked again as this actor: who may not see it has no extract")
@transaction.atomic
def order_export(
    extract: Extract, *, path: str, query: str, form: str, reason: str, full: bool, by: Actor, on: date
) -> Export:
    """Order a file of a list; whoever may agree to it is told when somebody must. Refuses what the order refuses."""
    row = listing_orders.order_export(
        extract, path=path, query=query, form=form, reason=reason, full=full, by=by, on=on
    )
    if row.state == listing_orders.ExportState.PROPOSED:
        name = names_of([row.person_id]).get(row.person_id, "") if row.person_id else ""
        values = {
            "name": name or "—",
            "rows": f"{row.count:,}",
            "title": row.title,
            "code": row.code,
            "reason": row.reason,
        }
        for person_id in approvers(row, on)[:MOST_TOLD]:
            person: Any = SimpleNamespace(pk=person_id)
            page = reverse("accounts:export_request", args=[row.pk])
            messages.send(person, WAITS, values, channels=(messages.INBOX,), link=page)
    return row


def approvers(row: Export, on: date) -> list[int]:
    """People whose grants of today let them decide an order, but the one who ordered it."""
    able = [role.code for role in roles().values() if Permission.APPROVE_EXPORT in role.permissions]
    found = set()
    for grant in Grant.objects.on(on).filter(role__in=able).exclude(person=row.person_id):
        if any(row.region_code in one for one in tree().ranges(grant.region_code, on, tree=grant.tree)):
            found.add(grant.person_id)
    return sorted(found)


@in_person("the second person proves with a fresh second factor who decides: agree on the page")
@transaction.atomic
def approve_export(row: Export, *, seen: int | None, by: Actor, on: date) -> Export:
    """Agree to an order in one's reach. Refuses one's own, and one that moved on meanwhile."""
    require(by, Permission.APPROVE_EXPORT, row.region_code)
    return approve_order(row, seen=seen, by=by, on=on)


@transaction.atomic
def refuse_export(row: Export, *, reason: str, seen: int | None, by: Actor, on: date) -> Export:
    """Do not agree to an order in one's reach, with the reason. Refuses one's own, and one that moved on meanwhile."""
    require(by, Permission.APPROVE_EXPORT, row.region_code)
    row = refuse_order(row, reason=reason, seen=seen, by=by, on=on)
    values = {"title": row.title, "code": row.code, "why": row.answer}
    listing_jobs.tell(row, REFUSED, values)
    return row


def withdraw_export(row: Export, *, by: Actor, on: date) -> Export:
    """Take one's own unfinished order back."""
    return withdraw_order(row, by=by, on=on)


@transaction.atomic
def note_download(row: Export, *, by: Actor, on: date) -> None:
    """Journal that a finished file was taken: who, which number, how many rows. Refuses somebody else's."""
    if by.user_id is None or by.user_id != row.user_id:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    listing_orders.note_download(row, by=by)
