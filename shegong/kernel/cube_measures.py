"""What can be counted: each context declares its measures; the cube keeps their sums (docs/adr/0032)."""

import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.utils.module_loading import autodiscover_modules

MOST_DIMENSIONS = 4
STOCK, FLOW = "stock", "flow"
UNITS = ("person", "person_time", "certificate", "unit", "document", "class", "year", "case")


@dataclass(frozen=True)
class Dimension:
    """What figures can be cut by; its codes are small whole numbers, `words` their names (msgids). No words: the
    number speaks for itself, as a year does."""

    name: str
    title: str
    words: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """From the day `on` this subject counts `amount` more (or less) at this place."""

    subject: int
    region: int
    on: date
    amount: int = 1
    codes: tuple[int, ...] = ()


Facts = Callable[[Collection[int] | None], Iterable[Fact]]


@dataclass(frozen=True)
class SqlFacts:
    """Facts as one statement over the owner's tables, so that a million are read where they are.

    Its columns are `subject, region_code, "on", amount` and c1, c2 … for the dimensions. `{only}` stands behind each
    column that says whose a row is, as in `WHERE t.person_id {only}`.
    """

    text: str

    def narrowed(self, subjects: Collection[int] | None) -> tuple[str, list[Any]]:
        """The statement for all subjects, or for these."""
        if subjects is None:
            return self.text.replace("{only}", "IS NOT NULL"), []
        array = "{" + ",".join(map(str, subjects)) + "}"
        times = self.text.count("{only}")
        return self.text.replace("{only}", "= ANY (%s::bigint[])"), [array] * times

    def __call__(self, subjects: Collection[int] | None) -> Iterable[Fact]:
        statement, values = self.narrowed(subjects)
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            for subject, region, on, amount, *codes in cursor:
                yield Fact(subject, region, on, amount, tuple(codes))


@dataclass(frozen=True)
class Measure:
    """One thing that is counted, by its owner's rule.

    name: "context.what". title: msgid. unit: one of `UNITS`. kind: "stock", whose ends are facts of −1, or "flow", where
    each counts once on its day. subject: label of the model whose rows are counted. facts: the owner's pure reading of
    its tables, for all subjects or some. follows: model label → the column of its journalled rows that names the
    subject; a journal entry that names such a row refreshes its subject. rule: version of the counting rule. many: an
    entry about more subjects than that has them counted by a job, a moment later; 0: always in the change itself.
    """

    name: str
    title: str
    unit: str
    kind: str
    subject: str
    dims: tuple[Dimension, ...]
    facts: Facts
    rule: int = 1
    follows: Mapping[str, str] = field(default_factory=dict)
    cuts: tuple[tuple[str, ...], ...] = ()
    many: int = 0

    @property
    def number(self) -> int:
        """How rows name it: made of the name, the same everywhere."""
        return zlib.crc32(self.name.encode()) - 2**31

    @property
    def codes(self) -> tuple[str, ...]:
        """Columns of its dimensions."""
        return tuple(f"c{n + 1}" for n in range(len(self.dims)))

    @property
    def grains(self) -> tuple[int, ...]:
        """Which dimensions its sums keep, as bits; the coarsest first."""
        kept = [(), *((one.name,) for one in self.dims), *self.cuts]
        return tuple(sorted({self.bits(names) for names in kept}, key=lambda g: (g.bit_count(), g)))

    def bits(self, dimensions: Iterable[str]) -> int:
        """Dimensions as bits."""
        return sum(1 << (int(self.column(name)[1:]) - 1) for name in set(dimensions))

    def column(self, dimension: str) -> str:
        """The column of a dimension. Raises KeyError for one that it does not have."""
        for n, one in enumerate(self.dims, start=1):
            if one.name == dimension:
                return f"c{n}"
        raise KeyError(f"{self.name} is not cut by {dimension}")


_measures: dict[str, Measure] = {}
_found: list[bool] = []


def register(one: Measure) -> Measure:
    """Declare a measure at start-up. Refuses (ValueError) what could not be counted."""
    if one.kind not in (STOCK, FLOW) or one.unit not in UNITS or len(one.dims) > MOST_DIMENSIONS:
        raise ValueError(f"{one.name}: kind, unit or dimensions")
    same = {other.name for other in _measures.values() if other.number == one.number}
    if same - {one.name}:
        raise ValueError(f"{one.name} has the number of {same}: choose another name")
    _measures[one.name] = one
    return one


def withdraw(name: str) -> None:
    """Declare a measure no more: for tests, whose measures are theirs alone."""
    _measures.pop(name, None)


def measures() -> Mapping[str, Measure]:
    """All that can be counted, by name: what each context's `measures` module declares."""
    if not _found:
        _found.append(True)
        autodiscover_modules("measures")
    return dict(sorted(_measures.items()))


def measure(name: str) -> Measure:
    """The measure of this name. Raises KeyError when nobody declares it."""
    return measures()[name]
