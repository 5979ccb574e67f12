"""Two counties of a prefecture and one elsewhere, people who count there, readers of each place."""

from datetime import date

import pytest
from fixtures.frozen import DAAN, DAY, JILIN, ON, PLACES, YANJI, actor, cells

from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.ground.regions.models import Region
from shegong.kernel.access import SYSTEM
from shegong.kernel.temporal import days
from shegong.steering.statistics import actions
from shegong.steering.statistics.rules import PersonRow


@pytest.fixture
def places(db):
    for code, level, name, parent in PLACES:
        Region.objects.create(
            code=code, level=level, name=name, parent_code=parent, during=days(date(1949, 10, 1))
        )
    return Organization.objects.create(kind="civil_affairs", level=1, region_code=JILIN, name="吉林省民政厅")


@pytest.fixture
def folk(places):
    """Three people: two of 延吉, one of 大安."""
    found = []
    for name, code in (("金美玉", YANJI), ("李顺姬", YANJI), ("王德海", DAAN)):
        person = people.create_person(by=SYSTEM, on=ON)
        people.state_name(person, name=name, by=SYSTEM, on=ON)
        people.tie(person, kind="work", region_code=code, origin="people.person", origin_id=person.pk,
                   start=date(2010, 1, 1), by=SYSTEM, on=ON)  # fmt: skip
        found.append(person)
    return found


@pytest.fixture
def freeze(folk):
    def go(**given):
        rows = [
            PersonRow(p.pk, YANJI if n < 2 else DAAN, "K-G4", since=DAY, level=1) for n, p in enumerate(folk)
        ]
        asked = {"title": "2012年末", "as_of": DAY, "region_code": JILIN, "tables": cells(), "people": rows}
        return actions.freeze(**{**asked, "by": actor("statistics.freeze"), "on": ON, **given})

    return go


@pytest.fixture
def snapshot(freeze):
    return freeze()
