"""What the public asks of the register: one prepared query per question, and receipts as evidence."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from django.db import models

from shegong.duties.conduct.models import Publication
from shegong.duties.registry.models import Card, Registration, Restriction, Term, new_token
from shegong.duties.registry.models.by_status import VALID, with_status
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import status_on
from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.people.models import PersonName
from shegong.kernel.prepared import fetch
from shegong.kernel.throttle import Throttle
from shegong.kernel.walls_rows import Open


class Enquiry(models.Model):
    """One verification with a receipt; append-only. Says nothing about who asked."""

    receipt = models.TextField(unique=True, default=new_token)
    at = models.DateTimeField(auto_now_add=True)
    kind = models.TextField()
    registration = models.ForeignKey(Registration, models.PROTECT, null=True, related_name="+")
    as_of = models.DateField()
    answer = models.TextField()

    wall = Open("Receipts, which say nothing of who asked.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="enquiry_kind", condition=models.Q(kind__in=["page", "qr", "bulk", "api"])
            )
        ]


@dataclass(frozen=True, slots=True)
class Found:
    """A registration as the public may see it, computed for one day; `misses` and `wait` are the asker's."""

    misses: int
    wait: int
    id: int | None
    number: str
    name: str
    level: str
    region_code: int
    office: str
    admitted_on: date | None
    until: date | None
    closed_on: date | None
    card_replaced: bool
    status: str
    # measure and number of published decisions that are shown today, with first day and day after the last where published
    sanctions: tuple[tuple[str, str, date | None, date | None], ...] = ()


# Every question runs the same joins, found or not: the nearest number stands in for one that does not exist, so that a
# wrong name and an unknown number cost the same. `day` and `at` let it answer for the past too (receipts).
_FACTS = f"""
SELECT coalesce(m.hits, 0), coalesce(ceil(extract(epoch FROM m.ends_at - clock_timestamp()))::int, 0),
    r.id, r.register_no, n.name, r.level, r.region_code, o.seal_name, r.admitted_on, r.replaced, r.closed_on,
    r.closed_kind, t.starts, t.ends, s.starts, s.ends, p.measures, p.numbers, p.starts, p.ends
FROM (SELECT %(key)s::bytea AS key, %(day)s::date AS day, %(at)s::timestamptz AS at) q
LEFT JOIN {Throttle._meta.db_table} m ON m.key = q.key AND m.ends_at > clock_timestamp()
LEFT JOIN LATERAL (__ROWS__) r ON true
LEFT JOIN LATERAL (
    SELECT name FROM {PersonName._meta.db_table}
    WHERE person_id = r.person_id AND during @> q.day AND recorded @> q.at LIMIT 1) n ON true
LEFT JOIN LATERAL (
    SELECT array_agg(lower(during)) AS starts, array_agg(upper(during)) AS ends FROM {Term._meta.db_table}
    WHERE registration_id = r.id AND recorded @> q.at) t ON true
LEFT JOIN LATERAL (
    SELECT array_agg(lower(during)) AS starts, array_agg(upper(during)) AS ends FROM {Restriction._meta.db_table}
    WHERE person_id = r.person_id AND kind = 'suspended' AND stayed_on IS NULL AND recorded @> q.at
        AND during @> q.day) s ON true
LEFT JOIN LATERAL (
    SELECT array_agg(measure) AS measures, array_agg(number) AS numbers, array_agg(starts_on) AS starts,
        array_agg(ends_on) AS ends FROM {Publication._meta.db_table}
    WHERE person_id = r.person_id AND withdrawn_on IS NULL AND stayed_on IS NULL AND shown_from <= q.day
        AND shown_until > q.day) p ON true
LEFT JOIN LATERAL (
    SELECT coalesce(nullif(d.seal_name, ''), b.name) AS seal_name
    FROM {Duty._meta.db_table} d JOIN {Organization._meta.db_table} b ON b.id = d.organization_id
    WHERE d.duty IN ('registration', 'social_work') AND d.during @> r.admitted_on AND d.recorded @> q.at
        AND d.region_code IN (r.region_code, r.region_code / 1000 * 1000, r.region_code / 100000 * 100000,
                              r.region_code / 10000000 * 10000000)
    ORDER BY d.region_code DESC, d.duty LIMIT 1) o ON true
"""  # noqa: S608 - only names of our own tables go in
_TABLE = Registration._meta.db_table
_ROWS = {
    "number": f"""
        (SELECT *, false AS replaced FROM {_TABLE} WHERE register_no >= %(asked)s ORDER BY register_no LIMIT 1)
        UNION ALL (SELECT *, false FROM {_TABLE} ORDER BY register_no DESC LIMIT 1) LIMIT 1""",  # noqa: S608
    "serial": f"""
        SELECT g.*, c.replaced_at IS NOT NULL AS replaced FROM {Card._meta.db_table} c
        JOIN {_TABLE} g ON g.id = c.registration_id WHERE c.serial = %(asked)s""",  # noqa: S608
    "key": f"SELECT *, false AS replaced FROM {_TABLE} WHERE id = %(asked)s::bigint",  # noqa: S608
}
_QUERIES = {by: _FACTS.replace("__ROWS__", rows) for by, rows in _ROWS.items()}


def find(by: str, asked: object, *, day: date, at: datetime, key: bytes = b"") -> Found:
    """The registration found `by` number (or its neighbour), serial or key, as of `day` as known `at`.

    One round trip with a statement that the connection keeps prepared. `key` names the asker's counter of misses.
    """
    row = fetch(_QUERIES[by], {"asked": asked, "day": day, "at": at, "key": key})[0]
    misses, wait, pk, number, name, level, region, office, admitted_on, replaced = row[:10]
    if pk is None:
        return Found(misses, wait, None, "", "", "", 0, "", None, None, None, False, "")
    terms = list(zip(row[12] or (), row[13] or (), strict=True))
    ends = [end for _, end in terms if end]
    policy = registration_policy(day)
    status = status_on(
        day, admitted_on=admitted_on, terms=terms, suspended=zip(row[14] or (), row[15] or (), strict=True),
        closed_on=row[10], closed_kind=row[11], grace_days=policy.grace_days, expiring_days=policy.expiring_days,
    )  # fmt: skip
    until = max(ends) - timedelta(days=1) if ends else None
    return Found(
        misses,
        wait,
        pk,
        number,
        name or "",
        level,
        region,
        office or "",
        admitted_on,
        until,
        row[10],
        replaced,
        str(status),
        tuple(zip(*(part or () for part in row[16:20]), strict=True)),
    )


def valid_by_level(day: date) -> dict[str, int]:
    """How many registrations are in force on `day`, by level: the same count as the register's and the cockpit's."""
    rows = Registration.objects.filter(reduce(or_, with_status(VALID, day)))
    return dict(rows.values_list("level").annotate(people=models.Count("id")).order_by())
