"""From the members of the plan to a resolution that a department carries out."""

from datetime import date, timedelta

import pytest

from shegong.ground.documents import actions as documents
from shegong.ground.organizations.models import Organization
from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.models import Task
from shegong.kernel.access import SYSTEM
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused
from shegong.steering.council import actions as council
from shegong.steering.council.models import Member, Resolution, phone_of

from .conftest import DAY, DUE, YANBIAN, actor_of

LATER = date(2013, 4, 3)


def codes(refused):
    return {obstacle.code for obstacle in refused.value.obstacles}


@pytest.mark.clause("M1.a", "M1.b")
def test_a_conference_begins_with_the_eight_members_of_the_plan_led_by_the_organisation_department(world):
    names = [row.organization.name for row in Member.objects.sitting(world.conference, DAY)]
    assert len(names) == 8
    for piece in (
        "组织部",
        "民政局",
        "财政局",
        "人力资源和社会保障局",
        "教育局",
        "妇女联合会",
        "共青团",
        "残疾人联合会",
    ):
        assert any(piece in name for name in names), piece
    assert "组织部" in world.conference.convenor.name
    assert world.conference.office == world.office  # found by its duty, not made a second time
    with pytest.raises(Refused) as refused:
        council.found_conference(region_code=YANBIAN, by=world.officer, on=DAY)
    assert codes(refused) == {"council_there"}


def test_bodies_that_the_place_has_are_found_by_their_names(yanbian):
    there = Organization.objects.create(
        kind="government_department", level=2, region_code=YANBIAN, name="延边州财政局"
    )
    conference = council.found_conference(region_code=YANBIAN, by=SYSTEM, on=DAY)
    assert conference.members.filter(organization=there).exists()
    assert Organization.objects.filter(name__contains="财政局", region_code=YANBIAN).count() == 1


def test_the_phone_of_a_liaison_is_sealed_and_used_for_the_notice_when_nobody_has_an_account(world, planned):
    row = Member.objects.get(conference=world.conference, organization=world.finance)
    council.change_member(
        row, representative="朴局长", liaison="李英爱", phone="13904330001", by=world.officer, on=DAY
    )
    row = Member.objects.get(pk=row.pk)
    assert b"13904330001" not in bytes(row.phone) and phone_of(row).endswith("13904330001")
    council.notify(planned, by=world.officer, on=DAY)
    assert Message.objects.filter(kind="council.notice", address__isnull=False).count() == 1


def test_only_the_office_runs_the_conference(world, planned):
    for other in (world.clerk, actor_of(world.finance, "council.run")):
        with pytest.raises(Refused) as refused:
            council.add_item(planned, kind="study", title="其他单位加的议题", by=other, on=DAY)
        assert codes(refused) == {"not_allowed"}


def test_notice_needs_an_agenda_and_waits_for_the_written_notice(world, planned, issue):
    empty = council.plan_meeting(
        world.conference, title="没有议题的会议", held_on=DAY, by=world.officer, on=DAY
    )
    assert (planned.number, empty.number) == (1, 2)
    with pytest.raises(Refused) as refused:
        council.notify(empty, by=world.officer, on=DAY)
    assert codes(refused) == {"no_agenda"}
    notice = council.draft_notice(planned, by=world.officer, on=DAY)
    assert "岗位补贴列入预算（督办）" in notice.body
    with pytest.raises(Refused) as refused:
        council.notify(planned, by=world.officer, on=DAY)
    assert codes(refused) == {"notice_not_issued"}
    documents.sign(notice, by=world.leader, on=DAY)
    notice.refresh_from_db()
    documents.issue(notice, by=world.officer, on=DAY)
    planned.refresh_from_db()
    assert council.notify(planned, by=world.officer, on=DAY).state == "notified"


@pytest.mark.clause("M1.c")
def test_a_meeting_is_held_once_everybodys_attendance_is_known(world, planned):
    with pytest.raises(Refused) as refused:
        council.hold(planned, by=world.officer, on=DAY - timedelta(days=1))
    assert codes(refused) == {"meeting_ahead", "attendance_missing"}
    rows = list(Member.objects.sitting(world.conference, DAY))
    for given in ({"presence": "absent"}, {"presence": "proxy"}, {"presence": "asleep"}):
        with pytest.raises(Refused):
            council.record_attendance(planned, rows[0], **given, by=world.officer, on=DAY)
    council.record_attendance(planned, rows[0], presence="absent", reason="出差", by=world.officer, on=DAY)
    council.record_attendance(planned, rows[0], presence="proxy", name="副局长", by=world.officer, on=DAY)
    assert planned.attendances.get().presence == "proxy"
    others = council.record_others_present(planned, by=world.officer, on=DAY)
    assert len(others) == len(rows) - 1 and planned.attendances.filter(presence="proxy").count() == 1
    assert council.hold(planned, by=world.officer, on=DAY).state == "held"


def test_a_resolution_needs_a_member_that_is_not_the_office_and_a_day_ahead(held, world):
    item = held.items.first()
    outside = Organization.objects.create(kind="enterprise", region_code=YANBIAN, name="延边某公司")
    wrong = {"text": "落实经费", "due_on": DUE, "responsible": world.finance}
    for change, code in (
        ({"responsible": world.office}, "resolution_office"), ({"responsible": outside}, "resolution_member"),
        ({"due_on": DAY - timedelta(days=1)}, "resolution_due"), ({"text": "落"}, "title"),
        ({"indicator": "甲乙丙"}, "indicator"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            council.resolve(item, **{**wrong, **change}, by=world.officer, on=DAY)
        assert code in codes(refused)
    assert not Resolution.objects.exists()


def test_what_was_entered_wrongly_is_taken_back_before_the_minutes(decided, world):
    council.drop_resolution(decided, reason="重复录入", by=world.officer, on=DAY)
    assert Task.objects.get().state == "withdrawn"


@pytest.mark.clause("M1.c", "N7")
def test_the_minutes_are_co_signed_and_then_every_resolution_is_assigned(held, decided, world, issue):
    minutes = council.draft_minutes(held, by=world.officer, on=DAY)
    assert "岗位补贴列入2013年州级预算" in minutes.body and minutes.cosigns.count() == 7
    held.refresh_from_db()
    for late in (lambda: council.resolve(held.items.first(), text="纪要之后再加一项", responsible=world.finance, due_on=DUE, by=world.officer, on=DAY),
                 lambda: council.drop_resolution(Resolution.objects.get(), reason="重复录入", by=world.officer, on=DAY)):  # fmt: skip
        with pytest.raises(Refused) as refused:
            late()
        assert codes(refused) == {"minutes_there"}
    with pytest.raises(Refused) as refused:
        council.minute(held, by=world.officer, on=DAY)
    assert codes(refused) == {"minutes_not_issued"}
    issue(minutes)
    held.refresh_from_db()
    assert council.minute(held, by=world.officer, on=DAY).state == "minuted"
    assert Task.objects.get().state == "assigned"


@pytest.mark.clause("M1.c")
def test_finance_is_late_replies_with_proof_and_the_office_closes(minuted, world, photo):
    row = Resolution.objects.select_related("task").get()
    assert not Resolution.objects.all().late(DUE).exists()
    assert Resolution.objects.all().late(LATER).get() == row
    assert row.task.colour(LATER) == "yellow"
    tasks.reply(row.task, text="已列入预算", papers=[("批复.jpg", photo)], by=world.clerk, on=LATER)
    task = tasks.close(Task.objects.get(), by=world.officer, on=LATER)
    assert task.state == "closed" and not Resolution.objects.all().late(LATER).exists()


def test_a_resolution_that_does_not_move_is_put_under_supervision(minuted, world):
    row = Resolution.objects.select_related("task", "item__meeting__conference").get()
    task = council.supervise(
        row, due_on=LATER + timedelta(days=9), reason="逾期未办，限期办结", by=world.officer, on=LATER
    )
    assert (task.kind, task.parent, task.state, task.responsible) == (
        "supervise",
        row.task,
        "assigned",
        world.finance,
    )


def test_each_sees_the_meetings_of_its_own_conference(minuted, world):
    there = Organization.objects.create(
        kind="government_department", region_code=220800000, name="白城市财政局"
    )
    for rows in (type(minuted).objects, Resolution.objects, type(world.conference).objects):
        assert rows.visible_to(world.clerk, "council.read").count() == 1
        assert not rows.visible_to(actor_of(there, "council.read", reaches=True), "council.read").exists()


def test_a_body_leaves_with_a_reason_and_earlier_meetings_keep_it(minuted, world):
    row = Member.objects.get(conference=world.conference, organization=world.school)
    with pytest.raises(Refused):
        council.end_member(row, reason="机构改革", by=world.officer, on=DAY)
    council.end_member(row, reason="机构改革", by=world.officer, on=LATER)
    assert Member.objects.sitting(world.conference, LATER).count() == 7
    assert Member.objects.sitting(world.conference, DAY).count() == 8
    leads = Member.objects.get(conference=world.conference, organization=world.office)
    with pytest.raises(Refused):
        council.end_member(leads, reason="机构改革", by=world.officer, on=LATER)


@pytest.mark.django_db(transaction=True)
def test_every_change_is_in_the_journal(minuted, world, deviations):
    assert deviations() == []


@pytest.mark.clause("M1.a")
def test_another_member_takes_the_office_with_a_reason(world):
    conference = world.conference
    finance = next(
        m.organization for m in Member.objects.filter(conference=conference) if "财政" in m.organization.name
    )
    common = {"convenor": conference.convenor, "by": world.officer, "on": DAY}
    with pytest.raises(Refused):
        council.move_office(conference, office=finance, reason="", **common)
    moved = council.move_office(conference, office=finance, reason="机构改革后改由财政牵头", **common)
    assert moved.office == finance
    with pytest.raises(Refused):  # who had the office has it no more
        council.move_office(moved, office=finance, reason="再改一次", **common)
