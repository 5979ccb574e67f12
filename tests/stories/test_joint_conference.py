"""Tale 3: the joint conference of 延边 decided on the subsidy; finance is long late, the list says so; its liaison replies with
proof from a phone; the office closes it."""

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from fixtures.screens import follow, look_at
from playwright.sync_api import expect

from shegong.ground.accounts import actions as accounts
from shegong.ground.people.models import Person
from shegong.ground.tasks.models import Task
from shegong.kernel.access import SYSTEM

_spec = importlib.util.spec_from_file_location(
    "council_people", Path(__file__).parents[1] / "council" / "conftest.py"
)
_council = importlib.util.module_from_spec(_spec)
sys.modules["council_people"] = _council
_spec.loader.exec_module(_council)
world, yanbian, planned, held, decided = (
    _council.world, _council.yanbian, _council.planned, _council.held, _council.decided,
)  # fmt: skip
issue, minuted, photo, YANBIAN, DAY = (
    _council.issue,
    _council.minuted,
    _council.photo,
    _council.YANBIAN,
    _council.DAY,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.clause("M1.c", "N7")]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 375, "height": 812}


@pytest.fixture
def sign_up(world, let_in):
    """`sign_up(actor, role, body)`: an account with that role for somebody of the conference's world."""

    def go(actor, role, body):
        person = Person.objects.get(pk=actor.person_id)
        user = accounts.create_user(person, username=role, password="correct horse 9", by=SYSTEM, on=DAY)
        accounts.set_totp(user, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", by=SYSTEM, on=DAY)
        others = tuple(Person.objects.exclude(pk=person.pk).order_by("pk")[:2])
        accounts.found_grant(
            person,
            role=role,
            organization=body,
            region_code=YANBIAN,
            witnesses=others,
            start=DAY,
            by=SYSTEM,
            on=DAY,
        )
        return SimpleNamespace(user=user, browser=let_in(Client(), user))

    return go


def test_finance_is_late_the_list_says_so_and_the_follow_up_closes_it(
    open_page, world, minuted, photo, sign_up
):
    task = Task.objects.get()
    office = open_page(DESKTOP, sign_up(world.officer, "plan_officer", world.office))
    office.goto("/office/resolutions/")
    assert "各部门逾期事项" in office.inner_text("main") and "严重逾期（红）" in office.inner_text("main")
    look_at(office, "1_late")
    office.click("text=财政局 1")
    expect(office.locator("main")).to_contain_text("岗位补贴列入2013年州级预算")

    liaison = open_page(PHONE, sign_up(world.clerk, "department_clerk", world.finance))
    liaison.goto("/account/start/")
    follow(liaison, "text=岗位补贴列入2013年州级预算")
    look_at(liaison, "2_task")
    liaison.click("button:has-text('签收')")
    liaison.wait_for_selector("text=办理中")
    liaison.fill("[name=reply-text]", "已列入州级预算，批复见附件。")
    proof = {"name": "批复.jpg", "mimeType": "image/jpeg", "buffer": photo}
    liaison.set_input_files("[name=reply-papers]", proof)
    liaison.click("button:has-text('提交回复')")
    liaison.wait_for_selector("text=已回复，待核销")
    look_at(liaison, "3_replied")

    office.goto(f"/office/tasks/{task.pk}/")
    office.check("[name=check-choice][value=close]")
    look_at(office, "4_check")
    office.click("button:has-text('提交决定')")
    office.wait_for_selector("text=已销号")
    office.goto("/office/resolutions/")
    assert "各部门逾期事项" not in office.inner_text("main")
    task.refresh_from_db()
    assert task.state == "closed" and task.closed_by_id != task.replied_by_id
