"""The way of an application through the offices: stages by policy, not by code (rules B3); pure.

An application keeps the way it was sent on, so a change of policy moves no case that is under way.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from shegong.duties.registry.policy_types import Stage
from shegong.duties.registry.rules.states import Permission, State
from shegong.kernel.text import N_

POSITION = {State.SUBMITTED: 0, State.ACCEPTED: 0, State.FIRST_PASSED: 1, State.SECOND_PASSED: 2}
STAGE_PERMISSION: Mapping[str, Permission] = {
    "first": Permission.FIRST_REVIEW,
    "second": Permission.SECOND_REVIEW,
    "final": Permission.FINAL_REVIEW,
}
STAGE_NAMES = {"first": N_("First review"), "second": N_("Second review"), "final": N_("Final review")}
_PASS = ("pass_first", "pass_second")


def write_route(stages: Sequence[Stage]) -> str:
    """The way as one word kept with the application: `first:3:social_work,final:1:social_work`."""
    return ",".join(f"{stage.stage}:{stage.level}:{stage.duty}" for stage in stages)


def read_route(text: str) -> tuple[Stage, ...]:
    """The way back from its word."""
    pairs = (part.split(":") for part in text.split(",") if part)
    words: Any = Stage  # what was written came from a Stage
    return tuple(words(name, int(level), duty, accepts=n == 0) for n, (name, level, duty) in enumerate(pairs))


def stage_at(route: Sequence[Stage], state: str) -> Stage | None:
    """The stage whose office must act on an application in `state`; None when no office must."""
    position = POSITION.get(State(state))
    return route[position] if position is not None and position < len(route) else None


def waiting_for(route: Sequence[Stage], state: str) -> str:
    """Name of that stage, or ''."""
    stage = stage_at(route, state)
    return stage.stage if stage else ""


def passing_step(route: Sequence[Stage], state: str) -> str:
    """The workflow step that a positive opinion means: the last stage admits."""
    position = POSITION[State(state)]
    return "admit" if position == len(route) - 1 else _PASS[position]


def failing_step(route: Sequence[Stage], state: str) -> str:
    """The workflow step that a negative opinion means: the last stage refuses, an earlier one fails the review."""
    return "refuse" if POSITION[State(state)] == len(route) - 1 else "fail"
