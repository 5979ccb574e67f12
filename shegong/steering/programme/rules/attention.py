"""What a leader must look at, worst first, each with its reasons as sentences; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from shegong.kernel.text import N_
from shegong.steering.programme.rules.curves import points_apart
from shegong.steering.programme.rules.forecast import Outlook, Verdict

LAG = 5.0  # points of the target behind the plan: the mark ▲
SEVERE = 10.0  # points: called a serious lag
NAMED = 3  # so many divisions are named as those that make it


class Severity(StrEnum):
    """How bad: the order of the list, and the tone of its tag."""

    SEVERE = "severe"
    LAG = "lag"
    WATCH = "watch"


SEVERITIES = {
    Severity.SEVERE: (N_("Far behind"), "err"),
    Severity.LAG: (N_("Behind"), "warn"),
    Severity.WATCH: (N_("Needs action"), "warn"),
}


@dataclass(frozen=True)
class Says:
    """A sentence to translate, with its values."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Concern:
    """One entry. `weight` orders within a severity; `kind` is behind, forecast, returns or tasks."""

    severity: Severity
    kind: str
    weight: float
    title: Says
    reasons: tuple[Says, ...]
    indicator: str = ""
    region: int | None = None
    url: str = ""
    count: int = 0


@dataclass(frozen=True)
class Standing:
    """One indicator in one division on a day."""

    indicator: str
    title: str
    region: int
    name: str
    value: int | None
    planned: int | None
    target: int | None

    @property
    def points(self) -> float | None:
        """Points of the target before (+) or behind (−) the plan."""
        return points_apart(self.value, self.planned, self.target)

    @property
    def missing(self) -> int:
        """How many are missing to what the plan expects by the day."""
        return max(0, (self.planned or 0) - (self.value or 0))


def severity_of(points: float | None) -> Severity | None:
    """None: not far enough behind to be named."""
    if points is None or points > -LAG:
        return None
    return Severity.SEVERE if points <= -SEVERE else Severity.LAG


def behind(
    one: Standing, below: Sequence[Standing] = (), *, since: date | None = None, always: bool = False
) -> Concern | None:
    """The concern that a division lags, with the divisions below that make most of it and since when; None otherwise."""
    severity = severity_of(one.points)
    if severity is None:
        return None
    reasons = [_gap(one, below)]
    if since is not None and not always:
        reasons.append(Says(N_("Behind since %(month)s."), {"month": f"{since:%Y-%m}"}))
    elif always:
        reasons.append(Says(N_("Behind since the term began.")))
    title = Says(
        N_("%(unit)s: %(what)s at %(rate)s%%"),
        {"unit": one.name, "what": one.title, "rate": _percent(one.value, one.target)},
    )
    return Concern(
        severity,
        "behind",
        one.points or 0.0,
        title,
        tuple(reasons),
        one.indicator,
        one.region,
        count=one.missing,
    )


def _gap(one: Standing, below: Sequence[Standing]) -> Says:
    worst = sorted((b for b in below if b.missing), key=lambda b: (-b.missing, b.region))[:NAMED]
    values = {"missing": one.missing, "points": f"{-(one.points or 0):.1f}"}
    if not worst:
        return Says(N_("%(missing)s missing, %(points)s points behind the plan."), values)
    named = "、".join(f"{b.name} {b.missing}" for b in worst)
    return Says(
        N_("%(missing)s missing, %(points)s points behind the plan; most in %(where)s."),
        {**values, "where": named},
    )


def _percent(value: int | None, target: int | None) -> str:
    return f"{100 * (value or 0) / target:.1f}" if target else "–"


def forecast_concern(
    indicator: str, title: str, unit: str, region: int, target: int, outlook: Outlook
) -> Concern | None:
    """The concern that a target will or may be missed; None when the forecast reaches it."""
    verdict = outlook.verdict(target)
    if not verdict.warns:
        return None
    sure = verdict is Verdict.MISSES
    heading = N_("%(unit)s: %(what)s will be missed") if sure else N_("%(unit)s: %(what)s may be missed")
    reason = Says(
        N_("By %(day)s probably %(expected)s (%(low)s to %(high)s) of %(target)s."),
        {
            "day": outlook.deadline.isoformat(), "expected": outlook.expected, "low": outlook.low, "high": outlook.high,
            "target": target,
        },
    )  # fmt: skip
    return Concern(
        Severity.WATCH, "forecast", -100 * (target - outlook.expected) / target, Says(heading, {"unit": unit, "what": title}),
        (reason, *(Says(one.why) for one in outlook.known if one.why)), indicator, region, count=target - outlook.expected,
    )  # fmt: skip


def overdue_tasks(count: int, oldest: date | None) -> Concern | None:
    """The concern that tasks are past their day."""
    if not count:
        return None
    reasons = (Says(N_("The oldest was due on %(day)s."), {"day": oldest.isoformat()}),) if oldest else ()
    return Concern(
        Severity.WATCH, "tasks", float(-count), Says(N_("%(count)s tasks are overdue"), {"count": count}), reasons, count=count
    )  # fmt: skip


def spread(found: Sequence[Concern], each: int) -> list[Concern]:
    """The same order with at most `each` concerns of one indicator first; the rest follow."""
    seen: dict[str, int] = {}
    first: list[Concern] = []
    rest: list[Concern] = []
    for one in found:
        seen[one.indicator] = seen.get(one.indicator, 0) + 1
        (first if seen[one.indicator] <= each else rest).append(one)
    return [*first, *rest]


def in_order(found: Iterable[Concern | None], most: int = 0) -> list[Concern]:
    """Worst first: by severity, then by weight; one concern a division and indicator. `most` cuts the list."""
    order = list(Severity)
    kept: dict[tuple[str, str, int | None], Concern] = {}
    for one in sorted(
        (c for c in found if c), key=lambda c: (order.index(c.severity), c.weight, c.indicator)
    ):
        kept.setdefault((one.kind, one.indicator or str(one.title.values), one.region), one)
    listed = list(kept.values())
    return listed[:most] if most else listed
