"""What both rules say of every open registration, kept beside the register so that a county's list is one short read.

The ledger stays the truth: a person's own page and every decision read it (`education.models.verdicts_of`). These rows
follow each entry of the journal in its transaction, large batches by a job, everything each night (`actions.counting`).
"""

from datetime import date

from django.db import connection, models
from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.db.models.lookups import LessThan

from shegong.duties.registry.models.register import Registration
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.walls_rows import Open
from shegong.work.education.models import facts_of
from shegong.work.education.models.compliance import (
    LEVELS,
    SPECIAL,
    counted_sql,
    counts_sql,
    year_required_sql,
)
from shegong.work.education.models.policies import rule
from shegong.work.education.rules import PLAN, HoursRule, yearly


class HoursStanding(models.Model):
    """Minutes asked for and counted of one open registration: in its period nationally, in a calendar year by the plan."""

    registration = models.OneToOneField(Registration, models.CASCADE, primary_key=True, related_name="hours")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    region = RegionField()
    level = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField()  # the day after the last
    required = models.IntegerField()
    counted = models.IntegerField()
    short = models.BooleanField()
    year = models.SmallIntegerField()
    year_required = models.IntegerField()
    year_counted = models.IntegerField()
    year_short = models.BooleanField()

    objects = ScopedQuerySet.as_manager()
    # As of the register itself: row security would keep the county's list from the indexes by blocks of regions.
    wall = Open("Sums beside the register, without a name; the records themselves lie behind their own wall.")


STANDS = """
  FROM (SELECT h.registration_id AS id, h.person_id, h.level, h.starts_on, make_date(h.year, 1, 1) AS year_on, h.year_short,
               g.admitted_on AS registered
          FROM registry_hoursstanding h JOIN registry_registration g ON g.id = h.registration_id WHERE h.year = %s) r
"""
COUNTED = f"""
SELECT count(*) FILTER (WHERE r.year_short), count(*) FILTER (WHERE coalesce(y.counted, 0) < {{required}} AND NOT {SPECIAL})
{STANDS}
  LEFT JOIN (SELECT t.person_id, {{counted}} AS counted FROM education_yeartotal t
              WHERE t.year = %s AND {{counts}} GROUP BY t.person_id) y ON y.person_id = r.person_id
"""  # noqa: S608 - fixed text
SPECIAL_ONES = f"SELECT r.person_id, r.level, r.registered {STANDS} WHERE {SPECIAL}"
SAME = ("counts", "needs_pass", "degree_hours", "leave", "part_span", "level_change", "early_days")


def simulate(year: int, changed: HoursRule, on: date) -> tuple[int, int]:
    """How many are short of the plan's rule of the year, and how many would be under `changed`, to the minute: who sets
    a rule sees beforehand whom it turns. Nothing is written. Where only what is asked for changes, the sums tell; else
    whoever is out of the ordinary is worked out by the rules themselves."""
    if sums_tell(year, changed, on):
        found = HoursStanding.objects.filter(year=year).aggregate(
            short=Count("pk", filter=Q(year_short=True)),
            would=Count("pk", filter=would_be_short(year, changed, on)),
        )
        return found["short"], found["would"]
    with connection.cursor() as cursor:
        text = COUNTED.format(required=year_required_sql(changed, "r", year), counted=counted_sql(changed, "t"),
                              counts=counts_sql(changed, "t"))  # fmt: skip
        cursor.execute(text, [year, year])
        short, would = cursor.fetchone()
        cursor.execute(SPECIAL_ONES, [year])
        special = cursor.fetchall()
    beside = (_would_be_short(person, level, since, year, changed) for person, level, since in special)
    return short, would + sum(beside)


def sums_tell(year: int, changed: HoursRule, on: date) -> bool:
    """Whether what `changed` asks for follows from what the plan does: the same days, of another sum at each level."""
    plan = rule(PLAN, on)
    rising = all(sorted(asked) == asked for asked in (_asked(plan), _asked(changed)))
    same = all(getattr(plan, name) == getattr(changed, name) for name in SAME)
    return same and rising and plan.level_change == "higher" and min(_asked(plan)) >= _days(year)


def would_be_short(year: int, changed: HoursRule, on: date) -> Q:
    """Whose hours of the year would not reach what `changed` asks for, where `sums_tell`: a condition for `HoursStanding`.

    What was asked for is whole minutes, rounded down, of the plan's for so many of the year's days; more minutes than days in
    the year, so those days are found again exactly, and the new rule's share is rounded once, as `rules.hours.owed` does.
    """
    old, days = _minutes(rule(PLAN, on)), _days(year)
    kept = (F("year_required") * days + old - 1) / old
    return Q(LessThan(F("year_counted"), _minutes(changed) * kept / days), year=year)


def asked_under(row: HoursStanding, changed: HoursRule, on: date) -> int:
    """Minutes of the year that `changed` would ask of one, where `sums_tell`: what `would_be_short` compares with."""
    old, days = rule(PLAN, on).minutes(row.level), _days(row.year)
    kept = -(-row.year_required * days // old)
    return changed.minutes(row.level) * kept // days


def _days(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def _asked(one: HoursRule) -> list[int]:
    return [one.minutes(level) for level in LEVELS]


def _would_be_short(person: int, level: str, registered: date, year: int, changed: HoursRule) -> bool:
    facts = facts_of(person, level=level, registered=registered)
    found = yearly(facts.level, year, facts.lines, changed, levels=facts.levels, leave=facts.leave, registered=registered)  # fmt: skip
    return not found.met


def _minutes(one: HoursRule) -> Case:
    levels = (When(level=level, then=Value(one.minutes(level))) for level in LEVELS)
    return Case(*levels, output_field=IntegerField())
