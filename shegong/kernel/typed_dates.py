"""Dates as people type them (pure)."""

import re
from calendar import monthrange
from datetime import date

from shegong.kernel.characters import plain
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

_FORMS = tuple(
    map(
        re.compile,
        (
            r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})",
            r"(?P<y>[0-9]{4})(?P<sep>[-/.])(?P<m>[0-9]{1,2})(?P=sep)(?P<d>[0-9]{1,2})",
            r"(?P<y>[0-9]{4})年(?P<m>[0-9]{1,2})月(?P<d>[0-9]{1,2})[日号]?",
        ),
    )
)
_DASHES = re.compile("[‐-―−]")


def read_date(raw: str, *, field: str = "date") -> date | list[Obstacle]:
    """The day meant by ``2013-6-30``, ``20130630``, ``2013年6月30日``, ``2013.6.30`` or ``2013/6/30``.

    Full-width characters and spaces are put right. Refuses two-digit years, other orders (nobody can tell 3/4 from
    4/3) and days that no calendar has, each with a sentence that says which.
    """
    text = _DASHES.sub("-", plain(raw).replace("。", "."))
    if not text:
        return [Obstacle("date_missing", N_("Enter the date."), field=field)]
    found = next(filter(None, (form.fullmatch(text) for form in _FORMS)), None)
    if found is None:
        return [
            Obstacle(
                "date_form", N_("Write the date with year, month and day, such as 2013-6-30."), field=field
            )
        ]
    year, month, day = int(found["y"]), int(found["m"]), int(found["d"])
    return _impossible(year, month, day, field) or date(year, month, day)


_PERIOD = re.compile(r"(?P<y>[0-9]{4})(?:[-年./](?P<m>[0-9]{1,2})月?|年)?")


def last_day_meant(raw: str) -> date | None:
    """The last day of what was typed: 2013 and 2013-06 mean their last day, a date itself; None when unreadable."""
    found = _PERIOD.fullmatch(_DASHES.sub("-", plain(raw)))
    if found is None:
        day = read_date(raw)
        return day if isinstance(day, date) else None
    year, month = int(found["y"]), int(found["m"] or 12)
    if not (1949 <= year <= 2200 and 1 <= month <= 12):
        return None
    return date(year, month, monthrange(year, month)[1])


def _impossible(year: int, month: int, day: int, field: str) -> list[Obstacle]:
    params: dict[str, object] = {"year": year, "month": month, "day": day}
    if not 1800 <= year <= 2200:
        return [
            Obstacle("date_year", N_("%(year)s is not a possible year here."), field=field, params=params)
        ]
    if not 1 <= month <= 12:
        return [Obstacle("date_month", N_("There is no month %(month)s."), field=field, params=params)]
    params["last"] = monthrange(year, month)[1]
    if not 1 <= day <= monthrange(year, month)[1]:
        message = N_("%(year)s-%(month)s has no day %(day)s; its last day is %(last)s.")
        return [Obstacle("date_day", message, field=field, params=params)]
    return []
