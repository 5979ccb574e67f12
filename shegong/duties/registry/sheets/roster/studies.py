"""Degrees of a row against the base: a new one is added, one that differs is put before the clerk."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from shegong.duties.registry.sheets.roster.known import Base, born_by
from shegong.duties.registry.sheets.roster.plan import Plan
from shegong.ground.credentials.models import Education
from shegong.ground.credentials.rules import education_obstacles, education_text_obstacles
from shegong.ground.organizations.rules.names import canonical
from shegong.kernel.code_lists import codes
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.cell_text import is_nothing_word
from shegong.kernel.sheets.layout import Finding, Offer, Row, Weight
from shegong.kernel.text import N_

# The same few words stand in thousands of rows.
_is_nothing, _canonical = lru_cache(2048)(is_nothing_word), lru_cache(2048)(canonical)
_COLUMN = {"level": "education", "degree": "degree", "school_name": "school", "major": "major"}


def said(row: Row, column: str) -> str:
    """The text of a cell, "" where it says that there is nothing (无)."""
    text = row.values.get(column) or ""
    return "" if len(text) < 5 and _is_nothing(text) else text


def school_of(row: Row) -> str:
    """The school as schools are named."""
    return _canonical(said(row, "school"))


def education_findings(row: Row, plan: Plan, base: Base, day: date) -> Iterator[Finding]:
    """What is wrong with level, degree, school and major; without findings the plan knows what to add."""
    level = row.values.get("education")
    given = {
        "degree": row.values.get("degree") or "",
        "school_name": school_of(row),
        "major": said(row, "major"),
    }
    if not level:
        if any(given.values()):
            message = N_("Write the level of education too: a degree, school or major belongs to one.")
            yield Finding("education", Obstacle("education_missing", message))
        return
    born = born_by(row.values["identity"]) if row.values.get("identity") else None
    wrong = education_obstacles(
        level=level, degree=given["degree"], mode="", graduated_on=None, born_on=born, on=day
    )
    wrong += education_text_obstacles(given["school_name"], given["major"])
    yield from (Finding(_COLUMN[str(obstacle.field)], obstacle) for obstacle in wrong)
    plan.school_id = base.schools.get(given["school_name"])
    held = [e for e in plan.known.educations if e.level == level] if plan.known else []
    if not held:
        plan.adds.add("education")
    elif not any(_says(e, given) for e in held):
        yield from _differences(held[-1], given)


def _says(held: Education, given: dict[str, str]) -> bool:
    """Whether a degree of the base says all that the row says."""
    return all(not text or text == getattr(held, name) for name, text in given.items())


def _differences(held: Education, given: dict[str, str]) -> Iterator[Finding]:
    message = N_(
        "For this level of education the register says %(held)s. Keep that, or change it on the person's page first."
    )
    for name, text in given.items():
        now = getattr(held, name)
        if text and text != now:
            shown = codes("degree").get(now, now) if name == "degree" else now
            offers = (Offer(shown or "—", shown or "—"),)
            found = Obstacle("fact_differs", message, params={"held": shown or "—"})
            yield Finding(_COLUMN[name], found, Weight.CHOICE, offers)
