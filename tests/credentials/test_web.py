"""Degrees and certificates on the person's and the officer's pages."""

from datetime import date

import pytest
from django.urls import reverse

from shegong.ground.credentials import actions
from shegong.ground.credentials.models import Certificate, Education

pytestmark = pytest.mark.django_db
YANJI, TUMEN = 222401000, 222402000
STATED = {
    "level": "assistant",
    "management_no": "201206220040000123",
    "issued_on": "2012-6-30",
    "exam_year": "2012",
}
DEGREE = {
    "level": "21",
    "degree": "4",
    "school_name": "延边大学",
    "major": "社会工作",
    "graduated_on": "2012年7月1日",
}


def url(name, *args):
    return reverse(f"credentials:{name}", args=args)


def test_the_person_states_corrects_and_drops_a_degree(sign_in, person):
    mine = sign_in("wang", person=person)
    assert mine.post(url("my_education_new"), DEGREE).status_code == 302
    row = Education.objects.get()
    assert row.major_class == "sw" and "延边大学" in mine.get(reverse("people:profile")).content.decode()
    assert mine.post(url("my_education", row.pk), DEGREE | {"major": "法学"}).status_code == 302
    row = Education.objects.current().get()
    assert row.major == "法学"
    assert mine.post(url("drop_education", row.pk)).status_code == 302
    assert not Education.objects.current().exists()
    assert mine.get(url("my_education", row.pk)).status_code == 404


def test_bad_answers_stay_in_the_form_beside_their_fields(sign_in, person):
    mine = sign_in("wang", person=person)
    page = mine.post(
        url("my_certificate_new"), STATED | {"management_no": "2012_06", "issued_on": "2012-2-30"}
    )
    assert (
        page.status_code == 422
        and "2012_06" in page.content.decode()
        and "2012-2-30" in page.content.decode()
    )
    assert set(page.context["form"].errors) == {"issued_on"}
    page = mine.post(url("my_certificate_new"), STATED | {"management_no": "2012_06"})
    assert set(page.context["form"].errors) == {"management_no"}
    assert not Certificate.objects.exists()


def test_the_person_corrects_a_declared_certificate_only(sign_in, person, herself, day):
    mine = sign_in("wang", person=person)
    assert mine.post(url("my_certificate_new"), STATED).status_code == 302
    row = Certificate.objects.get()
    change = STATED | {"management_no": "201206220040000999"}
    assert mine.post(url("my_certificate", row.pk), change).status_code == 302
    assert mine.get(url("my_certificate", row.pk)).status_code == 404
    assert Certificate.objects.get(state="declared").management_no == "201206220040000999"


def test_an_officer_checks_a_certificate_within_reach_once(sign_in, person, herself, day):
    row = actions.declare_certificate(person, level="assistant", management_no="201206220040000123",
                                      issued_on=date(2012, 6, 30), by=herself, on=day)  # fmt: skip
    address = url("check", person.token, row.pk)
    outside = sign_in("zhao", TUMEN)
    assert outside.get(address).status_code == 404
    assert outside.post(address, {"source": "office", "result": "matches"}).status_code == 404
    officer = sign_in("lin", YANJI)
    assert address in officer.get(reverse("people:card", args=(person.token,))).content.decode()
    assert officer.post(address, {"source": "gossip", "result": "matches"}).status_code == 422
    seen = {"source": "office", "result": "matches", "version": row.version}
    assert officer.post(address, seen).status_code == 302
    assert officer.post(address, seen | {"result": "differs"}).status_code == 409
    row.refresh_from_db()
    assert row.state == "verified" and row.checks.count() == 1


def test_an_officer_states_a_degree_with_the_source_county(sign_in, person):
    officer = sign_in("lin", YANJI)
    assert officer.post(url("office_education_new", person.token), DEGREE).status_code == 302
    row = Education.objects.get()
    assert (
        row.source == "county"
        and officer.get(url("office_education", person.token, row.pk)).status_code == 200
    )
    assert sign_in("zhao", TUMEN).get(url("office_education_new", person.token)).status_code == 404
