"""The register's list asks the database for a status; the rule computes it: both must say the same of everybody."""

from collections import Counter
from datetime import date, timedelta
from functools import reduce
from itertools import product
from operator import or_

import pytest

from shegong.duties.registry.models import Registration, Restriction
from shegong.duties.registry.models.by_status import LIVE, VALID, every_registration, with_status
from shegong.duties.registry.models.register_rows import register_rows
from shegong.duties.registry.rules import Status, status_on
from shegong.kernel.temporal import days

DAY = date(2026, 11, 23)
ADMITTED = (-400, 0, 1)
LEFT = (-40, -31, -30, -29, -2, -1, 0, 1, 88, 89, 90, 91, 300)
CLOSED = ((None, None), (-1, "cancelled"), (0, "revoked"), (0, "superseded"), (1, "superseded"))
SUSPENDED = ((), ((-10, 10),), ((-10, 0),), ((1, 10),))


def moved(n: int | None) -> date | None:
    return None if n is None else DAY + timedelta(days=n)


@pytest.fixture
def everybody(make_registrations):
    """One registration for each combination of dates near the edges, each with what the rule is told."""
    cases = list(product(ADMITTED, LEFT, CLOSED, SUSPENDED))
    rows = make_registrations(
        {
            "admitted_on": moved(admitted), "valid_to": moved(left), "closed_on": moved(closed), "closed_kind": kind,
        }
        for admitted, left, (closed, kind), _ in cases
    )  # fmt: skip
    Restriction.objects.bulk_create(
        Restriction(person_id=row.person_id, kind="suspended", ground="x", during=days(moved(a), moved(b)))
        for row, (*_, spans) in zip(rows, cases, strict=True)
        for a, b in spans
    )
    return [
        (row, [(moved(a), moved(b)) for a, b in spans]) for row, (*_, spans) in zip(rows, cases, strict=True)
    ]


def by_rule(row: Registration, spans: list, grace_days: int) -> Status:
    return status_on(
        DAY, admitted_on=row.admitted_on, terms=[(row.admitted_on, row.valid_to + timedelta(days=1))], suspended=spans,
        closed_on=row.closed_on, closed_kind=row.closed_kind, grace_days=grace_days, expiring_days=90,
    )  # fmt: skip


def ids(forks) -> Counter:
    return Counter(
        pk for fork in forks for pk in Registration.objects.filter(fork).values_list("pk", flat=True)
    )


@pytest.mark.clause("T4.2.b")
@pytest.mark.parametrize("grace_days", [0, 30])
def test_the_filter_and_the_rule_agree_on_everybody(everybody, grace_days):
    expected = {row.pk: by_rule(row, spans, grace_days) for row, spans in everybody}
    assert set(expected.values()) == set(Status) - ({Status.GRACE} if grace_days == 0 else set())
    for status in Status:
        found = ids(with_status(status, DAY, grace_days=grace_days, expiring_days=90))
        assert found == Counter({pk for pk, of in expected.items() if of == status}), status


def test_in_force_is_registered_or_expiring(everybody):
    expected = {
        row.pk for row, spans in everybody if by_rule(row, spans, 0) in (Status.REGISTERED, Status.EXPIRING)
    }
    assert ids(with_status(VALID, DAY)) == Counter(expected)


def test_all_but_closed_and_the_whole_register_hold_each_row_once(everybody):
    closed = {row.pk for row, _ in everybody if row.closed_on and row.closed_on <= DAY}
    everyone = {row.pk for row, _ in everybody}
    assert ids(with_status(LIVE, DAY)) == Counter(everyone - closed)
    assert ids(every_registration()) == Counter(everyone)


def test_the_rows_of_the_list_carry_the_status_of_the_rule(everybody):
    expected = {row.pk: by_rule(row, spans, 0) for row, spans in everybody}
    assert {row.id: row.status for row in register_rows(list(expected), DAY)} == expected


def test_the_alternatives_of_a_status_exclude_each_other(everybody):
    for status in (*Status, LIVE, VALID):
        forks = with_status(status, DAY, grace_days=30)
        assert ids(forks).total() == Registration.objects.filter(reduce(or_, forks)).count()


def test_a_word_that_is_no_status_is_an_error():
    with pytest.raises(ValueError, match="nonsense"):
        with_status("nonsense", DAY)
