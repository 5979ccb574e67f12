"""The list of pass-list lines that wait: who sees which, what they wait for, filters, the file; and from where one finds it."""

import re
from datetime import date

import pytest
from django.db import transaction

from shegong.ground.credentials import actions
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today

PAGE, YANBIAN, TUMEN = "/office/pass-lists/waiting/", 222400000, 222402000
DAY = date(2025, 6, 15)


@pytest.fixture
def listed(person, make_person):
    """Three lines: of somebody unknown, of somebody without a certificate, of one whose certificate says otherwise."""
    other = make_person("赵一", "345")
    numbers = [people.open_number(one.identities.get()) for one in (person, other)]
    unknown = "990101199203047797"
    said = [
        (numbers[0], "王小明", "社会工作师", "202506222401000001", YANBIAN),
        (numbers[1], "赵一", "助理社会工作师", "202506222401000002", YANBIAN),
        (unknown, "钱二", "社会工作师", "202506222401000003", None),
    ]
    levels = {"社会工作师": "social_worker", "助理社会工作师": "assistant"}
    passed = [actions.Passed(n, name, levels[lv], no, DAY, 2025, place) for n, name, lv, no, place in said]
    with transaction.atomic():
        actions.take_pass_list(passed, batch_id=7, by=SYSTEM, on=today())
    actions.declare_certificate(
        person, level="assistant", management_no="202506222401000001", issued_on=DAY, by=SYSTEM, on=today()
    )


def names(page):
    return set(re.findall("王小明|赵一|钱二", page.content.decode().partition("<tbody>")[2]))


@pytest.mark.clause("T4.2.b")
def test_each_line_says_what_it_waits_for_and_is_found_by_it(listed, sign_in):
    officer = sign_in("lin", YANBIAN, role="second_registrar")
    shown = officer.get(PAGE).content.decode()
    assert "证书信息与名单不符" in shown and "库中有此人，未填证书" in shown
    assert names(officer.get(PAGE)) == {"王小明", "赵一"}  # nobody knows where the third belongs
    assert names(officer.get(PAGE + "?state=differs")) == {"王小明"}
    assert names(officer.get(PAGE + "?level=assistant&year=2025&place=222400")) == {"赵一"}
    assert names(officer.get(PAGE + "?year=2024")) == set()
    assert officer.get(PAGE.rstrip("/") + ".csv").status_code == 200
    assert PAGE in officer.get("/office/").content.decode()


def test_another_prefecture_sees_none_of_them_and_a_county_not_the_page(listed, sign_in, client):
    county = sign_in("tu", TUMEN)
    assert county.get(PAGE).status_code == 403
    assert PAGE not in county.get("/office/").content.decode()
