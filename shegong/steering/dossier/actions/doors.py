"""The doors of a merge: each context's `actions.moving`, from the ground up, as the map names them."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from shegong.contexts import CONTEXTS
from shegong.ground.people.models import Person
from shegong.kernel.moving import Part
from shegong.kernel.refusal import Obstacle

OWN = "shegong.steering.dossier"


@cache
def doors() -> dict[str, ModuleType]:
    """`label` → its `actions.moving`, people first, the highest context last."""
    found = {}
    for context in reversed(CONTEXTS):
        package = find_spec(f"{context.module}.actions")
        name = f"{context.module}.actions.moving"
        if context.module != OWN and package and package.submodule_search_locations and find_spec(name):
            found[context.label] = import_module(name)
    return found


def clashes_of(from_: Person, to: Person) -> list[Obstacle]:
    """Everything that forbids the merge, from all contexts."""
    return [obstacle for door in doors().values() for obstacle in door.clashes(from_, to)]


def parts_of(from_: Person, to: Person) -> Iterator[Part]:
    """What would move and what would stay, table by table; tables with nothing are left out."""
    for door in doors().values():
        yield from (part for part in door.parts(from_, to) if part.moves or part.stays)
