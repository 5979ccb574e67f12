"""Merkle trees as in RFC 6962: one hash stands for a whole journal, and short proofs show what it holds.

Pure: a tree is read through `node(level, position)`, the hash of the complete subtree over the leaves
`position << level` up to, not including, `(position + 1) << level`. So a proof from a journal of millions of entries
asks for some forty hashes, wherever they are kept.

A leaf is hashed with 0x00 before it and a node with 0x01, so that no node can pass for a leaf.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache

Node = Callable[[int, int], bytes]
ALGORITHMS = ("sha256", "sm3")


@cache
def hashing(algorithm: str) -> Callable[[bytes], bytes]:
    """The hash function of this name. Refuses one that no crypto profile has."""
    if algorithm not in ALGORITHMS:
        raise ValueError(f"{algorithm!r} is no hash of ours: {', '.join(ALGORITHMS)}")
    if algorithm == "sha256":
        return lambda data: hashlib.sha256(data).digest()
    fresh = hashlib.new(algorithm)

    def digest(data: bytes) -> bytes:
        one = fresh.copy()
        one.update(data)
        return one.digest()

    return digest


def leaf_hash(data: bytes, algorithm: str) -> bytes:
    """The hash of a leaf that holds `data`."""
    return hashing(algorithm)(b"\x00" + data)


def node_hash(left: bytes, right: bytes, algorithm: str) -> bytes:
    """The hash of a node over its two children."""
    return hashing(algorithm)(b"\x01" + left + right)


class Edge:
    """The right edge of a growing tree: all that is needed to append to it and to say its head."""

    def __init__(self, algorithm: str) -> None:
        self.algorithm, self.size = algorithm, 0
        self._hash = hashing(algorithm)
        self._peaks: list[bytes] = []  # roots of complete subtrees, the largest first

    def append(self, data: bytes) -> None:
        """Add a leaf that holds `data`."""
        found, digest, carried = self._hash(b"\x00" + data), self._hash, self.size
        while carried & 1:
            found, carried = digest(b"\x01" + self._peaks.pop() + found), carried >> 1
        self._peaks.append(found)
        self.size += 1

    def head(self) -> bytes:
        """The tree head over all leaves so far; of none, the hash of nothing."""
        if not self._peaks:
            return self._hash(b"")
        found = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            found = self._hash(b"\x01" + peak + found)
        return found


def head(size: int, node: Node, algorithm: str) -> bytes:
    """The tree head over the first `size` leaves."""
    return _over(0, size, node, algorithm) if size else hashing(algorithm)(b"")


def inclusion(index: int, size: int, node: Node, algorithm: str) -> list[bytes]:
    """The proof that leaf `index` (from 0) is in the tree of `size` leaves, from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    proof, low, high = [], 0, size
    while high - low > 1:
        middle = low + _half(high - low)
        if index < middle:
            proof.append(_over(middle, high, node, algorithm))
            high = middle
        else:
            proof.append(_over(low, middle, node, algorithm))
            low = middle
    return proof[::-1]


def consistency(first: int, second: int, node: Node, algorithm: str) -> list[bytes]:
    """The proof that the tree of `second` leaves begins with all of the tree of `first`, in its order."""
    if not 0 < first <= second:
        raise ValueError(f"a tree of {first} cannot begin one of {second}")
    proof, low, high, is_head = [], 0, second, True
    while first != high:
        middle = low + _half(high - low)
        if first <= middle:
            proof.append(_over(middle, high, node, algorithm))
            high = middle
        else:
            proof.append(_over(low, middle, node, algorithm))
            low, is_head = middle, False
    if not is_head:
        proof.append(_over(low, high, node, algorithm))
    return proof[::-1]


def includes(head: bytes, size: int, index: int, data: bytes, proof: Sequence[bytes], algorithm: str) -> bool:
    """Whether `proof` shows that the tree of `size` leaves with this head holds `data` as leaf `index` (from 0)."""
    if not 0 <= index < size:
        return False
    found, place, last = leaf_hash(data, algorithm), index, size - 1
    for other in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(other, found, algorithm)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, other, algorithm)
        place, last = place >> 1, last >> 1
    return last == 0 and found == head


def continues(
    old_head: bytes, first: int, new_head: bytes, second: int, proof: Sequence[bytes], algorithm: str
) -> bool:
    """Whether `proof` shows that the tree (`new_head`, `second`) begins with all of (`old_head`, `first`)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and old_head == new_head
    steps: Iterator[bytes] = iter(proof if first & (first - 1) else [old_head, *proof])
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = next(steps, b"")
    for other in steps:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(other, old, algorithm), node_hash(other, new, algorithm)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, other, algorithm)
        place, last = place >> 1, last >> 1
    return last == 0 and (old, new) == (old_head, new_head)


def _half(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _over(low: int, high: int, node: Node, algorithm: str) -> bytes:
    """The hash over the leaves from `low` up to `high`; `low` begins a subtree that large."""
    count = high - low
    if not count & (count - 1):
        level = count.bit_length() - 1
        return node(level, low >> level)
    middle = low + _half(count)
    return node_hash(_over(low, middle, node, algorithm), _over(middle, high, node, algorithm), algorithm)
