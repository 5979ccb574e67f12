"""What every step of a batch does: ask for the right, walk the workflow, write the journal."""

from datetime import date
from typing import Any

from django.db.models.functions import Now

from shegong.ground.intake.models import Batch
from shegong.ground.intake.rules import Permission, step_obstacles
from shegong.kernel import journal
from shegong.kernel.access import Actor, Authority, actor_of_user, require
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.sheets.layout import Layout, Taking, layout_of
from shegong.kernel.text import N_
from shegong.kernel.transition import transition


def layout_for(key: str, by: Actor) -> Layout:
    """The layout of this key, if the actor may take it in. Refuses an unknown one as one that is not allowed."""
    found = layout_of(key)
    if found is None:
        raise Refused(Obstacle("no_layout", N_("There is no such kind of workbook."), field="layout"))
    require(by, Permission.USE)
    require(by, found.permission)
    return found


def office_of(key: str, by: Actor) -> Authority:
    """The authority under which the actor takes this layout in: office, region and reach."""
    found = layout_for(key, by)
    seats = by.with_permission(found.permission)
    if not seats or seats[0].region_code is None:
        raise Refused(Obstacle("no_office", N_("You act for no office, so you take in no workbook.")))
    return seats[0]


def require_batch(batch: Batch, by: Actor) -> Layout:
    """The layout of a batch, if the actor may act on it: the same right, over the office it came in at."""
    layout = layout_for(batch.layout, by)
    if not Batch.objects.visible_to(by, layout.permission).filter(pk=batch.pk).exists():
        raise Refused(
            Obstacle(
                "not_allowed", N_("Your role does not cover this."), params={"permission": layout.permission}
            )
        )
    return layout


def locked(batch: Batch) -> Batch:
    """The batch, held until the transaction ends."""
    found: Batch = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    return found


def journalled_step(batch: Batch, name: str, *, by: Actor, **details: Any) -> Batch:
    """Walk a step of the workflow and write it down; `changes` are columns set with it, the rest is the journal's."""
    changes, seen = details.pop("changes", {}), details.pop("seen", None)
    refuse_if(step_obstacles(batch.state, name) if seen is None else [])
    batch = transition(batch, name, seen=seen, moved_at=Now(), **changes)
    journal.write(f"intake.batch.{name}", by=by, subject=batch, rows=[batch], **details)
    return batch


def taking_of(batch: Batch, on: date) -> Taking:
    """Under whose name the work in hand goes on. Refuses when that person may no longer do it."""
    actor = actor_of_user(batch.ordered_by_id, on)
    if actor is None:
        raise Refused(Obstacle("actor_gone", N_("The account of whoever ordered this is disabled.")))
    require_batch(batch, actor)
    return Taking(batch.pk, actor, on, batch.said)
