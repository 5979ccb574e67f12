"""Keeping what both rules say beside the register (`models.hours`): after every change of hours or terms, and each night."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from shegong.duties.registry.models import HoursStanding, Registration, Term
from shegong.duties.registry.models.spans import period_of
from shegong.kernel import journal
from shegong.kernel.copying import Keyed, among
from shegong.kernel.cube_changes import array
from shegong.kernel.jobs import job, later
from shegong.kernel.walls_acting import lifted
from shegong.work.education.models import CreditEntry, Leave, facts_of, in_period, in_year
from shegong.work.education.models.compliance import (
    SPECIAL,
    counted_sql,
    counts_sql,
    required_sql,
    year_required_sql,
)
from shegong.work.education.models.policies import rule
from shegong.work.education.rules import NATIONAL, PLAN

WHY = "sums beside the register follow everybody, whoever made the change"
AT_ONCE, A_JOB = 500, 20_000
COLUMNS = ("person_id", "region_code", "level", "starts_on", "ends_on", "required", "counted", "short", "year", "year_required",
           "year_counted", "year_short")  # fmt: skip

# LATERAL, so that the planner asks person by person by index however few or many it expects.
FOUND = """
WITH r AS MATERIALIZED (
    SELECT g.id, g.person_id, g.region_code, g.level, g.admitted_on AS registered,
           lower(t.during) AS starts_on, upper(t.during) AS ends_on, %(first)s::date AS year_on
      FROM registry_registration g CROSS JOIN LATERAL (
            SELECT t.during FROM registry_term t
             WHERE t.registration_id = g.id AND upper_inf(t.recorded) AND t.kind = 'full'
             ORDER BY (lower(t.during) <= %(on)s) DESC,
                      CASE WHEN lower(t.during) <= %(on)s THEN -(lower(t.during) - '2000-01-01'::date)
                           ELSE lower(t.during) - '2000-01-01'::date END
             LIMIT 1) t
     WHERE g.closed_on IS NULL {narrowed}
)
"""
RECOUNT = """, v AS (
    SELECT r.id, r.person_id, r.region_code, r.level, r.starts_on, r.ends_on, {required} AS required,
           n.counted, {year_required} AS year_required, y.counted AS year_counted
      FROM r CROSS JOIN LATERAL (
            SELECT {counted} AS counted FROM education_creditentry e
             WHERE e.person_id = r.person_id AND upper_inf(e.recorded) AND e.earned_on >= r.starts_on - {early}
               AND e.earned_on < r.ends_on AND {counts}) n
      CROSS JOIN LATERAL (
            SELECT {year_counted} AS counted FROM education_yeartotal e
             WHERE e.person_id = r.person_id AND e.year = %(year)s AND {year_counts}) y
     WHERE NOT {special}
)
INSERT INTO registry_hoursstanding AS h (registration_id, person_id, region_code, level, starts_on, ends_on, required, counted,
    short, year, year_required, year_counted, year_short)
SELECT id, person_id, region_code, level, starts_on, ends_on, required, counted, counted < required, %(year)s, year_required,
       year_counted, year_counted < year_required FROM v
ON CONFLICT (registration_id) DO UPDATE SET {set}
 WHERE ({old}) IS DISTINCT FROM ({new})
"""
SPECIAL_ONES = f"SELECT r.id FROM r WHERE {SPECIAL}"  # noqa: S608 - fixed text
CLOSED = """
DELETE FROM registry_hoursstanding h USING registry_registration g
 WHERE g.id = h.registration_id AND g.closed_on IS NOT NULL {narrowed}
"""


def recount(person_ids: Collection[int] | None, on: date) -> int:
    """Bring the sums of these people (None: of everybody) up to the ledger; how many changed. Twice changes nothing."""
    if person_ids is not None and not person_ids:
        return 0
    values: dict[str, Any] = {"on": on, "first": date(on.year, 1, 1), "year": on.year}
    narrowed = ""
    if person_ids is not None:
        narrowed, values["people"] = "AND g.person_id = ANY (%(people)s::bigint[])", array(person_ids)
    with lifted(WHY), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLOSED.format(narrowed=narrowed), values)
        cursor.execute(statement(on).replace("{narrowed}", narrowed), values)
        changed = int(cursor.rowcount)
        cursor.execute(f"{FOUND.format(narrowed=narrowed)} {SPECIAL_ONES}", values)
        special = [key for (key,) in cursor.fetchall()]
        return changed + sum(_work_out(key, on) for key in special)


def statement(on: date) -> str:
    """The recount of a day's rules as SQL; only `{narrowed}` is left open."""
    national, plan = rule(NATIONAL, on), rule(PLAN, on)
    return FOUND + RECOUNT.format(
        early=national.early_days, special=SPECIAL,
        counted=counted_sql(national, "e"), counts=counts_sql(national, "e"), required=required_sql(national, "r"),
        year_counted=counted_sql(plan, "e"), year_counts=counts_sql(plan, "e"),
        year_required=year_required_sql(plan, "r", on.year),
        set=", ".join(f"{name} = excluded.{name}" for name in COLUMNS),
        old=", ".join(f"h.{name}" for name in COLUMNS), new=", ".join(f"excluded.{name}" for name in COLUMNS),
    )  # fmt: skip


def _work_out(registration_id: int, on: date) -> int:
    """One registration by the rules themselves."""
    held = Registration.objects.get(pk=registration_id)
    period = period_of(held, on)
    facts = facts_of(held.person_id, level=held.level, registered=held.admitted_on)
    one, two = in_period(facts, period, on), in_year(facts, on.year, on)
    values = {
        "person_id": held.person_id, "region_code": held.region_code, "level": held.level, "starts_on": period[0], "ends_on": period[1],
        "required": one.required, "counted": one.counted, "short": not one.met, "year": on.year,
        "year_required": two.required, "year_counted": two.counted, "year_short": not two.met,
    }  # fmt: skip
    if HoursStanding.objects.filter(pk=held.pk, **values).exists():
        return 0
    HoursStanding.objects.update_or_create(pk=held.pk, defaults=values)
    return 1


# -- whose sums an entry of the journal moves -------------------------------------------------------------------------


def follow(lines: Iterable[journal.Line]) -> None:
    """Recount whom these entries are about; called by the journal in the transaction of the change."""
    people = set()
    for line in lines:
        if line.verb.startswith(("education.", "registry.", "dossier.")) and line.rows:
            people |= _people_of(line)
    if not people:
        return
    if len(people) <= AT_ONCE:
        recount(people, timezone.localdate())
        return
    ordered = sorted(people)
    for at in range(0, len(ordered), A_JOB):
        later(recount_some, person_ids=ordered[at : at + A_JOB])


def _people_of(line: journal.Line) -> set[int]:
    found: dict[type, list[int]] = {}
    for row in line.rows:
        model, keys = (row.model, row.keys) if isinstance(row, Keyed) else (type(row), [row.pk])
        found.setdefault(model, []).extend(keys)
    people: set[int] = set()
    with lifted(WHY):
        for model, path in ((CreditEntry, "person_id"), (Leave, "person_id"), (Registration, "person_id"),
                            (Term, "registration__person_id")):  # fmt: skip
            if keys := found.get(model):
                rows = model._base_manager.filter(pk__in=among(keys))
                people |= set(rows.values_list(path, flat=True))
    return people


journal.follow(follow)


@job("registry.recount_hours", alone=True)
def recount_some(person_ids: list[int]) -> int:
    """The people of a large batch."""
    return recount(person_ids, timezone.localdate())


@job("registry.recount_all_hours", cron="20 16 * * *", alone=True)
def recount_everybody() -> int:
    """Twenty past midnight in Shanghai: a year or a term may have begun, a rule changed."""
    return recount(None, timezone.localdate())
