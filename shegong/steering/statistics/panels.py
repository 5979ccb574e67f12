"""What higher contexts tell this one in words: the titles of indicators, which only the plan knows."""

from collections.abc import Callable

Titles = Callable[[str], str]
_titles: list[Titles] = []


def name_indicators(source: Titles) -> None:
    """Where titles of indicators come from, in the reader's language; "" for one that it does not know."""
    if source not in _titles:
        _titles.append(source)


def title_of(indicator: str) -> str:
    """The title of an indicator; its id where nobody knows it."""
    return next(filter(None, (source(indicator) for source in _titles)), indicator)
