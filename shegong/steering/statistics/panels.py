"""What higher contexts tell this one: the titles of indicators, which only the plan knows, and where figures are frozen."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

Titles = Callable[[str], str]
_titles: list[Titles] = []


def name_indicators(source: Titles) -> None:
    """Where titles of indicators come from, in the reader's language; "" for one that it does not know."""
    if source not in _titles:
        _titles.append(source)


def title_of(indicator: str) -> str:
    """The title of an indicator; its id where nobody knows it."""
    return next(filter(None, (source(indicator) for source in _titles)), indicator)


@dataclass(frozen=True)
class Freezing:
    """The routes of a higher context that knows figures: `new` freezes some, `correct` takes the number of a snapshot."""

    new: str
    correct: str


_freezing: list[Freezing] = []


def offer_freezing(routes: Freezing) -> None:
    """Where an officer freezes figures, and freezes them anew."""
    _freezing[:] = [routes]


def freezing_url(snapshot_id: int | None = None) -> str:
    """The page that freezes figures, or corrects a snapshot; "" where nobody offers one."""
    if not _freezing:
        return ""
    return (
        reverse(_freezing[0].new)
        if snapshot_id is None
        else reverse(_freezing[0].correct, args=[snapshot_id])
    )
