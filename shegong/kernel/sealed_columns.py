"""What is said of sealed columns. `sealed = (("number", "seal_id"),)` on a model: the column, and that of its row id;
`sealed_by = "vault"` where its keys are kept apart from those of all others.

`derive` names what was computed from a sealed value and stands in the open: blind indexes and masked forms. They must
belong to it, or a search would lead to the wrong person: `shegong audit verify` computes them anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db.models import Model


@dataclass(frozen=True)
class Derived:
    """`column` is `made` from the opened value of `sealed` and the row's columns `reads`."""

    column: str
    sealed: str
    made: Callable[..., object]
    reads: tuple[str, ...] = ()


_derived: dict[str, tuple[Derived, ...]] = {}


def derive(model: str, *columns: Derived) -> None:
    """Say what `model` ("people.identity") has computed from its sealed columns; set once at start-up."""
    _derived[model] = columns


def sealed_models() -> list[type[Model]]:
    """Models with sealed columns."""
    return [model for model in apps.get_models() if getattr(model, "sealed", None)]


@cache
def apart() -> dict[str, str]:
    """Table → purpose of the keys that seal it, of those that are kept apart."""
    return {model._meta.db_table: model.sealed_by for model in sealed_models() if hasattr(model, "sealed_by")}


def derived_from(model: type[Model], column: str) -> list[Derived]:
    """What `model` has computed from this sealed column."""
    return [one for one in _derived.get(model._meta.label_lower, ()) if one.sealed == column]
