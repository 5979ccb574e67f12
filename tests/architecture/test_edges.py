"""Edges translate: they change nothing themselves and read what belongs to somebody only within the actor's reach."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from shegong.kernel.access import ScopedQuerySet

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "shegong"
WITHIN_REACH = re.compile(r"\.(?:visible_to|own|live_own|public)\(|\bvisible_or_404\(|\bactor\b")
FROM_OUTSIDE = {"pk", "id", "token", "code", "number", "register_no", "name"}
# Public record: which bodies exist, and which office is responsible for what.
OPEN = {"Organization", "Duty"}


def edges() -> list[Path]:
    """Every web.py and api.py of a context, split ones included."""
    patterns = ("*/*/web.py", "*/*/web/*.py", "*/*/api.py", "*/*/api/*.py")
    return sorted(path for pattern in patterns for path in PACKAGE.glob(pattern))


def scoped() -> set[str]:
    """Names of the models whose rows belong to a region, a body or a person."""
    return {
        model.__name__
        for model in apps.get_models()
        if isinstance(model._default_manager.all(), ScopedQuerySet)
    }


def reads(tree: ast.Module) -> Iterator[tuple[str, ast.AST, bool]]:
    """(model, the whole expression, whether a Listing cuts it to the reader's ranges) for each `Model.objects…`."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "objects" and isinstance(node.value, ast.Name):
            whole: ast.AST = node
            while isinstance(parents.get(whole), ast.Attribute | ast.Call | ast.Subscript | ast.keyword):
                whole = parents[whole]
            above = parents.get(parents.get(whole))
            yield node.value.id, whole, isinstance(above, ast.keyword) and above.arg == "rows"


def starts_from_something_at_hand(whole: ast.AST) -> bool:
    """Whether the read follows a thing the page already has: `filter(person=person)`, `filter(pk__in=ids)`."""
    given = [keyword for node in ast.walk(whole) if isinstance(node, ast.Call) for keyword in node.keywords]
    return any(
        keyword.arg not in FROM_OUTSIDE and isinstance(keyword.value, ast.Name | ast.Attribute)
        for keyword in given
    )


def test_the_register_and_the_people_are_scoped():
    assert {"Registration", "Application", "Person"} <= scoped()


@pytest.mark.parametrize("path", edges(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_an_edge_saves_and_deletes_nothing(path):
    assert re.findall(r"\.(?:save|bulk_create|bulk_update|delete)\(", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", edges(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_an_edge_reads_what_belongs_to_somebody_only_within_the_actors_reach(path):
    owned = scoped() - OPEN
    loose = [
        f"{path.relative_to(ROOT)}:{whole.lineno}: {ast.unparse(whole)[:100]}"
        for model, whole, listed in reads(ast.parse(path.read_text(encoding="utf-8")))
        if model in owned
        and not listed
        and not WITHIN_REACH.search(ast.unparse(whole))
        and not starts_from_something_at_hand(whole)
    ]
    assert loose == []


def test_the_check_tells_a_loose_read_from_one_within_reach():
    source = """
Person.objects.get(pk=pk)
Person.objects.all()
Person.objects.filter(token=token).first()
Person.objects.visible_to(actor, READ).get(pk=pk)
visible_or_404(Person.objects.all(), reader, READ, token=token)
Tie.objects.filter(person=person)
Listing(rows=lambda scene: Person.objects.all())
"""
    found = sorted(reads(ast.parse(source)), key=lambda read: read[1].lineno)
    verdicts = [
        bool(WITHIN_REACH.search(ast.unparse(whole))) or listed or starts_from_something_at_hand(whole)
        for _model, whole, listed in found
    ]
    assert verdicts == [False, False, False, True, True, True, True]
