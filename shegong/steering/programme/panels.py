"""What higher contexts add to the pages of the plan: the way to a supervision notice, further entries for the attention
list. They register here when their web is loaded; nothing here knows them (docs/adr/0020)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from shegong.kernel.access import Actor
from shegong.steering.programme.rules.attention import Concern

__all__ = ["Concern", "attention_sources", "concerns_of", "supervision_pages", "supervision_url"]

# (actor, indicator id, region code whose units lag, day) → address of a new notice, filled in; '' for who may not.
supervision_pages: list[Callable[[Actor, str, int, date], str]] = []
# (actor, root region code, region codes below it, day) → what else needs attention: missing returns, late replies.
attention_sources: list[Callable[[Actor, int, Sequence[int], date], Iterable[Concern]]] = []


def supervision_url(actor: Actor, indicator: str, region: int, day: date) -> str:
    """Where this actor issues a supervision notice about a figure; '' where nobody can."""
    return next(filter(None, (page(actor, indicator, region, day) for page in supervision_pages)), "")


def concerns_of(actor: Actor, root: int, below: Sequence[int], day: date) -> list[Concern]:
    """What the registered sources say."""
    return [concern for source in attention_sources for concern in source(actor, root, below, day)]
