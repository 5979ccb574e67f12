"""The editable holiday table, and the working-day calendar made from it.

A year counts as published when it was imported whole (`CalendarYear`), not when single days were entered: one day
typed by hand must not turn every provisional deadline of that year into a firm one.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models.functions import Now

from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.calendar import (
    IN_LIEU,
    KINDS,
    MAKEUP,
    Calendar,
    HolidayRow,
    fixed_holidays,
    merge_rows,
    read_schedule,
)
from shegong.kernel.outages import lost_time
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_

SHIPPED_SCHEDULE = Path("shegong/config/data/calendar/china_holidays_2004_2026.csv")


# Whoever keeps dates counted in working days adds a function (year, by, on) here: it runs in the transaction in which
# schedules from that year on, or a day of it, changed, after the entry in the journal. It should queue a job, not walk
# its cases.
on_year_imported: list[Callable[[int, Actor, date], object]] = []


class Holiday(models.Model):
    """A day that differs from an ordinary week: off, off in lieu, or a working Saturday or Sunday."""

    day = models.DateField(unique=True)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    source = models.CharField(max_length=200, blank=True)
    schedule_year = (
        models.PositiveSmallIntegerField()
    )  # a New Year schedule may reach into the December before

    class Meta:
        app_label = "kernel"
        db_table = "kernel_holiday"
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="holiday_kind_known")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class CalendarYear(models.Model):
    """A year whose official schedule is in the table; `changed_at` tells every process that its copy is old."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    source = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "kernel"
        db_table = "kernel_calendar_year"

    def __str__(self) -> str:
        return str(self.year)


_cache: tuple[object, Calendar] | None = None


def calendar_in_force() -> Calendar:
    """The calendar of the table. Kept in the process; one tiny query tells whether another process changed it."""
    global _cache
    stamp = _stamp()
    if _cache is None or _cache[0] != stamp:
        days = dict(Holiday.objects.values_list("day", "kind"))
        years = frozenset(CalendarYear.objects.values_list("year", flat=True))
        _cache = (stamp, Calendar(days, years, lost_time()))
    return _cache[1]


def _stamp() -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_database(), count(*), max(changed_at), (SELECT max(id) FROM kernel_outage)"
            " FROM kernel_calendar_year"
        )
        return tuple(cursor.fetchone())


def schedule_obstacles(year: int, rows: Sequence[HolidayRow]) -> list[Obstacle]:
    """What keeps `rows` from being the official schedule of `year`.

    The schedule must hold the holidays whose date the law fixes (全国年节及纪念日放假办法), may reach into the last
    days of December before (a New Year bridge), makes only Saturdays and Sundays working days, and gives days in
    lieu only from Monday to Friday.
    """
    return [*_missing_days(year, rows), *(found for row in rows for found in _row_obstacles(year, row))]


def _missing_days(year: int, rows: Sequence[HolidayRow]) -> list[Obstacle]:
    off = {row.day for row in rows if row.kind != MAKEUP}
    fixed = [date(year, *month_day) for month_day in sorted(fixed_holidays(year))]
    return [
        Obstacle(
            "schedule_day_missing",
            N_("%(day)s is a statutory holiday, but the schedule does not list it as a day off."),
            field="rows",
            clause="全国年节及纪念日放假办法 art. 2",
            params={"day": day},
        )
        for day in fixed
        if day not in off
    ]


def _row_obstacles(year: int, row: HolidayRow) -> list[Obstacle]:
    def obstacle(code: str, message: str) -> Obstacle:
        return Obstacle(code, message, field="rows", params={"day": row.day, "year": year, "kind": row.kind})

    found = []
    if row.kind not in KINDS:
        found.append(obstacle("schedule_kind", N_("%(day)s: “%(kind)s” is not a kind of day.")))
    if not date(year - 1, 12, 20) <= row.day <= date(year, 12, 31):
        found.append(
            obstacle("schedule_other_year", N_("%(day)s does not belong to the schedule of %(year)s."))
        )
    weekend = row.day.weekday() >= 5
    if row.kind == MAKEUP and not weekend:
        found.append(obstacle("schedule_makeup", N_("%(day)s is no Saturday or Sunday; it works anyway.")))
    if row.kind == IN_LIEU and weekend:
        found.append(obstacle("schedule_in_lieu", N_("%(day)s is a Saturday or Sunday; it is off anyway.")))
    return found


def import_year(
    year: int, rows: Sequence[HolidayRow], *, by: Actor, on: date, source: str = ""
) -> CalendarYear:
    """Make `rows` the official schedule of `year`, in place of what was there; see `import_years`."""
    return import_years({year: rows}, by=by, on=on, source=source)[0]


@transaction.atomic
def import_years(
    schedules: Mapping[int, Sequence[HolidayRow]], *, by: Actor, on: date, source: str = ""
) -> list[CalendarYear]:
    """Make the rows of each year its official schedule, in place of what was there; all of them or none.

    Refuses a schedule with `schedule_obstacles` or with a day twice. Provisional deadlines are computed again by
    whoever keeps them, on the journal's news of this.
    """
    if not schedules:
        return []
    merged = {year: merge_rows(rows) for year, rows in schedules.items()}
    for year, rows in schedules.items():
        times = Counter((row.day, row.kind) for row in rows)
        repeated = [_repeated(day) for (day, _), often in times.items() if often > 1]
        refuse_if(schedule_obstacles(year, merged[year]) + repeated)
    published = CalendarYear.objects.bulk_create(
        [CalendarYear(year=year, source=source, changed_at=Now()) for year in merged],
        update_conflicts=True,
        unique_fields=["year"],
        update_fields=["source", "changed_at"],
    )
    Holiday.objects.filter(schedule_year__in=merged).delete()
    days = {row.day: (row, year) for year, rows in merged.items() for row in rows}
    Holiday.objects.bulk_create(
        [
            Holiday(day=row.day, kind=row.kind, name=row.name, source=source, schedule_year=year)
            for row, year in days.values()
        ],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["kind", "name", "source", "schedule_year"],
    )
    journal.write_all(
        [journal.Line("kernel.import_year", one, facts={"days": len(merged[one.year])}) for one in published],
        by=by,
    )
    for follow in on_year_imported:
        follow(min(merged), by, on)
    return published


@transaction.atomic
def set_day(
    day: date, kind: str | None, name: str = "", *, by: Actor, on: date, reason: str
) -> Holiday | None:
    """Make one day what it is: off, off in lieu, a working weekend day, or (None) an ordinary day of its week.

    Neither publishes a year nor makes its deadlines firm. Refuses with `day_obstacles`.
    """
    before = Holiday.objects.select_for_update().filter(day=day).first()
    refuse_if(day_obstacles(day, kind, name, reason, before))
    source = reason.strip()[:200]
    after = None
    if kind is None:
        before.delete()  # type: ignore[union-attr]  # an ordinary day was refused
    else:
        values = {"kind": kind, "name": name.strip(), "source": source}
        year = before.schedule_year if before else day.year
        after, _ = Holiday.objects.update_or_create(day=day, defaults={**values, "schedule_year": year})
    # Any row moves the stamp; the newest year exists as soon as a schedule was loaded.
    CalendarYear.objects.filter(pk__in=CalendarYear.objects.order_by("-year").values("pk")[:1]).update(
        changed_at=Now()
    )
    facts = {"day": day.isoformat(), "before": before.kind if before else None, "kind": kind}
    journal.write(
        "kernel.set_day", by=by, subject=after or Holiday(day=day), reason=reason.strip(), facts=facts
    )
    for follow in on_year_imported:
        follow(day.year, by, on)
    return after


def day_obstacles(
    day: date, kind: str | None, name: str, reason: str, before: Holiday | None
) -> list[Obstacle]:
    """What keeps a single day from becoming `kind`: the rules of a schedule, a missing word, or no change at all."""
    same = before is None if kind is None else before and (before.kind, before.name) == (kind, name.strip())
    if same:
        return [Obstacle("day_as_it_is", N_("%(day)s is that already."), "kind", params={"day": day})]
    found = []
    if kind is not None:
        rules = _row_obstacles(day.year, HolidayRow(day, kind, name))
        found = [Obstacle(rule.code, rule.message, "kind", rule.clause, rule.params) for rule in rules]
        if not name.strip():
            found.append(Obstacle("day_name", N_("Enter the occasion."), "name"))
    if (day.month, day.day) in fixed_holidays(day.year) and kind in (None, MAKEUP):
        message = N_("%(day)s is a statutory holiday and stays a day off.")
        clause = "全国年节及纪念日放假办法 art. 2"
        found.append(Obstacle("day_statutory", message, "kind", clause, {"day": day}))
    if len(reason.strip()) < 4:
        found.append(Obstacle("day_reason", N_("Say in a few words why, with the document."), "reason"))
    return found


def _repeated(day: date) -> Obstacle:
    return Obstacle(
        "schedule_repeated", N_("%(day)s is listed more than once."), field="rows", params={"day": day}
    )


def import_file(text: str, *, by: Actor, on: date, source: str = "") -> list[int]:
    """Import every year of a CSV schedule (columns date, kind, name) whole; the years imported.

    Late December days count to their own year here: a file of many years holds both ends.
    """
    try:
        rows = read_schedule(text)
    except ValueError as error:
        raise Refused(
            Obstacle(
                "schedule_unreadable",
                N_("The file cannot be read: %(why)s."),
                "rows",
                params={"why": str(error)},
            )
        ) from error
    years: dict[int, list[HolidayRow]] = {}
    for row in sorted(rows, key=lambda row: row.day):
        years.setdefault(row.day.year, []).append(row)
    import_years(years, by=by, on=on, source=source)
    return [*years]


def load_shipped_schedule(*, by: Actor, on: date) -> list[int]:
    """Load the schedule that ships with the product (2004 to 2026) when the table is empty; the years loaded."""
    if CalendarYear.objects.exists():
        return []
    path = settings.BASE_DIR / SHIPPED_SCHEDULE
    return import_file(path.read_text(encoding="utf-8"), by=by, on=on, source=path.name)
