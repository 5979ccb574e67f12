"""Two counties of one prefecture, their officers, and a person to state things about."""

from datetime import date

import pytest
from fixtures.county import open_counties, sign_in  # noqa: F401  a fixture comes in by its name
from stdnum.cn.ric import calc_check_digit

from shegong.ground.people import actions
from shegong.kernel.access import SYSTEM, Actor, Authority, Range

DAY = date(2026, 11, 2)
YANJI, TUMEN = 222401000, 222402000
EVERYTHING = frozenset({"people.read", "people.edit", "people.reveal"})


def number_of(born: str = "19900307", order: str = "124", place: str = "990101") -> str:
    """An invented identity number with a valid check digit."""
    body = f"{place}{born}{order}"
    return body + calc_check_digit(body + "0")


@pytest.fixture
def day():
    return DAY


@pytest.fixture
def make_number():
    return number_of


@pytest.fixture
def regions(counties):
    """The same two counties, as shared fixtures call them."""


@pytest.fixture
def counties(db):
    open_counties()
    return {"yanji": YANJI, "tumen": TUMEN}


def officer_of(code: int, permissions=EVERYTHING, **more) -> Actor:
    authority = Authority(
        role="first_registrar", permissions=permissions, ranges=(Range(code, code + 1000),), region_code=code, level=3,
        organization_id=more.pop("organization_id", None), office_name="民政局",
    )  # fmt: skip
    return Actor(user_id=90, person_id=9_000_001, authorities=(authority,), **more)


@pytest.fixture
def make_officer():
    return officer_of


@pytest.fixture
def officer(counties):
    return officer_of(YANJI)


@pytest.fixture
def neighbour(counties):
    return officer_of(TUMEN)


@pytest.fixture
def make_person(counties, day):
    """A person of Yanji with a name and a number, made by the system."""

    def make(name="王小明", number=None, region=YANJI):
        person = actions.create_person(by=SYSTEM, on=day)
        if name:
            actions.state_name(person, name=name, by=SYSTEM, on=day)
        if number:
            actions.state_identity(person, kind="resident", number=number, by=SYSTEM, on=day)
        if region:
            actions.tie(person, kind="residence", region_code=region, origin="people.person", origin_id=person.pk,
                        start=date(2020, 1, 1), by=SYSTEM, on=day)  # fmt: skip
        person.refresh_from_db()
        return person

    return make


@pytest.fixture
def person(make_person):
    return make_person(number=number_of())


@pytest.fixture
def herself(person):
    return Actor(user_id=5, person_id=person.pk)
