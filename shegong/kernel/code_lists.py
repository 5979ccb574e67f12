"""National code lists as shipped in ``kernel/national/*.csv`` (where each comes from: its PROVENANCE.md); pure."""

import csv
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "national"
# Short names that the code uses → the file of the national standard.
FILES = {
    "sex": "gbt2261_1_sex",
    "ethnicity": "gbt3304_ethnicity",
    "education": "gbt4658_education",
    "political_status": "gbt4762_political_status",
    "degree": "gbt6864_degree",
    "majors": "social_work_majors",
}


@lru_cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """All rows of a list, in the order of the standard."""
    with (FOLDER / f"{FILES[name]}.csv").open(encoding="utf-8-sig", newline="") as file:
        return tuple(csv.DictReader(file))


@lru_cache
def codes(name: str) -> dict[str, str]:
    """Code → Chinese name of a list, in the order of the standard."""
    return {row["code"]: row["name_zh"] for row in rows(name) if row["code"]}
