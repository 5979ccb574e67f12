"""What both rules say of every open registration, kept beside the register so that a county's list is one short read.

The ledger stays the truth: a person's own page and every decision read it (`education.models.verdicts_of`). These rows
follow each entry of the journal in its transaction, large batches by a job, everything each night (`actions.counting`).
"""

from datetime import date

from django.db import connection, models

from shegong.duties.registry.models.register import Registration
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.walls_rows import Open
from shegong.work.education.models.compliance import counted_sql, counts_sql, year_required_sql
from shegong.work.education.models.policies import rule
from shegong.work.education.rules import PLAN, HoursRule


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


ASKED = """
SELECT count(*) FILTER (WHERE year_short), count(*) FILTER (WHERE year_counted < year_required * {new} / {old})
  FROM registry_hoursstanding WHERE year = %s
"""
COUNTED = """
SELECT count(*) FILTER (WHERE h.year_short), count(*) FILTER (WHERE coalesce(y.counted, 0) < {required})
  FROM registry_hoursstanding h
  JOIN (SELECT id, person_id, level, admitted_on AS registered FROM registry_registration) r ON r.id = h.registration_id
  LEFT JOIN (SELECT t.person_id, {counted} AS counted FROM education_yeartotal t
              WHERE t.year = %s AND {counts} GROUP BY t.person_id) y ON y.person_id = r.person_id
 WHERE h.year = %s
"""


def simulate(year: int, changed: HoursRule, on: date) -> tuple[int, int]:
    """How many are short of the plan's rule of the year, and how many would be under `changed`, to the minute: who sets
    a rule sees beforehand whom it turns. Nothing is written. Where only what is asked for changes, the sums tell."""
    plan = rule(PLAN, on)
    same = ("counts", "needs_pass", "degree_hours", "leave", "part_span", "level_change", "early_days")
    with connection.cursor() as cursor:
        if all(getattr(plan, name) == getattr(changed, name) for name in same):
            cursor.execute(ASKED.format(new=_minutes(changed), old=_minutes(plan)), [year])
        else:
            text = COUNTED.format(required=year_required_sql(changed, "r", year), counted=counted_sql(changed, "t"),
                                  counts=counts_sql(changed, "t"))  # fmt: skip
            cursor.execute(text, [year, year])
        short, would = cursor.fetchone()
    return short, would


def _minutes(rule: HoursRule) -> str:
    levels = " ".join(f"WHEN '{level}' THEN {max(rule.minutes(level), 1)}" for level in rule.required)
    return f"(CASE level {levels} END)"
