"""What is promised about security, requirement by requirement, and the tests that show it (docs/assurance.toml).

Each entry names a requirement (an abuse to withstand, a demand of our own, an ASVS 5.0 or level-3 protection item, a duty
of the personal information law), says honestly how far it is met, and names the tests. A claim whose test does not exist
fails; so does a requirement without an entry.
"""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

STATES = {
    "holds": "holds, shown by the tests named",
    "partial": "holds in part; the note says what is missing",
    "deployment": "a deployment must do it; the note says what",
    "later": "concerns a capability that is not built yet",
    "open": "not done",
    "outside": "does not apply; the note says why",
}
KINDS = {
    "abuse": "Abuses to withstand",
    "demand": "Demands of our own",
    "asvs": "OWASP ASVS 5.0.0",
    "mlps": "Classified protection, level 3 (GB/T 22239-2019, clause 8.1; wording from memory, needs source)",
    "pipl": "Personal Information Protection Law (duties from memory where no article text is quoted)",
}


@dataclass(frozen=True)
class Requirement:
    """One requirement: its number in its source, what it asks, how far it is met, the tests, and what to know."""

    id: str
    kind: str
    asks: str
    state: str
    tests: tuple[str, ...] = ()
    note: str = ""


def load(path: Path) -> list[Requirement]:
    """The requirements of docs/assurance.toml in its order. Raises `ValueError` naming the entry that cannot be read."""
    found = []
    for kind, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for number, entry in entries.items():
            found.append(_requirement(kind, number, dict(entry)))
    return found


def _requirement(kind: str, number: str, entry: dict[str, Any]) -> Requirement:
    tests = tuple(entry.pop("tests", ()))
    try:
        return Requirement(number, kind, tests=tests, **entry)
    except TypeError as error:
        raise ValueError(f"{kind}.{number}: {error}") from error


def faults(requirements: list[Requirement], root: Path) -> Iterator[str]:
    """Claims that nothing shows: unknown kinds and states, tests that do not exist, notes that are missing."""
    for one in requirements:
        where = f"{one.kind} {one.id}"
        if one.kind not in KINDS or one.state not in STATES:
            yield f"{where}: unknown kind or state {one.state!r}"
        if one.state in ("holds", "partial") and not one.tests:
            yield f"{where} says {one.state}, but names no test"
        if one.state in ("partial", "deployment", "later", "outside") and not one.note:
            yield f"{where} says {one.state}, but not what or why"
        yield from (f"{where}: there is no {test}" for test in one.tests if not _exists(root, test))


def _exists(root: Path, test: str) -> bool:
    """`tests/x/test_y.py`, or with `::test_name` behind it."""
    name, _sign, function = test.partition("::")
    path = root / name
    return path.is_file() and (not function or function in _functions(path))


@cache
def _functions(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    held = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    held |= {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return frozenset(held)
