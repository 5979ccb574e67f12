"""The pages of tasks: as the office that sets them, and as a department's liaison on a phone."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shegong.ground.accounts import actions as accounts
from shegong.ground.people import actions as people
from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.models import Task
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today

from .conftest import BAICHENG, DAY, YANBIAN, body_of, photo


def browser_of(client_class, let_in, body, role, region=YANBIAN):
    """Somebody signed in with a role in a body."""
    persons = [people.create_person(by=SYSTEM, on=DAY) for _ in range(3)]
    user = accounts.create_user(
        persons[0], username=f"{role}{body.pk}", password="correct horse 9", by=SYSTEM, on=today()
    )
    accounts.set_totp(user, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", by=SYSTEM, on=today())
    accounts.found_grant(
        persons[0], role=role, organization=body, region_code=region, witnesses=tuple(persons[1:]), start=DAY, by=SYSTEM,
        on=today(),
    )  # fmt: skip
    return let_in(client_class(), user)


@pytest.fixture
def officer(world, client, let_in):
    return browser_of(type(client), let_in, world.office, "plan_officer")


@pytest.fixture
def liaison(world, client, let_in):
    return browser_of(type(client), let_in, world.finance, "department_clerk")


@pytest.fixture
def task(assigned):
    return assigned(due_on=today() + timedelta(days=20), on=today())


def at(task):
    return reverse("tasks:one", args=[task.pk])


@pytest.mark.clause("M1.c", "N12")
def test_a_liaison_acknowledges_and_replies_with_a_photo_and_the_office_settles(officer, liaison, task):
    page = liaison.get(at(task)).content.decode()
    assert "签收" in page and task.title in page
    liaison.post(at(task), {"do": "acknowledge"})
    sent = {
        "do": "reply", "reply-text": "已列入预算，批复见附件",
        "reply-papers": [SimpleUploadedFile("批复.jpg", photo(), "image/jpeg")],
    }  # fmt: skip
    assert liaison.post(at(task), sent).status_code == 302
    task.refresh_from_db()
    assert task.state == "replied"
    item = task.replies.get().folder.items.get()
    shown = officer.get(reverse("tasks:paper", args=[task.pk, item.pk]))
    assert shown["Content-Type"] == "image/jpeg"
    assert officer.post(at(task), {"do": "check", "check-choice": "close"}).status_code == 302
    assert Task.objects.get().state == "closed"
    assert "已销号" in liaison.get(at(task)).content.decode()


def test_a_reply_without_words_is_shown_again_beside_its_field(liaison, task):
    answer = liaison.post(at(task), {"do": "reply", "reply-text": ""})
    assert answer.status_code == 422
    assert answer.context["form"].errors["text"]


def test_the_ledger_shows_each_what_is_theirs_and_gives_the_same_rows_as_a_file(
    officer, liaison, task, client, let_in
):
    for browser in (officer, liaison):
        assert task.title in browser.get(reverse("tasks:ledger")).content.decode()
        assert task.title in browser.get("/office/tasks.csv").getvalue().decode("utf-8-sig")
    stranger = browser_of(
        type(client), let_in, body_of("白城市卫生局", BAICHENG), "department_clerk", BAICHENG
    )
    assert task.title not in stranger.get(reverse("tasks:ledger")).content.decode()
    assert stranger.get(at(task)).status_code == 404


def test_an_officer_sets_a_task_by_hand_and_passes_a_part_on(officer, world):
    given = {
        "kind": "work", "title": "报送2013年社工岗位补贴预算", "responsible": world.finance.pk, "helpers": [world.school.pk],
        "due_on": (today() + timedelta(days=10)).isoformat(),
    }  # fmt: skip
    assert officer.post(reverse("tasks:new"), given).status_code == 302
    task = Task.objects.get()
    assert task.state == "assigned" and task.parts.count() == 3
    assert officer.post(reverse("tasks:new"), given | {"title": ""}).status_code == 422


def test_the_menu_counts_what_a_liaison_must_do(liaison, task):
    assert 'href="/office/tasks/"' in (page := liaison.get(reverse("tasks:ledger")).content.decode())
    assert "督办事项" in page
    tasks.withdraw(task, reason="改由其他单位办理", by=SYSTEM, on=today())
    assert task.title not in liaison.get(reverse("tasks:ledger")).content.decode()
