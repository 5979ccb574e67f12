"""Patterns of official numbers, such as ``JL{year}{seq:06d}`` (pure)."""

import string
from collections.abc import Sequence

COUNTER = "seq"


def render(pattern: str, **parts: object) -> str:
    """Fill a pattern with its parts. Refuses (ValueError) unknown places, access to attributes or items of a part,
    and a number that outgrows its width: a seventh digit would break the order of six-digit numbers unnoticed."""
    pieces = []
    for text, place, spec, conversion in string.Formatter().parse(pattern):
        pieces.append(text)
        if place is not None:
            pieces.append(_filled(pattern, place, spec or "", conversion, parts))
    return "".join(pieces)


def _filled(pattern: str, place: str, spec: str, conversion: str | None, parts: dict[str, object]) -> str:
    if conversion or place not in parts:
        raise ValueError(f"{pattern!r}: no part called {place!r}; known: {', '.join(sorted(parts))}")
    shown = format(parts[place], spec)
    width = spec.rstrip("d").lstrip("0")
    if width.isdigit() and len(shown) > int(width):
        raise ValueError(f"{pattern!r}: {place} {shown} needs more than {width} digits")
    return shown


def counter_name(pattern: str, **parts: object) -> str:
    """The counter that numbers of a pattern draw from: everything but the running number, which shows as ``#``.

    So a pattern with the year counts anew each year, one without counts on, and no two numbers can be equal.
    """
    pieces = []
    for text, place, spec, conversion in string.Formatter().parse(pattern):
        pieces.append(text)
        if place is not None:
            pieces.append("#" if place == COUNTER else _filled(pattern, place, spec or "", conversion, parts))
    return "".join(pieces)


def pattern_faults(pattern: str, known: Sequence[str], required: Sequence[str] = (COUNTER,)) -> list[str]:
    """What is wrong with a configured pattern, checked when the policy loads: unknown or missing places."""
    try:
        places = [place for _, place, _, _ in string.Formatter().parse(pattern) if place is not None]
    except ValueError as error:
        return [str(error)]
    unknown = [f"unknown place {{{place}}}" for place in places if place not in known]
    return unknown + [f"missing place {{{place}}}" for place in required if place not in places]
