"""Rows of officers' lists with the name of the learner they are about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shegong.ground.people.models import names_of
from shegong.kernel.listing_filters import Scene


@dataclass(frozen=True, slots=True)
class Named:
    """A row with whose it is."""

    id: int
    row: Any
    name: str

    @property
    def person_id(self) -> int:
        """Whose row it is."""
        return int(self.row.person_id)


def named(model: Any) -> Callable[[Sequence[int], Scene], list[Named]]:
    """How a list loads rows of a model within the reach of who looks: the rows and all names in two questions."""

    def load(ids: Sequence[int], scene: Scene) -> list[Named]:
        found = list(model.objects.visible_to(scene.actor, scene.permission).filter(pk__in=ids))
        names = names_of([row.person_id for row in found])
        return [Named(row.pk, row, names.get(row.person_id, "")) for row in found]

    return load
