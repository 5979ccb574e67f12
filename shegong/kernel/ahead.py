"""What registers know of days to come: each context declares it in its `measures` module, beside what can be counted.

A class that is announced, a seat that is taken, are known from a day on, for a day that lies ahead. Forecasts read them as
they were known on the day that the forecast is of, so that a backtest has no hindsight.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.module_loading import autodiscover_modules

from shegong.kernel.cube_measures import UNITS


@dataclass(frozen=True, slots=True)
class Foreseen:
    """On the day `on` so much more will count at this place, probably, at least, at most; known since `told`, no more
    from `untold` on."""

    region: int
    on: date
    told: date
    untold: date | None
    expected: int
    low: int
    high: int


Reading = Callable[[date, date], Iterable[Foreseen]]


@dataclass(frozen=True)
class Ahead:
    """name: "context.what". title: msgid. unit: one of the cube's. read: the owner's reading of its tables, `read(since,
    until)`: everything that lies in these days, also what is known no more."""

    name: str
    title: str
    unit: str
    read: Reading


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
