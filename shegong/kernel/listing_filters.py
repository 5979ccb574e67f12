"""Filters of a listing: what the query string asks, as conditions for the database and as words for people.

A filter answers with *forks*: conditions that exclude each other and together hold every wanted row. Each fork becomes
a branch of its own under UNION ALL with its own LIMIT, because an OR over two indexes cannot keep an order and makes
the database read far more than a page. Most filters have one fork.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from shegong.kernel.access import Actor, Range
from shegong.kernel.typed_dates import read_date
from shegong.kernel.typed_numbers import whole_number

Forks = tuple[Q, ...]
EVERYTHING: Forks = (Q(),)
NOTHING: Forks = (Q(pk__in=[]),)


@dataclass(frozen=True)
class Scene:
    """Who looks at the list, on which day, under which permission."""

    actor: Actor
    day: date
    permission: str


@dataclass(frozen=True)
class Choice:
    """One value that a filter offers."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class Filter:
    """`where(value, scene)` gives the forks of a value; `choices(scene)` what to offer, None for free text.

    `default` holds when the address says nothing; an empty value in the address lifts it. A value that is not offered
    finds nothing, visibly: a list must never silently show more than was asked.
    """

    name: str
    title: Any
    where: Callable[[str, Scene], Forks]
    choices: Callable[[Scene], Iterable[tuple[str, Any]]] | None = None
    default: str = ""
    # Forks when nothing is asked: a partial index is used only by a condition that implies its own.
    whole: Forks = EVERYTHING
    is_text: bool = False
    is_rare: bool = False  # kept under "more conditions"

    def asked(self, params: Mapping[str, str]) -> str:
        """The value in the address, else the default."""
        return str(params.get(self.name, self.default)).strip()[:200]

    def forks(self, value: str, scene: Scene) -> Forks:
        """The conditions for `value`."""
        if not value:
            return self.whole
        if self.choices is not None and value not in dict(self.offered(scene)):
            return NOTHING
        return self.where(value, scene)

    def offered(self, scene: Scene) -> list[tuple[str, str]]:
        """Values and labels, in the reader's language."""
        return [(str(value), str(label)) for value, label in (self.choices(scene) if self.choices else ())]

    def controls(self, value: str, scene: Scene) -> list[Choice]:
        """The options of its select, the empty one first."""
        return [Choice("", gettext("All"), not value)] + [
            Choice(v, label, v == value) for v, label in self.offered(scene)
        ]

    def words(self, value: str, scene: Scene) -> str:
        """The value as people read it on its chip."""
        return dict(self.offered(scene)).get(value, value) if self.choices is not None else value


def text(name: str, title: Any, find: Callable[[str, Scene], Forks]) -> Filter:
    """A search box; `find` turns what was typed into forks."""
    return Filter(name, title, find, is_text=True)


def choice(name: str, title: Any, choices: Sequence[tuple[str, Any]], column: str) -> Filter:
    """One value of a column."""
    return Filter(name, title, lambda value, scene: (Q(**{column: value}),), lambda scene: choices)


@dataclass(frozen=True)
class DateFilter(Filter):
    """A day typed in any usual form, as the earliest (`__gte`) or latest (`__lte`) of a column."""

    def words(self, value: str, scene: Scene) -> str:
        """The day in its usual form."""
        found = read_date(value)
        return found.isoformat() if isinstance(found, date) else value


def day_limit(name: str, title: Any, lookup: str) -> Filter:
    """Rows from or up to a day, e.g. `day_limit("from", _("Registered from"), "admitted_on__gte")`."""

    def where(value: str, scene: Scene) -> Forks:
        found = read_date(value)
        return (Q(**{lookup: found}),) if isinstance(found, date) else NOTHING

    return DateFilter(name, title, where, is_text=True, is_rare=True)


@dataclass(frozen=True)
class RegionFilter:
    """The chosen unit's ranges, always inside the reach of who looks.

    The context hands in how codes are resolved: `ranges(code, day, tree)`, `label(code, day)`, `offered(scene)` as code
    and name. `222400@reporting` asks for the unit as another tree draws it; the empty tree is the legal one.
    """

    column: str
    ranges: Callable[[int, date, str], Sequence[Range]]
    label: Callable[[int, date], str]
    offered: Callable[[Scene], Sequence[tuple[int, str]]]
    title: Any = "Region"
    name: str = "region"

    def asked(self, params: Mapping[str, str]) -> str:
        """Six or nine digits, perhaps with @ and a tree."""
        return str(params.get(self.name, "")).strip()[:30]

    def code(self, value: str) -> int | None:
        """The nine-digit code, None when it is none."""
        digits = value.partition("@")[0]
        number = whole_number(digits) or 0
        return {6: number * 1000, 9: number}.get(len(digits))

    def within(self, value: str, scene: Scene) -> tuple[Range, ...]:
        """Reach ∩ chosen unit; empty when they do not meet."""
        reach = scene.actor.reach(scene.permission)
        if not value:
            return reach
        code = self.code(value)
        chosen = self.ranges(code, scene.day, value.partition("@")[2]) if code is not None else ()
        return intersection(reach, chosen)

    def words(self, value: str, scene: Scene) -> str:
        """The unit's name."""
        code = self.code(value)
        return (self.label(code, scene.day) if code is not None else "") or value

    def controls(self, value: str, scene: Scene) -> list[Choice]:
        """Units to choose from; one chosen deeper in the tree is offered too."""
        units = [(short(code), name) for code, name in self.offered(scene)]
        if value and value not in dict(units):
            units.append((value, self.words(value, scene)))
        return [Choice("", gettext("All"), not value)] + [Choice(v, name, v == value) for v, name in units]


def short(code: int) -> str:
    """A region as addresses write it: six digits where the last three are zero."""
    return str(code // 1000) if code % 1000 == 0 else str(code)


def intersection(ones: Sequence[Range], others: Sequence[Range]) -> tuple[Range, ...]:
    """Codes in both, as disjoint ranges in order."""
    found = []
    for one in ones:
        for other in others:
            lo, hi = max(one.lo, other.lo), min(one.hi, other.hi)
            if lo < hi:
                holes = tuple(sorted(h for h in {*one.holes, *other.holes} if lo <= h < hi))
                found.append(Range(lo, hi, holes))
    return tuple(sorted(set(found), key=lambda r: r.lo))
