"""What a task came from: higher contexts say for the origins that are theirs. They register here when their web.py is loaded."""

from collections.abc import Callable
from dataclasses import dataclass

from shegong.ground.tasks.models import Task
from shegong.kernel.access import Actor


@dataclass(frozen=True)
class Source:
    """The matter that a task came from: its name, and its page for this reader."""

    title: str
    url: str


# By what stands before the first colon of `Task.origin`; None for who may not see the matter.
task_sources: dict[str, Callable[[Actor, Task], Source | None]] = {}


def source_of(task: Task, actor: Actor) -> Source | None:
    """What the task came from; None where nobody says, or where the reader may not see it."""
    find = task_sources.get((task.origin or "").split(":")[0])
    return find(actor, task) if find else None
