"""The real Jilin; see tests/fixtures/jilin.py."""

<<<<<<< HEAD
import pyotp
import pytest
from django.core.management import call_command
from django.db import connection

from shegong.ground.accounts import actions as accounts
from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today

TABLES = (
    "regions_region", "regions_regionname", "regions_succession", "regions_areamember", "organizations_organization",
    "organizations_organizationname", "organizations_school", "organizations_duty", "kernel_holiday",
    "kernel_calendar_year", "kernel_journalentry",
)  # fmt: skip
_copies: dict[str, bytes] = {}


@pytest.fixture
def jilin(db):
    """Loaded once by the command, then copied: a tenth of the time."""
    if _copies:
        with connection.cursor() as cursor:
            for table, rows in _copies.items():
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(rows)
                _go_on_counting(cursor, table)
        return
    call_command("load", "jilin", verbosity=0)
    with connection.cursor() as cursor:
        for table in TABLES:
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                _copies[table] = b"".join(copy)


def _go_on_counting(cursor, table):
    cursor.execute(
        "SELECT 1 FROM information_schema.columns WHERE table_name = %s AND is_identity = 'YES'", [table]
    )
    if cursor.fetchone():
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
        )


@pytest.fixture
def officer(jilin, client, let_in):
    """`officer("first_registrar", 222401000)`: a browser in which an officer of that office is signed in."""

    def enter(role, region, name=""):
        common = {"by": SYSTEM, "on": today()}
        persons = [people.create_person(**common) for _ in range(3)]
        user = accounts.create_user(
            persons[0], username=f"{role}{region}{name}", password="correct horse 9", **common
        )
        accounts.set_totp(user, secret=pyotp.random_base32(), **common)
        office = Organization.objects.get(region_code=region, system="civil_affairs")
        accounts.found_grant(
            persons[0], role=role, organization=office, region_code=region, witnesses=tuple(persons[1:]),
            start=today(), **common,
        )  # fmt: skip
        return let_in(client, user)

    return enter
=======
from fixtures.jilin import jilin, officer  # noqa: F401  fixtures come in by their names
>>>>>>> 018a003 (wip)
