"""What may be entered, until when, and by how many people; pure (T3.3, abuses A8)."""

from datetime import date, datetime, timedelta

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.work.education.policy_types import Entering, Equivalent, Table
from shegong.work.education.rules.kinds import KINDS, Kind

CLAUSE = "民发〔2009〕123号"
TWO_PEOPLE = "T3.3"
During = tuple[datetime, datetime]


def locked_from(year: int, entering: Entering) -> date:
    """The first day on which hours of a year take two people and a reason."""
    return date(year + 1, entering.lock_month, entering.lock_day) + timedelta(days=1)


def entered_by(year: int, entering: Entering) -> tuple[date, date]:
    """First and last day of the months after a year in which its hours are still entered by one person."""
    return date(year + 1, 1, 1), locked_from(year, entering) - timedelta(days=1)


def entry_obstacles(
    *, minutes: int, kind: str, earned_on: date, on: date, entering: Entering, during: During | None = None,
    title: str = "x", born_on: date | None = None,
) -> list[Obstacle]:  # fmt: skip
    """What stands against a record, whoever enters it; a year's lock is `lock_obstacles`."""
    found = []
    if kind not in KINDS:
        found.append(Obstacle("kind_unknown", N_("Choose what the hours were earned by."), "kind"))
    if minutes <= 0:
        found.append(Obstacle("minutes_none", N_("Give the hours, more than none."), "hours"))
    if earned_on > on:
        found.append(Obstacle("date_future", N_("This date is in the future."), "earned_on"))
    if born_on and earned_on <= born_on:
        found.append(Obstacle("date_before_birth", N_("This date lies before the birth."), "earned_on"))
    if not title.strip():
        found.append(Obstacle("title_missing", N_("Say what was learned."), "title"))
    if kind in (Kind.CLASS, Kind.SUPERVISION) and minutes > entering.most_hours_a_day * 60:
        message = N_("More than %(most)s hours in one day are impossible. Enter each day by itself.")
        params = {"most": entering.most_hours_a_day}
        found.append(Obstacle("day_too_long", message, "hours", params=params))
    if during and (during[1] - during[0]) < timedelta(minutes=minutes):
        message = N_("The times given are shorter than the hours claimed.")
        found.append(Obstacle("during_short", message, "hours"))
    return found


def lock_obstacles(earned_on: date, on: date, entering: Entering, extended: date | None = None) -> list[Obstacle]:  # fmt: skip
    """Whether the year of the hours is locked. `extended`: the first locked day where an outage has moved it."""
    first = extended or locked_from(earned_on.year, entering)
    if on < first:
        return []
    message = N_(
        "Hours of %(year)s are locked since %(day)s. Propose a late entry: a second officer decides."
    )
    params = {"year": earned_on.year, "day": first.isoformat()}
    return [Obstacle("year_locked", message, "earned_on", TWO_PEOPLE, params)]


def equivalent_obstacles(kind: str, code: str, minutes: int, table: Table | None) -> list[Obstacle]:
    """Whether the province's table grants so many hours for such a piece."""
    row = equivalent(table, code)
    if not code:
        return []
    if row is None or row.kind != kind:
        message = N_("The province's table of equivalents has no such row for this kind.")
        return [Obstacle("equivalent_unknown", message, "credit_code")]
    if row.least * 60 <= minutes <= row.most * 60:
        return []
    message = N_("The province's table grants %(least)s to %(most)s hours for this.")
    return [Obstacle("equivalent_hours", message, "hours", params={"least": row.least, "most": row.most})]


def equivalent(table: Table | None, code: str) -> Equivalent | None:
    """The row of a table with this code."""
    return next((row for row in table.rows if row.code == code), None) if table else None


def early_warning(earned_on: date, registered_on: date | None) -> Obstacle | None:
    """Hours dated before the registration: a warning, not a block."""
    if registered_on is None or earned_on >= registered_on:
        return None
    message = N_("These hours lie before the registration (%(day)s) and do not count in its first period.")
    return Obstacle("before_registration", message, "earned_on", CLAUSE, {"day": registered_on.isoformat()})
