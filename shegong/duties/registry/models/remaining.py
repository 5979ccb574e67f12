"""Hours of continuing education that holders still need by the national rule, for any number of them. Reads only."""

from collections.abc import Sequence
from datetime import date

from shegong.duties.registry.models.register import Registration


def missing_minutes(rows: Sequence[Registration], on: date) -> dict[int, int]:
    """Minutes missing in the running term, by registration; those of whom nothing is known are left out."""
    return {}
