"""Who gets what at which address, as one table derived from policy/roles.toml and from what each route declares.

The sweep of the tests visits every route with every role and expects exactly this; the page 角色与权限 and
docs/generated/access.md show it. Nothing in it is written by hand.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from shegong.ground.accounts.roles import roles
from shegong.ground.accounts.rules import Role
from shegong.kernel.access import PUBLIC, SIGNED_IN
from shegong.kernel.routes import routes

IN, NO_RIGHT, NOTHING, SIGN_IN = "in", "no right", "nothing there", "sign in"
# Where the object of an address lies, seen from the region of a role.
OWN, CHILD, SIBLING, PARENT = PLACES = ("own", "child", "sibling", "parent")
# Reference lists: whoever may read them reads all of them.
UNSCOPED = frozenset({"region", "layout", "policy_document"})


def answer(
    route: Mapping[str, Any], role: Role | None, place: str | None, *, is_province: bool = False
) -> str:
    """What somebody signed in gets: with `role` (None: no role), about an object at `place` (None: about none).

    An object that is not hers is "nothing there" (404), an address her role does not open "no right" (403).
    """
    if route["permission"] in (PUBLIC, SIGNED_IN):
        return IN
    if role is None or route["permission"] not in role.permissions:
        return NO_RIGHT
    if route["whole_province"] and not is_province:
        return NO_RIGHT
    if place is None or route["object"] in UNSCOPED:
        return IN
    within = (OWN,) if role.reach == "organization" else (OWN, CHILD)
    return IN if place in within else NOTHING


def rows() -> Iterator[tuple[str, str, dict[str, str]]]:
    """(address, methods, {role: places she gets in at, in words of `PLACES`, or "-"}) of every route that asks for a right."""
    for route in routes():
        if route["permission"] in (PUBLIC, SIGNED_IN, None):
            continue
        yield (
            route["path"],
            ", ".join(sorted(set(route["methods"]) - {"HEAD"})),
            {code: _places(route, role) for code, role in roles().items()},
        )


def _places(route: Mapping[str, Any], role: Role) -> str:
    top = 1 in role.levels
    if answer(route, role, None, is_province=top) != IN:
        return "-"
    if "<" not in route["path"] or not route["object"]:
        return "province only" if route["whole_province"] else "yes"
    return ", ".join(place for place in PLACES if answer(route, role, place, is_province=top) == IN)
