"""The journal read from its first entry to its last: each by its own hash, each in its place, all as one Merkle tree.

An entry says in its hash which number it has and which entry stood before it. So it can be told whether it was edited,
stands elsewhere than it was written, was put between two others, or is gone.
"""

import hashlib
import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from shegong.kernel import journal
from shegong.kernel.audit_findings import TOLD, Finding, Tell, tell_nobody
from shegong.kernel.journal import GENESIS, HASHED
from shegong.kernel.merkle import ALGORITHMS, Edge

READ = 2000
FACTS, ROWS = HASHED.index("facts"), HASHED.index("rows")
MOMENT = """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')"""  # as `journal.canonical` has it
_json = json.JSONDecoder().decode
BETWEEN = "the entry was put between two others"
_text = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode

Sealed = dict[str, dict[str, str | None]]  # table, key of the row, its last digest


@dataclass
class Chain:
    """What was read: the last number, the tree heads at the sizes that were asked for, and where it first broke."""

    wanted: Mapping[str, Iterable[int]] = field(default_factory=dict)  # hash algorithm, sizes
    last: int = 0
    heads: dict[tuple[str, int], str] = field(default_factory=dict)
    broken: int | None = None
    sealed: dict[str, str | None] = field(default_factory=dict)


@dataclass
class _Entry:
    values: dict[str, Any]
    previous: bytes
    hash: bytes

    def hashes(self, algorithm: str, seq: int | None = None) -> bool:
        """Whether its hash is that of its content, had it the number `seq`."""
        given = self.values if seq is None else self.values | {"seq": seq}
        return hashlib.new(algorithm, self.previous + _text(given).encode()).digest() == self.hash


@dataclass
class _Run:
    """Neighbouring entries with the same harm, told as one finding."""

    kind: str
    offset: int
    first: int
    last: int

    def finding(self) -> Finding:
        """What is told."""
        many = self.first != self.last
        who = f"entries {self.first} to {self.last} were" if many else "the entry was"
        if self.kind == "edited":
            text = f"{who} changed after being written"
        else:
            text = f"{who} written as {'entries' if many else 'entry'} {self.first + self.offset}" + (
                f" to {self.last + self.offset}" if many else ""
            )
        return Finding(self.kind, f"entry {self.first}", text)


def read(chain: Chain, tell: Tell = tell_nobody) -> Generator[Finding, None, None]:
    """Every deviation inside the journal; fills `chain`."""
    reader = _Reader(chain)
    sizes = {algorithm: set(found) for algorithm, found in chain.wanted.items()}
    edges = {algorithm: Edge(algorithm) for algorithm in sizes}
    for entry in _entries():
        yield from reader.take(entry)
        for algorithm, edge in edges.items():
            edge.append(entry.hash)
            if edge.size in sizes[algorithm]:
                chain.heads[(algorithm, edge.size)] = edge.head().hex()
        chain.sealed.update(entry.values["rows"])
        if chain.last % TOLD == 0:
            tell(chain.last)
    yield from reader.end()


class _Reader:
    """Follows the chain and names what is wrong with each entry."""

    def __init__(self, chain: Chain) -> None:
        self.chain, self.algorithm = chain, journal.algorithm()
        self.before: tuple[bytes, bytes] = (
            GENESIS,
            GENESIS,
        )  # hashes of the entry before, and of the one before it
        self.run: _Run | None = None
        self.is_sound = True  # of the entry before

    def take(self, entry: _Entry) -> Iterator[Finding]:
        """One entry."""
        seq, expected = entry.values["seq"], self.chain.last + 1
        content = self._content(entry)
        if seq != expected:
            text = f"entries {expected} to {seq - 1} are missing"
            yield from self._told(seq, Finding("gap", f"entry {expected}", text))
        if content is not None:
            if content == ("moved", -1) and self.is_sound and entry.previous == self.before[1]:
                yield from self._told(seq - 1, Finding("inserted", f"entry {seq - 1}", BETWEEN))
            yield from self._joined(seq, *content)
        elif seq == expected and entry.previous != self.before[0] and self.is_sound:
            yield from self._told(seq, self._unlinked(entry, seq))
        self.is_sound = content is None
        self.before, self.chain.last = (entry.hash, self.before[0]), seq

    def end(self) -> Iterator[Finding]:
        """What is still to be told."""
        if self.run is not None:
            yield self.run.finding()
            self.run = None

    def _content(self, entry: _Entry) -> tuple[str, int] | None:
        """None when the entry is as it was written; else what happened to it, and where it was written."""
        if entry.hashes(self.algorithm):
            return None
        for algorithm in ALGORITHMS:  # the crypto profile may have changed at this entry
            if entry.hashes(algorithm):
                self.algorithm = algorithm
                return None
        seq = entry.values["seq"]
        if entry.hash == self.before[0]:
            return "inserted", 0
        near = [self.run.offset] if self.run else []
        for offset in (*near, -1, 1, -2, 2):
            if entry.hashes(self.algorithm, seq + offset):
                return "moved", offset
        return "edited", 0

    def _unlinked(self, entry: _Entry, seq: int) -> Finding:
        if entry.previous == self.before[1] and seq > 1:
            return Finding("inserted", f"entry {seq - 1}", BETWEEN)
        return Finding(
            "link", f"entry {seq}", f"it was written after another entry than the present {seq - 1}"
        )

    def _joined(self, seq: int, kind: str, offset: int) -> Iterator[Finding]:
        if kind == "inserted":
            yield from self._told(seq, Finding(kind, f"entry {seq}", f"a copy of entry {seq - 1}"))
            return
        run = self.run
        if run and (run.kind, run.offset, run.last) == (kind, offset, seq - 1):
            run.last = seq
            return
        yield from self.end()
        self.run = _Run(kind, offset, seq, seq)
        self._note(seq)

    def _told(self, seq: int, finding: Finding) -> Iterator[Finding]:
        yield from self.end()
        self._note(seq)
        yield finding

    def _note(self, seq: int) -> None:
        if self.chain.broken is None:
            self.chain.broken = seq


def _entries() -> Iterator[_Entry]:
    """All entries by number, without a model each: millions are read."""
    columns = ", ".join(MOMENT if name == "at" else name for name in HASHED)
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {columns}, previous, hash FROM kernel_journalentry ORDER BY seq")  # noqa: S608  our own names
        while chunk := cursor.fetchmany(READ):
            for row in chunk:
                values = dict(zip(HASHED, row, strict=False))
                values["facts"] = _json(row[FACTS]) if row[FACTS] != "{}" else {}
                values["rows"] = _json(row[ROWS]) if row[ROWS] != "{}" else {}
                yield _Entry(values, bytes(row[-2]), bytes(row[-1]))
