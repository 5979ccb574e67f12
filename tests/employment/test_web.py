"""Work history on the person's and the officer's pages."""

from datetime import date

import pytest
from django.urls import reverse

from shegong.kernel.pinyin import grams
from shegong.work.employment.models import Employment

pytestmark = pytest.mark.django_db
YANJI, TUMEN = 222401000, 222402000
STATED = {"employer": "阳光社工", "service_field": "relief", "position": "社工", "start": "2021-3-1"}


@pytest.fixture
def bodies(make_employer):
    names = ("延吉市阳光社工服务中心", "图们市阳光社工服务中心", "延吉市民政局")
    return [make_employer(name, grams=grams(name)) for name in names]


def url(name, *args):
    return reverse(f"employment:{name}", args=args)


def test_when_several_employers_fit_they_are_offered_and_one_is_chosen(sign_in, person, bodies):
    mine = sign_in("wang", person=person)
    page = mine.post(url("my_work_new"), STATED)
    assert page.status_code == 422 and set(page.context["form"].errors) == {"chosen"}
    assert "图们市阳光社工服务中心" in page.content.decode()
    assert mine.post(url("my_work_new"), STATED | {"chosen": bodies[1].pk}).status_code == 302
    assert Employment.objects.get().employer == bodies[1]


def test_an_employer_nobody_knows_and_an_impossible_date_stay_in_the_form(sign_in, person, bodies):
    mine = sign_in("wang", person=person)
    page = mine.post(url("my_work_new"), STATED | {"employer": "某某公司"})
    assert page.status_code == 422 and "某某公司" in page.content.decode()
    page = mine.post(url("my_work_new"), STATED | {"start": "2021-2-29"})
    assert (
        page.status_code == 422
        and "2021-2-29" in page.content.decode()
        and "start" in page.context["form"].errors
    )
    assert not Employment.objects.exists()


def test_an_employment_is_corrected_and_ended_on_one_page(sign_in, person, bodies):
    mine = sign_in("wang", person=person)
    mine.post(url("my_work_new"), STATED | {"employer": "延吉市民政局"})
    row = Employment.objects.get()
    assert "延吉市民政局" in mine.get(url("my_work", row.pk)).content.decode()
    ended = STATED | {"employer": "延吉市民政局", "end": "2026-1-1"}
    assert mine.post(url("my_work", row.pk), ended).status_code == 302
    assert Employment.objects.current().get().during.upper == date(2026, 1, 1)
    assert mine.get(url("my_work", row.pk)).status_code == 404
    assert "延吉市民政局" in mine.get(reverse("people:profile")).content.decode()


def test_an_officer_states_work_within_reach_only(sign_in, person, bodies):
    officer = sign_in("lin", YANJI)
    stated = STATED | {"employer": "延吉市民政局", "region": YANJI}
    assert officer.post(url("office_work_new", person.token), stated).status_code == 302
    row = Employment.objects.get()
    assert row.source == "county"
    assert "延吉市民政局" in officer.get(reverse("people:card", args=(person.token,))).content.decode()
    outside = sign_in("zhao", TUMEN)
    assert outside.get(url("office_work", person.token, row.pk)).status_code == 404
    assert outside.post(url("office_work_new", person.token), stated).status_code == 404
