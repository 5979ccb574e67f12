"""What a plan file holds, table by table: the types that its values are checked against; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Unit = Literal["person", "person_time", "certificate", "class", "base", "document", "unit", "year", "day"]
Kind = Literal["stock", "flow", "cumulative", "milestone", "per_person", "count"]
Level = Literal["province", "prefecture", "county"]


@dataclass(frozen=True)
class PlanRow:
    """The head: whose plan, which years, who issued it, how many characters its source has, how many units report."""

    code: str
    zh: str
    en: str
    region: int
    years: tuple[int, ...]
    starts: date
    ends: date
    issued_on: date
    main: int
    units: Mapping[str, int]
    issuer: str = ""
    number: str = ""
    characters: int | None = None

    def __post_init__(self) -> None:
        if list(self.years) != list(range(self.starts.year, self.ends.year + 1)):
            raise ValueError(f"years {list(self.years)} are not those from {self.starts} to {self.ends}")


@dataclass(frozen=True)
class OwnerRow:
    """Whose daily work it is: the holder of a dated duty (M1.d)."""

    clause: str
    duty: str
    section: str = ""


@dataclass(frozen=True)
class CoordinationRow:
    """Who coordinates, and to whom is reported (N4, N11)."""

    bodies: tuple[str, ...]
    reports_to: str


@dataclass(frozen=True)
class ConferenceRow:
    """The joint conference by default (M1.a, M1.b)."""

    convenor: str
    office: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class NameRow:
    """A name of a body during [since, until)."""

    name: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class BodyRow:
    """A body of the province that the plan names."""

    key: str
    name: str
    kind: str
    names: tuple[NameRow, ...] = ()
    since: date | None = None
    needs_source: str = ""


@dataclass(frozen=True)
class LeadRow:
    """Who leads during [since, until)."""

    body: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class ParticipantRow:
    """Who takes part, with which duty, by which clauses (N7)."""

    body: str
    duty: str
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class SubPlanRow:
    """A sub-plan with its leads and participants."""

    number: int
    zh: str
    en: str
    leads: tuple[LeadRow, ...]
    participants: tuple[ParticipantRow, ...] = ()
    needs_source: str = ""


@dataclass(frozen=True)
class Rule:
    """A counting rule: its version and its words; `counts` names what makes somebody count."""

    version: int
    zh: str
    en: str
    counts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Baseline:
    """What was there before the plan: it is part of the total, not of the plan's own figures (A2)."""

    amount: int
    on: date
    source: str = ""
    needs_source: bool = False


@dataclass(frozen=True)
class IndicatorRow:
    """One number of the plan."""

    id: str
    clause: str
    zh: str
    en: str
    unit: Unit
    kind: Kind
    subplan: int | None = None
    measure: str = ""
    codes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    beside: str = ""
    ahead: tuple[str, ...] = ()  # what registers know of days to come that will count here
    among: str = ""  # per_person: the stock of those it is asked of, who are the target
    of: str = ""
    makes: Literal["", "hired", "class", "listed"] = ""
    yearly: Mapping[str, int] = field(default_factory=dict)
    total: int | None = None
    upto: int | None = None
    tolerance: int = 0
    parts: tuple[str, ...] = ()
    baseline: Baseline | None = None
    breakdown: tuple[str, ...] = ()
    rule: int = 1
    rules: tuple[Rule, ...] = ()
    note: str = ""
    needs_source: str = ""


@dataclass(frozen=True)
class MilestoneRow:
    """Something that must be there by a day, at each place of these levels: shown by a figure, or by a policy document
    of the kind of measure that `mechanism` says."""

    key: str
    clause: str
    zh: str
    en: str
    due: date
    subplan: int | None = None
    places: tuple[Level, ...] = ("province",)
    indicator: str = ""
    mechanism: str = ""


@dataclass(frozen=True)
class ChapterRow:
    """A chapter: clauses whose ids begin with its letters, and its heading in the source."""

    id: str
    zh: str
    en: str
    heading: str = ""


@dataclass(frozen=True)
class ClauseRow:
    """A clause: its own words, their English, and how far the system answers it."""

    id: str
    zh: str
    en: str
    quote: str
    text: str = ""
    state: Literal["done", "partial", "none", ""] = ""


TABLES = {
    "plan": PlanRow,
    "owner": OwnerRow,
    "coordination": CoordinationRow,
    "conference": ConferenceRow,
    "body": BodyRow,
    "subplan": SubPlanRow,
    "indicator": IndicatorRow,
    "milestone": MilestoneRow,
    "chapter": ChapterRow,
    "clause": ClauseRow,
}
ONCE = ("plan", "owner", "coordination", "conference")
