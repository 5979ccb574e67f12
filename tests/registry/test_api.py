"""The register over HTTP: same reach, same refusals, same transaction as the pages."""

import json
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from shegong.duties.registry.models import Decision
from shegong.ground.accounts import actions as accounts
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today

YANJI, TUMEN = 222401000, 222402000


@pytest.fixture
def officer(offices, let_in):
    """`officer(region)`: a client signed in as the first registrar of a county."""

    def make(region, client=None):
        on = today()
        person, one, two = (people.create_person(by=SYSTEM, on=on, source="office") for _ in range(3))
        user = accounts.create_user(person, username=f"u{person.pk}", password=None, by=SYSTEM, on=on)
        accounts.found_grant(
            person, role="first_registrar", organization=offices[region], region_code=region, witnesses=(one, two),
            start=date(2012, 1, 1), by=SYSTEM, on=on,
        )  # fmt: skip
        return let_in(client or Client(), user)

    return make


def post(client, path, body, **headers):
    return client.post(path, json.dumps(body), content_type="application/json", **headers)


def test_the_document_of_the_api_lists_every_operation(db):
    document = Client().get("/api/openapi.json").json()
    assert {"/api/applications", "/api/applications/{token}/pass"} <= set(document["paths"])


def test_without_a_session_nothing_but_the_document_is_served(db, make_applicant):
    token = make_applicant().application.token
    assert Client().get(f"/api/applications/{token}").status_code == 401
    assert post(Client(), f"/api/applications/{token}/pass", {"version": 1}).status_code == 401


def test_an_officer_lists_and_passes_the_cases_of_the_own_county(make_applicant, officer):
    application = make_applicant().application
    client = officer(YANJI)
    assert [row["token"] for row in client.get("/api/applications").json()] == [application.token]
    body = {"version": application.version, "opinion": "材料齐全"}
    answer = post(client, f"/api/applications/{application.token}/pass", body)
    assert answer.status_code == 200 and answer.json()["state"] == "first_passed"
    assert answer.json()["national_status"] == "初审通过"


@pytest.mark.parametrize("verb", ["", "/accept", "/pass", "/fail", "/return"])
def test_for_the_neighbouring_county_the_case_does_not_exist(make_applicant, officer, verb):
    application = make_applicant().application
    client = officer(TUMEN)
    path = f"/api/applications/{application.token}{verb}"
    body = {"version": application.version, "items": {}, "opinion": "x", "reason_code": "y"}
    answer = post(client, path, body) if verb else client.get(path)
    assert answer.status_code == 404
    application.refresh_from_db()
    assert application.state == "submitted"


def test_a_draft_is_nobody_elses_matter(make_applicant, officer):
    application = make_applicant(submit=False).application
    assert officer(YANJI).get(f"/api/applications/{application.token}").status_code == 404


def test_a_refusal_names_its_fields(make_applicant, officer):
    application = make_applicant().application
    answer = post(
        officer(YANJI), f"/api/applications/{application.token}/fail", {"version": application.version}
    )
    assert answer.status_code == 422
    assert [o["field"] for o in answer.json()["obstacles"]] == ["reason_code", "opinion"]


def test_a_stale_version_is_told_with_409(make_applicant, officer):
    application = make_applicant().application
    answer = post(officer(YANJI), f"/api/applications/{application.token}/accept", {"version": 0})
    assert answer.status_code == 409


def test_the_same_key_twice_gives_the_first_answer_and_another_body_is_refused(make_applicant, officer):
    application = make_applicant().application
    client, path = officer(YANJI), f"/api/applications/{application.token}/pass"
    body, key = {"version": application.version, "opinion": "同意"}, {"HTTP_IDEMPOTENCY_KEY": uuid4().hex}
    first, again = post(client, path, body, **key), post(client, path, body, **key)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert Decision.objects.count() == 1
    assert post(client, path, body | {"opinion": "别的"}, **key).status_code == 422


def test_an_unsafe_call_from_another_site_is_refused(make_applicant, officer):
    application = make_applicant().application
    client = officer(YANJI, Client(enforce_csrf_checks=True))
    answer = post(client, f"/api/applications/{application.token}/accept", {"version": application.version})
    assert answer.status_code == 403
    application.refresh_from_db()
    assert application.state == "submitted"


def test_unknown_fields_change_nothing(make_applicant, officer):
    application = make_applicant().application
    body = {"version": application.version, "state": "issued", "region": 1, "decider_id": 1}
    answer = post(officer(YANJI), f"/api/applications/{application.token}/accept", body)
    assert answer.json()["state"] == "accepted" and answer.json()["region"] == YANJI


@pytest.mark.parametrize(
    ("verb", "more"),
    [
        ("fail", {"reason_code": "not_qualified", "opinion": "长" * 501}),
        ("fail", {"reason_code": "x" * 41, "opinion": "材料不符"}),
        ("pass", {"opinion": "长" * 501}),
        ("return", {"items": {"certificate": "长" * 501}}),
        ("return", {"items": {f"item{n}": "看不清楚" for n in range(61)}}),
    ],
)
def test_what_is_longer_than_any_page_takes_is_refused_and_changes_nothing(
    make_applicant, officer, verb, more
):
    application = make_applicant().application
    answer = post(
        officer(YANJI),
        f"/api/applications/{application.token}/{verb}",
        {"version": application.version, **more},
    )
    assert answer.status_code == 422
    version = application.version
    application.refresh_from_db()
    assert application.version == version and not Decision.objects.exists()


def test_the_longest_opinion_that_a_page_takes_passes(make_applicant, officer):
    application = make_applicant().application
    body = {"version": application.version, "opinion": "长" * 500}
    answer = post(officer(YANJI), f"/api/applications/{application.token}/pass", body)
    assert answer.status_code == 200
    assert Decision.objects.get().opinion == "长" * 500
