"""Yearly figures of complaints: medians of stages, whose the days beyond were, small cells hidden; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class StageTime:
    """One stage of one year: complaints whose stage ended in it, the median of days the clock ran, late ones, and days
    beyond by whom. None: too few to say."""

    stage: str
    complaints: int | None
    median_days: float | None
    late: int | None
    days_by: Mapping[str, int | None]


@dataclass(frozen=True)
class Run:
    """One stage of one complaint, ended: days that the clock ran, days beyond by party."""

    stage: str
    days: int
    beyond: Mapping[str, int]


def stage_times(
    runs: Iterable[Run], stages: Sequence[str], parties: Sequence[str], least: int = 0
) -> list[StageTime]:
    """A line for each stage. With `least`, figures that fewer complaints stand behind are hidden (小格不公布)."""
    held = list(runs)
    return [_line(stage, [r for r in held if r.stage == stage], parties, least) for stage in stages]


def _line(stage: str, runs: Sequence[Run], parties: Sequence[str], least: int) -> StageTime:
    few = 0 < len(runs) < least
    late = [r for r in runs if any(r.beyond.values())]
    by: dict[str, int | None] = {}
    for party in parties:
        behind = [r.beyond.get(party, 0) for r in runs if r.beyond.get(party, 0)]
        by[party] = None if few or 0 < len(behind) < least else sum(behind)
    return StageTime(
        stage, None if few else len(runs), None if few or not runs else median(r.days for r in runs),
        None if few or 0 < len(late) < least else len(late), by,
    )  # fmt: skip


def hidden(cells: Mapping[str, int], least: int) -> dict[str, int | None]:
    """Counts of a table whose total is shown: small ones are hidden, and where only one is, the next smallest with it, so
    that nobody gets it by subtraction. Nothing is hidden of a table of nothing."""
    small = {name for name, n in cells.items() if 0 < n < least}
    if len(small) == 1:
        others = sorted((n, name) for name, n in cells.items() if name not in small and n > 0)
        small |= {others[0][1]} if others else set()
    return {name: None if name in small else n for name, n in cells.items()}
