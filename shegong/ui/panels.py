"""A card that a higher context adds to a lower one's page; the page knows only this shape (docs/adr/0020)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Panel:
    """One card: a heading in the reader's language, the template of its content, and what that template reads."""

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    add_url: str = ""
    add: str = ""


def panels_of(sources: list[Callable[..., Panel | None]], *about: Any) -> list[Panel]:
    """The panels that have something to show, in the order of registration."""
    return [panel for source in sources if (panel := source(*about)) is not None]
