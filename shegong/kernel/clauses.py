"""The source plan, clause by clause, and what in the system answers each (pure).

The plan file (policy/plans) holds the text and an honest state per clause.  What answers is declared where it is: actions with
`@answers("T4.2.a")`, pages with ``@page(…, clause="T4.2.a")``, indicators with `declare`, tests with
``@pytest.mark.clause("T4.2.a")``.  The report lays both side by side; a claim with nothing behind it is a fault.
"""

import ast
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

STATES = ("done", "partial", "none")
KINDS = ("action", "page", "indicator", "test")
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Clause:
    """One clause: id, titles in both languages, the plan's own words, how far the system answers it, and its English."""

    id: str
    title_en: str
    title_zh: str
    quote: str
    state: str = "none"
    text_en: str = ""


@dataclass(frozen=True, order=True)
class Answer:
    """Something that answers a clause: kind (action, page, indicator, test) and its name."""

    clause: str
    kind: str
    name: str


class ClauseFault(Exception):
    """The clause file cannot be used; the message says which clause and why."""


def load_clauses(path: Path) -> dict[str, Clause]:
    """The clauses of a plan file by id, in the plan's order; its other tables are left alone. Raises `ClauseFault`."""
    clauses: dict[str, Clause] = {}
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("clause", []):
        given = dict(entry)
        try:
            clause = Clause(
                *(given.pop(key) for key in ("id", "en", "zh", "quote")), state=given.pop("state", "none"),
                text_en=given.pop("text", ""),
            )  # fmt: skip
        except KeyError as error:
            raise ClauseFault(f"{path.name}: {entry.get('id', 'a clause')} has no {error}") from error
        if given or clause.state not in STATES or clause.id in clauses:
            raise ClauseFault(f"{path.name}: {clause.id} stands twice, has an unknown key or state ({entry})")
        clauses[clause.id] = clause
    return clauses


# -- declared by the code --------------------------------------------------------------------------------------------

_DECLARED: set[Answer] = set()


def declare(kind: str, clause: str, name: str) -> None:
    """Note that `name` answers `clause`; several ids may stand in one text, parted by blanks or commas."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not one of {', '.join(KINDS)}")
    _DECLARED.update(Answer(single, kind, name) for single in ids_in(clause))


def declared() -> frozenset[Answer]:
    """Everything declared by the modules imported so far."""
    return frozenset(_DECLARED)


def answers(*clauses: str) -> Callable[[F], F]:
    """Decorator of an action that answers clauses; its name in the report is ``registry.accept_application``."""

    def note(action: F) -> F:
        declare("action", " ".join(clauses), f"{_context(action.__module__)}.{action.__name__}")
        action.clauses = clauses  # type: ignore[attr-defined]
        return action

    return note


def _context(module: str) -> str:
    """`registry` of ``shegong.duties.registry.actions.deciding``."""
    return module.partition(".actions")[0].rpartition(".")[2]


def ids_in(text: str) -> list[str]:
    """Clause ids in a declaration: ``"T4.2.a, T4.2.e"`` holds two."""
    return [part for part in re.split(r"[\s,;]+", text) if part]


def page_answers(routes: Iterable[Mapping[str, Any]]) -> Iterator[Answer]:
    """What the routes declare; each has a `name` and a `clause` (or None)."""
    for route in routes:
        for clause in ids_in(route.get("clause") or ""):
            yield Answer(clause, "page", str(route["name"]))


# -- declared by the tests -------------------------------------------------------------------------------------------


def test_answers(folder: Path) -> Iterator[Answer]:
    """Tests marked with a clause, by reading the files: ``tests/registry/test_rules.py::test_…``.

    A mark on the module (`pytestmark`) holds for all its tests.
    """
    for path in sorted(folder.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        of_module = [
            clause for node in tree.body if isinstance(node, ast.Assign) for clause in _marked_module(node)
        ]
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for clause in {*of_module, *(c for mark in node.decorator_list for c in _marks(mark))}:
                    yield Answer(clause, "test", f"{path.relative_to(folder.parent).as_posix()}::{node.name}")


test_answers.__test__ = False  # type: ignore[attr-defined]  # a function of the product, though its name starts so


def _marked_module(node: ast.Assign) -> list[str]:
    names = [target.id for target in node.targets if isinstance(target, ast.Name)]
    return _marks(node.value) if "pytestmark" in names else []


def _marks(node: ast.AST) -> list[str]:
    """Ids in every ``pytest.mark.clause(…)`` below a node."""
    return [
        clause
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "clause"
        for argument in call.args
        if isinstance(argument, ast.Constant)
        for clause in ids_in(str(argument.value))
    ]


# -- side by side ----------------------------------------------------------------------------------------------------


def report(clauses: Mapping[str, Clause], found: Iterable[Answer]) -> list[dict[str, Any]]:
    """One entry a clause, in the plan's order: `{clause, title, title_zh, actions, pages, indicators, tests, state}`."""
    known = sorted(set(found))
    return [
        {
            "clause": clause.id,
            "title": clause.title_en,
            "title_zh": clause.title_zh,
            **{
                f"{kind}s": [a.name for a in known if a.clause == clause.id and a.kind == kind]
                for kind in KINDS
            },
            "state": clause.state,
        }
        for clause in clauses.values()
    ]


def faults(clauses: Mapping[str, Clause], found: Iterable[Answer]) -> list[str]:
    """Claims with nothing behind them, and answers to clauses that do not exist.

    `done` needs a test and an action, page or indicator; `partial` needs one of the four; `none` may have none but a
    clause that a page and a test answer is no longer `none`.
    """
    kinds: dict[str, set[str]] = {}
    for answer in found:
        kinds.setdefault(answer.clause, set()).add(answer.kind)
    unknown = [
        f"{clause} is answered but stands in no plan" for clause in sorted(kinds.keys() - clauses.keys())
    ]
    return unknown + [
        fault for clause in clauses.values() for fault in _claim_faults(clause, kinds.get(clause.id, set()))
    ]


def _claim_faults(clause: Clause, kinds: set[str]) -> list[str]:
    if clause.state == "done" and ("test" not in kinds or kinds == {"test"}):
        return [f"{clause.id} says done, but has no test or nothing tested"]
    if clause.state == "partial" and not kinds:
        return [f"{clause.id} says partial, but nothing answers it"]
    if clause.state == "none" and "test" in kinds and kinds != {"test"}:
        return [f"{clause.id} says none, but is answered and tested"]
    return []
