"""Every clause of the plan beside its figures, milestones, forecast and what of the product answers it (N2, N13)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from shegong.kernel.clauses import Answer, Clause, declared, page_answers, test_answers
from shegong.kernel.routes import routes
from shegong.steering.programme.models.figures import Figure, figure, figures
from shegong.steering.programme.models.milestones import Met, milestones
from shegong.steering.programme.models.outlook import outlooks
from shegong.steering.programme.models.plan import plan
from shegong.steering.programme.rules.clause_states import (
    Finding,
    Standing,
    of_figure,
    of_milestone,
    of_system,
    together,
)
from shegong.steering.programme.rules.forecast import Outlook, Verdict
from shegong.steering.programme.rules.plans import Indicator


@dataclass(frozen=True)
class Number:
    """A number of a clause, with its figure and forecast."""

    indicator: Indicator
    figure: Figure
    finding: Finding
    before: int | None = None  # how many were there before the plan (A2)
    outlook: Outlook | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True)
class ClauseRow:
    """A clause and everything that is known of it on a day."""

    clause: Clause
    chapter: str
    numbers: Sequence[Number]
    milestones: Sequence[Sequence[Met]]
    findings: Sequence[Finding]
    pages: Sequence[str]
    actions: Sequence[str]
    tests: Sequence[str]

    @property
    def standing(self) -> Standing:
        """The one word."""
        return together(self.findings)


def clause_rows(on: date, language: str = "zh") -> list[ClauseRow]:
    """All clauses of the plan in its order, for the whole province: sums, nothing about anybody."""
    given, home = plan(), plan().region
    found = figures(given.indicators, on=on, regions=[home])
    ahead, met, known = outlooks(on, language=language), milestones(on), answers()
    numbers = {
        name: _number(one, found[name, home], on, ahead.get(name, (None, None)))
        for name, one in given.indicators.items()
    }
    return [_row(clause, on, numbers, met, known) for clause in given.clauses.values()]


def _number(
    one: Indicator, found: Figure, on: date, ahead: tuple[Outlook | None, Verdict | None]
) -> Number | None:
    if found.target is None:
        return None
    since, until = plan().span(one)
    finding = of_figure(
        value=found.value, target=found.target, enough=one.enough(found.target), planned=found.planned, since=since,
        until=until, on=on, misses=bool(ahead[1] and ahead[1].warns), each=one.kind == "per_person" and not one.among,
        must_last=one.kind == "stock" or one.unit == "year",
    )  # fmt: skip
    first = figure(one.id, on=min(one.baseline.on, on)) if one.baseline else None
    return Number(one, found, finding, first.value if first else None, *ahead)


def _row(
    clause: Clause, on: date, numbers: Mapping[str, Number | None], met: Mapping[str, list[Met]],
    known: Mapping[str, Mapping[str, Sequence[str]]],
) -> ClauseRow:  # fmt: skip
    own = [found for one in plan().of_clause(clause.id) if (found := numbers[one.id])]
    asked = [one for one in plan().milestones if one.clause == clause.id and not one.indicator]
    stages = [met[one.key] for one in asked if met.get(one.key)]
    findings = [one.finding for one in own] + [_stage(stage, on) for stage in stages]
    behind = known.get(clause.id, {})
    return ClauseRow(
        clause, chapter_of(clause.id), own, stages,
        findings or [of_system(clause.state, on=on, ends=plan().ends)],
        behind.get("page", ()), behind.get("action", ()), behind.get("test", ()),
    )  # fmt: skip


def _stage(stage: Sequence[Met], on: date) -> Finding:
    missing = [one for one in stage if not one.is_met]
    days = [one.met_on for one in stage if one.met_on]
    first = stage[0].row
    return of_milestone(
        title=first.title, due=first.due_on, met_on=max(days, default=None), missing=len(missing), places=len(stage),
        on=on,
    )  # fmt: skip


def chapter_of(clause: str) -> str:
    """The chapter whose letters an id begins with; '' in a plan without chapters."""
    held = [one.id for one in plan().chapters if clause.startswith(one.id)]
    return max(held, key=len, default="")


@lru_cache(maxsize=1)
def answers() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """What answers each clause: pages, actions, tests. Read once a process: code does not change in it."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in sorted({*declared(), *page_answers(routes()), *_tests()}):
        found[one.clause][one.kind].append(one.name)
    return found


def _tests() -> Iterator[Answer]:
    folder = Path(settings.BASE_DIR) / "tests"
    return test_answers(folder) if folder.is_dir() else iter(())
