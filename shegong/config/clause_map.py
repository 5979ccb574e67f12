"""Brings together what the contexts, routes, tests and the plan's figures say about each clause."""

from collections.abc import Iterator
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from shegong.contexts import CONTEXTS
from shegong.kernel.clauses import Answer, declared, page_answers, report, test_answers
from shegong.kernel.routes import routes
from shegong.steering.programme.models import plan
from shegong.steering.programme.models.clause_map import ClauseRow, Number, clause_rows
from shegong.steering.programme.rules.clause_states import Finding


def answered(base: Path) -> list[Answer]:
    """Everything that answers a clause: actions, pages, indicators of the plan, tests under `base`."""
    for context in CONTEXTS:
        if find_spec(f"{context.module}.actions"):
            import_module(f"{context.module}.actions")
    return [*declared(), *page_answers(routes()), *indicator_answers(), *test_answers(base / "tests")]


def indicator_answers() -> Iterator[Answer]:
    """Each number of the plan answers the clauses it comes from."""
    for one in plan().indicators.values():
        for clause in one.clauses:
            yield Answer(clause, "indicator", one.id)


def clause_map(base: Path) -> list[dict[str, Any]]:
    """`{clause, title, title_zh, text_zh, text_en, state, actions, pages, indicators, tests}` of each clause, in order."""
    clauses = plan().clauses
    rows = report(clauses, answered(base))
    return [
        {**row, "text_zh": clauses[row["clause"]].quote, "text_en": clauses[row["clause"]].text_en}
        for row in rows
    ]


def clause_figures(on: date) -> dict[str, dict[str, Any]]:
    """`{standing, reasons, figures}` of each clause as of a day, from the registers."""
    return {row.clause.id: _figures(row) for row in clause_rows(on)}


def _figures(row: ClauseRow) -> dict[str, Any]:
    return {
        "standing": str(row.standing), "reasons": [_said(one) for one in row.findings],
        "figures": [_number(one) for one in row.numbers],
    }  # fmt: skip


def _number(one: Number) -> dict[str, Any]:
    found = one.figure
    return {
        "id": found.indicator, "value": found.value, "target": found.target, "planned": found.planned,
        "unit": one.indicator.unit, "source": found.source,
    }  # fmt: skip


def _said(one: Finding) -> str:
    return one.reason % one.params


def as_of(on: date | None, today: date) -> date:
    """The day asked for; without one today, or the last day of a plan that is over."""
    return on or plan().day(today)


__all__ = ["answered", "as_of", "clause_figures", "clause_map"]
