"""Is the house well? One small check for each thing that can fail, each with what a person should do about it.

A check never raises: what it cannot find out is itself a bad sign. Other floors add theirs with `check`. `ready` checks
decide whether this process should be given requests; the others tell the operator what will hurt tomorrow. Those of the
kernel are in `health_checks`.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from shegong.kernel.text import N_

OK, WARN, BAD, OFF = "ok", "warn", "bad", "off"
COSTLY_FOR = 60  # seconds that the answer of a costly check is good for


@dataclass(frozen=True)
class Fact:
    """What one check found: `text` and `todo` are English source strings, `figure` is for machines (in `unit`)."""

    state: str
    figure: float
    text: str
    params: dict[str, Any] = field(default_factory=dict)
    todo: str = ""
    name: str = ""
    label: str = ""
    unit: str = ""


Check = Callable[[], Fact]


@dataclass(frozen=True)
class Known:
    """A check with its place in the list."""

    name: str
    label: str
    unit: str
    find: Check
    ready: bool
    costly: bool
    database: bool


_known: dict[str, Known] = {}
_costly: dict[str, tuple[float, Fact]] = {}


def check(
    name: str, label: str, unit: str, *, ready: bool = False, costly: bool = False, database: bool = False
) -> Callable[[Check], Check]:
    """Add a check. `database`: not asked while the database is away."""

    def add(find: Check) -> Check:
        _known[name] = Known(name, label, unit, find, ready, costly, database)
        return find

    return add


def facts(*, only_ready: bool = False, fresh: bool = True) -> list[Fact]:
    """Every fact, in the order in which checks were added; `fresh` False may give a costly one a minute old."""
    found: list[Fact] = []
    has_database = True
    for known in _known.values():
        if only_ready and not known.ready:
            continue
        if known.database and not has_database:
            fact = Fact(BAD, -1, N_("Cannot be told while the database is away."))
        else:
            fact = _found(known, fresh)
        fact = replace(fact, name=known.name, label=known.label, unit=known.unit)
        has_database = has_database and not (known.name == "database" and fact.state == BAD)
        found.append(fact)
    return found


def _found(known: Known, fresh: bool) -> Fact:
    if known.costly and not fresh and known.name in _costly:
        at, fact = _costly[known.name]
        if time.monotonic() - at < COSTLY_FOR:
            return fact
    try:
        fact = known.find()
    except Exception as problem:
        fact = Fact(BAD, -1, N_("Could not be found out (%(problem)s)."), {"problem": type(problem).__name__})
    if known.costly:
        _costly[known.name] = (time.monotonic(), fact)
    return fact


def is_ready(found: list[Fact]) -> bool:
    """Whether requests are welcome here."""
    return not any(fact.state == BAD for fact in found if _known[fact.name].ready)


def worst(found: list[Fact]) -> str:
    """The colour of the whole."""
    states = {fact.state for fact in found}
    return next((state for state in (BAD, WARN, OK) if state in states), OFF)


def stopping_file() -> Path | None:
    """Exists from the moment this server was told to stop; None where nobody supervises the process."""
    folder = os.environ.get("SHEGONG_RUN")
    return Path(folder) / "stopping" if folder else None


def announce() -> None:
    """Say to whoever supervises this process that it can work now."""
    folder = os.environ.get("SHEGONG_RUN")
    if folder:
        (Path(folder) / f"up-{os.getpid()}").touch()


_heard: list[float] = [0.0, 0.0]


def is_stopping() -> bool:
    """Whether this process was told to stop; looked up twice a second, so that every request may ask."""
    flag, now = stopping_file(), time.monotonic()
    if flag is not None and now >= _heard[0]:
        _heard[:] = [now + 0.5, float(flag.exists())]
    return bool(_heard[1])


def told(found: list[Fact]) -> Iterator[dict[str, Any]]:
    """Facts for machines."""
    for fact in found:
        yield {
            "name": fact.name,
            "state": fact.state,
            "figure": fact.figure,
            "unit": fact.unit,
            "text": fact.text % fact.params,
        }
