"""Rows of officers' lists with the names of the people they are about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shegong.ground.people.models import names_of
from shegong.kernel.listing_filters import Scene


@dataclass(frozen=True, slots=True)
class Named:
    """A row with whose it is, who else is named in it, and its deadline where its list works one out."""

    id: int
    row: Any
    name: str
    by: str = ""
    until: date | None = None

    @property
    def person_id(self) -> int:
        """Whose row it is."""
        return int(self.row.person_id)


def named(model: Any, by: str = "") -> Callable[[Sequence[int], Scene], list[Named]]:
    """How a list loads rows of a model within the reach of who looks: the rows and all names in two questions. `by`: the
    column of a second person whom the row names."""
    columns = ("person_id", by) if by else ("person_id",)

    def load(ids: Sequence[int], scene: Scene) -> list[Named]:
        found = list(model.objects.visible_to(scene.actor, scene.permission).filter(pk__in=ids))
        people = [[getattr(row, column) for column in columns] for row in found]
        names = names_of([key for keys in people for key in keys if key])
        return [
            Named(row.pk, row, *(names.get(key, "") for key in keys))
            for row, keys in zip(found, people, strict=True)
        ]

    return load
