"""Dated rules in TOML that a province may change without a programmer (pure).

A file holds versions, each from a day on, with its basis (law and article) and how sure we are of it::

    [[version]]
    from = 2009-04-08
    basis = "民发〔2009〕44号"
    certainty = "V"
    validity_years = 3
    grace_days = { value = 0, basis = "later articles not read", certainty = "M" }

A later version says only what changed.  Certainty: ``V`` the article was read, ``V2`` a secondary page was read, ``D``
a decision of the body that runs the system (no law needed), ``M`` from memory: works, but is listed by `needs_source`
until somebody attaches the text.  Types are checked when the file loads; every fault names file, line and key.
"""

import dataclasses
import re
import tomllib
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
CERTAINTIES = ("V", "V2", "D", "M")
_META = frozenset({"from", "basis", "certainty"})
_SOURCED = frozenset({"value", "basis", "certainty", "note"})


class PolicyFault(Exception):
    """A policy file that cannot be used; each line of the message names file, line, key and what is wrong."""


@dataclass(frozen=True)
class Source:
    """Where a value comes from and how sure we are."""

    basis: str
    certainty: str


@dataclass(frozen=True)
class Unsourced:
    """A value from memory: where it stands (`key` is empty for a whole version), what it is, what is known of it."""

    file: str
    since: date
    key: str
    value: Any
    basis: str


@dataclass(frozen=True)
class Wording:
    """A short text in both languages, where the text itself is policy and not interface."""

    zh: str
    en: str

    def says(self, language: str | None) -> str:
        """The text for a language code; Chinese unless English is asked for."""
        return self.en if (language or "").startswith("en") else self.zh


@dataclass(frozen=True)
class Version(Generic[T]):
    """The rules from `since` on, until the next version."""

    since: date
    value: T
    sources: Mapping[str, Source]


@dataclass(frozen=True)
class Policy(Generic[T]):
    """All versions of one set of rules, oldest first."""

    name: str
    versions: Sequence[Version[T]]
    unsourced: Sequence[Unsourced] = ()

    def version_on(self, day: date) -> Version[T]:
        """The version in force on `day`. Raises LookupError for a day before the first."""
        for version in reversed(self.versions):
            if version.since <= day:
                return version
        raise LookupError(f"{self.name}: no version in force on {day}")

    def on(self, day: date) -> T:
        """The rules in force on `day`. Raises LookupError for a day before the first version."""
        return self.version_on(day).value

    def source(self, key: str, day: date) -> Source:
        """Law and certainty of one value on `day`."""
        return self.version_on(day).sources[key]

    def needs_source(self) -> Sequence[Unsourced]:
        """Values of certainty M: they work, but nobody has attached the text."""
        return self.unsourced


def load(path: Path, schema: type[T]) -> Policy[T]:
    """The policy in `path`, its values checked against the dataclass `schema`. Raises `PolicyFault`."""
    return next(iter(load_keyed(path, schema, table="version", key=None).values()))


def load_keyed(path: Path, schema: type[T], *, table: str, key: str | None) -> dict[str, Policy[T]]:
    """Policies of one file by the value of `key`, such as routes by province; tables are called ``[[table]]``.

    The key is also given to `schema` when it has a field of that name. Raises `PolicyFault`.
    """
    text = path.read_text(encoding="utf-8")
    try:
        entries = tomllib.loads(text).get(table, [])
    except tomllib.TOMLDecodeError as error:
        raise PolicyFault(f"{path.name}: {error}") from error
    reader = _Reader(path.name, text, table, schema)
    if not entries:
        reader.fault(0, None, f"no [[{table}]]")
    grouped: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for index, entry in enumerate(entries):
        grouped.setdefault(str(entry.get(key, "")) if key else path.stem, []).append((index, entry))
    policies = {name: reader.policy(name, versions) for name, versions in grouped.items()}
    if reader.faults:
        raise PolicyFault("\n".join(reader.faults))
    return policies


class _Reader:
    """Turns the tables of one file into versions, and gathers every fault before it gives up."""

    def __init__(self, file: str, text: str, table: str, schema: type[Any]):
        self.file, self.lines, self.table, self.schema = file, text.splitlines(), table, schema
        self.faults: list[str] = []
        self.unsourced: list[Unsourced] = []

    def fault(self, index: int, key: str | None, what: str) -> None:
        place = f"{self.file}:{self._line(index, key)}"
        self.faults.append(f"{place}: {key}: {what}" if key else f"{place}: {what}")

    def _line(self, index: int, key: str | None) -> int:
        """Line of `key` (its first name) in the `index`-th table, or of the table itself; 1 when not found."""
        heads = [
            n for n, line in enumerate(self.lines) if line.strip().replace(" ", "") == f"[[{self.table}]]"
        ]
        if index >= len(heads):
            return 1
        end = heads[index + 1] if index + 1 < len(heads) else len(self.lines)
        name = re.escape(re.split(r"[.\[]", key)[0]) if key else ""
        wanted = re.compile(rf"\s*(?:{name}\s*=|\[+{self.table}\.{name}\b)")
        return (
            next((n for n in range(heads[index], end) if key and wanted.match(self.lines[n])), heads[index])
            + 1
        )

    def policy(self, name: str, entries: list[tuple[int, dict[str, Any]]]) -> Policy[Any]:
        self.unsourced = []
        versions: list[Version[Any]] = []
        merged: dict[str, Any] = {}
        sources: dict[str, Source] = {}
        for index, entry in entries:
            since = entry.get("from")
            if type(since) is not date:
                self.fault(index, "from", "a day such as 2009-04-08 is needed")
                continue
            if versions and since <= versions[-1].since:
                self.fault(index, "from", f"{since} is not after the version before ({versions[-1].since})")
            values, found = self._values(index, since, entry)
            merged, sources = {**merged, **values}, {**sources, **found}
            versions.append(Version(since, self._build(index, "", self.schema, merged), sources))
        return Policy(f"{self.file} {name}".strip(), tuple(versions), tuple(self.unsourced))

    def _values(
        self, index: int, since: date, entry: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Source]]:
        values, sources = {}, {}
        own = Source(entry.get("basis", ""), entry.get("certainty", ""))
        for key, given in entry.items():
            if key in _META:
                continue
            sourced = isinstance(given, dict) and "value" in given and set(given) <= _SOURCED
            values[key] = given["value"] if sourced else given
            details = given if sourced else {}
            source = Source(details.get("basis", own.basis), details.get("certainty", own.certainty))
            sources[key] = source
            self._check_source(index, since, key, values[key], source, own)
        if own.certainty == "M" and own in sources.values():
            self.unsourced.append(Unsourced(self.file, since, "", None, own.basis))
        return values, sources

    def _check_source(
        self, index: int, since: date, key: str, value: Any, source: Source, own: Source
    ) -> None:
        if source.certainty not in CERTAINTIES:
            self.fault(index, key, f"certainty {source.certainty!r} is not one of {', '.join(CERTAINTIES)}")
        elif source.certainty != "D" and not source.basis:
            self.fault(index, key, "a basis (law and article) is needed")
        if source.certainty == "M":
            if source != own:  # a version that is from memory as a whole is one line, not one a key
                self.unsourced.append(Unsourced(self.file, since, key, value, source.basis))
            return
        for path, part in _tables(key, value):
            if part.get("certainty", "D") not in CERTAINTIES:
                self.fault(
                    index, path, f"certainty {part['certainty']!r} is not one of {', '.join(CERTAINTIES)}"
                )
            if part.get("certainty") == "M":
                self.unsourced.append(
                    Unsourced(self.file, since, path, part.get("code", part), part.get("basis", ""))
                )

    def _build(self, index: int, path: str, schema: type[Any], given: Mapping[str, Any]) -> Any:
        """An instance of the dataclass `schema`, or None after faults were noted."""
        hints = get_type_hints(schema)
        fields = {field.name: field for field in dataclasses.fields(schema)}
        before = len(self.faults)
        for key in given.keys() - fields.keys():
            self.fault(index, _dotted(path, key), "unknown key")
        for name, field in fields.items():
            if name not in given and not _has_default(field):
                self.fault(index, _dotted(path, name), "missing")
        values = {
            key: self._convert(index, _dotted(path, key), hints[key], value)
            for key, value in given.items()
            if key in fields
        }
        if len(self.faults) > before:
            return None
        try:
            return schema(**values)
        except ValueError as error:
            self.fault(index, path or None, str(error))
            return None

    def _convert(self, index: int, path: str, hint: Any, value: Any) -> Any:
        """`value` as the type `hint`; notes a fault and returns None when it is something else."""
        origin, inner = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            return self._convert(index, path, next(t for t in inner if t is not type(None)), value)
        if dataclasses.is_dataclass(hint) and isinstance(value, dict):
            return self._build(index, path, hint, value)  # type: ignore[arg-type]
        if origin in (tuple, frozenset) and isinstance(value, list):
            return origin(
                self._convert(index, f"{path}[{n}]", inner[0], part) for n, part in enumerate(value)
            )
        if origin in (dict, Mapping) and isinstance(value, dict):
            return {k: self._convert(index, _dotted(path, k), inner[1], part) for k, part in value.items()}
        if origin is Literal and value in inner:
            return value
        if isinstance(hint, type) and issubclass(hint, Enum) and value in [member.value for member in hint]:
            return hint(value)
        if hint in (int, str, bool, date, float) and type(value) is hint:
            return value
        self.fault(index, path, f"{_expected(hint)} is needed, not {value!r}")
        return None


_PLAIN = {
    int: "a whole number",
    str: "text in quotes",
    bool: "true or false",
    date: "a day such as 2009-04-08",
}


def _expected(hint: Any) -> str:
    origin = get_origin(hint)
    if origin is Literal:
        return "one of " + ", ".join(map(repr, get_args(hint)))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return "one of " + ", ".join(repr(member.value) for member in hint)
    if origin in (tuple, frozenset):
        return "a list"
    return _PLAIN.get(hint, "a table")


def _has_default(field: dataclasses.Field[Any]) -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


def _dotted(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _tables(path: str, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every table inside a value, with its path."""
    if isinstance(value, dict):
        yield path, value
        for key, part in value.items():
            yield from _tables(_dotted(path, key), part)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _tables(f"{path}[{number}]", part)
