"""The doors of a copy and of an erasure: each context's `actions.forgetting`, from the highest to the ground."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.db.models import Model, QuerySet

from shegong.contexts import CONTEXTS
from shegong.kernel.forgetting import Find, Hold, Read, rows_about
from shegong.kernel.walls_acting import lifted
from shegong.steering.privacy.models.copies import Doors


@cache
def doors() -> dict[str, ModuleType]:
    """`label` → its `actions.forgetting`, the highest context first."""
    found = {}
    for context in CONTEXTS:
        package = find_spec(f"{context.module}.actions")
        name = f"{context.module}.actions.forgetting"
        if package and package.submodule_search_locations and find_spec(name):
            found[context.label] = import_module(name)
    return found


@cache
def finds() -> Mapping[type[Model], Find]:
    """How the rows of tables without a path to the person are found, from all contexts."""
    return {model: find for door in doors().values() for model, find in door.FORGETS.finds.items()}


@cache
def opens() -> Mapping[str, Read]:
    """How the owner reads a sealed column, from all contexts."""
    return {name: read for door in doors().values() for name, read in door.FORGETS.opens.items()}


@cache
def adds() -> Mapping[str, Mapping[str, Read]]:
    """What a copy holds beside the columns, by table."""
    return {
        model._meta.label_lower: more
        for door in doors().values()
        for model, more in door.FORGETS.adds.items()
    }


def rows_of(model: type[Model], person_ids: Sequence[int]) -> QuerySet[Any]:
    """The rows of a table about these records of one human."""
    return rows_about(model, person_ids, finds())


@lifted("what must stay is asked in every office, whoever decides")
def holds_of(person_ids: Sequence[int], on: date) -> list[Hold]:
    """Everything that must stay, from all contexts."""
    return [hold for door in doors().values() for hold in door.holds(person_ids, on)]


def copy_doors() -> Doors:
    """What a copy of somebody's data needs from the contexts."""
    return Doors(finds(), opens(), adds())
