"""A county with an office, the county beside it, and people who live there."""

from datetime import date

import pytest
from stdnum.cn.ric import calc_check_digit

from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.ground.regions.models import Region
from shegong.kernel.access import SYSTEM, Actor, Authority, Range
from shegong.kernel.temporal import days

DAY = date(2026, 11, 2)
YANJI, TUMEN = 222401000, 222402000


@pytest.fixture
def day():
    return DAY


@pytest.fixture
def regions(db):
    rows = [(220000000, 1, "吉林省", None), (222400000, 2, "延边州", 220000000)]
    rows += [(YANJI, 3, "延吉市", 222400000), (TUMEN, 3, "图们市", 222400000)]
    for code, level, name, parent in rows:
        Region.objects.get_or_create(
            code=code,
            defaults={"level": level, "name": name, "parent_code": parent, "during": days(date(1949, 10, 1))},
        )


@pytest.fixture
def make_officer(regions):
    def make(
        code=YANJI,
        person_id=9_000_001,
        permissions=("people.edit", "credentials.verify", "credentials.annul"),
    ):
        authority = Authority(
            role="first_registrar", permissions=frozenset(permissions), ranges=(Range(code, code + 1000),),
            region_code=code, level=3,
        )  # fmt: skip
        return Actor(user_id=person_id, person_id=person_id, authorities=(authority,))

    return make


@pytest.fixture
def make_person(regions):
    def make(name="王小明", order="124"):
        person = people.create_person(by=SYSTEM, on=DAY)
        people.state_name(person, name=name, by=SYSTEM, on=DAY)
        body = f"99010119900307{order}"
        people.state_identity(
            person, kind="resident", number=body + calc_check_digit(body + "0"), by=SYSTEM, on=DAY
        )
        people.tie(person, kind="residence", region_code=YANJI, origin="people.person", origin_id=person.pk,
                   start=date(2020, 1, 1), by=SYSTEM, on=DAY)  # fmt: skip
        person.refresh_from_db()
        return person

    return make


@pytest.fixture
def person(make_person):
    return make_person()


@pytest.fixture
def herself(person):
    return Actor(user_id=5, person_id=person.pk)


@pytest.fixture
def make_employer(regions):
    def make(name="延吉市某社工服务中心", region=YANJI, **more):
        return Organization.objects.create(kind="agency", region_code=region, name=name, **more)

    return make


@pytest.fixture
def officer_person(make_person):
    """An officer is a person too; checks point at her."""
    return make_person("李审核", "228")
