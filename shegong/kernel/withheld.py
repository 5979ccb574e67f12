"""People whose data are only stored (个人信息保护法 art. 47, second paragraph): lists, searches and files leave them out.

The context that knows people says who they are (`use_withheld`); nothing here knows her. Rows without `person_id` are
not about anybody. Counts of the statistics are not lists: they go on counting.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db.models import QuerySet

Rows = TypeVar("Rows", bound=QuerySet[Any])
Source = Callable[[], Sequence[int]]
_sources: list[Source] = []


def use_withheld(source: Source) -> None:
    """Where the numbers of withheld people are read, in order; set once at start-up."""
    _sources[:] = [source]


def withheld() -> tuple[int, ...]:
    """The numbers of people to leave out of what is shown now; read at each request, so a decision counts at once."""
    return tuple(_sources[0]()) if _sources else ()


def left_out(rows: Rows, people: Sequence[int]) -> Rows:
    """`rows` without those of `people`; unchanged when there is nobody to leave out, so lists cost what they did."""
    about = any(field.attname == "person_id" for field in rows.model._meta.concrete_fields)
    return rows.exclude(person_id__in=people) if people and about else rows
