"""Jilin in small: a province, two prefectures, three counties, their offices, and people who apply and decide."""

import io
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from PIL import Image
from stdnum.cn.ric import calc_check_digit

from shegong.duties.registry import actions
from shegong.duties.registry.models.policies import registration_policy
from shegong.ground.accounts import actions as accounts
from shegong.ground.credentials import actions as credentials
from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.people import actions as people
from shegong.ground.regions.models import Region
from shegong.kernel import holidays
from shegong.kernel.access import SYSTEM, Actor, Authority, Range
from shegong.kernel.http import today
from shegong.kernel.temporal import days
from shegong.work.employment import actions as employment

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
SPAN = {1: 10_000_000, 2: 100_000, 3: 1_000}
STAGES = {3: ("first_registrar", "registry.first_review"), 2: ("second_registrar", "registry.second_review"),
          1: ("final_registrar", "registry.final_review")}  # fmt: skip
DAY = date(2012, 9, 20)


def photo(shade: int = 200) -> bytes:
    """A small JPEG such as a phone makes."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (shade, shade, 220)).save(out, "JPEG")
    return out.getvalue()


def number_of(order: int, born: str = "19850301") -> str:
    """An invented identity number with a valid check digit."""
    body = f"990101{born}{order:03d}"
    return body + calc_check_digit(body + "0")


@pytest.fixture
def day():
    return DAY


@pytest.fixture
def make_photo():
    return photo


@pytest.fixture
def offices(db):
    """Regions, one civil affairs office each holding the duty, and the published holidays."""
    holidays.load_shipped_schedule(by=SYSTEM, on=DAY)
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
def make_officer(offices):
    """An officer of the office in a region, with a person of its own."""

    def make(region, extra=()):
        level = next(row[1] for row in PLACES if row[0] == region)
        role, permission = STAGES[level]
        person = people.create_person(by=SYSTEM, on=DAY, source="office")
        people.state_name(person, name="经办员", by=SYSTEM, on=DAY)
        authority = Authority(
            role=role, permissions=frozenset({permission, "registry.read", "registry.export", "people.read",
                                                "credentials.verify", *extra}),
            ranges=(Range(region, region + SPAN[level]),), region_code=region, level=level,
            organization_id=offices[region].id, office_name=offices[region].name,
        )  # fmt: skip
        return Actor(user_id=person.id, person_id=person.id, authorities=(authority,))

    return make


@pytest.fixture
def desks(make_officer):
    """The three officers on the way of an application from Yanji, and the one of the county beside it."""
    return SimpleNamespace(
        county=make_officer(YANJI), prefecture=make_officer(YANBIAN), province=make_officer(JILIN),
        neighbour=make_officer(TUMEN),
    )  # fmt: skip


@pytest.fixture
def employer(offices):
    return Organization.objects.create(
        kind="centre", region_code=YANJI, name="延吉市北山街道社会救助服务中心"
    )


@pytest.fixture
def make_applicant(employer):
    """A person with a draft in which every step is done."""
    made = []

    def make(name="金美玉", level="social_worker", issued_on=date(2012, 5, 10), submit=True, on=DAY):
        made.append(name)
        person = people.create_person(by=SYSTEM, on=on)
        me = Actor(user_id=person.id, person_id=person.id)
        people.state_name(person, name=name, by=me, on=on)
        people.state_identity(person, kind="resident", number=number_of(len(made)), by=me, on=on)
        credentials.state_education(
            person, level="21", degree="4", school_name="延边大学", major="社会工作", graduated_on=None, by=me, on=on,
            source="self",
        )  # fmt: skip
        application = actions.start_application(by=me, on=on)
        certificate = credentials.declare_certificate(
            person,
            level=level,
            management_no=f"20120622010000{len(made):04d}",
            issued_on=issued_on,
            by=me,
            on=on,
        )
        actions.choose_certificate(application, certificate, by=me, on=on)
        work = employment.declare_employment(
            person, employer=employer, region_code=YANJI, position="社工", service_field="relief",
            start=date(2011, 7, 1), by=me, on=on,
        )  # fmt: skip
        actions.choose_ground(
            application, ground="workplace", region_code=YANJI, workplace=work, by=me, on=on
        )
        for n, material in enumerate(registration_policy(on).materials_for("first", "workplace")):
            if material.required:
                actions.add_paper(application, kind=material.code, content=photo(10 * n + len(made)), filename="a.jpg",
                                  by=me, on=on)  # fmt: skip
        actions.commit_to_ethics(application, version="2012", by=me, on=on)
        if submit:
            actions.submit_application(application, by=me, on=on)
        application.refresh_from_db()
        return SimpleNamespace(person=person, me=me, application=application)

    return make


@pytest.fixture
def make_registrations(offices):
    """Registrations with these columns, each of a person and certificate of its own; for lists, without a history."""

    def make(rows):
        from shegong.duties.registry.models import Registration
        from shegong.ground.credentials.models import Certificate
        from shegong.ground.people.models import Person

        rows = list(rows)
        persons = Person.objects.bulk_create(Person() for _ in rows)
        certificates = Certificate.objects.bulk_create(
            Certificate(
                person=p, level=row.get("level", "assistant"), management_no=f"M{p.pk}", issued_on=DAY
            )
            for p, row in zip(persons, rows, strict=True)
        )
        return Registration.objects.bulk_create(
            Registration(
                person=person, certificate=certificate, register_no=f"JL{person.pk:08d}",
                **{"region_code": YANJI, "level": "assistant", **row},
            )
            for person, certificate, row in zip(persons, certificates, rows, strict=True)
        )  # fmt: skip

    return make


@pytest.fixture
def make_clerk(offices, let_in):
    """An officer who can sign in: `make_clerk("lin", YANJI, name="林清")`, with a browser of his own."""
    witnesses = []

    def make(username, region, *, name="经办员", role="", person=None):
        on = today()
        while len(witnesses) < 2:
            witnesses.append(people.create_person(by=SYSTEM, on=on))
        if person is None:
            person = people.create_person(by=SYSTEM, on=on, source="office")
            people.state_name(person, name=name, by=SYSTEM, on=on)
        user = getattr(person, "user", None)
        if user is None:
            user = accounts.create_user(
                person, username=username, password="correct horse 9", by=SYSTEM, on=on
            )
            accounts.set_totp(user, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", by=SYSTEM, on=on)
        level = next(row[1] for row in PLACES if row[0] == region)
        accounts.found_grant(
            person, role=role or STAGES[level][0], organization=offices[region], region_code=region,
            witnesses=tuple(witnesses), start=on, by=SYSTEM, on=on,
        )  # fmt: skip
        return SimpleNamespace(person=person, user=user, browser=let_in(Client(), user))

    return make


@pytest.fixture
def make_case(make_applicant):
    """A case handed in today by somebody whose certificate is two months old."""

    def make(name="金美玉", **more):
        return make_applicant(name, issued_on=today() - timedelta(days=60), on=today(), **more)

    return make
