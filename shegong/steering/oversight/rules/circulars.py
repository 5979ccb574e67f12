"""Supervision notices: ranking, praise and naming, rectification by a deadline; pure (N12, report R4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class CircularState(StrEnum):
    """States of a supervision notice."""

    DRAFTED = "drafted"
    SIGNING = "signing"
    ISSUED = "issued"
    CLOSED = "closed"
    DROPPED = "dropped"


CIRCULAR_NAMES = {
    CircularState.DRAFTED: N_("Notice being drafted"),
    CircularState.SIGNING: N_("Waits for the signature"),
    CircularState.ISSUED: N_("Notice issued"),
    CircularState.CLOSED: N_("All rectified, notice closed"),
    CircularState.DROPPED: N_("Draft dropped"),
}
CIRCULAR = Workflow(
    CircularState,
    CircularState.DRAFTED,
    [
        step("send_to_sign", "drafted", "signing", "N12"),
        step("take_back", "signing", "drafted"),
        step("issue", "signing", "issued", "N12"),
        step("drop", "drafted", "dropped"),
        step("close", "issued", "closed", "N12"),
    ],
)


class Mark(StrEnum):
    """How a notice speaks of a unit."""

    NONE = ""
    PRAISED = "praised"
    NAMED = "named"


MARK_NAMES = {
    Mark.NONE: N_("In the table only"),
    Mark.PRAISED: N_("Praised"),
    Mark.NAMED: N_("Named, has to rectify"),
}


@dataclass(frozen=True)
class Standing:
    """A unit in the table: its figure against the plan."""

    region: int
    value: int | None
    planned: int | None

    @property
    def rate(self) -> float | None:
        """Percent of the plan; None without a plan or a figure."""
        if not self.planned or self.value is None:
            return None
        return 100 * self.value / self.planned

    @property
    def gap(self) -> int | None:
        """How many are missing (above zero) or over."""
        if self.planned is None or self.value is None:
            return None
        return self.planned - self.value


def ranked(standings: Sequence[Standing]) -> list[tuple[int | None, Standing]]:
    """Best first with its rank; equal shares of the plan share a rank and the next one is skipped (1, 2, 2, 4). Units without
    a plan stand last, without a rank, in order of their code."""
    known = sorted((s for s in standings if s.rate is not None), key=lambda s: (-share(s), s.region))
    placed: list[tuple[int | None, Standing]] = []
    for place, one in enumerate(known, 1):
        same = placed and share(placed[-1][1]) == share(one)
        placed.append((placed[-1][0] if same else place, one))
    rest = sorted((s for s in standings if s.rate is None), key=lambda s: s.region)
    return placed + [(None, one) for one in rest]


def share(one: Standing) -> float:
    """What ties are decided by: the percentage as it is shown, with one decimal."""
    return round(one.rate or 0.0, 1)


def suggested(placed: Sequence[tuple[int | None, Standing]], behind: float) -> Mapping[int, Mark]:
    """Whom a notice speaks of unless its author says otherwise: the first if it fulfils the plan, everyone below `behind` %."""
    marks = {}
    for rank, one in placed:
        if one.rate is None:
            continue
        if one.rate < behind:
            marks[one.region] = Mark.NAMED
        elif rank == 1 and one.rate >= 100:
            marks[one.region] = Mark.PRAISED
    return marks


def circular_obstacles(
    *, title: str, period: str, due_on: date, as_of: date, on: date, rows: int
) -> list[Obstacle]:
    """What speaks against a notice's head."""
    found = []
    if not title.strip():
        found.append(Obstacle("circular_title", N_("Give the notice a title."), "title", "N12"))
    if not period.strip():
        found.append(
            Obstacle("circular_period", N_("Enter the period the notice is about."), "period", "N12")
        )
    if as_of > on:
        found.append(Obstacle("circular_as_of", N_("Figures of a later day are not known."), "as_of", "N12"))
    if due_on <= on:
        message = N_("Leave time: the deadline must lie after today.")
        found.append(Obstacle("circular_due", message, "due_on", "N12"))
    if not rows:
        found.append(Obstacle("circular_rows", N_("There is no unit below this place."), "region", "N12"))
    return found


def mark_obstacles(key: int, mark: str, reason: str, required: str) -> list[Obstacle]:
    """Praise and naming both say why; who is named is told what to do."""
    found = []
    if mark and len(reason.strip()) < 4:
        message = N_("Say in a few words why this unit is praised or named.")
        found.append(Obstacle("mark_reason", message, f"reason_{key}", "N12"))
    if mark == Mark.NAMED and len(required.strip()) < 4:
        message = N_("Say what the unit has to put right.")
        found.append(Obstacle("mark_required", message, f"required_{key}", "N12"))
    return found


def issue_obstacles(*, marks: Sequence[str], without_body: Sequence[str]) -> list[Obstacle]:
    """A notice speaks of somebody, and every named unit has an office that can answer."""
    found = []
    if not any(marks):
        found.append(Obstacle("circular_nobody", N_("Praise or name at least one unit."), None, "N12"))
    if without_body:
        message = N_("No office answers for %(units)s: enter who holds the duty there.")
        found.append(Obstacle("circular_body", message, None, "N12", {"units": "、".join(without_body)}))
    return found


def close_obstacles(open_tasks: int) -> list[Obstacle]:
    """Closed when every rectification is."""
    if not open_tasks:
        return []
    message = N_("%(count)s rectifications are still open.")
    return [Obstacle("rectification_open", message, None, "N12", {"count": open_tasks})]
