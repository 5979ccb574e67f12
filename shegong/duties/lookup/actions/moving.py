"""What this context says of two records that become one (`kernel.moving`): places on lists follow the kept record."""

from collections.abc import Sequence
from datetime import date

from shegong.duties.lookup.models import Watched, WatchReader
from shegong.ground.people.models import Person
from shegong.kernel import moving
from shegong.kernel.access import Actor
from shegong.kernel.moving import Change, Part
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

_ACTED = "history: who acted for the body that watches"
HOLDS = moving.Holds(
    moved={Watched: "person", WatchReader: "person"},
    kept={
        "lookup.Watch.started_by": _ACTED,
        "lookup.Watch.ended_by": _ACTED,
        "lookup.Watched.added_by": _ACTED,
        "lookup.Due.person": "append-only: who was told; read through the record that was merged",
    },
)


def clashes(from_: Person, to: Person) -> list[Obstacle]:
    """Nothing stands in the way."""
    return []


def parts(from_: Person, to: Person) -> list[Part]:
    """Places on lists, and her own settings where the kept record has none for the same watch."""
    listed = Watched.objects.filter(person=from_).order_by("pk").values_list("pk", flat=True)
    settings = moving.of_both(WatchReader.objects.all(), from_.pk, to.pk, lambda row: row.watch_id)
    return [
        Part(Watched, N_("Places on lists of watchers"), moves=tuple(listed)),
        moving.part(WatchReader, N_("Settings of alerts"), settings),
    ]


def move_person(from_: Person, to: Person, *, by: Actor, on: date) -> list[Change]:
    """Give `from_`'s rows to `to`. Refuses unless people knows them as one."""
    moving.require_merged(from_, to)
    return moving.move(parts(from_, to), from_, to, verb="lookup.person.move", by=by)


def put_back(changes: Sequence[Change], from_: Person, to: Person, *, by: Actor, on: date) -> None:
    """Undo `move_person` for these rows."""
    moving.put_back(changes, from_, to, verb="lookup.person.part", by=by)
