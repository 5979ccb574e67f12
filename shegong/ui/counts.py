"""The numbers beside all menu entries, in one question to the database."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from shegong.kernel.access import Actor
from shegong.kernel.prepared import fetch, planned

if TYPE_CHECKING:
    from shegong.ui.menu import MenuItem

MOST = 1000  # nobody reads a larger number in a menu
KEPT = 500
_statements: dict[tuple[Any, ...], str] = {}


def counted(items: "Sequence[MenuItem]", actor: Actor) -> "list[MenuItem]":
    """The entries, each with its number: where an entry names the rows, they are counted, up to MOST."""
    asking = [item for item in items if callable(item.count)]
    numbers = iter(fetch(_statement(asking, actor), keep=False)[0] if asking else ())
    return [replace(item, count=next(numbers)) if callable(item.count) else item for item in items]


def _statement(asking: "Sequence[MenuItem]", actor: Actor) -> str:
    """Kept for each set of rights: putting the conditions together takes longer than counting."""
    key = (actor.authorities, actor.person_id, tuple(f"{item.space} {item.url}" for item in asking))
    if key not in _statements:
        if len(_statements) >= KEPT:
            _statements.clear()
        _statements[key] = f"SELECT {', '.join(_count(item.count()) for item in asking)}"  # type: ignore[operator]
    return _statements[key]


def _count(rows: QuerySet[Any]) -> str:
    try:
        inner = planned(rows.order_by().values("pk")[:MOST])
    except EmptyResultSet:
        return "0"
    return f"(SELECT count(*) FROM ({inner}) r)"  # noqa: S608 - from the ORM
