"""Whether what a check found still stands, so that the taking need not ask everything a second time."""

import hashlib
from pathlib import Path

from django.db import connection

from shegong.kernel.sheets.layout import Layout, Taking

HOUSE = Path(__file__).resolve().parents[4]


def _as_started() -> str:
    """Code and policies as this process found them when it started: one with others has what was found looked at again."""
    files = [*(HOUSE / "shegong").rglob("*.py"), *(HOUSE / "policy").rglob("*.toml")]
    marks = sorted((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files)
    return hashlib.sha256(repr(marks).encode()).hexdigest()


_RUN = _as_started()
_JOURNAL = """
SELECT coalesce((SELECT stamp FROM regions_treestamp WHERE id = 1)::text, ''),
       coalesce((SELECT max(seq) FROM kernel_journalentry), 0)
"""
_MOVED = """
SELECT coalesce((SELECT stamp FROM regions_treestamp WHERE id = 1)::text, ''),
       EXISTS (SELECT 1 FROM kernel_journalentry WHERE seq > %s AND verb LIKE ANY(%s)
               AND NOT (subject_kind = 'kernel.batch' AND subject_id = %s))
"""


def as_of(layout: Layout, taking: Taking) -> str:
    """As of what a check that begins now looks at the base: who asks, on which day, and how far the journal has come.

    Read before anything else: whatever commits later has a higher number in the journal. "" where nothing is kept.
    """
    if not layout.heeds:
        return ""
    with connection.cursor() as cursor:
        cursor.execute(_JOURNAL)
        tree, seq = cursor.fetchone()
    return f"{_asked(taking, tree)} {seq}"


def stands(seen: str, layout: Layout, taking: Taking) -> bool:
    """Whether a check as of `seen` would find the same now: no action that the layout heeds came since, other than this
    batch's own. Rows of other parts are told by constraints; whoever is refused by one is checked again."""
    asked, _, seq = seen.rpartition(" ")
    if not asked or not layout.heeds:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, [int(seq), [f"{verb}%" for verb in layout.heeds], taking.batch_id])
        tree, is_moved = cursor.fetchone()
    return not is_moved and asked == _asked(taking, tree)


def _asked(taking: Taking, tree: str) -> str:
    by = (taking.by.user_id, taking.by.person_id, taking.by.authorities)
    asked = (_RUN, taking.on, sorted(taking.said.items()), by, tree)
    return hashlib.sha256(repr(asked).encode()).hexdigest()
