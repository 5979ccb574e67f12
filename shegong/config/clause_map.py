"""Brings together what the contexts, routes and tests say about each clause."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings

from shegong.contexts import CONTEXTS
from shegong.kernel.clauses import declared, load_clauses, page_answers, report, test_answers
from shegong.kernel.routes import routes


def clause_map(base: Path) -> list[dict[str, Any]]:
    """`{clause, title, actions, pages, indicators, tests, state}` over all clauses of the plan, in its order."""
    for context in CONTEXTS:
        if find_spec(f"{context.module}.actions"):
            import_module(f"{context.module}.actions")
    found = [*declared(), *page_answers(routes()), *test_answers(base / "tests")]
    return report(load_clauses(settings.PLAN), found)
