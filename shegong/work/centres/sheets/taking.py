"""Good rows of a ledger become centres and checks; a batch is taken back as a whole."""

from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from shegong.ground.organizations.models import Organization
from shegong.kernel import journal
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Row, Taking
from shegong.kernel.text import N_
from shegong.work.centres import actions
from shegong.work.centres.models import AnnualCheck, Centre
from shegong.work.centres.sheets.checking import Plan, check

NAMED = 3


def take(rows: Sequence[Row], taking: Taking) -> None:
    """Enter each good row in the mechanism's transaction. What the register says already is not written again."""
    if any("plan" not in row.values for row in rows):
        check(rows, taking)
    common: dict[str, Any] = {"batch_id": taking.batch_id, "by": taking.by, "on": taking.on}
    for row in rows:
        plan: Plan = row.values["plan"]
        if plan.outcome == "same":
            continue
        centre = plan.centre or _enter(row, plan, common)
        newest = max(plan.checks, default=None)
        for year, result in sorted(plan.checks.items()):
            counts: dict[str, Any] = _counts(row) if year == newest else {}
            actions.record_check(centre, year=year, result=result, **counts, **common)


def _counts(row: Row) -> dict[str, int | None]:
    return {"staff": row.values.get("staff"), "certified": row.values.get("certified")}


def _enter(row: Row, plan: Plan, common: dict[str, Any]) -> Centre:
    v = row.values
    if plan.region_code is None:
        raise ValueError("a row without a place is not good")
    return actions.enter_centre(
        plan.body, name=plan.name, uscc=plan.uscc, registration_no=plan.registration_no, region_code=plan.region_code,
        legal_representative=v["legal_representative"], address=v.get("address") or "",
        supervisor=v.get("supervisor") or "", fund_fen=v.get("fund"), registered_on=v.get("registered_on"),
        source="import", accept_similar=True, **common,
    )  # fmt: skip


def undo(taking: Taking) -> None:
    """Take out what the batch entered; the journal's chain is held only at the end."""
    with journal.together(taking.by):
        actions.withdraw_batch(taking.batch_id, by=taking.by, on=taking.on)
        with connection.cursor() as cursor:  # whatever still refers to a row speaks before the chain is held
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def touched(taking: Taking) -> Sequence[Obstacle]:
    """One obstacle when somebody changed a centre of the batch, added to it, or uses its body."""
    mine = Centre.objects.filter(batch_id=taking.batch_id)
    added = AnnualCheck.objects.exclude(batch_id=taking.batch_id, batch_id__isnull=False)
    changed = mine.filter(Q(version__gt=0) | Q(pk__in=added.values("centre")))
    names = list(changed.values_list("organization__name", flat=True))
    bodies = Organization.objects.filter(batch_id=taking.batch_id)
    names += bodies.filter(Q(version__gt=0) | Q(dissolved_on__isnull=False)).values_list("name", flat=True)
    if not names and not _removable(taking):
        names = list(bodies.values_list("name", flat=True))
    if not names:
        return []
    params = {"count": len(names), "names": "、".join(sorted(set(names))[:NAMED])}
    message = N_(
        "Since then %(count)s centres of this batch were changed or used elsewhere (%(names)s): it stays."
    )
    return [Obstacle("batch_touched", message, params=params)]


def _removable(taking: Taking) -> bool:
    """Whether the database would let the batch go: people of higher contexts may work there by now. Tried, not done."""
    try:
        with transaction.atomic():
            undo(taking)
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True
