"""Rows of the register's list with everything a reader sees, in a fixed number of queries for any number of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.models.register import Registration, Restriction
from shegong.duties.registry.rules import RegistrationPolicy, Status, status_on
from shegong.ground.people.models import identities_of, names_of
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
    employer: str
    status: Status
    admitted_on: date
    valid_to: date
    closed_on: date | None


def register_rows(ids: Sequence[int], day: date) -> list[RegisterRow]:
    """The registrations with these keys, in any order; status as of `day`."""
    found = list(Registration.objects.filter(pk__in=ids))
    people = [row.person_id for row in found]
    names, identities, employers = names_of(people), identities_of(people), employers_of(people, day)
    suspended, policy = _suspended(people, day), registration_policy(day)
    return [
        RegisterRow(
            row.pk, row.person_id, names.get(row.person_id, ""), identities.get(row.person_id, ""), row.register_no,
            row.level, row.region_code, employers.get(row.person_id, ""),
            _status(row, row.person_id in suspended, day, policy), row.admitted_on, row.valid_to, row.closed_on,
        )
        for row in found
    ]  # fmt: skip


def _status(row: Registration, is_suspended: bool, day: date, policy: RegistrationPolicy) -> Status:
    return status_on(
        day,
        admitted_on=row.admitted_on,
        terms=[(row.admitted_on, row.valid_to + timedelta(days=1))],
        suspended=[(day, None)] if is_suspended else [],
        closed_on=row.closed_on,
        closed_kind=row.closed_kind,
        grace_days=policy.grace_days,
        expiring_days=policy.expiring_days,
    )


def _suspended(person_ids: Sequence[int], day: date) -> set[int]:
    rows = Restriction.objects.current().on(day).filter(person__in=person_ids, kind="suspended")
    return set(rows.values_list("person_id", flat=True))


def employers_of(person_ids: Sequence[int], day: date) -> dict[int, str]:
    """The main employer's name of each person on `day`."""
    rows = Employment.objects.current().on(day).filter(person__in=person_ids, main=True)
    return dict(rows.values_list("person_id", "employer__name"))
