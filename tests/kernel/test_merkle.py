"""Merkle trees as RFC 6962 has them: what is proven holds, what is not does not, and another library agrees."""

import hashlib
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import ConsistencyProof, InclusionProof, InmemoryTree

from shegong.kernel import merkle

pytestmark = pytest.mark.clause("N13")
SIZES = st.integers(1, 130)
BOTH = pytest.mark.parametrize("algorithm", merkle.ALGORITHMS)


def leaves(count: int) -> list[bytes]:
    return [hashlib.sha256(str(number).encode()).digest() for number in range(count)]


def reader(count: int, algorithm: str = "sha256"):
    """`node` over the first `count` leaves, computed straight from the definition."""
    data = leaves(count)

    def node(level: int, position: int) -> bytes:
        if level == 0:
            return merkle.leaf_hash(data[position], algorithm)
        below = (node(level - 1, 2 * position), node(level - 1, 2 * position + 1))
        return merkle.node_hash(*below, algorithm)

    return node


def grown(count: int, algorithm: str = "sha256") -> bytes:
    edge = merkle.Edge(algorithm)
    for leaf in leaves(count):
        edge.append(leaf)
    return edge.head()


def theirs(count: int) -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    for leaf in leaves(count):
        tree.append_entry(leaf)
    return tree


def test_the_known_heads_of_rfc_6962():
    """The eight leaves and heads that every implementation of certificate transparency is tried with."""
    given_ = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    edge, heads = merkle.Edge("sha256"), []
    for text in given_:
        edge.append(bytes.fromhex(text))
        heads.append(edge.head().hex()[:16])
    assert merkle.Edge("sha256").head().hex().startswith("e3b0c44298fc1c14")
    assert heads == ["6e340b9cffb37a98", "fac54203e7cc696c", "aeb6bcfe274b70a1", "d37ee418976dd957",
                     "4e3bbb1f7b478dcf", "76e67dadbcdf1e10", "ddb89be403809e32", "5dc9da79a70659a9"]  # fmt: skip


@BOTH
@settings(max_examples=60, deadline=None)
@given(size=SIZES)
def test_a_tree_that_grew_has_the_head_of_one_read_whole(algorithm, size):
    assert grown(size, algorithm) == merkle.head(size, reader(size, algorithm), algorithm)


@BOTH
@settings(max_examples=80, deadline=None)
@given(size=SIZES, data=st.data())
def test_every_leaf_is_proven_at_its_place_and_nowhere_else(algorithm, size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion(index, size, reader(size, algorithm), algorithm)
    head, leaf = grown(size, algorithm), leaves(size)[index]
    assert merkle.includes(head, size, index, leaf, proof, algorithm)
    assert not merkle.includes(head, size, index, b"another", proof, algorithm)
    for other in {index - 1, index + 1, size} - {index}:
        assert not merkle.includes(head, size, other, leaf, proof, algorithm)
    for broken in (proof[:-1], proof[1:]):
        assert not proof or not merkle.includes(head, size, index, leaf, broken, algorithm)
    assert not merkle.includes(head, size, index, leaf, [*proof, bytes(32)], algorithm)


@BOTH
@settings(max_examples=80, deadline=None)
@given(sizes=st.tuples(SIZES, SIZES).map(sorted))
def test_a_tree_that_only_grew_is_proven_to_continue(algorithm, sizes):
    first, second = sizes
    node = reader(second, algorithm)
    proof = merkle.consistency(first, second, node, algorithm)
    old, new = grown(first, algorithm), grown(second, algorithm)
    assert merkle.continues(old, first, new, second, proof, algorithm)
    assert not merkle.continues(bytes(32), first, new, second, proof, algorithm)
    assert not merkle.continues(old, first, bytes(32), second, proof, algorithm)
    assert not merkle.continues(old, first, new, second, [*proof, bytes(32)], algorithm)
    if proof:
        assert not merkle.continues(old, first, new, second, proof[:-1], algorithm)
        flipped = [bytes([proof[0][0] ^ 1]) + proof[0][1:], *proof[1:]]
        assert not merkle.continues(old, first, new, second, flipped, algorithm)
    if first < second:
        assert not merkle.continues(new, second, old, first, proof, algorithm)


def test_a_tree_in_which_one_old_leaf_was_changed_is_not_a_continuation():
    def changed(level, position):
        return bytes(32) if (level, position) == (0, 2) else _node(level, position)

    def _node(level, position):
        if level == 0:
            return merkle.leaf_hash(leaves(8)[position], "sha256")
        return merkle.node_hash(
            changed(level - 1, 2 * position), changed(level - 1, 2 * position + 1), "sha256"
        )

    proof = merkle.consistency(5, 8, changed, "sha256")
    assert not merkle.continues(grown(5), 5, merkle.head(8, changed, "sha256"), 8, proof, "sha256")


@settings(max_examples=60, deadline=None)
@given(size=SIZES, data=st.data())
def test_another_library_has_the_same_head_and_accepts_our_proof_of_a_leaf(size, data):
    index, tree = data.draw(st.integers(0, size - 1)), theirs(size)
    assert tree.get_state() == grown(size)
    base = tree.get_leaf(index + 1)
    ours = merkle.inclusion(index, size, reader(size), "sha256")
    rule = tree.prove_inclusion(index + 1).rule
    proof = InclusionProof("sha256", True, size, index + 1, rule, [base, *ours])
    proof.verify(base, tree.get_state(), index=index + 1, size=size, algorithm="sha256")


@settings(max_examples=60, deadline=None)
@given(sizes=st.tuples(SIZES, SIZES).map(sorted))
def test_another_library_accepts_our_proof_that_a_tree_continues(sizes):
    first, second = sizes
    tree = theirs(second)
    ours = merkle.consistency(first, second, reader(second), "sha256")
    if not first & (first - 1) or first == second:  # the RFC leaves out what the reader has: the old head
        ours = [grown(first), *ours]
    made = tree.prove_consistency(first, second)
    if (
        first < second
    ):  # it splits the subtree after the boundary down to its first leaf; the RFC gives it whole
        split = made.path[: len(made.path) - len(ours) + 1]
        assert reduce(tree.hash_pair, split) == ours[1]
        ours = [*split, ours[0], *ours[2:]]
    proof = ConsistencyProof("sha256", True, second, first, made.rule, made.subset, ours)
    proof.verify(tree.get_state(first), tree.get_state(second), first, second, "sha256")


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_no_proof_of_a_leaf_that_is_not_there(index, size):
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion(index, size, reader(4), "sha256")
    assert not merkle.includes(grown(3), size, index, b"", [], "sha256")


def test_an_unknown_hash_is_refused():
    with pytest.raises(ValueError, match="md5"):
        merkle.Edge("md5")
