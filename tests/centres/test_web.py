"""The pages of centres, as the county's officer uses them."""

import pytest
from django.urls import reverse

from shegong.ground.accounts import actions as accounts
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.work.centres import actions
from shegong.work.centres.models import AnnualCheck, Centre

from .conftest import BEISHAN, DAY, YANJI

NEW = {
    "name": "延吉市北山街道社会救助服务中心", "registration_no": "吉延民政字第010123号", "region": "延吉市北山街道",
    "legal_representative": "李英爱", "fund": "30000", "registered_on": "2011年8月1日",
}  # fmt: skip


@pytest.fixture
def browser(yanji, client, let_in):
    persons = [people.create_person(by=SYSTEM, on=DAY) for _ in range(3)]
    user = accounts.create_user(
        persons[0], username="yanji", password="correct horse 9", by=SYSTEM, on=today()
    )
    accounts.set_totp(user, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", by=SYSTEM, on=today())
    accounts.found_grant(
        persons[0], role="first_registrar", organization=yanji, region_code=YANJI, witnesses=tuple(persons[1:]),
        start=today(), by=SYSTEM, on=today(),
    )  # fmt: skip
    return let_in(client, user)


@pytest.fixture
def centre(yanji):
    return actions.enter_centre(
        None, name=NEW["name"], region_code=BEISHAN, legal_representative="李英爱",
        registration_no=NEW["registration_no"], registered_on=DAY, by=SYSTEM, on=DAY,
    )  # fmt: skip


@pytest.mark.clause("T1.2.b")
def test_an_officer_enters_a_centre_and_finds_it_in_the_list_and_its_file(browser):
    empty = browser.get(reverse("centres:list")).content.decode()
    assert "录入服务中心" in empty
    answer = browser.post(reverse("centres:new"), NEW)
    centre = Centre.objects.get()
    assert answer.headers["Location"] == reverse("centres:one", args=[centre.pk])
    assert centre.fund_fen == 3_000_000
    assert NEW["name"] in browser.get(reverse("centres:list")).content.decode()
    assert NEW["name"] in browser.get("/office/centres.csv").getvalue().decode("utf-8-sig")


def test_a_wrong_township_is_refused_beside_its_field_and_nothing_is_lost(browser):
    answer = browser.post(reverse("centres:new"), NEW | {"region": "延吉市天上街道"})
    assert answer.status_code == 422
    assert "没有“延吉市天上街道”这个乡镇（街道）" in answer.content.decode()
    assert answer.context["form"]["name"].value() == NEW["name"]


def test_check_correction_and_standing_from_the_page(browser, centre):
    page = browser.get(reverse("centres:one", args=[centre.pk])).content.decode()
    assert "还没有年检记录" in page and "登记年检结果" in page
    answer = browser.post(
        reverse("centres:check", args=[centre.pk]), {"year": "2014", "result": "basic", "staff": "5"}
    )
    assert answer.status_code == 302 and AnnualCheck.objects.get().result == "basic"
    again = browser.post(reverse("centres:check", args=[centre.pk]), {"year": "2014", "result": "passed"})
    assert again.status_code == 422 and "2014 年度年检结果已登记" in again.content.decode()
    version = {"version": centre.version}
    flagged = browser.post(
        reverse("centres:standing", args=[centre.pk]), {"step": "flag", "reason": "未按时报送材料"} | version
    )
    assert flagged.status_code == 302
    late = browser.post(
        reverse("centres:correct", args=[centre.pk]),
        {"legal_representative": "朴英爱", "registration_no": "1"} | version,
    )
    assert late.status_code == 409
    assert "列入异常名录" in browser.get(reverse("centres:one", args=[centre.pk])).content.decode()
