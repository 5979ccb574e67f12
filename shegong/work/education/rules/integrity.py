"""Hours that cannot be: too long a day, two towns at once, a night, a class that nobody opened, one phone for many; the
weights of a sample; steps of disputes and findings. Pure (peers demand 24, T3.3)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from shegong.kernel.policy import Policy, load
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


@dataclass(frozen=True)
class Weights:
    """What each reason adds to the one chance that every record has in a draw."""

    stated: int
    late: int
    no_clock: int
    sent_later: int
    year_end: int
    new_provider: int
    finding: int


@dataclass(frozen=True)
class Limits:
    """What is believed of a day; minutes, hours of the clock, people."""

    day_minutes: int
    clock_from: int
    clock_to: int
    travel_minutes: int
    people_a_phone: int
    needs_class: bool
    dispute_working_days: int
    weights: Weights


def load_limits(folder: Path) -> Policy[Limits]:
    """policy/education_checks.toml, all versions."""
    return load(folder / "education_checks.toml", Limits)


class FindingKind(StrEnum):
    """What a machine found."""

    LONG_DAY = "long_day"
    TWO_TOWNS = "two_towns"
    NIGHT = "night"
    NO_CLASS = "no_class"
    ONE_PHONE = "one_phone"


FINDING_WORDS = {
    FindingKind.LONG_DAY: N_("More hours in one day than a day holds"),
    FindingKind.TWO_TOWNS: N_("In two towns at once"),
    FindingKind.NIGHT: N_("Learning at night"),
    FindingKind.NO_CLASS: N_("No class was open on that day"),
    FindingKind.ONE_PHONE: N_("One phone signed in several people"),
}


@dataclass(frozen=True)
class Record:
    """A record of one person as the checks see it; `has_class`: the provider had a class on that day, None: not asked."""

    id: int
    minutes: int
    on: date
    prefecture: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    has_class: bool | None = None


@dataclass(frozen=True)
class Found:
    """One thing that cannot be, with the records that make it up; `amount` in minutes, or people of a phone."""

    kind: FindingKind
    on: date
    records: tuple[int, ...]
    amount: int


def impossible(records: Iterable[Record], limits: Limits) -> list[Found]:
    """Everything that cannot be among the records of one person."""
    days: dict[date, list[Record]] = {}
    for record in sorted(records, key=lambda one: (one.on, one.id)):
        days.setdefault(record.on, []).append(record)
    return [found for day, rows in days.items() for found in _of_day(day, rows, limits)]


def _of_day(day: date, rows: Sequence[Record], limits: Limits) -> Iterator[Found]:
    total = sum(row.minutes for row in rows)
    if total > limits.day_minutes:
        yield Found(FindingKind.LONG_DAY, day, tuple(row.id for row in rows), total)
    yield from _two_towns(day, rows, limits)
    for row in rows:
        if row.start and row.end and _is_night(row.start, row.end, limits):
            yield Found(FindingKind.NIGHT, day, (row.id,), row.minutes)
        if limits.needs_class and row.has_class is False:
            yield Found(FindingKind.NO_CLASS, day, (row.id,), row.minutes)


def _is_night(start: datetime, end: datetime, limits: Limits) -> bool:
    return start.hour < limits.clock_from or (end - timedelta(seconds=1)).hour >= limits.clock_to


def _two_towns(day: date, rows: Sequence[Record], limits: Limits) -> Iterator[Found]:
    """Classes with times in two prefectures that follow each other faster than one travels."""
    timed = sorted((row.start, row.end, row.id, row) for row in rows if row.start and row.end)
    for (_start, end, _id, one), (start, _end, _other, other) in pairwise(timed):
        if one.prefecture is None or other.prefecture is None or one.prefecture == other.prefecture:
            continue
        between = int((start - end).total_seconds() // 60)
        if between < limits.travel_minutes:
            yield Found(FindingKind.TWO_TOWNS, day, (one.id, other.id), max(between, 0))


@dataclass(frozen=True)
class Reasons:
    """Why a record is riskier than another."""

    stated: bool = False
    late: bool = False
    no_clock: bool = False
    sent_later: bool = False
    year_end: bool = False
    new_provider: bool = False
    finding: bool = False


def weight(reasons: Reasons, weights: Weights) -> int:
    """Chances of a record in the draw, from 1 up."""
    return 1 + sum(getattr(weights, name) for name in Weights.__dataclass_fields__ if getattr(reasons, name))


def population_text(weights: Mapping[int, int]) -> str:
    """What is hashed before the seed is known: number of the record and its chances, a line each, by number."""
    return "".join(f"{key}:{weights[key]}\n" for key in sorted(weights))


class FindingState(StrEnum):
    """A finding waits until an officer has looked."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


FINDING_STATES = {
    FindingState.OPEN: N_("Waits for an officer"),
    FindingState.CONFIRMED: N_("Confirmed, hours taken out"),
    FindingState.DISMISSED: N_("Explained, hours stand"),
}
FINDING_FLOW = Workflow(
    FindingState,
    FindingState.OPEN,
    [
        step("confirm", FindingState.OPEN, FindingState.CONFIRMED, "T3.3"),
        step("dismiss", FindingState.OPEN, FindingState.DISMISSED, "T3.3"),
    ],
)


class DisputeState(StrEnum):
    """A learner says that a record in her name is wrong."""

    RAISED = "raised"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


DISPUTE_WORDS = {
    DisputeState.RAISED: N_("Waits for an officer"),
    DisputeState.UPHELD: N_("Upheld, hours taken out"),
    DisputeState.REJECTED: N_("Not upheld, hours stand"),
    DisputeState.WITHDRAWN: N_("Taken back"),
}
DISPUTE_FLOW = Workflow(
    DisputeState,
    DisputeState.RAISED,
    [
        step("uphold", DisputeState.RAISED, DisputeState.UPHELD, "T3.3"),
        step("reject", DisputeState.RAISED, DisputeState.REJECTED, "T3.3"),
        step("withdraw", DisputeState.RAISED, DisputeState.WITHDRAWN),
    ],
)

CHECK_RESULTS = {
    "proved": N_("Papers prove it"),
    "not_proved": N_("Papers do not prove it; the hours are taken out"),
}
MOST = 500


def draw_obstacles(*, title: str, sample: int, start: date, end: date, on: date) -> list[Obstacle]:
    """A draw has a title, a size, and days that have passed."""
    found = []
    if not title.strip():
        found.append(Obstacle("title_missing", N_("Give the draw a title."), "title"))
    if not 1 <= sample <= MOST:
        message = N_("Draw between 1 and %(most)s records.")
        found.append(Obstacle("sample_size", message, "sample", params={"most": MOST}))
    if end < start:
        found.append(Obstacle("dates_order", N_("The end lies before the start."), "end"))
    elif end > on:
        found.append(Obstacle("date_future", N_("This date is in the future."), "end"))
    return found


def checker_obstacles(*, officer: int | None, person: int, vouched: Collection[int | None]) -> list[Obstacle]:
    """Whoever looks again is neither the learner nor anybody who vouched."""
    if officer is not None and officer in (person, *vouched):
        message = N_("You vouched for this record, or it is your own. A colleague must look at it.")
        return [Obstacle("own_record", message, clause="T3.3")]
    return []
