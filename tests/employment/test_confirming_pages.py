"""The clerk answers on her page, the person on hers, the county on its list."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from stdnum.cn.ric import calc_check_digit

from shegong.ground.accounts import actions as accounts
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.http import today
from shegong.kernel.lost_time import midnight
from shegong.kernel.outages import Outage
from shegong.work.employment import actions
from shegong.work.employment.models import Confirmation, Employment

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.a")]
YANJI = 222401000


@pytest.fixture
def employer(make_employer):
    return make_employer()


@pytest.fixture
def clerk(make_person, employer, let_in):
    """A browser of the employer's clerk."""
    person = make_person("周经办", "314")
    user = accounts.create_user(person, username="zhou", password="correct horse 9", by=SYSTEM, on=today())
    witnesses = tuple(people.create_person(by=SYSTEM, on=today()) for _ in range(2))
    accounts.found_grant(person, role="org_clerk", organization=employer, region_code=YANJI, witnesses=witnesses,
                         start=date(2020, 1, 1), by=SYSTEM, on=today())  # fmt: skip
    return let_in(Client(), user)


@pytest.fixture
def stated(person, herself, employer, clerk):
    actions.declare_employment(
        person, employer=employer, region_code=YANJI, position="社工", start=date(2026, 10, 1), by=herself, on=today()
    )  # fmt: skip
    return Confirmation.objects.get()


def url(name, *args):
    return reverse(f"employment:{name}", args=args)


def test_the_clerk_finds_who_waits_and_confirms(clerk, stated, employer):
    code = str(employer.pk)
    page = clerk.get(url("clerk", code)).content.decode()
    assert "王小明" in page and url("clerk_question", code, stated.pk) in page
    answer = url("clerk_question", code, stated.pk)
    assert clerk.post(answer, {"answer": "no", "reason": ""}).status_code == 422
    assert clerk.post(answer, {"answer": "yes", "version": stated.version}).status_code == 302
    stated.refresh_from_db()
    assert stated.state == "confirmed"
    assert "双方已确认" in clerk.get(url("clerk", code)).content.decode()
    assert clerk.get(url("clerk_file", code, "csv")).status_code == 200


def test_another_bodys_page_does_not_exist(clerk, stated, make_employer):
    other = make_employer("某中心")
    assert clerk.get(url("clerk", str(other.pk))).status_code == 404
    assert clerk.get(url("clerk_question", str(other.pk), stated.pk)).status_code == 404


def test_the_clerk_states_that_somebody_left_and_the_person_confirms(
    clerk, stated, employer, person, sign_in
):
    row, code = Employment.objects.current().get(person=person), str(employer.pk)
    assert clerk.post(url("left", code, row.pk), {"end": "2026-11-1"}).status_code == 302
    mine = sign_in("wang", person=person)
    question = Confirmation.objects.get(what="end")
    assert url("my_question", question.pk) in mine.get(url("mine")).content.decode()
    assert mine.post(url("my_question", question.pk), {"answer": "yes"}).status_code == 302
    assert Employment.objects.current().get(person=person).during.upper == date(2026, 11, 1)


def test_the_clerk_names_staff_and_takes_it_back(clerk, employer, person, sign_in):
    code = str(employer.pk)
    given = {"name": "王小明", "number": "990101199003070000", "start": "2026-10-1"}
    page = clerk.post(url("came", code), given)
    assert page.status_code == 422 and "number" in page.context["form"].errors
    body = "99010119900307124"
    assert (
        clerk.post(url("came", code), given | {"number": body + calc_check_digit(body + "0")}).status_code
        == 302
    )
    question = Confirmation.objects.get()
    assert clerk.post(url("clerk_question", code, question.pk), {"back": "1"}).status_code == 302
    question.refresh_from_db()
    assert question.state == "withdrawn" and not Employment.objects.exists()


def test_the_county_sees_disputes_of_its_place_and_decides_with_a_reason(sign_in, stated, employer, person):
    clerk = Actor(is_system=True)
    actions.deny(stated, reason="本单位无此职工", by=clerk, on=today())
    officer = sign_in("lin", YANJI)
    page = officer.get(url("questions")).content.decode()
    assert "王小明" in page and "本人填报在此任职" in page
    one = url("decide", stated.pk)
    assert "本单位无此职工" in officer.get(one).content.decode()
    assert officer.post(one, {"answer": "no", "reason": ""}).status_code == 422
    assert officer.post(one, {"answer": "no", "reason": "单位花名册中没有此人"}).status_code == 302
    stated.refresh_from_db()
    assert stated.state == "dismissed" and not Employment.objects.current().exists()
    assert officer.get(url("questions_file", "csv")).status_code == 200


def test_the_countys_list_gives_the_hours_of_an_outage_back(sign_in, stated):
    actions.deny(stated, reason="本单位无此职工", by=Actor(is_system=True), on=today())
    end = midnight(stated.due_on + timedelta(days=1))
    Outage.objects.create(
        during=(end - timedelta(hours=6), end - timedelta(hours=1)), notice_zh="停电", declared_by=0
    )
    page = sign_in("lin", YANJI).get(url("questions")).content.decode()
    assert (stated.due_on + timedelta(days=1)).isoformat() in page and stated.due_on.isoformat() not in page


def test_a_neighbouring_county_sees_nothing_of_it(sign_in, stated):
    officer = sign_in("zhao", 222402000)
    assert officer.get(url("decide", stated.pk)).status_code == 404
