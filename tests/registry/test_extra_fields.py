"""A28: fields and keys that a page did not ask for change nothing, whatever column of whatever table they are called after.

The same request is made twice from the same beginning, once as the page sends it and once with every column of every table
added; afterwards every row of every table must be the same.
"""

import json
import re
from datetime import datetime
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test import Client

from shegong.duties.registry.models import Application
from shegong.ground.accounts import actions as accounts
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today

pytestmark = pytest.mark.clause("T4.2.b")
YANJI, TUMEN = 222401000, 222402000
# What differs each time by itself: chance, sealing, and the request's own bookkeeping.
CHANCE = {
    "token", "serial", "hash", "previous", "request_id", "session_key", "session_data", "seal_id", "password", "secret",
    "last_login", "key", "rows",
}  # fmt: skip
LEFT_OUT = {"django_session", "kernel_throttle", "kernel_idempotencykey", "accounts_signin"}
CLOCK = re.compile(r"\d\d:\d\d:\d\d\.\d+")
HOSTILE = {
    "state": "issued", "region_code": str(TUMEN), "role": "system_admin", "is_superuser": "1", "is_staff": "1",
    "is_active": "0", "waiting_for": "final", "clean": "1", "verified_on": "2020-01-01", "valid_to": "2099-01-01",
}  # fmt: skip


def every_column():
    """All names that somebody could guess, with a value that would matter."""
    found = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            moment = "2020-01-01T00:00:00Z" if isinstance(field, models.DateTimeField) else "1"
            found[field.name] = found[field.attname] = HOSTILE.get(field.name, moment)
    return {**found, **HOSTILE, "by": "1", "actor": "1", "user": "1", "person": "1", "on": "2020-01-01"}


def value_of(row, field):
    """Comparable; of a time the year, for the rest of it is the clock's."""
    found = row[field.attname]
    if isinstance(found, datetime):
        return found.year
    if isinstance(found, bytes | memoryview | UUID):
        return None
    return CLOCK.sub("", json.dumps(found, default=str, sort_keys=True))


def everything():
    """Every row of every table, without what is chance."""
    found, tables = {}, set(connection.introspection.table_names())
    for model in apps.get_models():
        if model._meta.db_table in LEFT_OUT or model._meta.db_table not in tables:
            continue
        fields = [
            f
            for f in model._meta.concrete_fields
            if f.name not in CHANCE and not isinstance(f, models.UUIDField)
        ]
        rows = model._base_manager.values(*(f.attname for f in fields)) if fields else []
        found[model._meta.label] = sorted(
            ([(f.attname, value_of(row, f)) for f in fields] for row in rows), key=repr
        )
    return found


def after(request):
    """What the request leaves behind; then it is undone, counters of numbers included."""
    with transaction.atomic():
        answer = request()
        left = everything()
        transaction.set_rollback(True)
    return answer.status_code, left


def same(browser, address, typed, extra, *, as_json=False):
    """Both answers, and the tables that differ."""

    def send(more):
        if as_json:
            return lambda: browser.post(
                address, json.dumps({**more, **typed}), content_type="application/json"
            )
        return lambda: browser.post(address, {**more, **typed})

    counters = counted()
    plain, before = after(send({}))
    count_again_from(counters)  # a rollback leaves them where they are
    full, then = after(send(extra))
    return plain, full, [f"{table}: {one}" for table in before for one in changed(before[table], then[table])]


def counted():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE schemaname = 'public'"
        )
        return cursor.fetchall()


def count_again_from(counters):
    with connection.cursor() as cursor:
        for name, last in counters:
            cursor.execute("SELECT setval(%s, %s, %s)", [name, last or 1, last is not None])


def changed(before, then):
    """Columns that differ, by their name with both values; or how many rows there are."""
    if len(before) != len(then):
        return [f"{len(before)} rows, then {len(then)}"]
    pairs = [pair for rows in zip(before, then, strict=True) for pair in zip(*rows, strict=True)]
    return [f"{one} != {other}" for one, other in pairs if one != other]


@pytest.fixture
def holder(make_case, let_in):
    case = make_case(submit=False)
    user = accounts.create_user(
        case.person, username="jin", password="correct horse 9", by=SYSTEM, on=today()
    )
    return case, let_in(Client(), user)


def without(names):
    return {name: value for name, value in every_column().items() if name not in names}


def test_an_applicant_gives_herself_nothing_by_adding_fields(holder):
    case, browser = holder
    at = f"/my/registration/{case.application.token}"
    for page, typed, known in (
        ("check/", {"version": str(case.application.version)}, {"version"}),
        ("commitment/", {"agreed": "on", "version": "2012"}, {"version", "agreed"}),
        (
            "withdraw/",
            {"version": str(case.application.version), "confirm": "on"},
            {"version", "confirm", "reason"},
        ),
    ):
        plain, full, differ = same(browser, f"{at}/{page}", typed, without(known))
        assert (plain, full, differ) == (302, 302, []), page


def test_an_officer_decides_what_the_page_asks_and_nothing_else(make_case, make_clerk):
    case, clerk = make_case().application, make_clerk("yanji", YANJI)
    known = {"version", "opinion", "items", "reason_code", "next", "then", "queue", "filter"}
    typed = {"version": str(case.version), "opinion": "材料齐全"}
    for step in ("accept", "pass"):
        plain, full, differ = same(
            clerk.browser, f"/office/cases/{case.token}/{step}/", typed, without(known)
        )
        assert (plain, full, differ) == (302, 302, []), step


@pytest.mark.parametrize("verb", ["accept", "pass"])
def test_keys_that_a_call_of_the_api_does_not_know_change_nothing(make_case, make_clerk, verb):
    case, clerk = make_case().application, make_clerk("yanji", YANJI)
    typed = {"version": case.version, "opinion": "材料齐全"}
    extra = without({"version", "opinion", "items", "reason_code"})
    found = same(clerk.browser, f"/api/applications/{case.token}/{verb}", typed, extra, as_json=True)
    assert found == (200, 200, [])


def test_the_comparison_sees_a_column_that_was_set(make_case):
    """The control: one changed column is found."""
    case = make_case().application
    before = everything()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE registry_application SET clean = NOT clean WHERE id = %s", [case.pk])
    assert everything() != before and Application.objects.count() == 1
