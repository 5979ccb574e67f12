"""Applications as a list, the officer's home, and an employer's staff."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from shegong.duties.registry.models import Application
from shegong.duties.registry.web.cases import CASES
from shegong.duties.registry.web.home import figures, stages
from shegong.duties.registry.web.organisation import staff_of, staff_rows
from shegong.duties.registry.web.register import REGISTER
from shegong.ground.accounts.models import Grant, User
from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.listing_filters import Scene
from shegong.kernel.temporal import days
from shegong.work.employment.models import Employment

TUMEN, YANJI = 222402000, 222401000


def listed(listing, query, actor, day):
    return listing.asked(QueryDict(query), Scene(actor, day, "registry.read"))


@pytest.fixture
def cases(make_applicant, day):
    """One draft, three waiting in Yanji: one overdue, one due within a week, one with time."""
    made = [
        make_applicant(name=name, submit=name != "草稿") for name in ("草稿", "金美玉", "朴明哲", "崔顺姬")
    ]
    for case, left in zip(made[1:], (-1, 5, 20), strict=True):
        Application.objects.filter(pk=case.application.pk).update(due_on=day + timedelta(days=left))
    return made


@pytest.mark.clause("T4.2.a")
def test_officers_see_all_cases_in_reach_but_no_drafts(cases, desks, day):
    assert [row.name for row in listed(CASES, "", desks.county, day).rows] == ["崔顺姬", "朴明哲", "金美玉"]
    assert listed(CASES, "", desks.province, day).count == 3
    assert listed(CASES, "", desks.neighbour, day).count == 0
    assert listed(CASES, "region=222401", desks.neighbour, day).count == 0


@pytest.mark.parametrize(
    ("query", "names"),
    [("state=submitted", 3), ("state=drafted", 0), ("state=open", 3), ("due=late", 1), ("due=soon", 1), ("q=金", 1),
     ("kind=renewal", 0), ("stage=first", 3), ("stage=final", 0), ("sort=submitted", 3)],
)  # fmt: skip
def test_cases_are_filtered(cases, desks, day, query, names):
    assert listed(CASES, query, desks.county, day).count == names


def test_each_number_of_the_home_is_the_length_of_its_list(cases, desks, day):
    (stage,) = stages(desks.county, day)
    assert (stage["total"], stage["late"], stage["soon"]) == (3, 1, 1)
    for number, url in ((3, stage["url"]), (1, stage["late_url"]), (1, stage["soon_url"])):
        assert listed(CASES, url.partition("?")[2], desks.county, day).count == number
    for figure in figures(desks.county, day):
        shown = listed(REGISTER, figure["url"].partition("?")[2], desks.county, day)
        assert figure["count"] == shown.count_words == "0"


def test_an_officer_counts_only_the_stage_of_his_role(cases, desks, day):
    assert [stage["total"] for stage in stages(desks.prefecture, day)] == [0]
    assert [stage["total"] for stage in stages(desks.neighbour, day)] == [0]


# ---- an employer's clerk ----


@pytest.fixture
def clerk(client, let_in, employer, offices):
    """A signed-in clerk of the employer, and another body next door."""
    person, first, second = (
        people.create_person(by=SYSTEM, on=date(2026, 1, 1), source="office") for _ in range(3)
    )
    user = User.objects.create_user("clerk", "a long password", person=person)
    Grant.objects.create(
        person=person, role="org_clerk", organization=employer, region_code=YANJI, proposed_by=first,
        approved_by=second, during=days(date(2026, 1, 1)),
    )  # fmt: skip
    return let_in(client, user)


@pytest.fixture
def staff(employer, make_registrations):
    """Two of the employer: one registered, one not; a third left; a fourth works next door."""
    day = timezone.localdate()
    rows = make_registrations(
        {"admitted_on": day - timedelta(days=9), "valid_to": day + timedelta(days=900), "region_code": YANJI}
        for _ in range(3)
    )
    persons = [*(row.person for row in rows), people.create_person(by=SYSTEM, on=day)]
    next_door = Organization.objects.create(kind="centre", region_code=TUMEN, name="图们市某中心")
    for person, name in zip(persons, ("甲一", "乙二", "丙三", "丁四"), strict=True):
        people.state_name(person, name=name, by=SYSTEM, on=day)
    here, ended = days(date(2020, 1, 1)), days(date(2020, 1, 1), date(2021, 1, 1))
    for person, body, during in zip(
        persons, (employer, employer, next_door, employer), (here, ended, here, here), strict=True
    ):
        Employment.objects.create(person=person, employer=body, region_code=YANJI, during=during)
    return rows


@pytest.mark.clause("T4.2.b")
def test_a_clerk_sees_present_staff_with_their_registrations(staff, clerk, employer):
    page = clerk.get(f"/org/{employer.pk}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "甲一" in text and "丁四" in text
    assert "乙二" not in text and "丙三" not in text
    assert staff[0].register_no in text and "未登记" in text


def test_a_clerk_sees_no_other_body_and_no_register(staff, clerk, employer):
    other = Organization.objects.get(name="图们市某中心")
    assert clerk.get(f"/org/{other.pk}/").status_code == 404
    assert clerk.get(f"/org/{other.pk}.xlsx").status_code == 404
    assert clerk.get("/org/1 OR 1/").status_code == 404
    assert clerk.get("/office/people/").status_code == 403
    assert (
        b"".join(clerk.get(f"/org/{employer.pk}.csv").streaming_content).decode("utf-8-sig").count("\r\n")
        == 8
    )


def test_an_officer_is_no_clerk(staff, employer, offices, clerk, client):
    clerk.logout()
    assert client.get(f"/org/{employer.pk}/").status_code == 302


def test_the_open_registration_counts_for_staff_not_the_closed_one(staff, employer, make_registrations):
    day = timezone.localdate()
    person = staff[0].person
    (old,) = make_registrations(
        [
            {
                "admitted_on": day - timedelta(days=999),
                "valid_to": day,
                "closed_on": day - timedelta(days=9),
                "closed_kind": "superseded",
            }
        ]
    )
    type(old).objects.filter(pk=old.pk).update(person=person)
    row = Employment.objects.get(person=person)
    scene = Scene(Actor(user_id=1), day, "registry.staff")
    assert [r.registration.register_no for r in staff_rows([row.pk], scene)] == [staff[0].register_no]
    assert staff_of(employer).asked(QueryDict(""), scene).count == 2
