"""Patterns of official numbers: filled exactly, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shegong.kernel.patterns import counter_name, pattern_faults, render


def test_a_pattern_is_filled_with_its_parts():
    shown = render("{province}{year}{level}{seq:06d}", province=22, year=2026, level=1, seq=47)
    assert shown == "2220261000047"


@given(st.integers(0, 999_999))
def test_numbers_of_a_padded_pattern_sort_like_their_sequence(seq):
    assert int(render("{seq:06d}", seq=seq)) == seq
    assert len(render("{seq:06d}", seq=seq)) == 6


@pytest.mark.parametrize(
    "pattern",
    ["{secret}", "{seq.__class__}", "{seq[0]}", "{seq!r}", "{}", "{0}"],
)
def test_a_pattern_reaches_nothing_but_its_parts(pattern):
    with pytest.raises(ValueError, match="no part called"):
        render(pattern, seq=1)


def test_a_number_that_outgrows_its_width_is_refused_instead_of_growing():
    with pytest.raises(ValueError, match="more than 3 digits"):
        render("{seq:03d}", seq=1000)


@pytest.mark.parametrize(
    ("pattern", "faults"),
    [
        ("{province}{seq:06d}", []),
        ("{provinz}{seq:06d}", ["unknown place {provinz}"]),
        ("{province}", ["missing place {seq}"]),
        ("{province", ["expected '}' before end of string"]),
    ],
)
def test_faults_of_a_configured_pattern_are_named(pattern, faults):
    assert pattern_faults(pattern, ["province", "seq"]) == faults


@given(st.integers(2000, 2099), st.integers(2000, 2099), st.integers(1, 999))
def test_two_numbers_are_equal_only_when_counter_and_sequence_are(one, other, seq):
    pattern = "JL{year}{seq:03d}"
    same = counter_name(pattern, year=one) == counter_name(pattern, year=other)
    assert (render(pattern, year=one, seq=seq) == render(pattern, year=other, seq=seq)) is same
