"""What policy/education.toml must hold: shapes and what no province may break; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shegong.kernel.policy import Policy, Wording, load, load_keyed
from shegong.work.education.rules.kinds import Kind

FILE = "education.toml"
Share = Literal["none", "pro_rata"]


@dataclass(frozen=True)
class HoursRule:
    """One rule about how much must be learned: `required` units (hours or days) by level in each span."""

    code: str
    title: Wording
    span: Literal["term", "year"]
    required: Mapping[str, int]
    unit: Literal["hours", "days"]
    degree_hours: int
    counts: frozenset[Kind]
    needs_pass: bool
    level_change: Literal["higher", "pro_rata"]
    leave: Share
    early_days: int
    part_span: Literal["whole", "pro_rata"]
    gates_renewal: bool
    hours_per_day: int = 8

    def __post_init__(self) -> None:
        if missing := {"assistant", "social_worker", "senior"} - set(self.required):
            raise ValueError(f"required names no {', '.join(sorted(missing))}")
        if min(self.required.values()) < 0 or not 1 <= self.hours_per_day <= 24 or self.degree_hours < 0:
            raise ValueError("hours cannot be negative, and a day has 1 to 24")

    def minutes(self, level: str) -> int:
        """Minutes that a level owes in one span."""
        return self.required[level] * 60 * (self.hours_per_day if self.unit == "days" else 1)


@dataclass(frozen=True)
class Equivalent:
    """One row of a province's table: a piece of this kind may be granted `least` to `most` hours, `cap` in one span."""

    code: str
    kind: Kind
    least: int
    most: int
    evidence: Wording
    cap: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.least <= self.most:
            raise ValueError(f"{self.code}: least and most hours")


@dataclass(frozen=True)
class Table:
    """What a province grants beyond classes and degrees."""

    rows: tuple[Equivalent, ...]
    province: str = ""


@dataclass(frozen=True)
class Entering:
    """How hours come into the ledger."""

    minutes_per_credit: int
    lock_month: int
    lock_day: int
    most_hours_a_day: int
    forecast_after_days: int

    def __post_init__(self) -> None:
        if not 1 <= self.lock_month <= 12 or not 1 <= self.lock_day <= 28 + 3 * (self.lock_month != 2):
            raise ValueError("the lock needs a day of the year")
        if not 1 <= self.most_hours_a_day <= 24 or not 1 <= self.minutes_per_credit <= 60:
            raise ValueError("a day has 24 hours, a credit at most 60 minutes")


NATIONAL, PLAN = "CE-NAT2009", "CE-JL2011"


def load_rules(folder: Path) -> dict[str, Policy[HoursRule]]:
    """Both rules by code. Raises `PolicyFault`."""
    return load_keyed(folder / FILE, HoursRule, table="rule", key="code")


def load_tables(folder: Path) -> dict[str, Policy[Table]]:
    """Tables of equivalents by province (six digits). Raises `PolicyFault`."""
    return load_keyed(folder / FILE, Table, table="table", key="province")


def load_entering(folder: Path) -> Policy[Entering]:
    """How hours come in. Raises `PolicyFault`."""
    return load(folder / FILE, Entering)
