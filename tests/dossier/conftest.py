"""Two counties of a prefecture and one elsewhere, officers of the prefecture and the province, people recorded twice."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client
from stdnum.cn.ric import calc_check_digit

from shegong.ground.accounts import actions as accounts
from shegong.ground.accounts.authority import actor_for
from shegong.ground.accounts.models import User
from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.people import actions as people
from shegong.ground.regions.models import Region
from shegong.kernel import holidays
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.kernel.temporal import days

JILIN, YANBIAN, YANJI, TUMEN, BAICHENG, DAAN = (
    220000000,
    222400000,
    222401000,
    222402000,
    220800000,
    220882000,
)
PLACES = [
    (JILIN, 1, "吉林省", None), (YANBIAN, 2, "延边州", JILIN), (BAICHENG, 2, "白城市", JILIN),
    (YANJI, 3, "延吉市", YANBIAN), (TUMEN, 3, "图们市", YANBIAN), (DAAN, 3, "大安市", BAICHENG),
]  # fmt: skip
ROLES = {1: "final_registrar", 2: "second_registrar", 3: "first_registrar"}


def number_of(order: int = 124, born: str = "19900307", place: str = "990101") -> str:
    """An invented identity number with a valid check digit."""
    body = f"{place}{born}{order:03d}"
    return body + calc_check_digit(body + "0")


@pytest.fixture
def make_number():
    return number_of


@pytest.fixture
def offices(db):
    holidays.load_shipped_schedule(by=SYSTEM, on=today())
    found = {}
    for code, level, name, parent in PLACES:
        Region.objects.create(
            code=code, level=level, name=name, parent_code=parent, during=days(date(1949, 10, 1))
        )
        body = Organization.objects.create(
            kind="civil_affairs", level=level, region_code=code, name=f"{name}民政局"
        )
        Duty.objects.create(
            duty="social_work", region_code=code, organization=body, during=days(date(2000, 1, 1))
        )
        found[code] = body
    return found


@pytest.fixture
def make_officer(offices, let_in):
    """An officer with an account: `.actor`, and a browser in which he has just given his second factor."""
    witnesses = []

    def make(region, name="经办员", role=""):
        on = today()
        while len(witnesses) < 2:
            witnesses.append(people.create_person(by=SYSTEM, on=on))
        person = people.create_person(by=SYSTEM, on=on, source="office")
        people.state_name(person, name=name, by=SYSTEM, on=on)
        user = accounts.create_user(
            person, username=f"o{person.pk}", password="correct horse 9", by=SYSTEM, on=on
        )
        accounts.set_totp(user, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", by=SYSTEM, on=on)
        level = next(row[1] for row in PLACES if row[0] == region)
        accounts.found_grant(
            person, role=role or ROLES[level], organization=offices[region], region_code=region,
            witnesses=tuple(witnesses), start=on, by=SYSTEM, on=on,
        )  # fmt: skip
        user = User.objects.get(pk=user.pk)
        return SimpleNamespace(
            person=person, user=user, actor=actor_for(user, on), browser=let_in(Client(), user)
        )

    return make


@pytest.fixture
def first(make_officer):
    return make_officer(YANBIAN, "林清")


@pytest.fixture
def second(make_officer):
    return make_officer(YANBIAN, "崔明")


@pytest.fixture
def make_person(offices):
    """A person with what is given; everything is made through the actions."""

    def make(name="金美玉", number=None, region=YANJI, passport=None, phone=None):
        on = today()
        person = people.create_person(by=SYSTEM, on=on)
        if name:
            people.state_name(person, name=name, by=SYSTEM, on=on)
        if number:
            people.state_identity(person, kind="resident", number=number, by=SYSTEM, on=on)
        if passport:
            people.state_identity(person, kind="passport", number=passport, by=SYSTEM, on=on)
        if phone:
            people.state_contact(person, kind="phone", value=phone, verified=False, by=SYSTEM, on=on)
        if region:
            people.tie(person, kind="residence", region_code=region, origin="people.person", origin_id=person.pk,
                       start=date(2020, 1, 1), by=SYSTEM, on=on)  # fmt: skip
        person.refresh_from_db()
        return person

    return make


@pytest.fixture
def pair(make_person):
    """One human recorded twice: the second record has a mistyped number."""
    return make_person(number=number_of(124)), make_person(number=number_of(126))
