"""The register on a person's card, on the search page and in her own copy."""

import pytest

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application
from shegong.duties.registry.web import panels
from shegong.kernel.http import today


@pytest.mark.clause("T4.2.b")
def test_a_case_shows_on_the_card_within_reach_only(make_applicant, desks):
    applicant = make_applicant()
    panel = panels.office_cases(desks.county, applicant.person)
    assert [row["label"] for row in panel.context["rows"]] == [applicant.application.number]
    assert panels.office_cases(desks.neighbour, applicant.person) is None


def test_a_draft_shows_to_nobody_but_its_owner(make_applicant, desks):
    applicant = make_applicant(submit=False)
    assert panels.office_cases(desks.county, applicant.person) is None


def test_the_page_of_a_body_names_who_works_there_and_is_registered_within_reach(make_applicant, desks, day):
    held = make_applicant()
    body = held.application.workplace.employer
    assert panels.registered_staff(desks.county, body).context["rows"] == []
    for officer in (desks.county, desks.prefecture, desks.province):
        actions.pass_stage(held.application, opinion="材料齐全，同意登记。", by=officer, on=day)
    row = actions.issue_certificate(held.application, by=desks.province, on=day)
    panel = panels.registered_staff(desks.county, body)
    assert [line["label"] for line in panel.context["rows"]] == ["金美玉"]
    assert row.register_no in panel.context["rows"][0]["note"]
    assert panels.registered_staff(desks.neighbour, body).context["rows"] == []
    assert panels.registered_staff(held.me, body) is None


def test_registrations_are_found_by_the_beginning_of_their_number(make_registrations, desks):
    (row,) = make_registrations([{"valid_to": today(), "admitted_on": today()}])
    begin = row.register_no[:8].lower()
    assert len(panels.found_by_number(desks.county, begin).context["rows"]) == 1
    assert panels.found_by_number(desks.neighbour, begin) is None
    assert panels.found_by_number(desks.county, begin[:3]) is None


def test_a_case_is_found_by_its_number(make_applicant, desks):
    number = make_applicant().application.number
    assert Application.objects.count() == 1
    assert [row["label"] for row in panels.found_by_number(desks.county, number).context["rows"]] == [number]
