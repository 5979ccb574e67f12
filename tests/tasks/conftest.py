"""A prefecture with its civil affairs office, finance and education; officers who act for them."""

import io
from datetime import date
from types import SimpleNamespace

import pytest
from PIL import Image

from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.ground.regions.models import Region
from shegong.ground.tasks import actions as tasks
from shegong.kernel import audit, holidays
from shegong.kernel.access import SYSTEM, Actor, Authority, Range
from shegong.kernel.temporal import days

DAY = date(2013, 3, 4)
DUE = date(2013, 3, 29)
JILIN, YANBIAN, BAICHENG = 220000000, 222400000, 220800000
READ, ASSIGN, REPLY = "tasks.read", "tasks.assign", "tasks.reply"


def photo() -> bytes:
    """A small JPEG."""
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "#336699").save(content, "JPEG")
    return content.getvalue()


def body_of(name: str, region_code: int = YANBIAN, level: int = 2) -> Organization:
    return Organization.objects.create(
        kind="government_department", level=level, region_code=region_code, name=name
    )


def actor_of(body: Organization, *permissions: str, reaches: bool = False) -> Actor:
    """Somebody of a body; with `reaches` over its division too, else for the body alone."""
    person = people.create_person(by=SYSTEM, on=DAY, source="office")
    ranges = (Range(body.region_code, body.region_code + 100_000),) if reaches else ()
    authority = Authority(
        role="tester", permissions=frozenset(permissions), ranges=ranges, region_code=body.region_code, level=2,
        organization_id=body.pk, office_name=body.name,
    )  # fmt: skip
    return Actor(user_id=person.id, person_id=person.id, authorities=(authority,))


@pytest.fixture
def world(db):
    holidays.load_shipped_schedule(by=SYSTEM, on=DAY)
    for code, level, name, parent in (
        (JILIN, 1, "吉林省", None), (YANBIAN, 2, "延边朝鲜族自治州", JILIN), (BAICHENG, 2, "白城市", JILIN),
    ):  # fmt: skip
        Region.objects.create(
            code=code, level=level, name=name, parent_code=parent, during=days(date(1949, 10, 1))
        )
    office, finance, school = body_of("延边州民政局"), body_of("延边州财政局"), body_of("延边州教育局")
    return SimpleNamespace(
        office=office, finance=finance, school=school,
        officer=actor_of(office, READ, ASSIGN, REPLY, reaches=True),
        colleague=actor_of(office, READ, ASSIGN, REPLY, reaches=True),
        clerk=actor_of(finance, READ, REPLY), teacher=actor_of(school, READ, REPLY),
        stranger=actor_of(body_of("白城市财政局", BAICHENG), READ, REPLY),
    )  # fmt: skip


@pytest.fixture
def draft(world):
    """A drafted task of the office for finance."""

    def make(**given):
        usual = {
            "kind": "supervise", "title": "把社工岗位补贴列入2013年预算", "issuer": world.office,
            "responsible": world.finance, "region_code": YANBIAN, "due_on": DUE, "by": world.officer, "on": DAY,
        }  # fmt: skip
        return tasks.draft(**{**usual, **given})

    return make


@pytest.fixture
def assigned(draft, world):
    """A task that finance has been given."""

    def make(**given):
        return tasks.assign(draft(**given), by=given.get("by", world.officer), on=given.get("on", DAY))

    return make


@pytest.fixture
def deviations():
    """What the audit finds about tasks, but for what the fixtures made behind its back."""

    def find():
        return [f for f in audit.verify() if f.kind != "row_unknown" or f.where.startswith("tasks_")]

    return find
