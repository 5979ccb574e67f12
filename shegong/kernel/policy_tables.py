"""A TOML file of several tables, each row checked against the dataclass of its table (pure).

`kernel.policy` reads dated versions of one table; a plan holds many tables that speak about each other.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shegong.kernel.policy import PolicyFault, _Reader


class Tables:
    """`rows`: table → its rows. `faults`: what is wrong, each with file, line and key; more may be added by `fault`.

    A row with a fault is left out. Raises `PolicyFault` for a file that is no TOML.
    """

    def __init__(self, path: Path, schemas: Mapping[str, type[Any]]):
        text = path.read_text(encoding="utf-8")
        try:
            given = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise PolicyFault(f"{path.name}: {error}") from error
        self.faults: list[str] = []
        self._readers = {
            name: _TableReader(path.name, text, name, schema) for name, schema in schemas.items()
        }
        for name in given.keys() - schemas.keys():
            self.faults.append(f"{path.name}: {name}: unknown key")
        self.rows = {name: self._read(name, given.get(name, [])) for name in schemas}

    def _read(self, name: str, given: Any) -> list[Any]:
        reader = self._readers[name]
        entries = [given] if isinstance(given, dict) else given
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self.faults.append(f"{reader.file}: {name}: a table is needed")
            return []
        rows = [reader._build(index, "", reader.schema, entry) for index, entry in enumerate(entries)]
        self.faults += reader.faults
        return [row for row in rows if row is not None]

    def fault(self, table: str, index: int, key: str | None, what: str) -> None:
        """Note that something is wrong with a key of the `index`-th row of a table."""
        reader = self._readers[table]
        reader.faults = []
        reader.fault(index, key, what)
        self.faults += reader.faults


class _TableReader(_Reader):
    """Rows of one table, where others stand before and behind it."""

    def _line(self, index: int, key: str | None) -> int:
        bare = [re.sub(r"\s", "", line.partition("#")[0]) for line in self.lines]
        heads = [n for n, line in enumerate(bare) if line in (f"[{self.table}]", f"[[{self.table}]]")]
        if index >= len(heads):
            return 1
        own = (f"[{self.table}.", f"[[{self.table}.")
        stops = (
            n
            for n in range(heads[index] + 1, len(bare))
            if bare[n].startswith("[") and not bare[n].startswith(own)
        )
        end = next(stops, len(bare))
        name = re.escape(re.split(r"[.\[]", key)[0]) if key else ""
        wanted = re.compile(rf"\s*(?:{name}\s*=|\[+{self.table}\.{name}\b)")
        found = (n for n in range(heads[index], end) if key and wanted.match(self.lines[n]))
        return next(found, heads[index]) + 1
