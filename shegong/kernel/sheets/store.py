"""Rows of a batch between the file and the register: packed, sealed, a part at a time.

A row is kept as the cells it came with, not as what they mean: it is read anew whenever it is checked or taken, so
that a rule that changed overnight holds in the morning. What was found is kept with it, for the preview.
"""

import json
import uuid
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from shegong.kernel.copying import copy_in, text_array
from shegong.kernel.policy import Wording
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sealing import keyring
from shegong.kernel.sheets.layout import Finding, Layout, Offer, Row, Weight
from shegong.kernel.sheets.steps import RowKind
from shegong.kernel.sheets.tables import Batch, BatchPart, BatchRow

TABLE, COLUMN = "kernel_batchpart", "content"
ROW_COLUMNS = (
    "batch_id",
    "place",
    "part",
    "number",
    "kind",
    "outcome",
    "key",
    "other",
    "codes",
    "mendable",
)


@dataclass
class Kept:
    """A stored row: its cells as text by column key, what was found, what taking it would do, and the clerk's choice
    between rows about one subject ("chosen", "passed", or "" for none)."""

    place: int
    number: int
    sheet: str
    cells: dict[str, str]
    findings: list[Finding] = field(default_factory=list)
    outcome: str = "new"
    choice: str = ""
    ready: list[Any] | None = None
    other: int | None = None  # keyed hash of the layout's `once` column; in the rows' table only

    @property
    def blocking(self) -> list[Finding]:
        """Findings that keep the row out."""
        return [found for found in self.findings if found.blocks]

    @property
    def codes(self) -> list[str]:
        """Codes of all findings, each once."""
        return list(dict.fromkeys(found.obstacle.code for found in self.findings))

    @property
    def is_mendable(self) -> bool:
        """Whether choosing offers settles everything that blocks it."""
        return bool(self.blocking) and all(f.weight is Weight.CHOICE and f.offers for f in self.blocking)

    @property
    def kind(self) -> RowKind:
        """What becomes of it, other rows of the file left aside."""
        if self.choice == "passed":
            return RowKind.PASSED
        if self.blocking:
            return RowKind.BAD
        return RowKind.SAME if self.outcome == "same" else RowKind.GOOD


def keys_of(batch_id: int, layout: Layout, rows: Sequence[Row]) -> list[int | None]:
    """Keyed hash of what each row is about, None while that cannot be read. 64 bits: enough within one file."""
    hashed = keyring().indexer(f"batch {batch_id}")
    said = [[row.values.get(name) for name in layout.one_per] for row in rows]
    return [
        _short(hashed("\x1f".join(map(str, values)))) if values and None not in values else None
        for values in said
    ]


def others_of(batch_id: int, layout: Layout, rows: Sequence[Row]) -> list[int | None]:
    """Keyed hash of the value that one subject of the file may have, None for none."""
    hashed = keyring().indexer(f"batch {batch_id} once")
    said = [row.values.get(layout.once) if layout.once else None for row in rows]
    return [_short(hashed(str(value))) if value is not None else None for value in said]


def _short(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big", signed=True)


# -- parts -----------------------------------------------------------------------------------------------------------


def stage_part(batch: Batch, number: int, rows: Sequence[Kept]) -> None:
    """Put by a new part whose rows nobody has checked yet, in the caller's transaction."""
    place = uuid.uuid4()
    BatchPart.objects.create(
        batch=batch, number=number, rows=len(rows), seal_id=place, content=_packed(rows, place, ""),
        round=batch.round - 1,
    )  # fmt: skip


def rewrite_part(
    batch: Batch, part: BatchPart, rows: Sequence[Kept], keys: Sequence[int | None], *, seen: str = ""
) -> None:
    """Store a part with its rows after they were checked, or changed; in the caller's transaction. `seen` says as of what
    they were checked."""
    repack(part, rows, seen, round=batch.round)
    rows_in(batch.pk, rows).delete()
    _add_rows(batch, part.number, rows, keys)


def repack(part: BatchPart, rows: Sequence[Kept], seen: str = "", **changes: Any) -> None:
    """Store what the rows say now; their kinds are the caller's."""
    BatchPart.objects.filter(pk=part.pk).update(content=_packed(rows, part.seal_id, seen), **changes)


def rows_in(batch_id: int, rows: Sequence[Kept]) -> QuerySet[BatchRow]:
    """What lies beside the rows of one part: their places follow each other."""
    return BatchRow.objects.filter(batch=batch_id, place__range=(rows[0].place, rows[-1].place))


def rows_of(part: BatchPart) -> list[Kept]:
    """The rows of a part, opened."""
    return seen_and_rows(part)[1]


def seen_and_rows(part: BatchPart) -> tuple[str, list[Kept]]:
    """As of what a part was checked, and its rows, opened."""
    content = keyring().open(bytes(part.content), (TABLE, COLUMN, str(part.seal_id)))
    found = json.loads(zlib.decompress(content))
    seen, *keys, entries = found if found and isinstance(found[0], str) else ("", found)
    return seen, [_kept(entry, *keys) for entry in entries]


def _packed(rows: Sequence[Kept], seal_id: uuid.UUID, seen: str) -> bytes:
    keys = list(rows[0].cells) if rows else []
    found = [seen, keys, [_entry(row, keys) for row in rows]]
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"), check_circular=False)
    return keyring().seal(zlib.compress(text.encode(), 1), (TABLE, COLUMN, str(seal_id)))


def _add_rows(batch: Batch, part: int, rows: Sequence[Kept], keys: Sequence[int | None]) -> None:
    copy_in(
        BatchRow,
        ROW_COLUMNS,
        (
            (batch.pk, row.place, part, row.number, str(row.kind), row.outcome, key, row.other,
             text_array(row.codes), row.is_mendable)
            for row, key in zip(rows, keys, strict=True)
        ),
    )  # fmt: skip


# -- as JSON ---------------------------------------------------------------------------------------------------------


def _entry(row: Kept, keys: list[str]) -> list[Any]:
    """A row; its cells without their columns where these are those of the whole part."""
    found = [_finding(one) for one in row.findings]
    cells = list(row.cells.values()) if list(row.cells) == keys else row.cells
    return [row.place, row.number, row.sheet, cells, found, row.outcome, row.choice, row.ready]


def _kept(entry: Sequence[Any], keys: Sequence[str] = ()) -> Kept:
    place, number, sheet, cells, found, outcome, choice, *ready = entry
    if type(cells) is list:
        cells = dict(zip(keys, cells, strict=True))
    return Kept(place, number, sheet, cells, [_found(one) for one in found], outcome, choice, *ready)


def _finding(found: Finding) -> list[Any]:
    one = found.obstacle
    params = {name: _param(value) for name, value in one.params.items()}
    offers = [[offer.text, offer.label] for offer in found.offers]
    return [found.column, one.code, one.message, params, one.field, one.clause, str(found.weight), offers]


def _found(plain: Sequence[Any]) -> Finding:
    column, code, message, params, about, clause, weight, offers = plain
    values = {name: Wording(**v) if isinstance(v, dict) else v for name, v in params.items()}
    obstacle = Obstacle(code, message, about, clause, values)
    return Finding(column, obstacle, Weight(weight), tuple(Offer(text, label) for text, label in offers))


def obstacle_entry(one: Obstacle) -> dict[str, Any]:
    """An obstacle as a JSON column keeps it."""
    return {"code": one.code, "message": one.message, "params": {k: _param(v) for k, v in one.params.items()}}


def obstacle_from(entry: Mapping[str, Any]) -> Obstacle:
    """The obstacle that was kept."""
    params = {n: Wording(**v) if isinstance(v, dict) else v for n, v in entry.get("params", {}).items()}
    return Obstacle(entry["code"], entry["message"], params=params)


def _param(value: Any) -> Any:
    if hasattr(value, "says"):
        return {"zh": value.says("zh"), "en": value.says("en")}
    return value if isinstance(value, str | int | float | bool | None) else str(value)
