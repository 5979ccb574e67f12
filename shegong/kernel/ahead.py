"""What registers know of months to come: each context declares it in its `measures` module, beside what can be counted.

A class that is announced, a seat that is taken, are known from a day on, for a day that lies ahead. They are stocks of the
cube: on each day stands what was known then and still lay ahead, by the month in which it will count. So a forecast of
any day reads them as they were known on that day, and a backtest has no hindsight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.module_loading import autodiscover_modules

from shegong.kernel import cube
from shegong.kernel.access import Range
from shegong.kernel.cube_measures import UNITS
from shegong.kernel.cube_sums import month_ends
from shegong.kernel.text import N_

MONTH = cube.Dimension("month", N_("Month in which it counts"))
CODE = "(mod(extract(year FROM {0})::int, 100) * 100 + extract(month FROM {0})::int)::smallint"  # 1312: December 2013


@dataclass(frozen=True)
class Part:
    """A stock of the cube that is cut by `MONTH`, or what of it has these codes; `sign` −1: it is taken off."""

    measure: str
    codes: tuple[tuple[str, tuple[int, ...]], ...] = ()
    sign: int = 1


@dataclass(frozen=True)
class Ahead:
    """name: "context.what". title: msgid. unit: one of the cube's. expected: what will probably count, at least; most: what
    will count at most."""

    name: str
    title: str
    unit: str
    expected: tuple[Part, ...]
    most: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """In the month that ends on `on` so much will count, probably and at most; known so since `told`, until `untold`."""

    on: date
    told: date
    untold: date
    expected: int
    most: int


_declared: dict[str, Ahead] = {}
_found: list[bool] = []


def declare(one: Ahead) -> Ahead:
    """Declare at start-up what is known ahead. Refuses (ValueError) a unit that figures do not have."""
    if one.unit not in UNITS:
        raise ValueError(f"{one.name}: {one.unit}")
    _declared[one.name] = one
    return one


def declared() -> Mapping[str, Ahead]:
    """Everything that some register knows ahead, by name."""
    if not _found:
        _found.append(True)
        autodiscover_modules("measures")
    return dict(sorted(_declared.items()))


def code(day: date) -> int:
    """The month of a day, as `MONTH` has it."""
    return day.year % 100 * 100 + day.month


def foreseen(
    one: Ahead, *, since: date, on: date, deadline: date, ranges: Sequence[Range] | None
) -> list[Foreseen]:
    """What was known at these places at each month's end from `since` and on the day `on`, of all months up to `deadline`: in one
    statement."""
    ends, told = month_ends(since, deadline), [*month_ends(since, on), date.max]
    parts = list(dict.fromkeys([*one.expected, *one.most]))
    asked = [
        cube.Line(part.measure, since, on, ranges, {"month": [code(end)], **dict(part.codes)})
        for end in ends for part in parts
    ]  # fmt: skip
    answers, found = iter(cube.lines(asked)), []
    for end in ends:
        stood = {part: [part.sign * n for _, n in next(answers)] for part in parts}
        likely, most = ([stood[part] for part in those] for those in (one.expected, one.most))
        found += [
            Foreseen(end, day, until, sum(line[n] for line in likely), sum(line[n] for line in most))
            for n, (day, until) in enumerate(pairwise(told))
        ]
    return [row for row in found if (row.expected or row.most) and row.told < row.on]
