"""Good rows of a summary are handed in at the counter; a batch is taken back while nobody has acted upon them."""

from collections.abc import Sequence

from django.db.models import F

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application
from shegong.duties.registry.sheets.summary.checking import Plan, check
from shegong.ground.people.models import names_of
from shegong.kernel import journal
from shegong.kernel.masking import mask
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Row, Taking
from shegong.kernel.text import N_

NAMED = 3


def take(rows: Sequence[Row], taking: Taking) -> None:
    """Hand in each row, in the mechanism's transaction."""
    if any("plan" not in row.values and row.outcome != "same" for row in rows):
        check(rows, taking)
    with journal.together(taking.by):
        for row in rows:
            if row.outcome != "same":
                _apply(row.values["plan"], taking)


def _apply(plan: Plan, taking: Taking) -> None:
    workplace = plan.known.employment if plan.where.ground == "workplace" else None
    actions.apply_at_counter(
        plan.known.person, certificate=plan.certificate, ground=plan.where.ground, region_code=plan.where.region_code,
        workplace=workplace, opinion=plan.opinion, batch_id=taking.batch_id, by=taking.by, on=taking.on,
    )  # fmt: skip


def undo(taking: Taking) -> None:
    """Take the applications back; they stay on record as withdrawn."""
    with journal.together(taking.by):  # nobody waits for the chain until all is written
        actions.withdraw_batch(taking.batch_id, by=taking.by, on=taking.on)


def touched(taking: Taking) -> Sequence[Obstacle]:
    """One obstacle when somebody accepted, returned, decided or withdrew an application of the batch."""
    rows = Application.objects.filter(batch_id=taking.batch_id).exclude(version=F("batch_version"))
    found = sorted(rows.values_list("person_id", flat=True))
    if not found:
        return []
    names = names_of(found[:NAMED])
    params = {"count": len(found), "names": "、".join(mask("name", name) for name in names.values())}
    message = N_("Since then somebody acted upon %(count)s applications of this batch (%(names)s): it stays.")
    return [Obstacle("batch_touched", message, params=params)]
