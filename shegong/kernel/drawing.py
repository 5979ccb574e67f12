"""Samples that anybody can draw again: by a published seed and SHA-256, with or without weights (pure)."""

import hashlib
import unicodedata
from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

Key = TypeVar("Key", bound=Hashable)
SHORTEST_SEED = 6


def short_seed(seed: str, clause: str = "") -> list[Obstacle]:
    """Refuses a seed that whoever draws could have tried out beforehand."""
    if len(seed.strip()) >= SHORTEST_SEED:
        return []
    message = N_(
        "Name a seed of at least %(least)s characters that nobody of you could choose: a lottery number."
    )
    return [Obstacle("seed_short", message, "seed", clause, {"least": SHORTEST_SEED})]


def drawn(candidates: Collection[Key] | Mapping[Key, int], sample: int, seed: str) -> list[Key]:
    """`sample` of the candidates: those whose SHA-256 of seed and key is lowest, the lowest first.

    With weights (key → a whole number from 1 up) a candidate has that many tries and its lowest counts, so that twice
    the weight is twice the chance. The order in which candidates are given does not matter.
    """
    weights = candidates if isinstance(candidates, Mapping) else dict.fromkeys(candidates, 1)
    start = unicodedata.normalize("NFC", seed)
    return sorted(weights, key=lambda key: _lowest(start, key, weights[key]))[: max(0, sample)]


def _lowest(seed: str, key: Hashable, tries: int) -> bytes:
    first = _hash(f"{seed}\n{key}")
    return min([first, *(_hash(f"{seed}\n{key}\n{n}") for n in range(1, tries))])


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
