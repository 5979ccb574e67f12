"""Texts of this context: sealed into their columns and opened from them, under the keys that their model names."""

from typing import Any
from uuid import UUID

from django.db.models import Model

from shegong.kernel.sealing import open_sealed, seal


def closed(model: type[Model], column: str, row: UUID, text: str) -> bytes:
    """The envelope of `text` for a column of `model`; `row` is the row's `seal_id`."""
    return seal(text, table=model._meta.db_table, column=column, row=row)


def opened(row: Any, column: str) -> str:
    """What was sealed into a column; '' for an empty one."""
    envelope = bytes(getattr(row, column))
    if not envelope:
        return ""
    return open_sealed(envelope, table=row._meta.db_table, column=column, row=row.seal_id)
