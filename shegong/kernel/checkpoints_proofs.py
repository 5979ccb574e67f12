"""Proofs that a stranger checks without this system: an entry is in the signed journal, nothing before it changed.

They are plain JSON: the entry as it is hashed, the way up to the head (RFC 6962), the signed checkpoint, and the keys
that are published. docs/operations.md has the few lines of code that check one.
"""

from typing import Any

from shegong.kernel import signing
from shegong.kernel.checkpoints import mark_of
from shegong.kernel.checkpoints_marks import PURPOSE
from shegong.kernel.checkpoints_tables import Checkpoint
from shegong.kernel.checkpoints_tree import Broken, Tree
from shegong.kernel.journal import JournalEntry, canonical


class NoProof(Exception):
    """It cannot be proven now; the message says why."""


def of_entry(seq: int, entry: JournalEntry | None = None) -> dict[str, Any]:
    """The proof that entry `seq` is in the journal of the newest checkpoint. Raises `NoProof`."""
    entry = entry or JournalEntry.objects.filter(seq=seq).first()
    if entry is None:
        raise NoProof(f"there is no entry {seq}")
    kept = Checkpoint.objects.covering(seq)
    if kept is None:
        raise NoProof(f"no checkpoint holds entry {seq} yet: within ten minutes, or shegong audit checkpoint")
    try:
        way = Tree(kept.algorithm).inclusion(seq, kept.size)
    except Broken as problem:
        raise NoProof(f"the journal is not whole: {problem}") from None
    return {
        "what": "entry in journal",
        "entry": canonical(entry),
        "previous": bytes(entry.previous).hex(),
        "hash": bytes(entry.hash).hex(),
        "index": seq - 1,
        "proof": [found.hex() for found in way],
        "checkpoint": mark_of(kept).__dict__,
        "keys": keys(),
    }


def of_growth(first: int, second: int | None = None) -> dict[str, Any]:
    """The proof that the first `first` entries are the same in two checkpoints. Raises `NoProof`."""
    old, new = _at(first), _at(second) if second else Checkpoint.objects.kept().newest()
    if old is None or new is None or new.size < old.size or new.algorithm != old.algorithm:
        raise NoProof("two checkpoints are needed, the later one not smaller: name the sizes of two of them")
    try:
        way = Tree(new.algorithm).consistency(old.size, new.size)
    except Broken as problem:
        raise NoProof(f"the journal is not whole: {problem}") from None
    return {
        "what": "journal continues",
        "from": mark_of(old).__dict__,
        "to": mark_of(new).__dict__,
        "proof": [found.hex() for found in way],
        "keys": keys(),
    }


def keys() -> list[dict[str, Any]]:
    """The published keys of checkpoints, the struck off ones marked."""
    return [key.__dict__ for key in signing.published(PURPOSE)]


def _at(size: int) -> Checkpoint | None:
    """The first checkpoint of at least so many entries."""
    return Checkpoint.objects.filter(size__gte=size).order_by("size", "id").first()
