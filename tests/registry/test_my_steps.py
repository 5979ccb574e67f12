"""The applicant's questions: nothing chosen for her, nothing open that may not be changed."""

import pytest
from django.test import Client

from shegong.duties.registry import actions
from shegong.ground.accounts import actions as accounts
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today


@pytest.fixture
def holder(make_case, let_in):
    """The applicant's browser and her case, not yet submitted."""
    case = make_case(submit=False)
    user = accounts.create_user(
        case.person, username="jin", password="correct horse 9", by=SYSTEM, on=today()
    )
    return let_in(Client(), user), case


def at(case, page=""):
    return f"/my/registration/{case.application.token}/{page}"


def send_back(case, desks, items):
    actions.submit_application(case.application, by=case.me, on=today())
    actions.return_for_completion(case.application, items, by=desks.county, on=today())


@pytest.mark.clause("T4.2.b")
def test_a_diploma_that_nobody_chose_is_refused_beside_the_field(holder):
    browser, case = holder
    answer = browser.post(at(case, "education/"), {"level": "", "school_name": "延边大学"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["level"]


def test_who_begins_again_comes_to_the_open_application(holder):
    browser, case = holder
    assert browser.get("/my/registration/").headers["Location"] == at(case)


@pytest.mark.clause("T4.2.a")
def test_only_the_returned_page_opens_and_the_bar_counts_it_as_missing(holder, desks):
    browser, case = holder
    send_back(case, desks, {"certificate": "管理号与证书不一致，请更正。"})
    assert browser.get(at(case, "certificate/")).status_code == 200
    assert browser.get(at(case, "identity/")).headers["Location"] == at(case)
    page = browser.get(at(case))
    assert page.context["done"] == page.context["total"] - 1
    assert "还差 1 步" in page.content.decode()
