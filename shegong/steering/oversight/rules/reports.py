"""Year-end reports and the final summary: their steps, their sections, what their figures say in sentences; pure (N11, S2013.e)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class ReportKind(StrEnum):
    """What is reported: one year, or the whole term."""

    YEAR_END = "year_end"
    FINAL = "final"


KIND_NAMES = {ReportKind.YEAR_END: N_("Year-end report"), ReportKind.FINAL: N_("Final summary")}


class ReportState(StrEnum):
    """States of a report. Signed is what its official document is while the report is `signing`."""

    DRAFTED = "drafted"
    REVIEWED = "reviewed"
    SIGNING = "signing"
    SUBMITTED = "submitted"
    RECEIVED = "received"
    ARCHIVED = "archived"


STATE_NAMES = {
    ReportState.DRAFTED: N_("Report being written"),
    ReportState.REVIEWED: N_("Reviewed by the department"),
    ReportState.SIGNING: N_("With the leader to sign"),
    ReportState.SUBMITTED: N_("Submitted to the leading group"),
    ReportState.RECEIVED: N_("Received by the leading group"),
    ReportState.ARCHIVED: N_("Report archived"),
}
HANDED_IN = (ReportState.SUBMITTED, ReportState.RECEIVED, ReportState.ARCHIVED)
REPORT = Workflow(
    ReportState,
    ReportState.DRAFTED,
    [
        step("review", "drafted", "reviewed", "N11"),
        step("send_back", "reviewed", "drafted"),
        step("send_to_sign", "reviewed", "signing", "N11"),
        step("take_back", "signing", "drafted"),
        step("submit", "signing", "submitted", "N11"),
        step("receive", "submitted", "received", "N11"),
        step("archive", "received", "archived", "N11"),
    ],
)

# Sections that somebody writes, in their order; the figures stand between the first and the second.
SECTIONS: Mapping[ReportKind, Mapping[str, str]] = {
    ReportKind.YEAR_END: {
        "overview": N_("How the year went"),
        "measures": N_("What was carried out"),
        "problems": N_("What is lacking"),
        "next": N_("What comes next"),
    },
    ReportKind.FINAL: {
        "overview": N_("How the plan was carried out"),
        "measures": N_("What was carried out"),
        "effects": N_("What it brought about"),
        "problems": N_("What is lacking"),
        "next": N_("What should follow"),
    },
}
SHORTEST_SECTION = 10


@dataclass(frozen=True)
class Line:
    """A figure of the report: the indicator's words, its value against the target and what the plan wanted by then."""

    indicator: str
    title: str
    unit: str
    value: int | None
    target: int | None = None
    planned: int | None = None
    enough: int | None = None  # the least that reaches the target ("左右" is a tolerance)

    @property
    def gap(self) -> int | None:
        """How much is missing to what was planned by the day; negative: ahead."""
        return None if self.value is None or self.planned is None else self.planned - self.value

    @property
    def rate(self) -> float | None:
        """Percent of the target."""
        return 100 * self.value / self.target if self.value is not None and self.target else None


@dataclass(frozen=True)
class Sentence:
    """A proposed sentence: an English source string and its values, to be said in the report's language."""

    message: str
    params: Mapping[str, object] = field(default_factory=dict)


def sentences(
    lines: Sequence[Line], behind: Mapping[str, Sequence[tuple[str, int]]], day: date
) -> list[Sentence]:
    """What the figures say: how far each is, what is behind and by how much, and which units (name, missing) are.

    At most three units are named for an indicator, those that miss most first.
    """
    found = [_standing(line, day) for line in lines if line.value is not None]
    late = [line for line in lines if line.gap is not None and line.gap > 0]
    for line in sorted(late, key=lambda one: -(one.gap or 0)):
        words = {"what": line.title, "gap": line.gap, "unit": line.unit, "planned": line.planned}
        found.append(
            Sentence(N_("%(what)s is %(gap)s %(unit)s behind the %(planned)s planned by then."), words)
        )
        worst = sorted(behind.get(line.indicator, ()), key=lambda one: -one[1])[:3]
        if worst:
            names = "、".join(f"{name}({gap})" for name, gap in worst)
            found.append(
                Sentence(N_("Furthest behind in %(what)s: %(names)s."), {"what": line.title, "names": names})
            )
    if lines and not late:
        found.append(Sentence(N_("No figure is behind the plan.")))
    return found


def _standing(line: Line, day: date) -> Sentence:
    words: dict[str, object] = {
        "day": day.isoformat(), "what": line.title, "value": f"{line.value:,}", "unit": line.unit,
    }  # fmt: skip
    if line.rate is None:
        return Sentence(N_("By %(day)s, %(what)s: %(value)s %(unit)s."), words)
    rate = {"target": f"{line.target:,}", "rate": f"{line.rate:.1f}%"}
    return Sentence(
        N_("By %(day)s, %(what)s: %(value)s %(unit)s, %(rate)s of the target of %(target)s."),
        {**words, **rate},
    )


def text_obstacles(kind: ReportKind, texts: Mapping[str, str]) -> list[Obstacle]:
    """Every section has words before the report is reviewed."""
    short = [key for key in SECTIONS[kind] if len(texts.get(key, "").strip()) < SHORTEST_SECTION]
    message = N_("Write this section, in at least %(least)s characters.")
    return [Obstacle("section_short", message, key, "N11", {"least": SHORTEST_SECTION}) for key in short]


def another_obstacles(person_id: int | None, drafter_id: int | None) -> list[Obstacle]:
    """Whoever wrote it does not review it."""
    if person_id is not None and person_id != drafter_id:
        return []
    return [
        Obstacle(
            "four_eyes", N_("Whoever wrote the report does not review it: a colleague does."), clause="N11"
        )
    ]


def year_obstacles(
    kind: ReportKind, year: int | None, years: Iterable[int], on: date, as_of: date
) -> list[Obstacle]:
    """A year-end report is of a year of the plan; figures of a day to come are not reported."""
    found = []
    if kind == ReportKind.YEAR_END and year not in set(years):
        found.append(Obstacle("report_year", N_("Choose a year of the plan."), "year", "N11"))
    if as_of > on:
        found.append(Obstacle("as_of_ahead", N_("Figures of a day to come cannot be frozen."), "as_of"))
    return found


@dataclass(frozen=True)
class ReportPolicy:
    """policy/reports.toml: month and day until which a year-end report is due and from which those who write it are
    warned; days between two warnings; months after the term in which the final summary is due; people drawn for an
    indicator and the least number of panel members at an acceptance; days that a rectification proposes."""

    due_month: int
    due_day: int
    warn_month: int
    warn_day: int
    warn_every: int
    final_months: int
    sample: int
    panel: int
    rectify_days: int

    def __post_init__(self) -> None:
        if not (1 <= self.sample <= 200 and self.panel >= 1):
            raise ValueError("sample lies between 1 and 200 and panel is at least 1")

    def due(self, year: int) -> date:
        """Until when the report of a year is due."""
        return date(year, self.due_month, self.due_day)

    def warns_from(self, year: int) -> date:
        """From when those who write it are warned."""
        return date(year, self.warn_month, self.warn_day)

    def final_due(self, ends: date) -> date:
        """Until when the final summary of a plan that ends then is due: the last day of that month."""
        month = ends.year * 12 + ends.month + self.final_months
        return date.fromordinal(date(month // 12, month % 12 + 1, 1).toordinal() - 1)
