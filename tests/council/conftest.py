"""The joint conference of Yanbian: its office, liaisons of departments, and a meeting that was held."""

import io
from datetime import date
from types import SimpleNamespace

import pytest
from PIL import Image

from shegong.ground.documents import actions as documents
from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.people import actions as people
from shegong.ground.regions.models import Region
from shegong.kernel import audit, holidays
from shegong.kernel.access import SYSTEM, Actor, Authority, Range
from shegong.kernel.temporal import days
from shegong.steering.council import actions as council
from shegong.steering.council.models import Member

DAY = date(2013, 3, 4)
DUE = date(2013, 3, 29)
JILIN, YANBIAN, BAICHENG = 220000000, 222400000, 220800000
OFFICER = (
    "council.read", "council.run", "tasks.read", "tasks.assign", "tasks.reply", "documents.read", "documents.draft",
    "documents.issue",
)  # fmt: skip
CLERK = (
    "council.read",
    "tasks.read",
    "tasks.reply",
    "documents.read",
    "documents.cosign",
    "documents.acknowledge",
)


def actor_of(body, *permissions, reaches=False):
    """Somebody of a body; with `reaches` over its division too."""
    person = people.create_person(by=SYSTEM, on=DAY, source="office")
    ranges = (Range(body.region_code, body.region_code + 100_000),) if reaches else ()
    authority = Authority(
        role="tester", permissions=frozenset(permissions), ranges=ranges, region_code=body.region_code, level=2,
        organization_id=body.pk, office_name=body.name,
    )  # fmt: skip
    return Actor(user_id=person.id, person_id=person.id, name="某某", authorities=(authority,))


@pytest.fixture
def yanbian(db):
    holidays.load_shipped_schedule(by=SYSTEM, on=DAY)
    for code, level, name, parent in (
        (JILIN, 1, "吉林省", None), (YANBIAN, 2, "延边朝鲜族自治州", JILIN), (BAICHENG, 2, "白城市", JILIN),
    ):  # fmt: skip
        Region.objects.create(
            code=code, level=level, name=name, parent_code=parent, during=days(date(1949, 10, 1))
        )
    office = Organization.objects.create(
        kind="government_department", level=2, region_code=YANBIAN, name="延边朝鲜族自治州民政局"
    )
    Duty.objects.create(
        duty="social_work", region_code=YANBIAN, organization=office, during=days(date(2000, 1, 1))
    )
    return office


@pytest.fixture
def world(yanbian):
    officer = actor_of(yanbian, *OFFICER, reaches=True)
    conference = council.found_conference(region_code=YANBIAN, by=officer, on=DAY)
    bodies = {row.organization.name: row.organization for row in Member.objects.sitting(conference, DAY)}
    finance = next(body for name, body in bodies.items() if "财政" in name)
    school = next(body for name, body in bodies.items() if "教育" in name)
    return SimpleNamespace(
        office=yanbian, officer=officer, colleague=actor_of(yanbian, *OFFICER, reaches=True),
        leader=actor_of(yanbian, "documents.sign", "documents.read", "council.read", reaches=True), conference=conference,
        bodies=list(bodies.values()), finance=finance, school=school, clerk=actor_of(finance, *CLERK),
        teacher=actor_of(school, *CLERK),
    )  # fmt: skip


@pytest.fixture
def planned(world):
    """A meeting with three items."""
    meeting = council.plan_meeting(
        world.conference, title="延边州社会工作联席会议2013年第1次会议", held_on=DAY, place="州政府二楼会议室", by=world.officer,
        on=DAY,
    )  # fmt: skip
    for kind, title in (
        ("deploy", "社工岗位开发"),
        ("supervise", "岗位补贴列入预算"),
        ("study", "社工专业教育"),
    ):
        council.add_item(meeting, kind=kind, title=title, proposer=world.office, by=world.officer, on=DAY)
    return meeting


@pytest.fixture
def held(planned, world):
    """The meeting, with every member present."""
    for row in Member.objects.sitting(world.conference, DAY):
        council.record_attendance(planned, row, presence="present", name="负责人", by=world.officer, on=DAY)
    return council.hold(planned, by=world.officer, on=DAY)


@pytest.fixture
def decided(held, world):
    """Finance is responsible for the second item."""
    item = held.items.get(position=2)
    return council.resolve(
        item,
        text="岗位补贴列入2013年州级预算",
        responsible=world.finance,
        due_on=DUE,
        indicator="K-G4",
        by=world.officer,
        on=DAY,
    )


@pytest.fixture
def issue(world):
    """Has the minutes co-signed by every member, signed and issued."""

    def go(document):
        documents.circulate(document, by=world.officer, on=DAY)
        for row in document.cosigns.select_related("organization"):
            documents.cosign(row, result="agreed", by=actor_of(row.organization, *CLERK), on=DAY)
        document.refresh_from_db()
        documents.sign(document, by=world.leader, on=DAY)
        document.refresh_from_db()
        return documents.issue(document, by=world.officer, on=DAY)

    return go


@pytest.fixture
def minuted(held, decided, world, issue):
    """The meeting with its minutes issued and its resolution assigned."""
    issue(council.draft_minutes(held, by=world.officer, on=DAY))
    held.refresh_from_db()
    return council.minute(held, by=world.officer, on=DAY)


@pytest.fixture
def deviations():
    """What the audit finds, but for what the fixtures made behind its back."""

    def find():
        return [
            f for f in audit.verify() if f.kind != "row_unknown" or f.where.startswith(("council_", "tasks_"))
        ]

    return find


@pytest.fixture
def photo():
    """A small JPEG."""
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "#336699").save(content, "JPEG")
    return content.getvalue()


@pytest.fixture
def issue_by_system():
    """The same without people: where the way of a document is not what is tested."""

    def go(document):
        documents.circulate(document, by=SYSTEM, on=DAY)
        for row in document.cosigns.all():
            documents.cosign(row, result="agreed", by=SYSTEM, on=DAY)
        document.refresh_from_db()
        documents.sign(document, by=SYSTEM, on=DAY)
        document.refresh_from_db()
        return documents.issue(document, by=SYSTEM, on=DAY)

    return go
