"""Inspections: who looks, where (drawn by a published seed, or chosen with a reason), at what, and what was found; pure (N12)."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from shegong.kernel.drawing import short_seed
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class InspectionState(StrEnum):
    """States of an inspection."""

    PLANNED = "planned"
    RUNNING = "running"
    REPORTED = "reported"
    CLOSED = "closed"
    DROPPED = "dropped"


INSPECTION_NAMES = {
    InspectionState.PLANNED: N_("Inspection planned"),
    InspectionState.RUNNING: N_("Inspection under way"),
    InspectionState.REPORTED: N_("Findings reported"),
    InspectionState.CLOSED: N_("Inspection closed"),
    InspectionState.DROPPED: N_("Inspection dropped"),
}
INSPECTION = Workflow(
    InspectionState,
    InspectionState.PLANNED,
    [
        step("begin", "planned", "running", "N12"),
        step("report", "running", "reported", "N12"),
        step("look_again", "reported", "running"),
        step("close", "reported", "closed", "N12"),
        step("drop", "planned", "dropped"),
    ],
)


class Verdict(StrEnum):
    """What the team says of one point at one body."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    NOT_HERE = "not_here"


VERDICT_NAMES = {
    Verdict.MET: N_("Point met"),
    Verdict.PARTLY: N_("Partly met"),
    Verdict.NOT_MET: N_("Point not met"),
    Verdict.NOT_HERE: N_("Does not apply here"),
}


def plan_obstacles(
    *, title: str, starts_on: date, ends_on: date, points: Sequence[tuple[str, str]], clauses: Iterable[str]
) -> list[Obstacle]:
    """What speaks against a plan: a title, days in order, points that each name a clause of the plan."""
    found = []
    if not title.strip():
        found.append(Obstacle("inspection_title", N_("Give the inspection a title."), "title", "N12"))
    if ends_on < starts_on:
        found.append(Obstacle("inspection_days", N_("It ends before it begins."), "ends_on", "N12"))
    if not points:
        message = N_("Write at least one point: the clause, then what is looked at.")
        found.append(Obstacle("inspection_points", message, "points", "N12"))
    known = list(clauses)
    unknown = sorted({clause for clause, _text in points if not _stands(clause, known)})
    if unknown:
        message = N_("The plan has no clause %(ids)s.")
        found.append(Obstacle("inspection_clause", message, "points", "N12", {"ids": ", ".join(unknown)}))
    return found


def _stands(clause: str, known: Iterable[str]) -> bool:
    """Whether the plan has this clause, or parts of it (T4.1 has T4.1.a and T4.1.b)."""
    return any(one == clause or one.startswith(f"{clause}.") for one in known) and bool(clause)


def sample_obstacles(*, sample: int | None, candidates: int) -> list[Obstacle]:
    """What speaks against the number of bodies announced to be drawn; None announces no draw."""
    if sample is None or 0 < sample <= candidates:
        return []
    if not candidates:
        message = N_("No office can be drawn below this place. Leave the number empty and choose bodies.")
        return [Obstacle("no_candidates", message, "sample", "N12")]
    message = N_("Draw between 1 and %(most)s bodies.")
    return [Obstacle("sample_size", message, "sample", "N12", {"most": candidates})]


def draw_obstacles(*, seed: str, sample: int | None) -> list[Obstacle]:
    """What speaks against a draw: none was announced with its list, or the seed is too short."""
    if sample is None:
        message = N_("No draw was announced with this plan. Choose bodies with a reason, or plan it anew.")
        return [Obstacle("no_draw_announced", message, None, "N12")]
    return short_seed(seed, "N12")


def list_hash(candidates: Iterable[int]) -> str:
    """SHA-256 of the list that can be drawn from: the numbers of the bodies, one a line, the lowest first."""
    return hashlib.sha256("".join(f"{key}\n" for key in sorted(candidates)).encode()).hexdigest()


def recusal_obstacles(
    *, team: Mapping[int, Collection[int]], bodies: Mapping[int, str], names: Mapping[int, str]
) -> list[Obstacle]:
    """Nobody inspects the body he belongs to: `team` maps each person to the bodies he works or acts for."""
    return [
        Obstacle(
            "recusal",
            N_("%(person)s belongs to %(body)s and cannot inspect it."),
            "person",
            "N12",
            {"person": names.get(person, ""), "body": bodies[body]},
        )
        for person, belongs in team.items()
        for body in sorted(set(belongs) & set(bodies))
    ]


def begin_obstacles(*, team: int, bodies: int, undrawn: bool = False) -> list[Obstacle]:
    """An inspection begins with two inspectors at least, a body to look at, and the draw that was announced."""
    found = []
    if team < 2:
        found.append(Obstacle("team_small", N_("Name at least two inspectors."), "person", "N12"))
    if undrawn:
        message = N_("Draw the bodies first: the draw was announced with the plan.")
        found.append(Obstacle("undrawn", message, None, "N12"))
    elif not bodies:
        found.append(Obstacle("no_body", N_("Choose or draw the bodies to inspect first."), "sample", "N12"))
    return found


def report_obstacles(*, expected: int, checked: int) -> list[Obstacle]:
    """Findings are reported when every point was looked at in every body."""
    if checked >= expected:
        return []
    message = N_("%(open)s points are not looked at yet.")
    return [Obstacle("points_open", message, None, "N12", {"open": expected - checked})]


def closing_obstacles(open_tasks: int) -> list[Obstacle]:
    """Closed when every rectification is."""
    if not open_tasks:
        return []
    message = N_("%(count)s rectifications are still open.")
    return [Obstacle("rectification_open", message, None, "N12", {"count": open_tasks})]


def read_points(text: str) -> list[tuple[str, str]]:
    """Points as they are typed, one a line: the clause, a blank or colon, what is looked at."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        clause, _blank, words = line.replace("：", " ").replace(":", " ").partition(" ")
        found.append((clause, words.strip()))
    return found
