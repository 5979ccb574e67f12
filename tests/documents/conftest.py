"""The province, a prefecture with two counties and a department, and people who act for them."""

from datetime import date

import pytest
from fixtures.jilin import jilin  # noqa: F401  fixtures come in by their names

from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.regions.models import Region
from shegong.kernel.access import Actor, Authority, Range
from shegong.kernel.temporal import days

DAY = date(2013, 3, 4)
JILIN, YANBIAN, YANJI, TUMEN, BAICHENG = 220000000, 222400000, 222401000, 222402000, 220800000
PLACES = [
    (JILIN, 1, "吉林省", None), (YANBIAN, 2, "延边朝鲜族自治州", JILIN), (BAICHENG, 2, "白城市", JILIN),
    (YANJI, 3, "延吉市", YANBIAN), (TUMEN, 3, "图们市", YANBIAN),
]  # fmt: skip
NAMES = {
    JILIN: "吉林省民政厅", YANBIAN: "延边州民政局", BAICHENG: "白城市民政局", YANJI: "延吉市民政局", TUMEN: "图们市民政局",
}  # fmt: skip
ALL = (
    "documents.read", "documents.draft", "documents.issue", "documents.cosign", "documents.acknowledge",
    "documents.library",
)  # fmt: skip
SPANS = {1: 10_000_000, 2: 100_000, 3: 1_000}


class Offices:
    """Bodies by place, departments by name, and actors for them."""

    def __init__(self):
        self.by_place: dict[int, Organization] = {}
        self._next = 900

    def open(self):
        for code, level, name, parent in PLACES:
            Region.objects.create(
                code=code, level=level, name=name, parent_code=parent, during=days(date(1949, 10, 1))
            )
            body = Organization.objects.create(
                kind="government_department",
                level=level,
                region_code=code,
                name=NAMES[code],
                system="civil_affairs",
            )
            Duty.objects.create(
                duty="social_work", region_code=code, organization=body, during=days(date(2000, 1, 1))
            )
            self.by_place[code] = body
        self.finance = Organization.objects.create(
            kind="government_department", level=1, region_code=JILIN, name="吉林省财政厅"
        )
        self.education = Organization.objects.create(
            kind="government_department", level=1, region_code=JILIN, name="吉林省教育厅"
        )
        return self

    def actor(self, body, *permissions, name="", reach=True):
        """Somebody new who acts for this body."""
        self._next += 1
        code = body.region_code
        ranges = (Range(code, code + SPANS[body.level]),) if reach else ()
        authority = Authority(
            role="plan_officer", permissions=frozenset(permissions or ALL), ranges=ranges, region_code=code,
            level=body.level, organization_id=body.pk, office_name=body.name,
        )  # fmt: skip
        return Actor(user_id=self._next, person_id=self._next, name=name, authorities=(authority,))


@pytest.fixture
def offices(db):
    return Offices().open()


@pytest.fixture
def province(offices):
    return offices.by_place[JILIN]


@pytest.fixture
def drafter(offices, province):
    return offices.actor(province, name="王芳")


@pytest.fixture
def leader(offices, province):
    return offices.actor(province, "documents.read", "documents.sign", "documents.cosign", name="赵国强")
