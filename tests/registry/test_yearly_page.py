"""The leaders' page of a year: both rules, renewals by month, every number a list of its length."""

import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from fixtures.registered import YANBIAN, YANJI, make, places  # noqa: F401  fixtures come in by their names

from shegong.duties.registry.measures_hours import ENDED, MET, OWED
from shegong.duties.registry.models import Term
from shegong.duties.registry.models.yearly import COLUMNS, MONTHLY, by_month, by_unit, people_of, year_of
from shegong.ground.accounts.models import Grant, User
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.kernel import cube
from shegong.kernel.temporal import days
from shegong.work.education.models import CreditEntry
from shegong.work.employment.models import Employment


@pytest.fixture
def world(make, client, let_in):  # noqa: F811
    """Three registered and in post: one with the hours of the year and of the term, one renewed, one at risk."""
    today, body = timezone.localdate(), Organization.objects.first()
    people = [make(f"林{n}", f"JL{n}", left=left, level="assistant") for n, left in enumerate((400, 40, 30))]
    for one in people:
        Employment.objects.create(
            person=one.person, employer=body, region_code=YANJI, during=days(date(2012, 1, 1))
        )
    CreditEntry.objects.create(
        person=people[0].person, minutes=72 * 60, kind="class", earned_on=today, source="t.x", source_id=1
    )
    ends = people[1].term.during.upper
    Term.objects.create(registration=people[1].registration, during=days(ends, ends + timedelta(days=1095)))
    for name in (MET, OWED, ENDED):
        cube.recount(name, repair=True)
    leader, one, two = (Person.objects.create() for _ in range(3))
    user = User.objects.create(username="leader", person=leader)
    Grant.objects.create(person=leader, role="leader", organization=body, region_code=YANJI, during=days(today - timedelta(days=1)),
                         proposed_by=one, approved_by=two)  # fmt: skip
    return SimpleNamespace(leader=let_in(client, user), people=people, today=today)


@pytest.mark.clause("T3.3")
def test_every_number_of_every_unit_and_month_is_the_length_of_its_list(world):
    seen = year_of(world.today.year, world.today)
    found = by_unit(seen, [YANBIAN, YANJI])
    assert found[YANJI] == found[YANBIAN]
    assert {key: found[YANJI][key] for key in ("owed", "met", "national", "risk")} == {
        "owed": 3,
        "met": 1,
        "national": 1,
        "risk": 1,
    }
    opened = 0
    for column in COLUMNS:
        assert len(people_of(seen, column, YANJI)) == found[YANJI][column.key], column.key
        opened += found[YANJI][column.key]
    for month, row in by_month(seen, YANJI).items():
        for key in MONTHLY:
            column = next(one for one in COLUMNS if one.key == key)
            assert len(people_of(seen, column, YANJI, month)) == row.get(key, 0), (month, key)
    assert opened >= 6


def test_the_page_says_both_rules_and_opens_its_lists(world):
    page = world.leader.get("/cockpit/registration/").content.decode()
    assert "CE-JL2011" in page and "CE-NAT2009" in page and "33.3%" in page
    for address in re.findall(r'href="(/cockpit/registration/people/[^"]+)"', page):
        answer = world.leader.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200, address
    people = world.leader.get("/cockpit/registration/people/", {"what": "risk"}).content.decode()
    assert "林2" in people and "林0" not in people
    assert world.leader.get("/cockpit/registration/", {"region": "222400"}).status_code == 404
    assert (
        world.leader.get("/cockpit/registration/people/", {"what": "owed", "month": "3"}).status_code == 404
    )
    assert "登记在岗" in b"".join(world.leader.get("/cockpit/registration.csv")).decode("utf-8-sig")
