"""Files of tables that a page puts together itself (ui/table.html), for lists that are too short to be a `Listing`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,15}")


def export_table(
    request: HttpRequest,
    form: str,
    *,
    key: str,
    title: Any,
    permission: str,
    columns: Sequence[Mapping[str, Any]],
    rows: Iterable[Mapping[str, Any]],
    filters: Mapping[Any, Any] | None = None,
    region_code: int | None = None,
) -> HttpResponse:
    """The rows of a page's table as a file: what its cells say, days as days, numbers in right-aligned columns as numbers.

    `columns` and `rows` are what ui/table.html gets; a column without a label holds links and is left out.
    """
    held = list(rows)
    kept = [(n, str(head["label"])) for n, head in enumerate(columns) if str(head.get("label", ""))]
    found = [_column(n, label, held[0]["cells"][n] if held else {}) for n, label in kept]
    return export_rows(
        request, form, key=key, title=title, permission=permission, columns=found, rows=held, filters=filters,
        region_code=region_code,
    )  # fmt: skip


def _column(place: int, label: str, sample: Mapping[str, Any]) -> Column:
    css = str(sample.get("css", "")).split()
    is_number = "r" in css

    def value(row: Mapping[str, Any]) -> Any:
        return typed(str(row["cells"][place].get("text", "") or ""), is_number=is_number)

    return Column(f"c{place + 1}", label, value, "number" if is_number else "code" if "id" in css else "text")


def typed(text: str, *, is_number: bool) -> Any:
    """A day where the text is one, a number where the column holds numbers, else the text."""
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    if is_number and _NUMBER.fullmatch(text):
        return int(text.replace(",", ""))
    return text
