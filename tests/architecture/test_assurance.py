"""What docs/assurance.toml claims is shown by tests that exist, and no requirement is passed over."""

from pathlib import Path

import pytest

from shegong.config.assurance import Requirement, faults, load

ROOT = Path(__file__).parents[2]
REQUIREMENTS = load(ROOT / "docs" / "assurance.toml")


def test_every_claim_names_tests_that_exist():
    assert list(faults(REQUIREMENTS, ROOT)) == []


@pytest.mark.parametrize(("kind", "numbers"), [
    ("abuse", {f"A{n}" for n in range(1, 31)}), ("demand", {f"D{n}" for n in range(1, 41)} - {"D31"}),
])  # fmt: skip
def test_no_abuse_and_no_demand_is_passed_over(kind, numbers):
    assert {one.id for one in REQUIREMENTS if one.kind == kind} == numbers


def test_a_claim_without_a_test_or_a_note_is_found():
    bad = [
        Requirement("A1", "abuse", "x", "holds"),
        Requirement("A2", "abuse", "x", "partial", ("tests/architecture/test_assurance.py",)),
        Requirement("A3", "abuse", "x", "holds", ("tests/architecture/test_assurance.py::test_nothing",)),
        Requirement("A4", "abuse", "x", "well"),
    ]
    assert len(list(faults(bad, ROOT))) == 4
