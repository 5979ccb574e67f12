"""A workbook fills in lines of a return; taken back, it leaves them empty (N6)."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import F

from shegong.ground.regions.models import tree
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.steering.oversight.actions.returns import counted_now, entered_before, require_unit, save_return
from shegong.steering.oversight.models import Answer, Asked, DispatchReturn
from shegong.steering.programme.models import plan


@answers("N6")
@transaction.atomic
def fill_return(
    row: DispatchReturn, *, own: Mapping[int, int | None], texts: Mapping[int, str], problems: str = "",
    next_steps: str = "", batch_id: int, by: Actor, on: date,
) -> DispatchReturn:  # fmt: skip
    """Fill in some lines as `save_return` does; what the form says otherwise stays. Nothing is handed in by it."""
    require_unit(row, by, on)
    row = DispatchReturn.objects.select_for_update(no_key=True).get(pk=row.pk)
    before = list(Answer.objects.filter(dispatch_return=row))
    added = (
        row.problems if row.batch_id == batch_id else "",
        row.next_steps if row.batch_id == batch_id else "",
    )
    row = save_return(
        row, own={one.asked_id: one.own for one in before} | {**own},
        texts={one.asked_id: one.text for one in before} | {**texts},
        problems="\n".join(filter(None, (added[0], problems))) or row.problems,
        next_steps="\n".join(filter(None, (added[1], next_steps))) or row.next_steps, by=by, on=on,
    )  # fmt: skip
    Answer.objects.filter(dispatch_return=row, asked__in=own).update(batch_id=batch_id)
    if problems or next_steps:
        DispatchReturn.objects.filter(pk=row.pk).update(batch_id=batch_id)
    return row


@transaction.atomic
def empty_batch(batch_id: int, *, by: Actor, on: date) -> int:
    """Empty the lines and words that a workbook filled in and nobody wrote anew; how many returns that were."""
    lines = Answer.objects.filter(batch_id=batch_id)
    rows = DispatchReturn.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk__in=[*lines.values_list("dispatch_return", flat=True)]
    )
    count = 0
    for row in rows.select_related("dispatch"):
        require_unit(row, by, on)
        gone = list(lines.filter(dispatch_return=row))
        lines.filter(dispatch_return=row).delete()
        words = {"problems": "", "next_steps": "", "batch_id": None} if row.batch_id == batch_id else {}
        DispatchReturn.objects.filter(pk=row.pk).update(version=F("version") + 1, **words)
        row.refresh_from_db()
        journal.write("oversight.return.empty", by=by, subject=row, rows=[row], gone=gone, region_code=row.region_code,
                      facts={"round": row.dispatch_id, "batch": batch_id})  # fmt: skip
        count += 1
    return count


def filled_rows(form: DispatchReturn) -> list[dict[str, str]]:
    """The rows of a unit's workbook before it writes in it: what is asked, what the registers count, what was said."""
    asked = list(Asked.objects.filter(dispatch=form.dispatch).exclude(indicator="").order_by("position"))
    counted, said = counted_now(form, asked), Answer.objects.filter(dispatch_return=form)
    known = {one.asked_id: one for one in said}
    shown = {**counted, **entered_before(form, asked)}
    unit = tree().name(form.region_code, form.dispatch.as_of)
    return [_filled(one, unit, shown.get(one.pk), known.get(one.pk)) for one in asked]


def _filled(asked: Asked, unit: str, counted: int | None, said: Answer | None) -> dict[str, str]:
    known = plan().indicators.get(asked.indicator)
    total = said.own if said and said.own is not None else counted
    return {
        "indicator": f"{asked.indicator} {known.zh}" if known else asked.indicator, "unit": unit,
        "total": "" if total is None else str(total), "why": said.text if said else "",
    }  # fmt: skip
