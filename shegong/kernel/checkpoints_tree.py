"""The journal's Merkle tree as it grows: entry `seq` is leaf `seq - 1`, and a leaf holds the entry's hash.

Nodes over 256 entries and more are kept, so a head or a proof reads some hundred hashes however long the journal is.
"""

from collections.abc import Iterator

from django.db import connection

from shegong.kernel import merkle
from shegong.kernel.checkpoints_tables import MerkleNode
from shegong.kernel.journal import GENESIS

KEPT = 8  # level of the lowest nodes that are kept
TILE = 1 << KEPT
READ = 5000


class Broken(Exception):
    """The chain is not what it should be; the message says where. Nothing is signed over it."""


class Tree:
    """Reads nodes for `kernel.merkle`: kept ones from their table, lower ones from the entries."""

    def __init__(self, algorithm: str) -> None:
        self.algorithm = algorithm
        self._found: dict[tuple[int, int], bytes] = {}

    def node(self, level: int, position: int) -> bytes:
        """The hash of a complete subtree. Refuses one whose entries are not there."""
        key = (level, position)
        if key not in self._found:
            if level >= KEPT:
                self._found[key] = self._kept(level, position)
            else:
                self._read_tile(position >> (KEPT - level))
        if key not in self._found:
            raise Broken(f"entry {(position << level) + 1} is missing")
        return self._found[key]

    def head(self, size: int) -> bytes:
        """The tree head over the first `size` entries."""
        return merkle.head(size, self.node, self.algorithm)

    def inclusion(self, seq: int, size: int) -> list[bytes]:
        """The proof that entry `seq` is in the tree of `size` entries."""
        return merkle.inclusion(seq - 1, size, self.node, self.algorithm)

    def consistency(self, first: int, second: int) -> list[bytes]:
        """The proof that nothing in the first `first` entries changed until there were `second`."""
        return merkle.consistency(first, second, self.node, self.algorithm)

    def _kept(self, level: int, position: int) -> bytes:
        found = MerkleNode.objects.filter(algorithm=self.algorithm, level=level, position=position).first()
        if found is not None:
            return bytes(found.hash)
        if level == KEPT:
            self._read_tile(position)
            return self._found.pop((level, position))
        below = (self.node(level - 1, 2 * position), self.node(level - 1, 2 * position + 1))
        return merkle.node_hash(*below, self.algorithm)

    def _read_tile(self, tile: int) -> None:
        """All complete subtrees among 256 neighbouring entries."""
        first = tile * TILE + 1
        hashes = list(_hashes(first, first + TILE - 1))
        row = [merkle.leaf_hash(entry, self.algorithm) for entry in hashes]
        for level in range(KEPT + 1):
            start = tile << (KEPT - level)
            self._found |= {(level, start + index): found for index, found in enumerate(row)}
            pairs = zip(row[::2], row[1::2], strict=False)
            row = [merkle.node_hash(left, right, self.algorithm) for left, right in pairs]


def grow(algorithm: str, size: int) -> int:
    """Keep the nodes of all complete subtrees up to entry `size`; how many are new. A second run does no harm."""
    done = MerkleNode.objects.filter(algorithm=algorithm, level=KEPT).count()
    if done >= size >> KEPT:
        return 0
    peaks = [(level, _peak(algorithm, level, done)) for level in _levels(done)]
    made: list[MerkleNode] = []
    edge = merkle.Edge(algorithm)
    for entry in _hashes(done * TILE + 1, (size >> KEPT) * TILE):
        edge.append(entry)
        if edge.size == TILE:
            made += _carried(algorithm, done, edge.head(), peaks)
            edge, done = merkle.Edge(algorithm), done + 1
    MerkleNode.objects.bulk_create(made, batch_size=2000, ignore_conflicts=True)
    return len(made)


def _levels(tiles: int) -> list[int]:
    """Levels of the complete subtrees that so many tiles make, the largest first."""
    return [KEPT + bit for bit in reversed(range(tiles.bit_length())) if tiles >> bit & 1]


def _peak(algorithm: str, level: int, tiles: int) -> bytes:
    position = (tiles >> (level - KEPT)) - 1
    return Tree(algorithm).node(level, position)


def _carried(algorithm: str, tile: int, found: bytes, peaks: list[tuple[int, bytes]]) -> Iterator[MerkleNode]:
    """The node of this tile and those above it that it completes."""
    level = KEPT
    yield MerkleNode(algorithm=algorithm, level=level, position=tile, hash=found)
    while peaks and peaks[-1][0] == level:
        found = merkle.node_hash(peaks.pop()[1], found, algorithm)
        level, tile = level + 1, tile >> 1
        yield MerkleNode(algorithm=algorithm, level=level, position=tile, hash=found)
    peaks.append((level, found))


def _hashes(first: int, last: int) -> Iterator[bytes]:
    """The hashes of these entries, or as many as there are. Raises `Broken` at a gap."""
    query = "SELECT seq, hash FROM kernel_journalentry WHERE seq BETWEEN %s AND %s ORDER BY seq"
    expected = first
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, [first, last])
        while chunk := cursor.fetchmany(READ):
            for seq, found in chunk:
                if seq != expected:
                    raise Broken(f"entry {expected} is missing")
                expected += 1
                yield bytes(found)


def linked(first: int, before: bytes | None) -> tuple[int, bytes]:
    """Follow the chain from entry `first` on, which must follow `before`; the last number and its hash.

    What is new since the last checkpoint is looked at before it is signed. Raises `Broken`.
    """
    expected, last = first, GENESIS if before is None else before
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT seq, previous, hash FROM kernel_journalentry WHERE seq >= %s ORDER BY seq", [first]
        )
        while chunk := cursor.fetchmany(READ):
            for seq, previous, found in chunk:
                if seq != expected or bytes(previous) != last:
                    raise Broken(f"entry {seq} does not follow entry {expected - 1}")
                expected, last = expected + 1, bytes(found)
    return expected - 1, last
