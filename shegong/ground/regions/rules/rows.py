"""Plain rows that a tree of divisions is built from, and what it answers with; pure."""

from dataclasses import dataclass, field
from datetime import date

SPANS = {1: 10_000_000, 2: 100_000, 3: 1_000, 4: 1}  # how many codes lie under a code of each level
OWN = "own"


def holds(start: date | None, end: date | None, day: date) -> bool:
    """Whether `day` lies in the half-open days [start, end); None is open."""
    return (start is None or start <= day) and (end is None or day < end)


@dataclass(frozen=True)
class NameRow:
    """A name during some days; `kind` is official, short, alias or english."""

    code: int
    name: str
    kind: str = "official"
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class SuccessionRow:
    """What a code became on a day; only the main target of a split is followed."""

    origin: int
    target: int
    on: date
    kind: str = "renamed"
    main: bool = True
    basis: str = ""


@dataclass(frozen=True)
class MemberRow:
    """A place that a managed area takes out of its legal county in the reporting tree."""

    area: int
    region: int
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Place:
    """A division during its life under one code. Level: province 1, prefecture 2, county 3, township 4."""

    code: int
    level: int
    name: str
    parent: int | None = None
    kind: str = ""
    authority: str = "mca"  # mca: legal; nbs: statistics; own: a managed area, in no legal tree
    start: date | None = None
    end: date | None = None
    province_since: date | None = None
    names: tuple[NameRow, ...] = field(default=(), repr=False)

    @property
    def hi(self) -> int:
        """First code behind the codes that lie under this one."""
        return self.code + SPANS[self.level]

    @property
    def is_area(self) -> bool:
        """A managed area: ours, not legal."""
        return self.authority == OWN

    def alive(self, day: date) -> bool:
        """Whether the division exists under this code on `day`."""
        return holds(self.start, self.end, day)

    def name_on(self, day: date, kind: str = "official") -> str:
        """Its name of `kind` on `day`; without an official one, the name of the row; of other kinds, ''."""
        found = (row.name for row in self.names if row.kind == kind and holds(row.start, row.end, day))
        return next(found, self.name if kind == "official" else "")


@dataclass(frozen=True)
class Match:
    """A division found by a text: its code today, and whether the text is a name or code of former times."""

    code: int
    text: str
    old: bool = False


@dataclass(frozen=True)
class Divisions:
    """What a set of files says about a province (or more): rows to load."""

    places: tuple[Place, ...]
    successions: tuple[SuccessionRow, ...] = ()
    members: tuple[MemberRow, ...] = ()
