"""Why something cannot be done: obstacles found by rules, and the one exception that carries them to every edge.

Pure: the page shows obstacles beforehand, the action refuses with the same list, the API answers 422 with it, the
sheet puts it into the cell.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from shegong.kernel.text import N_


@dataclasses.dataclass(frozen=True)
class Obstacle:
    """One reason. `message` is an English source string with %(name)s places; the edge translates and fills it.

    `field` names the input it belongs to, `clause` the article or plan clause, `params` what the rule saw.
    """

    code: str
    message: str
    field: str | None = None
    clause: str = ""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % dict(self.params) if self.params else self.message


class Refused(Exception):
    """An action that may not happen; nothing was changed."""

    status = 422

    def __init__(self, obstacles: Sequence[Obstacle] | Obstacle):
        self.obstacles = [obstacles] if isinstance(obstacles, Obstacle) else list(obstacles)
        super().__init__("; ".join(str(obstacle) for obstacle in self.obstacles))


class Stale(Refused):
    """Someone was faster: the row changed since the reader saw it."""

    status = 409

    def __init__(self, obstacles: Sequence[Obstacle] | Obstacle | None = None):
        super().__init__(
            obstacles
            or Obstacle(
                "stale", N_("This case changed while you were reading it. Look at it again, then decide.")
            )
        )


def refuse_if(obstacles: Sequence[Obstacle]) -> None:
    """Raise `Refused` when there is at least one obstacle."""
    if obstacles:
        raise Refused(obstacles)


SHORTEST_REASON = 4


def reason_obstacles(reason: str, field: str = "reason") -> list[Obstacle]:
    """Every grave act says in words why: four characters at least, blanks aside."""
    if len(reason.strip()) >= SHORTEST_REASON:
        return []
    message = N_("Say in a few words why, in at least %(least)s characters; it stays on record.")
    return [Obstacle("reason_short", message, field, params={"least": SHORTEST_REASON})]
