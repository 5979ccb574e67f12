"""The inventory of personal information: what every column of every table is, why it is kept, and for how long.

policy/personal_fields.toml names each table: `personal = false` with a reason, or its personal fields (class, purpose,
retention, whether a person's own copy holds it) and the rest. Nothing else decides what is personal: a person's copy,
erasure, the public page and docs/generated are all read from here, and a column that is missing stops the start.
Periods are dated policy with their article (policy/retention.toml).
"""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db.models import Model

from shegong.kernel.policy import Policy, Wording, load_keyed
from shegong.kernel.text import N_


class Level(StrEnum):
    """How a field is guarded (D21)."""

    PUBLIC = "public"
    INTERNAL = "internal"
    SENSITIVE = "sensitive"
    SECRET = "secret"  # noqa: S105  a class of fields, not a secret


LEVEL_NAMES = {
    Level.PUBLIC: N_("Public"),
    Level.INTERNAL: N_("For offices in charge"),
    Level.SENSITIVE: N_("Sensitive, sealed or masked"),
    Level.SECRET: N_("Secret, shown to nobody"),
}


@dataclass(frozen=True)
class Purpose:
    """Why something is kept, and the article that says so; certainty as in `kernel.policy`."""

    key: str
    words: Wording
    basis: str
    certainty: str

    @property
    def needs_source(self) -> bool:
        """From memory: nobody has attached the text yet."""
        return self.certainty == "M"


@dataclass(frozen=True)
class Period:
    """How long something is kept: from which event on, so many years, months and days. `archive`: the law wants it kept."""

    name: str
    words: Wording
    since: Wording
    years: int = 0
    months: int = 0
    days: int = 0
    archive: bool = False

    def ends(self, start: date) -> date:
        """The day on which the period that began on `start` is over (29 February: the 28th)."""
        month = start.month - 1 + self.months
        year, month = start.year + self.years + month // 12, month % 12 + 1
        for day in (start.day, 30, 29, 28):
            try:
                return date(year, month, day) + timedelta(days=self.days)
            except ValueError:
                continue
        raise AssertionError("unreachable")


@dataclass(frozen=True)
class PersonalField:
    """One personal column. `why` says why one's own copy leaves it out; `acts` marks who acted, not who it is about."""

    table: str
    name: str
    level: Level
    words: Wording
    purpose: str
    retention: str
    why: str = ""
    acts: bool = False

    @property
    def key(self) -> str:
        """`context.model.field`."""
        return f"{self.table}.{self.name}"

    @property
    def is_exported(self) -> bool:
        """Whether a person's own copy holds it."""
        return not self.why


@dataclass(frozen=True)
class Table:
    """One table. `about` is the path from a row to the person it is about, or "" where a context finds the rows."""

    label: str
    words: Wording
    about: str
    fields: Mapping[str, PersonalField]
    rest: frozenset[str]
    why: str = ""

    @property
    def is_personal(self) -> bool:
        """Whether any of its columns is about a person."""
        return bool(self.fields)

    @property
    def model(self) -> type[Model]:
        """The model class."""
        return apps.get_model(self.label)

    @property
    def exported(self) -> list[PersonalField]:
        """The fields of a person's own copy."""
        return [one for one in self.fields.values() if one.is_exported]


@dataclass(frozen=True)
class Inventory:
    """All tables and purposes."""

    tables: Mapping[str, Table]
    purposes: Mapping[str, Purpose]

    def personal(self) -> Iterator[Table]:
        """Tables with personal fields."""
        return (table for table in self.tables.values() if table.is_personal)

    def gaps(self, models: Iterable[type[Model]]) -> list[str]:
        """Columns that the inventory does not name, and names that no column has."""
        found: list[str] = []
        known = {model._meta.label_lower: model for model in models}
        found += [f"{label}: there is no such table" for label in self.tables.keys() - known.keys()]
        for label, model in known.items():
            table = self.tables.get(label)
            if table is None:
                found.append(f"{label}: the table is missing")
            elif table.is_personal or not table.why:
                found += _columns(table, model)
        return sorted(found)


def _columns(table: Table, model: type[Model]) -> Iterator[str]:
    there = {field.name for field in model._meta.concrete_fields}
    named = table.rest | set(table.fields)
    yield from (f"{table.label}.{name}: say whether it is personal" for name in there - named)
    yield from (f"{table.label}.{name}: there is no such column" for name in named - there)
    yield from (f"{table.label}.{name}: named twice" for name in table.rest & set(table.fields))


def read(path: Path, periods: Mapping[str, Any]) -> Inventory:
    """The inventory in `path`. Raises ValueError for an unknown class, purpose or period."""
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    purposes = {
        key: Purpose(key, Wording(one["zh"], one["en"]), one["basis"], one["certainty"])
        for key, one in given.pop("purpose").items()
    }
    tables = {
        f"{app}.{name}": _table(f"{app}.{name}", one)
        for app, models in given.items()
        for name, one in models.items()
    }
    inventory = Inventory(tables, purposes)
    for field in every_field(inventory):
        if field.purpose not in purposes or field.retention not in periods:
            raise ValueError(f"{field.key}: unknown purpose {field.purpose} or retention {field.retention}")
    return inventory


def _table(label: str, given: dict[str, Any]) -> Table:
    if given.get("personal") is False:
        return Table(label, Wording("", ""), "", {}, frozenset(), given["why"])
    fields = {
        name: PersonalField(
            label, name, Level(one["class"]), Wording(one["zh"], one["en"]), one.get("purpose", given["purpose"]),
            one.get("retention", given["retention"]), one.get("why", given.get("why", "")), one.get("acts", False),
        )
        for name, one in given["fields"].items()
    }  # fmt: skip
    rest = frozenset(given.get("rest", ()))
    return Table(label, Wording(given["zh"], given["en"]), given.get("about", ""), fields, rest)


def every_field(inventory: Inventory) -> Iterator[PersonalField]:
    """All personal fields, table by table."""
    return (field for table in inventory.personal() for field in table.fields.values())


@cache
def periods() -> dict[str, Policy[Period]]:
    """policy/retention.toml by the name of the period."""
    return load_keyed(settings.POLICY_DIR / "retention.toml", Period, table="period", key="name")


def period(name: str, on: date) -> Period:
    """The period in force on `on`."""
    return periods()[name].on(on)


def period_source(name: str, on: date) -> Any:
    """Article and certainty of a period."""
    return next(iter(periods()[name].version_on(on).sources.values()))


@cache
def inventory() -> Inventory:
    """policy/personal_fields.toml, read once a process."""
    return read(settings.POLICY_DIR / "personal_fields.toml", periods())


@cache
def notice_version() -> str:
    """Which notice is in force: it changes with the inventory and the periods, which the public page shows."""
    files = [settings.POLICY_DIR / name for name in ("personal_fields.toml", "retention.toml")]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


@register("shegong")
def every_column_is_in_the_inventory(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """System check: no column without a word on whether it is personal. Production does not start; a demo is warned."""
    gaps = inventory().gaps(apps.get_models(include_auto_created=True))
    kind = Error if settings.PRODUCTION else Warning
    return [kind(f"policy/personal_fields.toml: {gap}", id="shegong.E047") for gap in gaps]
