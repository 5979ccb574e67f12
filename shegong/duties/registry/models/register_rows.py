"""Rows of the register's list with everything a reader sees, in a fixed number of queries for any number of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Case, OuterRef, QuerySet, Subquery, Value, When

from shegong.duties.registry.models.by_status import suspensions
from shegong.duties.registry.models.places import place_names
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.models.register import Registration
from shegong.duties.registry.rules import RegistrationPolicy, Status, status_on
from shegong.ground.people.models import Identity, PersonName
from shegong.kernel.prepared import fetch, planned
from shegong.work.employment.models import Employment


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One registration as lists show it."""

    id: int
    person_id: int
    name: str
    identity: str
    register_no: str
    level: str
    region_code: int
    region: str
    employer: str
    status: Status
    admitted_on: date
    valid_to: date
    closed_on: date | None


def register_rows(ids: Sequence[int], day: date, within: int | None = None) -> list[RegisterRow]:
    """The registrations with these keys, in any order; status as of `day`, regions named from the unit `within`."""
    found = _read(ids, day)
    places, policy = place_names((row.region_code for row in found), day, within), registration_policy(day)
    return [
        RegisterRow(
            row.id, row.person_id, row.name or "", row.identity or "", row.register_no, row.level, row.region_code,
            places.get(row.region_code, ""), row.employer or "", _status(row, day, policy), row.admitted_on,
            row.valid_to, row.closed_on,
        )
        for row in found
    ]  # fmt: skip


class Found(NamedTuple):
    """What the query gives, in its order."""

    id: int
    person_id: int
    name: str | None
    identity: str | None
    register_no: str
    level: str
    region_code: int
    employer: str | None
    is_suspended: bool | None
    admitted_on: date
    valid_to: date
    closed_on: date | None
    closed_kind: str | None


def _read(ids: Sequence[int], day: date) -> list[Found]:
    return list(map(Found._make, fetch(_statement(day), {"ids": list(ids)})))


@lru_cache(maxsize=8)
def _statement(day: date) -> str:
    """The query of a day as text: putting it together takes longer than running it."""
    return f'{planned(_with_person(day).values_list(*Found._fields))} WHERE "registry_registration"."id" = ANY(%(ids)s)'


def _with_person(day: date) -> QuerySet[Registration]:
    """Registrations with name, masked number, employer and suspension in the same query: five would cost five times."""
    person = OuterRef("person")
    identities = Identity.objects.filter(person=person).annotate(
        rank=Case(When(kind="resident", then=0), default=1)
    )
    employment = Employment.objects.current().on(day).filter(person=person, main=True)
    return Registration.objects.annotate(
        name=Subquery(PersonName.objects.standing().filter(person=person).values("name")[:1]),
        identity=Subquery(identities.order_by("rank", "pk").values("masked")[:1]),
        employer=Subquery(employment.values("employer__name")[:1]),
        # No EXISTS: of that the planner may make a table of everybody suspended.
        is_suspended=Subquery(suspensions(day).values(suspended=Value(True))[:1]),
    )


def _status(row: Found, day: date, policy: RegistrationPolicy) -> Status:
    return status_on(
        day,
        admitted_on=row.admitted_on,
        terms=[(row.admitted_on, row.valid_to + timedelta(days=1))],
        suspended=[(day, None)] if row.is_suspended else [],
        closed_on=row.closed_on,
        closed_kind=row.closed_kind,
        grace_days=policy.grace_days,
        expiring_days=policy.expiring_days,
    )
