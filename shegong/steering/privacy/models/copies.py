"""Everything held about one human, read from the inventory: table by table, field by field, sealed values opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.fields.ranges import RangeField
from django.db.models import Field, Model
from django.utils import timezone

from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person, records_of, viewings
from shegong.ground.regions.models import Region, RegionField, tree
from shegong.kernel.code_lists import codes
from shegong.kernel.forgetting import Find, Read, rows_about
from shegong.kernel.inventory import PersonalField, Table, inventory
from shegong.kernel.journal import JournalEntry
from shegong.kernel.sealing import SealError
from shegong.kernel.walls_acting import lifted

CODES = {
    "people.person.sex": "sex",
    "people.person.ethnicity": "ethnicity",
    "people.person.political_status": "political_status",
    "credentials.education.level": "education",
    "credentials.education.degree": "degree",
}
JOURNAL = "kernel.journalentry"


@dataclass(frozen=True)
class Section:
    """One table of a copy: its fields, and its rows as {field: value that JSON can hold}."""

    table: Table
    fields: list[PersonalField]
    rows: list[dict[str, Any]]
    extra: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Doors:
    """What the contexts offer for a copy: how rows are found, sealed values opened, and what is added."""

    finds: Mapping[type[Model], Find]
    opens: Mapping[str, Read]
    adds: Mapping[str, Mapping[str, Read]]


@lifted("a person, or the officer who decides on her request, is told all that is held")
def sections(person: Person, doors: Doors) -> list[Section]:
    """Every table that holds something about the person and that the inventory gives to her, in its order."""
    records = records_of(person.pk)
    tables = [one for one in inventory().personal() if one.exported and one.label != JOURNAL]
    rows = [(one, list(rows_about(one.model, records, doors.finds).order_by("pk"))) for one in tables]
    return [_section(table, found, doors) for table, found in rows if found]


@lifted("a person, or the officer who decides on her request, is told all that is held")
def counts(person: Person, doors: Doors) -> list[tuple[Table, int]]:
    """How many rows of each table are about the person."""
    records = records_of(person.pk)
    tables = [table for table in inventory().personal() if table.exported]
    found = [(table, rows_about(table.model, records, doors.finds).count()) for table in tables]
    return [(table, count) for table, count in found if count]


def _section(table: Table, found: Sequence[Any], doors: Doors) -> Section:
    more = doors.adds.get(table.label, {})
    return Section(
        table,
        table.exported,
        [{one.name: _value(row, one, doors) for one in table.exported} for row in found],
        [{name: read(row) for name, read in more.items()} for row in found] if more else [],
    )


def _value(row: Any, one: PersonalField, doors: Doors) -> Any:
    if one.key in doors.opens:
        try:
            return doors.opens[one.key](row)
        except SealError:
            return None
    column = row._meta.get_field(one.name)
    value = getattr(row, column.attname)
    if one.key in CODES and value:
        return codes(CODES[one.key]).get(value, value)
    return readable(column, value)


def readable(column: "Field[Any, Any]", value: Any) -> Any:
    """A column's value as JSON holds it and people read it: names instead of numbers, days instead of ranges."""
    if value is None or (
        isinstance(value, bool | int | float) and not column.is_relation and not _is_region(column)
    ):
        return value
    if _is_region(column):
        return {"code": value, "name": tree().full_name(value, timezone.localdate())}
    if column.is_relation and column.related_model is Organization:
        return Organization.objects.filter(pk=value).values_list("name", flat=True).first()
    if isinstance(column, RangeField):
        return {"from": _day(value.lower), "until": _day(value.upper)}
    if isinstance(value, list):
        return [str(item) for item in value]
    return value if column.is_relation else _day(value)


def _is_region(column: "Field[Any, Any]") -> bool:
    return isinstance(column, RegionField) or (column.is_relation and column.related_model is Region)


def _day(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else None if value is None else str(value)


@dataclass(frozen=True)
class Mark:
    """One entry of the journal about the person, or by her: what was done, when, by which office."""

    at: datetime
    verb: str
    office: str
    role: str


@lifted("a person reads of all acts about her")
def marks(person: Person, *, by_her: bool = False) -> list[Mark]:
    """The journal about the person (or what she did in offices), newest first: verbs and times, no officer's name."""
    records = records_of(person.pk)
    rows = JournalEntry.objects.filter(**{"person_id__in" if by_her else "about_person_id__in": records})
    if by_her:
        rows = rows.exclude(about_person_id__in=records)
    rows = rows.exclude(verb__startswith="privacy.hold.")  # may rest on a case that is not public yet
    found = list(rows.order_by("-seq").values_list("at", "verb", "organization_id", "role", "person_id"))
    names = dict(Organization.objects.filter(pk__in={one[2] for one in found}).values_list("pk", "name"))
    return [Mark(at, verb, names.get(body, ""), role) for at, verb, body, role, _ in found]


def looks(person: Person) -> list[dict[str, Any]]:
    """Who looked at the full identity number: office, time and reason (谁看过我的信息)."""
    return [{"at": _day(one.at), "office": one.office, "reason": one.reason} for one in viewings(person.pk)]


def copy_of(person: Person, doors: Doors) -> dict[str, Any]:
    """The whole copy as JSON can hold it: fields under their column names, with their two names beside them."""
    parts = sections(person, doors)
    return {
        "made_at": _day(timezone.now()),
        "law": "个人信息保护法第四十五条",
        "titles": {part.table.label: {"zh": part.table.words.zh, "en": part.table.words.en} for part in parts},
        "fields": {one.key: {"zh": one.words.zh, "en": one.words.en} for part in parts for one in part.fields},
        "tables": {
            part.table.label: [row | more for row, more in zip(part.rows, part.extra or [{}] * len(part.rows), strict=True)]
            for part in parts
        },
        "viewings": looks(person),
        JOURNAL: [_mark(one) for one in marks(person)],
        "own_acts": [_mark(one) for one in marks(person, by_her=True)],
    }  # fmt: skip


def _mark(one: Mark) -> dict[str, Any]:
    return {"at": _day(one.at), "verb": one.verb, "office": one.office, "role": one.role}
