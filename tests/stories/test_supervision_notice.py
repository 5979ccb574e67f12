"""Tale 1: the office sees that 白城 is behind and issues a notice that the leader signs; 白城 signs for it and replies with
proof from a phone; the office checks it and closes."""

import importlib.util
import sys
from pathlib import Path

import pytest
from fixtures.screens import follow, look_at

from shegong.ground.tasks.models import Task
from shegong.steering.oversight.models import Circular

_spec = importlib.util.spec_from_file_location(
    "oversight_people", Path(__file__).parents[1] / "oversight" / "conftest.py"
)
_people = importlib.util.module_from_spec(_spec)
sys.modules["oversight_people"] = _people
_spec.loader.exec_module(_people)
world, make_officer, figures_of_2012 = _people.world, _people.make_officer, _people.figures_of_2012
coordinator, leader, baicheng = _people.coordinator, _people.leader, _people.baicheng

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.clause("N6", "N12")]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 375, "height": 812}


def test_a_notice_goes_from_the_figure_to_the_closing(
    open_page, figures_of_2012, coordinator, leader, baicheng
):
    office = open_page(DESKTOP, coordinator)
    office.goto("/office/notices/new/?region=220000000&indicator=K-T1&asof=2012-12-31")
    look_at(office, "1_new")
    office.click("#form .acts button")
    office.wait_for_url("**/edit/")
    assert office.locator("details[open]").count() == 2  # the one proposed for praise, the one for naming
    look_at(office, "2_edit")
    office.click("#form .acts button")
    office.wait_for_url("**/office/notices/*/")
    office.click("button[value=send]")
    office.wait_for_selector("text=由发文机关负责人签发")
    row = Circular.objects.get()

    chief = open_page(DESKTOP, leader)
    chief.goto(f"/office/documents/{row.document_id}/")
    follow(chief, "button[value=sign]")
    office.goto(f"/office/notices/{row.pk}/")
    office.click("button[value=issue]")
    office.wait_for_selector("text=还有1项整改未销号")
    look_at(office, "3_issued")

    unit = open_page(PHONE, baicheng)
    unit.goto("/office/this-period/")
    look_at(unit, "4_unit")
    unit.click("a:has-text('阅读并签收')")
    unit.click("button[value=sign_for]")
    unit.wait_for_selector("text=已签收")
    look_at(unit, "5_signed_for")
    unit.click("a:has-text('回复并附佐证')")
    unit.locator("main textarea").first.fill("已补招八十八人，名册附后。")
    proof = {"name": "名册.jpg", "mimeType": "image/jpeg", "buffer": _people.photo()}
    unit.locator("main input[type=file]").first.set_input_files(proof)
    unit.click("button:has-text('提交回复')")
    unit.wait_for_selector("text=名册.jpg")

    office.goto(f"/office/notices/{row.pk}/")
    office.click("a:has-text('核对佐证并销号')")
    office.locator("main label:has-text('已办结，销号')").click()
    follow(office, "button:has-text('提交决定')")
    office.goto(f"/office/notices/{row.pk}/")
    office.click("button[value=close]")
    office.wait_for_selector("text=通报已办结")
    look_at(office, "6_closed")
    assert (Circular.objects.get().state, Task.objects.get().state) == ("closed", "closed")
