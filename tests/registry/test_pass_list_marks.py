"""Who is on the pass list need not photograph the certificate: her pages say so, and the desk marks it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from shegong.duties.registry import actions
from shegong.duties.registry.models.facts import case_facts, ground_of
from shegong.duties.registry.rules import checks, papers_missing
from shegong.ground.accounts import actions as accounts
from shegong.ground.credentials import actions as credentials
from shegong.ground.credentials.models import PassListEntry
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today

from .conftest import YANJI

WAIVED = "已由考试合格名单核对，无需拍照"


@pytest.fixture
def list_her():
    """Her line on a pass list, as it came in before."""

    def go(one, covers=None, **differs):
        certificate = one.application.certificate
        said = {
            "number": people.open_number(one.person.identities.get()), "name": one.person.names.get().name,
            "level": certificate.level, "management_no": certificate.management_no,
            "approved_on": certificate.issued_on, "exam_year": certificate.issued_on.year, **differs,
        }  # fmt: skip
        credentials.take_pass_list(
            [credentials.Passed(**said)], batch_id=7, by=SYSTEM, on=today(), covers=covers
        )
        one.application.refresh_from_db()
        return one

    return go


@pytest.fixture
def drafted(make_case):
    """Everything is there but the photo of the certificate."""
    one = make_case(submit=False)
    for item in one.application.folder.items.filter(kind="certificate"):
        actions.remove_paper(one.application, item, by=one.me, on=today())
    return one


@pytest.fixture
def her_browser(let_in):
    def go(one):
        user = accounts.create_user(
            one.person, username="jin", password="correct horse 9", by=SYSTEM, on=today()
        )
        return let_in(Client(), user)

    return go


@pytest.mark.clause("T4.2.a")
def test_the_photo_of_a_listed_certificate_is_not_asked_for_and_her_pages_say_why(
    drafted, list_her, her_browser
):
    browser = her_browser(drafted)
    at = f"/my/registration/{drafted.application.token}/"
    assert WAIVED not in browser.get(at).content.decode()
    list_her(drafted)
    for url in (at, at + "papers/", at + "papers/certificate/"):
        assert WAIVED in browser.get(url).content.decode(), url
    actions.submit_application(drafted.application, by=drafted.me, on=today())
    assert drafted.application.state == "submitted" and drafted.application.clean


def test_a_list_that_says_otherwise_waives_nothing(drafted, list_her, her_browser):
    list_her(drafted, approved_on=drafted.application.certificate.issued_on - timedelta(days=1))
    ground = ground_of(drafted.application, today())
    assert papers_missing(ground.facts, ground.policy) == ["certificate"]
    at = f"/my/registration/{drafted.application.token}/papers/"
    assert WAIVED not in her_browser(drafted).get(at).content.decode()


def test_a_name_that_was_changed_since_asks_for_the_photo_again(drafted, list_her):
    list_her(drafted)
    people.state_name(drafted.person, name="金美兰", by=drafted.me, on=today())
    ground = ground_of(drafted.application, today())
    assert papers_missing(ground.facts, ground.policy) == ["certificate"]


def test_the_desk_marks_a_listed_certificate_and_her_card_names_the_source(make_case, list_her, make_clerk):
    one = list_her(make_case())
    clerk = make_clerk("lin", YANJI)
    shown = clerk.browser.get(f"/office/cases/{one.application.token}/").content.decode()
    assert "自动核对：与考试合格名单一致" in shown and "姓名、身份证号、管理号均在合格人员名单内" in shown
    card = clerk.browser.get(f"/office/people/{one.person.token}/").content.decode()
    assert "考试合格名单" in card


def test_a_certificate_that_its_years_list_does_not_hold_is_put_before_the_officer(make_case, list_her):
    one = make_case()
    list_her(one, covers=YANJI // 100_000 * 100_000, management_no="209906220000000001")
    ground = ground_of(one.application, today())
    found = checks(case_facts(one.application, ground), ground.policy, ground.calendar, today())
    assert [c.passed for c in found if c.code == "pass_list"] == [False]


def test_a_list_that_a_submitted_application_relies_on_stays(drafted, list_her):
    list_her(drafted)
    assert credentials.in_use(7) == []
    PassListEntry.objects.update(created_at=datetime(2020, 1, 1, tzinfo=UTC))  # tests share one moment
    actions.submit_application(drafted.application, by=drafted.me, on=today())
    assert [row.pk for row in credentials.in_use(7)] == [drafted.application.certificate_id]
