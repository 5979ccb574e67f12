"""The order of the house: what may import what, and that the map in contexts.py is the one that is enforced."""

import tomllib
from pathlib import Path

import grimp
import pytest
from importlinter.cli import lint_imports

from shegong.contexts import CONTEXTS

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("steering", "duties", "work", "ground")
DOORS = {"models", "actions", "rules", "panels", "measures"}  # docs/adr/0020, 0032


@pytest.fixture(scope="module")
def imports() -> list[tuple[str, str]]:
    """(importer, imported) for every import inside the product, migrations aside."""
    graph = grimp.build_graph("shegong", cache_dir=None)
    return [
        (importer, imported)
        for importer in graph.modules
        if ".migrations" not in importer
        for imported in graph.find_modules_directly_imported_by(importer)
    ]


def context_of(module: str) -> str | None:
    """The context a module belongs to, as `floor.name`."""
    parts = module.split(".")
    return ".".join(parts[1:3]) if len(parts) > 2 and parts[1] in FLOORS else None


def contract(name: str) -> dict[str, list[str]]:
    """One contract of the import linter, by the first word of its name."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return next(found for found in settings["contracts"] if found["name"].startswith(name))


def test_every_import_keeps_to_the_contracts():
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None) == 0


def test_the_contract_lists_exactly_the_contexts_of_the_map_in_an_order_the_map_agrees_with():
    layers = [[name.strip() for name in layer.split("|")] for layer in contract("Contexts")["layers"]]
    assert sorted(name for layer in layers for name in layer) == sorted(
        context.module for context in CONTEXTS
    )
    rank = {name: depth for depth, layer in enumerate(layers) for name in layer}
    depths = [rank[context.module] for context in CONTEXTS]
    assert depths == sorted(depths), "contexts.py names a context above one that the contract puts higher"


def test_every_package_on_a_floor_is_on_the_map():
    packages = {
        f"{floor}.{path.parent.name}"
        for floor in FLOORS
        for path in (ROOT / "shegong" / floor).glob("*/__init__.py")
    }
    assert packages == {context.path for context in CONTEXTS}


def test_contexts_meet_only_at_their_doors_and_never_at_pages_interfaces_or_sheets(imports):
    trespass = [
        f"{importer} -> {imported}"
        for importer, imported in imports
        if (ours := context_of(importer)) and (theirs := context_of(imported)) and ours != theirs
        and (imported.split(".")[3:4] or ["the package itself"])[0] not in DOORS
    ]  # fmt: skip
    assert trespass == []


def test_only_actions_change_states(imports):
    trespass = [
        f"{importer} -> {imported}"
        for importer, imported in imports
        if imported == "shegong.kernel.transition"
        and context_of(importer)
        and importer.split(".")[3] != "actions"
    ]
    assert trespass == []


def test_the_kernel_knows_no_context(imports):
    known = [
        f"{importer} -> {imported}"
        for importer, imported in imports
        if importer.startswith("shegong.kernel") and not imported.startswith("shegong.kernel")
    ]
    assert known == []
