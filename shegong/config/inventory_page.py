"""The generated page of personal information: every personal field with its class, purpose, article and period."""

from datetime import date

from shegong.kernel.inventory import Table, inventory, period, period_source

SOURCE = " (needs source)"


def inventory_parts(on: date) -> list[tuple[str, list[str], list[list[str]]]]:
    """(heading, head of the table, rows): the purposes, the periods, then one table per table of the database."""
    found = inventory()
    purposes = [
        [p.words.zh, p.words.en, p.basis + (SOURCE if p.needs_source else "")]
        for p in found.purposes.values()
    ]
    used = sorted({field.retention for table in found.personal() for field in table.fields.values()})
    kept = [
        [
            f"`{name}`",
            period(name, on).words.zh,
            period(name, on).since.zh,
            "yes" if period(name, on).archive else "",
            _source(name, on),
        ]
        for name in used
    ]
    parts = [
        ("Purposes", ["中文", "English", "basis"], purposes),
        ("Periods", ["key", "how long", "from when", "the law wants it kept", "basis"], kept),
    ]
    head = ["column", "中文", "English", "class", "purpose", "kept", "own copy"]
    return parts + [
        (f"{t.words.zh} {t.words.en} (`{t.label}`)", head, _rows(t, on)) for t in found.personal()
    ]


def _source(name: str, on: date) -> str:
    source = period_source(name, on)
    return source.basis + (SOURCE if source.certainty == "M" else "")


def _rows(table: Table, on: date) -> list[list[str]]:
    purposes = inventory().purposes
    return [
        [
            f"`{f.name}`", f.words.zh, f.words.en, str(f.level), purposes[f.purpose].words.zh,
            period(f.retention, on).words.zh, "yes" if f.is_exported else f"no: {f.why}",
        ]
        for f in table.fields.values()
    ]  # fmt: skip


def not_personal() -> list[list[str]]:
    """Tables without personal columns, and why."""
    return [[f"`{table.label}`", table.why] for table in inventory().tables.values() if not table.is_personal]
