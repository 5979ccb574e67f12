"""A province with two prefectures and their counties, the office that steers, units that answer, a leader who signs."""

import io
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from PIL import Image

from shegong.ground.accounts import actions as accounts
from shegong.ground.accounts.authority import actor_for
from shegong.ground.accounts.models import User
from shegong.ground.organizations.models import Duty, Organization, OrganizationName
from shegong.ground.people import actions as people
from shegong.ground.regions.models import Region
from shegong.kernel import holidays
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.kernel.temporal import days
from shegong.steering.oversight import actions
from shegong.steering.programme.models import AnnualPlan, EnteredPerson, HandValue, Programme, SubPlan, Target

JILIN, YANBIAN, BAICHENG = 220000000, 222400000, 220800000
YANJI, TUMEN, DAAN, TONGYU = 222401000, 222402000, 220882000, 220822000
PLACES = [
    (JILIN, 1, "吉林省", None), (YANBIAN, 2, "延边州", JILIN), (BAICHENG, 2, "白城市", JILIN),
    (YANJI, 3, "延吉市", YANBIAN), (TUMEN, 3, "图们市", YANBIAN), (DAAN, 3, "大安市", BAICHENG),
    (TONGYU, 3, "通榆县", BAICHENG),
]  # fmt: skip
AS_OF = date(2012, 12, 31)
LEVELS = {code: level for code, level, _name, _parent in PLACES}


def photo() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "#336699").save(content, "JPEG")
    return content.getvalue()


@pytest.fixture
def world(db):
    """Places, their civil affairs offices with the duty, the talent office of the province, the sub-plan."""
    holidays.load_shipped_schedule(by=SYSTEM, on=today())
    offices = {}
    for code, level, name, parent in PLACES:
        Region.objects.create(
            code=code, level=level, name=name, parent_code=parent, during=days(date(1949, 10, 1))
        )
        body = Organization.objects.create(
            kind="government_department", level=level, region_code=code, name=f"{name}民政局"
        )
        Duty.objects.create(
            duty="social_work", region_code=code, organization=body, during=days(date(2000, 1, 1))
        )
        offices[code] = body
    talent = Organization.objects.create(
        kind="party_department", level=1, region_code=JILIN, name="吉林省人才工作领导小组办公室"
    )
    programme = Programme.objects.create(
        code="jilin-2011",
        title="双百千万",
        region_code=JILIN,
        starts_on=date(2011, 1, 1),
        ends_on=date(2013, 12, 31),
    )
    subplan = SubPlan.objects.create(
        programme=programme, number=6, title="万名社会工作人才", duty="social_work"
    )
    return SimpleNamespace(offices=offices, talent=talent, subplan=subplan)


@pytest.fixture
def make_officer(world, let_in):
    """Somebody with an account and a role: `.actor`, and a browser that has just given the second factor."""
    witnesses = []

    def make(role, region=JILIN, body=None, name="经办员"):
        on = today()
        while len(witnesses) < 2:
            witnesses.append(people.create_person(by=SYSTEM, on=on))
        person = people.create_person(by=SYSTEM, on=on, source="office")
        people.state_name(person, name=name, by=SYSTEM, on=on)
        user = accounts.create_user(person, username=f"o{person.pk}", password=None, by=SYSTEM, on=on)
        accounts.set_totp(user, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", by=SYSTEM, on=on)
        accounts.found_grant(
            person, role=role, organization=body or world.offices[region], region_code=region,
            witnesses=tuple(witnesses), start=on, by=SYSTEM, on=on,
        )  # fmt: skip
        user = User.objects.get(pk=user.pk)
        return SimpleNamespace(
            person=person, user=user, actor=actor_for(user, on), browser=let_in(Client(), user)
        )

    return make


@pytest.fixture
def coordinator(make_officer, world):
    return make_officer("programme_coordinator", body=world.talent, name="周立")


@pytest.fixture
def leader(make_officer, world):
    return make_officer("leader", body=world.talent, name="李明")


@pytest.fixture
def baicheng(make_officer):
    return make_officer("plan_officer", BAICHENG, name="赵敏")


@pytest.fixture
def yanbian(make_officer):
    return make_officer("plan_officer", YANBIAN, name="金哲")


@pytest.fixture
def a_round(world, coordinator):
    """A round of the province for its two units: one figure that is counted, one that is entered, one question."""

    def make(opened=True, **given):
        usual = {
            "subplan": world.subplan, "region_code": JILIN, "period": "2012Q4", "title": "2012年四季度调度",
            "as_of": AS_OF, "opens_on": today(), "due_on": today() + timedelta(days=10),
            "indicators": ["K-S2012.2", "K-T3.1"], "questions": ["有何困难？"], "by": coordinator.actor, "on": today(),
        }  # fmt: skip
        row = actions.draft_round(**{**usual, **given})
        return actions.open_round(row, by=coordinator.actor, on=today()) if opened else row

    return make


@pytest.fixture
def figures_of_2012(world):
    """Graduates hired in 2012, which nothing counts yet: a plan of 100 for each unit; 白城 has 12, 延边 110."""
    plan = AnnualPlan.objects.create(
        subplan=world.subplan,
        region_code=JILIN,
        year=2012,
        state="issued",
        issued_on=date(2012, 1, 20),
        document_number="吉民发〔2012〕3号",
    )
    for region, amount in ((BAICHENG, 12), (YANBIAN, 110)):
        Target.objects.create(plan=plan, indicator="K-T1", region_code=region, kind="flow", amount=100)
        HandValue.objects.create(
            indicator="K-T1", kind="flow", region_code=region, amount=amount,
            period=days(date(2012, 1, 1), date(2013, 1, 1)),
        )  # fmt: skip


@pytest.fixture
def a_circular(world, coordinator, figures_of_2012):
    """A draft about the graduates hired in 2012: 延边 is ahead, 白城 far behind."""

    def make(**given):
        usual = {
            "subplan": world.subplan, "region_code": JILIN, "indicator": "K-T1", "period": "2012",
            "title": "关于2012年选聘进度的通报", "as_of": AS_OF, "due_on": today() + timedelta(days=15),
            "by": coordinator.actor, "on": today(),
        }  # fmt: skip
        return actions.draft_circular(**{**usual, **given})

    return make


WORDS = {
    "overview": "2012年，计划总体进展顺利，各项指标稳步推进。",
    "measures": "一是健全机制。二是加大投入。三是强化培训。",
    "problems": "部分地区进度偏慢，基础工作薄弱，仍需加强。",
    "next": "继续抓好落实，加快补齐短板，按时完成任务。",
}


@pytest.fixture
def words():
    """What a year-end report says."""
    return WORDS


@pytest.fixture
def author(make_officer):
    return make_officer("subplan_lead", name="孙志远")


@pytest.fixture
def reviewer(make_officer):
    return make_officer("subplan_lead", name="韩雪")


@pytest.fixture
def head(make_officer):
    return make_officer("leader", name="宋厅长")


@pytest.fixture
def group(world):
    """The leading group, to which the plan reports."""
    body = Organization.objects.create(
        kind="party_department", level=1, region_code=JILIN, name="吉林省人才工作领导小组"
    )
    OrganizationName.objects.create(organization=body, name=body.name, during=days(date(2010, 1, 1)))
    return body


@pytest.fixture
def people_of_baicheng(world, figures_of_2012):
    """Twelve people named behind the figure of 白城."""
    value, found = HandValue.objects.get(region=BAICHENG), []
    for number in range(12):
        person = people.create_person(by=SYSTEM, on=today())
        people.state_name(person, name=f"王{'甲乙丙丁戊己庚辛壬癸子丑'[number]}", by=SYSTEM, on=today())
        people.tie(person, kind="work", region_code=DAAN, origin="people.person", origin_id=person.pk,
                   start=date(2012, 7, 1), by=SYSTEM, on=today())  # fmt: skip
        EnteredPerson.objects.create(value=value, person=person, region_code=BAICHENG, on=date(2012, 7, 1))
        found.append(person)
    return found
