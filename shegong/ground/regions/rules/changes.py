"""What keeps a change of the divisions from being made; pure."""

from collections.abc import Sequence
from datetime import date

from shegong.ground.regions.rules.rows import OWN, SPANS, Divisions, Place
from shegong.ground.regions.rules.tree import Tree
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

FIRST_CODE, LAST_CODE = 110_000_000, 829_999_999
SUCCESSION_KINDS = {
    "renamed": N_("New code and name"), "moved": N_("Moved to another unit"), "merged": N_("Merged into another"),
    "split": N_("Split; this is the main part"),
}  # fmt: skip


def import_obstacles(divisions: Divisions, tree: Tree) -> list[Obstacle]:
    """Rows that do not fit each other or what is known."""
    known = tree.places.keys() | {place.code for place in divisions.places}
    return [found for place in divisions.places for found in _place_obstacles(place, known)]


def _place_obstacles(place: Place, known: set[int]) -> list[Obstacle]:
    params = {"code": str(place.code), "name": place.name}
    found = []
    if not FIRST_CODE <= place.code <= LAST_CODE or place.level not in SPANS:
        found.append(
            Obstacle("region_code", N_("%(name)s: %(code)s is no division code."), "code", params=params)
        )
    if place.parent is None and place.level > 1:
        found.append(Obstacle("region_parent", N_("%(name)s has no unit above it."), "parent", params=params))
    if place.parent is not None and place.parent not in known:
        found.append(
            Obstacle("region_parent", N_("The unit above %(name)s is not known."), "parent", params=params)
        )
    elif place.parent is not None and place.authority != OWN and not _lies_under(place):
        message = N_("The code %(code)s of %(name)s does not begin with the code of the unit above it.")
        found.append(Obstacle("region_prefix", message, "code", params=params))
    return found


def _lies_under(place: Place) -> bool:
    return place.parent is not None and place.parent < place.code < place.parent + SPANS[1]


def _document(document: str) -> list[Obstacle]:
    if document.strip():
        return []
    return [
        Obstacle(
            "document_missing", N_("Enter the number of the document that orders the change."), "document"
        )
    ]


def succession_obstacles(
    tree: Tree, origin: int, target: Place, kind: str, effective: date, document: str
) -> list[Obstacle]:
    """What speaks against `origin` becoming `target` on a day; kind "name" keeps the code."""
    found = _document(document)
    place, existing = tree.places.get(origin), tree.places.get(target.code)
    if place is None:
        return [*found, Obstacle("region_unknown", N_("There is no division with this code."), "origin")]
    if not place.alive(effective) or place.end is not None:
        found.append(
            Obstacle("region_ended", N_("This division has already ended under this code."), "origin")
        )
    if not target.name.strip():
        found.append(Obstacle("region_name", N_("Enter the new name."), "name"))
    if kind == "name":
        return found
    if origin == target.code:
        found.append(
            Obstacle("region_same", N_("The new code is the old one; change the name only."), "code")
        )
    if existing is None and kind == "merged":
        found.append(Obstacle("region_unknown", N_("There is no division with this code."), "code"))
    if existing is not None and kind in ("renamed", "moved"):
        found.append(Obstacle("region_exists", N_("Another division has this code."), "code"))
    if existing is None and kind != "merged":
        found += _place_obstacles(target, set(tree.places))
    return found


def area_obstacles(
    tree: Tree, area: Place, members: Sequence[int], effective: date, document: str
) -> list[Obstacle]:
    """What speaks against a managed area with these members."""
    found = _document(document)
    if area.code in tree.places:
        found.append(Obstacle("region_exists", N_("Another division has this code."), "code"))
    if not members:
        found.append(
            Obstacle("area_empty", N_("Name at least one place that belongs to the area."), "members")
        )
    for code in members:
        params = {"code": str(code)}
        if code not in tree.places:
            message = N_("There is no division with the code %(code)s.")
            found.append(Obstacle("region_unknown", message, "members", params=params))
        elif tree.area_of(code, effective) is not None:
            message = N_("%(code)s belongs to another area already.")
            found.append(Obstacle("area_taken", message, "members", params=params))
    return found
