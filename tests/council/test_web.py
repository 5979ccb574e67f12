"""Tale 3 through the pages: the joint conference of Yanbian decides; finance is late; the office closes."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shegong.ground.accounts import actions as accounts
from shegong.ground.people import actions as people
from shegong.ground.tasks.models import Task
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.steering.council import actions as council
from shegong.steering.council.models import Conference, Meeting, Member, Resolution

from .conftest import DAY, YANBIAN


def browser_of(client, let_in, body, role):
    """Somebody signed in with a role in a body."""
    persons = [people.create_person(by=SYSTEM, on=DAY) for _ in range(3)]
    user = accounts.create_user(
        persons[0], username=f"{role}{body.pk}", password="correct horse 9", by=SYSTEM, on=today()
    )
    accounts.set_totp(user, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", by=SYSTEM, on=today())
    accounts.found_grant(
        persons[0], role=role, organization=body, region_code=YANBIAN, witnesses=tuple(persons[1:]), start=DAY, by=SYSTEM,
        on=today(),
    )  # fmt: skip
    return let_in(type(client)(), user)


@pytest.fixture
def officer(yanbian, client, let_in):
    return browser_of(client, let_in, yanbian, "plan_officer")


@pytest.fixture
def leader(yanbian, client, let_in):
    return browser_of(client, let_in, yanbian, "leader")


def step(browser, meeting, do, expect=302, **given):
    """One step on the page of a meeting."""
    sent = {"do": do, **{f"{do}-{name}": value for name, value in given.items()}}
    answer = browser.post(reverse("council:meeting", args=[meeting.pk]), sent)
    assert answer.status_code == expect, answer.content.decode()[-3000:]
    meeting.refresh_from_db()
    return answer


@pytest.mark.clause("M1.a", "M1.c")
def test_the_conference_meets_decides_and_follows_up(officer, leader, client, let_in, issue_by_system, photo):
    assert "建立联席会议" in officer.get(reverse("council:conferences")).content.decode()
    assert officer.post(reverse("council:found"), {"region": YANBIAN}).status_code == 302
    conference = Conference.objects.get()
    finance = conference.members.get(organization__name__contains="财政").organization
    clerk = browser_of(client, let_in, finance, "department_clerk")
    plan = {"title": "延边州社会工作联席会议第1次会议", "held_on": today().isoformat(), "place": "二楼会议室"}
    assert officer.post(reverse("council:plan", args=[conference.pk]), plan).status_code == 302
    meeting = Meeting.objects.get()
    for title in ("社工岗位开发", "岗位补贴列入预算", "专业教育"):
        step(officer, meeting, "item", kind="supervise", title=title)
    step(officer, meeting, "notify")
    assert meeting.title in clerk.get(reverse("council:meeting", args=[meeting.pk])).content.decode()
    for row in Member.objects.sitting(conference, today()):
        step(officer, meeting, f"attend{row.pk}", presence="present", name="负责人")
    step(officer, meeting, "hold")
    due = today() + timedelta(days=3)
    for item in meeting.items.all():
        step(officer, meeting, "resolve", item=item.pk, text=f"落实{item.title}", responsible=finance.pk, due_on=due.isoformat(),
             indicator="K-G4")  # fmt: skip
    step(officer, meeting, "draft_minutes")
    step(officer, meeting, "minute", 422)
    issue_by_system(meeting.minutes)
    step(officer, meeting, "minute")
    assert Task.objects.filter(state="assigned").count() == 3
    Task.objects.update(due_on=today() - timedelta(days=3))
    page = leader.get(reverse("council:resolutions")).content.decode()
    assert "各部门逾期事项" in page and "已逾期（黄）" in page
    late = leader.get("/office/resolutions.csv?colour=late").getvalue().decode("utf-8-sig")
    assert late.count("落实") == 3
    row = Resolution.objects.select_related("task").first()
    at = reverse("tasks:one", args=[row.task_id])
    for reader in (clerk, officer):
        page = reader.get(at).content.decode()
        assert (
            f'<a href="{reverse("council:meeting", args=[meeting.pk])}">{meeting.title}第1项议定事项</a>'
            in page
        )
    sent = {
        "do": "reply",
        "reply-text": "已列入预算",
        "reply-papers": [SimpleUploadedFile("a.jpg", photo, "image/jpeg")],
    }
    assert clerk.post(at, sent).status_code == 302
    assert officer.post(at, {"do": "check", "check-choice": "close"}).status_code == 302
    assert (
        officer.get("/office/resolutions.csv?colour=late").getvalue().decode("utf-8-sig").count("落实") == 2
    )


def test_leaders_and_liaisons_read_and_only_the_office_changes(world, minuted, client, let_in):
    clerk = browser_of(client, let_in, world.finance, "department_clerk")
    leader = browser_of(client, let_in, world.office, "leader")
    for browser in (clerk, leader):
        for name, args in (
            ("council:conferences", []), ("council:meetings", []), ("council:resolutions", []),
            ("council:conference", [world.conference.pk]), ("council:meeting", [minuted.pk]),
        ):  # fmt: skip
            page = browser.get(reverse(name, args=args))
            assert page.status_code == 200, name
        assert browser.get(reverse("council:plan", args=[world.conference.pk])).status_code == 403
        browser.post(reverse("council:meeting", args=[minuted.pk]), {"do": "minute"})
    other = Member.objects.get(conference=world.conference, organization=world.finance)
    assert (
        "13904330001"
        not in clerk.get(reverse("council:conference", args=[world.conference.pk])).content.decode()
    )
    assert other.representative == ""


def test_members_are_added_changed_and_leave(world, officer):
    row = Member.objects.get(conference=world.conference, organization=world.finance)
    at = reverse("council:member", args=[world.conference.pk, row.pk])
    given = {"representative": "朴局长", "liaison": "李英爱", "phone": "13904330001"}
    assert officer.post(at, given | {"phone": "123"}).status_code == 422
    assert officer.post(at, given).status_code == 302
    assert officer.post(at, given | {"phone": ""}).status_code == 302
    row.refresh_from_db()
    assert row.phone is not None and row.liaison == "李英爱"
    away = reverse("council:leave", args=[world.conference.pk, row.pk])
    assert officer.get(away).status_code == 200
    assert officer.post(away, {"reason": "机构改革"}).status_code == 302
    new = reverse("council:new_member", args=[world.conference.pk])
    assert officer.get(new).status_code == 200


def test_materials_are_seen_by_members_alone(world, planned, client, let_in, photo):
    item = council.add_material(planned, filename="汇报材料.jpg", content=photo, by=world.officer, on=DAY)
    clerk = browser_of(client, let_in, world.finance, "department_clerk")
    planned.refresh_from_db()
    at = reverse("council:paper", args=[planned.pk, item.pk])
    assert clerk.get(at).status_code == 200
    assert clerk.get(reverse("council:paper", args=[planned.pk, item.pk + 1])).status_code == 404
