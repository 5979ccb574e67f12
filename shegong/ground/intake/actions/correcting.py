"""What was said about a file as a whole is put right after its rows are in, by whoever took them in."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import F

from shegong.ground.intake.actions.steps import locked, require_batch
from shegong.ground.intake.models import Batch
from shegong.ground.intake.rules import Permission, correct_obstacles
from shegong.kernel import journal
from shegong.kernel.access import Actor, actor_of_user
from shegong.kernel.clauses import answers as answers_clause
from shegong.kernel.refusal import Obstacle, Refused, Stale, refuse_if
from shegong.kernel.sheets.layout import Layout, Taking, answers
from shegong.kernel.text import N_


@answers_clause("T4.2.b")
@transaction.atomic
def correct(
    batch: Batch, *, said: Mapping[str, str], reason: str, by: Actor, on: date, seen: int | None = None
) -> Batch:
    """Answer the questions about the file anew. What followed from the old answers is looked at again by the layout.

    Refuses a batch that is not in, anybody but who took it in (as long as she still may), no reason, answers that are
    not offered, and answers that change nothing.
    """
    layout, held = require_batch(batch, by), locked(batch)
    refuse_if(correct_obstacles(held.state, may_correct(held, layout, by, on), reason))
    if seen is not None and seen != held.version:
        raise Stale()
    stated = answers(layout, said, by, on)
    if isinstance(stated, list):
        raise Refused(stated)
    if layout.restate is None or stated == held.said:
        raise Refused(Obstacle("answer_same", N_("This is what was said already.")))
    before = held.said
    Batch.objects.filter(pk=held.pk).update(said=stated, version=F("version") + 1)
    held.refresh_from_db()
    layout.restate(Taking(held.pk, by, on, stated), reason.strip())
    journal.write("intake.batch.correct", by=by, subject=held, reason=reason.strip(), rows=[held],
                  facts={"before": before, "after": stated})  # fmt: skip
    return held


def may_correct(batch: Batch, layout: Layout, by: Actor, on: date) -> bool:
    """Whether the actor took the batch in; anybody with the right over its office, once that person acts there no more."""
    if batch.taken_by_id is not None and batch.taken_by_id == by.person_id:
        return True
    took = actor_of_user(batch.ordered_by_id, on)
    return took is None or not (took.may(Permission.USE) and took.may(layout.permission, batch.region_code))
