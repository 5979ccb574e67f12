"""Counts of a list, kept in the process until the journal names a row that they rest on.

Counting ten thousand rows costs more than the page that shows fifty. Every change of a sealed row is named in the entry
that its transaction writes, and entries commit in their order: so a count stays true while no later entry names a row of
those tables. One short question tells, and a count is never older than the moment it was asked for. A register that
changes all the time is counted all the time, as before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from shegong.kernel.prepared import fetch

KEPT = 5_000
READ = 500  # entries looked at; after more of them it is cheaper to count

# Our entry must still be what it was (a restored database has another), and no later one may name such a row.
SINCE = """SELECT head.seq, head.hash, head.seq - %(seq)s BETWEEN 0 AND %(read)s
 AND EXISTS (SELECT FROM kernel_journalentry WHERE seq = %(seq)s AND hash = %(hash)s)
 AND NOT EXISTS (SELECT FROM kernel_journalentry e, jsonb_object_keys(e.rows) k
                 WHERE e.seq > %(seq)s AND e.seq <= head.seq AND split_part(k, ':', 1) = ANY(%(tables)s))
 FROM (SELECT seq, hash FROM kernel_journalentry ORDER BY seq DESC LIMIT 1) head"""


@dataclass(frozen=True, slots=True)
class Counted:
    """A count, and the last entry of the journal before it was taken."""

    seq: int
    hash: bytes
    count: int


_kept: dict[Any, Counted] = {}


def kept_or(key: Any, models: Sequence[type[Model]], count: Callable[[], int]) -> int:
    """The count kept under `key`, which names question and reach, or `count()` when anything may have changed."""
    known = _kept.get(key) or Counted(-1, b"", 0)
    tables = [model._meta.db_table for model in models]
    asked = {"seq": known.seq, "hash": known.hash, "read": READ, "tables": tables}
    heads = fetch(
        SINCE, asked
    )  # before the count: what changes in between is counted twice rather than missed
    if not heads:
        return count()
    seq, head, is_true = heads[0]
    if len(_kept) >= KEPT:
        _kept.clear()
    found = known.count if is_true and known.seq >= 0 else count()
    _kept[key] = Counted(seq, bytes(head), found)
    return found
