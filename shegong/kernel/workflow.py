"""Steps between states as data; pure. `kernel.transition` is the only function that walks them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Step:
    """`name` is the verb; `before` the states it starts from; `after` the state it leads to; `basis` the article."""

    name: str
    before: frozenset[str]
    after: str
    basis: str = ""


class Workflow:
    """All states and steps of one kind of case."""

    def __init__(self, states: type[StrEnum], start: str, steps: Sequence[Step]):
        self.states, self.start = states, start
        self.steps = {step.name: step for step in steps}
        if len(self.steps) != len(steps):
            raise ValueError("two steps with one name")
        for step in steps:
            if not {*step.before, step.after} <= set(states):
                raise ValueError(f"step {step.name} names an unknown state")

    def moves(self) -> set[tuple[str, str]]:
        """Every allowed (before, after) pair: what the database trigger lets through."""
        return {(before, step.after) for step in self.steps.values() for before in step.before}

    def steps_from(self, state: str) -> list[Step]:
        """The steps that may start in `state`."""
        return [step for step in self.steps.values() if state in step.before]

    def mermaid(self) -> str:
        """State diagram for the documentation."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.start}"]
        for step in self.steps.values():
            lines += [f"    {before} --> {step.after}: {step.name}" for before in sorted(step.before)]
        return "\n".join(lines)


def step(name: str, before: str | Sequence[str], after: str, basis: str = "") -> Step:
    """A step; `before` may be one state or several."""
    return Step(name, frozenset([before] if isinstance(before, str) else before), after, basis)
