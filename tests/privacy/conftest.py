"""A prefecture with its counties and officers, and one person about whom every table holds something."""

import io
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from PIL import Image
from stdnum.cn.ric import calc_check_digit

from shegong.duties.registry import actions as registry
from shegong.duties.registry.models import (
    Card,
    ClosingProposal,
    Decision,
    Registration,
    Restriction,
    ReturnItem,
    Term,
)
from shegong.duties.registry.models.policies import registration_policy
from shegong.ground.accounts import actions as accounts
from shegong.ground.accounts.authority import actor_for
from shegong.ground.accounts.models import SignIn, User
from shegong.ground.credentials import actions as credentials
from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.people import actions as people
from shegong.ground.people.actions.notices import note_notice
from shegong.ground.regions.models import Region
from shegong.kernel import holidays, messages
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.http import today
from shegong.kernel.temporal import days
from shegong.work.employment import actions as employment

JILIN, YANBIAN, YANJI = 220000000, 222400000, 222401000
PLACES = [(JILIN, 1, "吉林省", None), (YANBIAN, 2, "延边州", JILIN), (YANJI, 3, "延吉市", YANBIAN)]
ROLES = {1: "final_registrar", 2: "second_registrar", 3: "first_registrar"}
NUMBER = "99010119900307124" + calc_check_digit("990101199003071240")
NAME, PHONE, ADDRESS, SCHOOL = "朴英姬", "13900001234", "延吉市光明街金丝雀巷18号", "金丝雀大学"


@pytest.fixture
def said():
    """What the worker said about herself: canaries to look for."""
    return SimpleNamespace(name=NAME, number=NUMBER, phone=PHONE, address=ADDRESS, school=SCHOOL)


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
    """An officer with an account: `.actor`, and a browser in which she has just given her second factor."""
    witnesses = []

    def make(region=YANBIAN, name="林清", role=""):
        on = today()
        while len(witnesses) < 2:
            witnesses.append(people.create_person(by=SYSTEM, on=on))
        person = people.create_person(by=SYSTEM, on=on, source="office")
        people.state_name(person, name=name, by=SYSTEM, on=on)
        user = accounts.create_user(person, username=f"o{person.pk}", password=None, by=SYSTEM, on=on)
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
    return make_officer(YANJI, "林清")


@pytest.fixture
def second(make_officer):
    return make_officer(YANBIAN, "崔明")


@pytest.fixture
def photo():
    return picture(20)


def picture(shade=20):
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (shade, shade, 220)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def worker(offices, let_in):
    """A social worker with an account, about whom people, accounts, credentials and employment hold something."""
    on = today()
    person = people.create_person(by=SYSTEM, on=on)
    user = accounts.create_user(person, username="worker", password="correct horse 9", by=SYSTEM, on=on)
    me = Actor(user_id=user.pk, person_id=person.pk)
    people.state_name(person, name=NAME, by=me, on=on)
    people.state_identity(person, kind="resident", number=NUMBER, by=me, on=on)
    people.state_particulars(person, ethnicity="10", political_status="13", by=me, on=on)
    people.state_contact(person, kind="phone", value=PHONE, verified=False, by=me, on=on)
    people.state_contact(person, kind="address", value=ADDRESS, verified=False, by=me, on=on)
    people.state_skill(person, kind="language", code="ko", note="流利", by=me, on=on)
    credentials.state_education(
        person, level="21", degree="4", school_name=SCHOOL, major="社会工作", graduated_on=date(2012, 7, 1), by=me,
        on=on, source="self",
    )  # fmt: skip
    employer = Organization.objects.create(kind="agency", region_code=YANJI, name="延吉社工服务中心")
    work = employment.declare_employment(
        person, employer=employer, region_code=YANJI, position="个案督导", service_field="relief",
        start=date(2020, 7, 1), by=me, on=on,
    )  # fmt: skip
    SignIn.objects.create(user=user, device="Firefox")
    with transaction.atomic():
        messages.send(person, messages.Template("t", "Code", "A word for you"), {}, channels=("inbox",))
        note_notice(person, form="join", by=me, on=on)
    person.refresh_from_db()
    return SimpleNamespace(person=person, user=user, actor=me, work=work, browser=let_in(Client(), user))


@pytest.fixture
def registered(worker, first):
    """The same worker with a decided case, papers, a registration with term and card, a warning, a closing proposal."""
    on, me, person = today(), worker.actor, worker.person
    application = registry.start_application(by=me, on=on)
    certificate = credentials.declare_certificate(
        person, level="social_worker", management_no="202606220100009999", issued_on=on - timedelta(days=60), by=me, on=on
    )  # fmt: skip
    registry.choose_certificate(application, certificate, by=me, on=on)
    registry.choose_ground(
        application, ground="workplace", region_code=YANJI, workplace=worker.work, by=me, on=on
    )
    for shade, material in enumerate(registration_policy(on).materials_for("first", "workplace")):
        if material.required:
            registry.add_paper(application, kind=material.code, content=picture(20 * shade), filename="工作证.jpg", by=me,
                               on=on)  # fmt: skip
    registry.commit_to_ethics(application, version="2012", by=me, on=on)
    registry.submit_application(application, by=me, on=on)
    application.refresh_from_db()
    ReturnItem.objects.create(application=application, item="education", text="学校名称与证书不符")
    decision = Decision.objects.create(
        application=application, stage="first", step="pass_first", before_state="accepted", officer=first.person,
        opinion="材料属实",
    )  # fmt: skip
    row = Registration.objects.create(
        person=person, certificate=certificate, register_no="JL2026000001", region_code=YANJI, level="social_worker",
        admitted_on=on, valid_to=on + timedelta(days=1095),
    )  # fmt: skip
    term = Term.objects.create(registration=row, during=days(on, on + timedelta(days=1096)))
    card = Card.objects.create(registration=row, term=term)
    restriction = Restriction.objects.create(
        person=person, kind="warning", ground="逾期未改", during=days(on, on + timedelta(days=30)), decided_by=first.person
    )  # fmt: skip
    proposal = ClosingProposal.objects.create(
        registration=row,
        reason_code="request",
        reason="本人申请",
        proposed_by=first.person,
        proposed_at=timezone.now(),
    )
    worker.application, worker.certificate, worker.registration, worker.card = (
        application,
        certificate,
        row,
        card,
    )
    worker.rows = (decision, restriction, proposal)
    return worker
