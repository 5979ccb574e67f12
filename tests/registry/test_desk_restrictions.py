"""Suspending a registration and lifting it: who may, what is refused, nothing done twice."""

import re
from datetime import timedelta
from html import unescape

import pytest

from shegong.duties.registry import actions
from shegong.duties.registry.models import Restriction
from shegong.ground.accounts.authority import actor_for
from shegong.kernel.http import today

JILIN, YANBIAN, YANJI = 220000000, 222400000, 222401000


def words(response):
    return unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def registered(make_clerk, make_case):
    """A registration issued today, its address, and the officer of the province."""
    application = make_case().application
    for name, region in (("yanji", YANJI), ("zhou", YANBIAN), ("sheng", JILIN)):
        officer = make_clerk(name, region)
        by = actor_for(officer.user, today())
        application.refresh_from_db()
        actions.pass_stage(application, opinion="同意", by=by, on=today())
    row = actions.issue_certificate(application, by=by, on=today())
    return row, f"/office/registrations/{row.register_no}/restrict/", officer


def sent(**more):
    end = (today() + timedelta(days=90)).isoformat()
    return {"act": "suspend", "end": end, "ground": "民罚〔2026〕3号", **more}


@pytest.mark.clause("T4.2.e")
def test_the_province_suspends_and_lifts_and_both_are_kept(registered):
    row, address, province = registered
    assert address in province.browser.get(f"/office/people/?card={row.pk}").content.decode()
    assert province.browser.post(address, sent()).url == address
    page = province.browser.get(address)
    assert "解除暂停" in words(page) and "民罚〔2026〕3号" in words(page)
    lifted = {"act": "lift", "reason": "复议决定撤销原处理"}
    assert province.browser.post(address, lifted).status_code == 302
    assert "暂停登记" in words(province.browser.get(address))
    assert Restriction.objects.filter(kind="suspended").count() == 1


def test_the_same_page_sent_again_does_not_suspend_twice_or_lift_by_mistake(registered):
    _row, address, province = registered
    province.browser.post(address, sent())
    again = province.browser.post(address, sent(reason="再次"))
    assert again.status_code == 422 and "该登记已在暂停中" in words(again)
    assert Restriction.objects.count() == 1 and Restriction.objects.current().count() == 1


def test_a_suspension_needs_an_end_ahead_and_a_ground_and_keeps_what_was_typed(registered):
    _row, address, province = registered
    for wrong in (sent(end=today().isoformat()), sent(ground=""), sent(end="2026-2-30")):
        answer = province.browser.post(address, wrong)
        assert answer.status_code == 422 and f'value="{wrong["end"]}"' in answer.content.decode()
    assert not Restriction.objects.exists()


def test_below_the_province_there_is_no_such_page(registered, make_clerk):
    row, address, _province = registered
    county = make_clerk("yanji2", YANJI).browser
    assert county.get(address).status_code == 403 and county.post(address, sent()).status_code == 403
    assert address not in county.get(f"/office/people/?card={row.pk}").content.decode()
