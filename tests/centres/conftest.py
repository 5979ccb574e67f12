"""Two townships of Yanji and one of Tumen, a county officer, and rows of a ledger."""

from datetime import date

import pytest

from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.ground.regions.models import Region
from shegong.kernel import audit
from shegong.kernel.access import SYSTEM, Actor, Authority, Range
from shegong.kernel.sheets.layout import Taking
from shegong.kernel.sheets.rows import RowReader
from shegong.kernel.temporal import days
from shegong.work.centres.sheets import CENTRES

DAY = date(2013, 6, 20)
JILIN, YANBIAN, YANJI, TUMEN = 220000000, 222400000, 222401000, 222402000
BEISHAN, HENAN, XINHUA = 222401002, 222401003, 222402001
PLACES = [
    (JILIN, 1, "吉林省", None), (YANBIAN, 2, "延边朝鲜族自治州", JILIN), (YANJI, 3, "延吉市", YANBIAN),
    (TUMEN, 3, "图们市", YANBIAN), (BEISHAN, 4, "北山街道", YANJI), (HENAN, 4, "河南街道", YANJI),
    (XINHUA, 4, "新华街道", TUMEN),
]  # fmt: skip
COLUMNS = {column.key: place for place, column in enumerate(CENTRES.columns)}
USUAL = {
    "name": "延吉市北山街道社会救助服务中心", "number": "吉延民政字第010123号", "legal_representative": "李英爱",
    "address": "延吉市北山街道丹进路1号", "fund": "3万元", "supervisor": "延吉市民政局", "registered_on": "2011-08-01",
    "check": "2012年合格", "staff": "5", "certified": "2",
}  # fmt: skip


@pytest.fixture
def yanji(db):
    for code, level, name, parent in PLACES:
        Region.objects.create(
            code=code, level=level, name=name, parent_code=parent, during=days(date(1949, 10, 1))
        )
    return Organization.objects.create(
        kind="civil_affairs", level=3, region_code=YANJI, name="延吉市民政局", system="civil_affairs"
    )


@pytest.fixture
def clerk(yanji):
    person = people.create_person(by=SYSTEM, on=DAY, source="office")
    authority = Authority(
        role="first_registrar",
        permissions=frozenset(
            {"centres.read", "centres.edit", "organizations.read", "organizations.edit", "people.edit"}
        ),
        ranges=(Range(YANJI, YANJI + 1000),), region_code=YANJI, level=3, organization_id=yanji.pk,
        office_name=yanji.name,
    )  # fmt: skip
    return Actor(user_id=person.id, person_id=person.id, authorities=(authority,))


@pytest.fixture
def taking(clerk):
    return Taking(7, clerk, DAY)


@pytest.fixture
def row():
    """One row of a ledger, the usual one but for what is given; checked against nothing yet."""

    def make(at=2, **cells):
        given = {**USUAL, **cells}
        return RowReader(CENTRES, COLUMNS, DAY).read(at, [given.get(c.key, "") for c in CENTRES.columns])

    return make


@pytest.fixture
def deviations():
    """What the audit finds, but for the rows that the fixtures made behind its back."""

    def find():
        return [f for f in audit.verify() if f.kind != "row_unknown" or f.where.startswith("centres_")]

    return find
