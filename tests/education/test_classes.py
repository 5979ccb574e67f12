"""Classes from their plan to the ledger: seats, codes, paper, co-signing, lists and their checks."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from shegong.kernel.refusal import Refused
from shegong.kernel.temporal import days
from shegong.work.education import actions
from shegong.work.education.actions.lists import marks_of, without_proof
from shegong.work.education.models import Attendance, ClassList, Course, CreditEntry, Enrolment, Provider
from shegong.work.education.models.courses import closing_gap
from shegong.work.education.rules.courses import Planned, Record, passing_obstacles, plan_obstacles
from shegong.work.education.rules.sign_in import code_at, fits, step_of

from .classes import DAY, JILIN, TUMEN, YANJI, World, at, code_of, held, planned, sign

pytestmark = pytest.mark.clause("T3.3")


@pytest.fixture
def world(db):
    return World()


def codes_of(refused):
    return [one.code for one in refused.value.obstacles]


def test_a_code_fits_its_half_minute_and_its_room_alone():
    here, there, moment = b"a" * 20, b"b" * 20, at(DAY, 9)
    code = code_at(here, step_of(moment))
    assert len(code) == 6 and fits(here, code, moment, 60)
    assert fits(here, code, moment + timedelta(seconds=59), 60)
    assert not fits(here, code, moment + timedelta(minutes=3), 60)
    assert not fits(there, code, moment, 60)
    assert len({code_at(here, step) for step in range(200)}) > 190


def test_half_days_that_overlap_or_count_more_than_their_clock_are_refused():
    twice = [*planned(), planned()[0]]
    found = plan_obstacles(title="a", syllabus="b", capacity=3, half_days=twice)
    assert [one.code for one in found] == ["half_day_overlap"]
    long = [Planned(DAY, "am", at(DAY, 9), at(DAY, 10), 90)]
    assert plan_obstacles(title="a", syllabus="b", capacity=3, half_days=long)[0].code == "half_day_minutes"


def test_hours_need_presence_and_a_passed_test():
    def against(attended, passed):
        record = Record(10, attended, attended * 210, 70, passed)
        return [one.code for one in passing_obstacles(record, threshold_percent=80, test_required=True)]

    assert against(8, True) == []
    assert against(7, True) == ["attendance_short"]
    assert against(10, None) == ["test_missing"]


def test_only_a_recognised_provider_plans_a_class_and_only_its_clerk(world):
    with pytest.raises(Refused) as refused:
        world.course(first=date(2029, 3, 1))
    assert codes_of(refused) == ["provider_not_recognised"]
    course = world.course(opened=False)
    with pytest.raises(Refused) as refused:
        actions.open_course(course, notice="x", by=world.rival, on=DAY)
    assert codes_of(refused) == ["not_allowed"]
    actions.change_recognition(
        world.provider, "suspend", reason="抽查不合格", by=world.province, on=DAY - timedelta(days=30)
    )
    with pytest.raises(Refused) as refused:
        actions.open_course(course, notice="x", by=world.clerk, on=DAY - timedelta(days=9))
    assert codes_of(refused) == ["provider_not_recognised"]


def test_the_last_seat_is_given_once_and_comes_back(world):
    course = world.course(capacity=1)
    (one, her, *_), (other, him, *_) = world.worker(), world.worker()
    seat = actions.take_seat(course, one, by=her, on=DAY)
    with pytest.raises(Refused) as refused:
        actions.take_seat(course, other, by=him, on=DAY)
    assert codes_of(refused) == ["course_full"]
    with pytest.raises(Refused) as refused:
        actions.take_seat(course, other, by=her, on=DAY)
    assert codes_of(refused) == ["not_allowed"]
    actions.give_seat_back(seat, by=her, on=DAY)
    with pytest.raises(Refused) as refused:
        actions.give_seat_back(seat, by=her, on=DAY)
    assert codes_of(refused) == ["enrolment_gone"]
    actions.take_seat(course, other, by=him, on=DAY)
    assert Course.objects.get(pk=course.pk).taken == 1


def test_a_phone_without_network_signs_in_later_but_not_for_another_time_or_room(world):
    course, elsewhere = world.course(), world.course()
    half, its = (
        course.half_days.order_by("starts_at").first(),
        elsewhere.half_days.order_by("starts_at").first(),
    )
    _person, her, *_ = world.worker()
    _other, him, *_ = world.worker()
    nine, later = at(DAY, 9), at(DAY + timedelta(days=3), 20)
    made = sign(course, half, her, nine, now=later)
    assert (made.signed_at, made.uploaded_at) == (nine, later)
    for code, moment, expected in (
        (code_of(its, nine), nine, "code_wrong"),
        (code_of(half, nine), at(DAY, 9, 20), "code_wrong"),
        (code_of(half, at(DAY, 20)), at(DAY, 20), "code_no_half_day"),
        ("12345", nine, "code_digits"),
        (code_of(half, later), later + timedelta(hours=1), "code_future"),
    ):
        with pytest.raises(Refused) as refused:
            sign(course, half, him, moment, now=later, code=code)
        assert codes_of(refused) == [expected]
    with pytest.raises(Refused) as refused:
        sign(course, half, him, nine, now=nine + timedelta(days=40))
    assert codes_of(refused) == ["code_too_late"]


def test_one_person_and_one_phone_stand_once_in_a_half_day(world):
    course = world.course()
    half = course.half_days.order_by("starts_at").first()
    _one, her, *_ = world.worker()
    _two, him, *_ = world.worker()
    sign(course, half, her, at(DAY, 9), device="one phone")
    with pytest.raises(Refused) as refused:
        sign(course, half, her, at(DAY, 10), device="another")
    assert codes_of(refused) == ["signed_in_already"]
    with pytest.raises(Refused) as refused:
        sign(course, half, him, at(DAY, 9), device="one phone")
    assert codes_of(refused) == ["phone_used"]
    assert Attendance.objects.count() == 1


def test_a_list_goes_into_the_ledger_by_half_days_with_proof_of_passing(world):
    course, _halves, actors = held(world)
    sent = actions.hand_in(course, by=world.clerk, on=course.last_on)
    assert (sent.state, sent.people, sent.passed, sent.why_checked) == ("accepted", 2, 2, "")
    entries = CreditEntry.objects.filter(person_id=actors[0].person_id)
    assert sum(one.minutes for one in entries) == 840 and entries.count() == 4
    assert {one.passed for one in entries} == {True}
    assert {one.vouched_by_id for one in entries} == {world.clerk.person_id}
    assert Course.objects.get(pk=course.pk).state == "credited"
    numbers = set(Enrolment.objects.filter(course=course).values_list("certificate_no", flat=True))
    assert numbers == {f"{course.number}-0001", f"{course.number}-0002"}


def test_without_the_teachers_word_no_list_and_without_a_test_no_proof(world):
    course, halves, _actors = held(world, people=1, tested=False)
    late = world.worker()
    late_seat = actions.take_seat(course, late[0], by=world.clerk, on=course.last_on)
    with pytest.raises(Refused) as refused:
        actions.mark_present(
            halves[0], [late_seat], by=world.clerk, on=course.last_on, now=halves[-1].ends_at
        )
    assert codes_of(refused) == ["scan_missing"]
    sent = actions.hand_in(course, by=world.clerk, on=course.last_on)
    assert [line.why_not for line in sent.lines.order_by("pk")] == [
        "test_missing",
        "attendance_short,test_missing",
    ]
    assert {one.passed for one in CreditEntry.objects.all()} == {False}


def test_a_mark_that_came_after_the_co_signing_keeps_the_list_back(world):
    course, halves, _actors = held(world)
    latecomer = world.worker()
    actions.take_seat(course, latecomer[0], by=world.clerk, on=course.last_on)
    sign(course, halves[0], latecomer[1], halves[0].starts_at, now=at(course.last_on, 20))
    with pytest.raises(Refused) as refused:
        actions.hand_in(course, by=world.clerk, on=course.last_on)
    assert codes_of(refused) == ["half_day_unsigned"]
    wrong = Attendance.objects.get(enrolment__person=latecomer[0])
    actions.strike(wrong, reason="不在现场", by=world.clerk, on=course.last_on)
    course.refresh_from_db()
    actions.hand_in(course, by=world.clerk, on=course.last_on)
    assert not CreditEntry.objects.filter(person=latecomer[0]).exists()


def test_another_mark_in_place_of_a_struck_one_is_co_signed_anew(world):
    course, halves, _actors = held(world)
    here = Attendance.objects.filter(half_day=halves[0]).first()
    actions.strike(here, reason="不在现场", by=world.clerk, on=course.last_on)
    other = world.worker()
    actions.take_seat(course, other[0], by=world.clerk, on=course.last_on)
    sign(course, halves[0], other[1], halves[0].starts_at, now=at(course.last_on, 20))
    with pytest.raises(Refused) as refused:  # as many marks as were co-signed, and not the same
        actions.hand_in(course, by=world.clerk, on=course.last_on)
    assert codes_of(refused) == ["half_day_unsigned"]


def test_hours_of_a_locked_year_take_two_officers_and_a_reason(world):
    course, _halves, _actors = held(world)
    late = date(DAY.year + 1, 5, 6)
    sent = actions.hand_in(course, by=world.clerk, on=late)
    assert (sent.state, sent.why_checked) == ("waiting", "late")
    first, second = (world.officer({"education.check", "education.approve"}, JILIN, 10**7) for _ in range(2))
    with pytest.raises(Refused) as refused:
        actions.accept_list(sent, by=first, on=late)
    assert codes_of(refused) == ["reason_short"]
    sent = actions.accept_list(sent, reason="机构迁址，档案迟交", by=first, on=late)
    assert sent.state == "vouched" and not CreditEntry.objects.exists()
    with pytest.raises(Refused) as refused:
        actions.accept_list(sent, by=first, on=late)
    assert codes_of(refused) == ["same_person"]
    with pytest.raises(IntegrityError, match="class_list_two_people"), transaction.atomic():
        ClassList.objects.filter(pk=sent.pk).update(state="accepted", decided_by=first.person_id)
    with pytest.raises(Refused):  # who may not approve late hours is no second one
        actions.accept_list(sent, by=world.province, on=late)
    sent = actions.accept_list(sent, by=second, on=late)
    assert sent.state == "accepted" and CreditEntry.objects.count() == 8


def test_who_sat_elsewhere_at_the_time_gets_no_second_record(world):
    course, _halves, actors = held(world)
    person = actors[0].person_id
    row = actions.NewEntry(person, 60, "class", DAY, "education.other", 1, (at(DAY, 9), at(DAY, 10)),
                           title="别处", region_code=YANJI)  # fmt: skip
    actions.write([row], by=world.province, on=DAY)
    actions.hand_in(course, by=world.clerk, on=course.last_on)
    assert CreditEntry.objects.filter(person=person, source="education.attendance").count() == 3
    assert CreditEntry.objects.filter(person=actors[1].person_id).count() == 4


def test_the_number_of_a_proof_is_given_once_also_when_its_list_came_back(world):
    course, _halves, _actors = held(world, people=3, tested=False)
    one, two, three = Enrolment.objects.filter(course=course).order_by("pk")
    end, tests = course.last_on, actions.recording.Result
    actions.record_results(course, [tests(one.pk, 80, True), tests(two.pk, 30, False), tests(three.pk, 90, True)], by=world.clerk, on=end)  # fmt: skip
    Provider.objects.update(during=days(end - timedelta(days=20), None))  # new: an officer looks first
    assert without_proof(course, marks_of(course), end) == [(two.person_id, "test_missing")]
    sent = actions.hand_in(course, by=world.clerk, on=end)
    actions.return_list(sent, reason="第二人的补考成绩未填", by=world.province, on=end)
    course.refresh_from_db()
    actions.record_results(
        course, [tests(two.pk, 75, True), tests(three.pk, 40, False)], by=world.clerk, on=end
    )
    sent = actions.hand_in(course, by=world.clerk, on=end)
    found = [
        line.certificate_no.removeprefix(str(course.number)) for line in sent.lines.order_by("enrolment")
    ]
    assert found == ["-0001", "-0003", ""]


def test_a_class_with_somebody_present_is_not_cancelled(world):
    course = world.course()
    signed = sign(course, course.half_days.first(), world.worker()[1], at(DAY, 9))
    with pytest.raises(Refused) as refused:
        actions.cancel_course(course, reason="教师生病", by=world.clerk, on=DAY)
    assert codes_of(refused) == ["course_held"]
    actions.strike(signed, reason="不在现场", by=world.clerk, on=DAY)
    assert actions.cancel_course(course, reason="教师生病", by=world.clerk, on=DAY).state == "cancelled"


def test_nobody_co_signs_or_grades_a_class_whose_list_is_handed_in(world):
    course, halves, _actors = held(world)
    seat = Enrolment.objects.filter(course=course).first()
    stale = Course.objects.get(pk=course.pk)
    actions.hand_in(course, by=world.clerk, on=course.last_on)
    other = world.clerk_of(world.body)
    for late in (
        lambda: actions.cosign(halves[0], by=other, on=course.last_on, now=at(course.last_on, 20)),
        lambda: actions.record_results(stale, [actions.recording.Result(seat.pk, 0, False)], by=other, on=course.last_on),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            late()
        assert codes_of(refused) == ["course_closed"]
    assert course.half_days.first().cosigned_by_id == world.clerk.person_id


def records(course, people, halves=4):
    return [
        actions.recording.Stated(course.number, one.on, one.half, number, name)
        for _p, _a, number, name in people for one in planned()[:halves]
    ]  # fmt: skip


def test_a_batch_takes_good_records_and_names_the_others(world):
    course = world.course(capacity=2)
    people = [world.worker() for _ in range(3)]
    stated = records(course, people)
    stated += [
        stated[0]._replace(course=99999), stated[0]._replace(half="evening"), stated[0]._replace(name="李不同"),
        stated[0]._replace(identity="990000198501018888"),
    ]  # fmt: skip
    common = {"by": world.clerk, "on": DAY + timedelta(days=2), "now": at(DAY + timedelta(days=2), 9)}
    out = actions.record(world.body.pk, stated, **common)
    assert (out.made, out.there) == (8, 0)
    full = [out.refused[place].code for place in range(8, 12)]
    assert full == ["course_full"] * 4
    assert [out.refused[place].code for place in range(12, 15)] == [
        "class_unknown",
        "half_day_unknown",
        "person_unknown",
    ]
    again = actions.record(world.body.pk, stated[:8], **common)
    assert (again.made, again.there) == (0, 8)
    with pytest.raises(Refused):
        actions.record(world.body.pk, stated, **(common | {"by": world.rival}))
    assert Course.objects.get(pk=course.pk).taken == 2


def test_a_list_made_of_a_file_waits_for_an_officer_who_did_not_send_it(world):
    course = world.course()
    people = [world.worker() for _ in range(2)]
    end = course.last_on
    actions.record(world.body.pk, records(course, people), by=world.clerk, on=end, now=at(end, 20))
    for half in course.half_days.all():
        actions.cosign(half, by=world.clerk, on=end, now=at(end, 20))
    course = actions.finish_course(course, by=world.clerk, on=end)
    sent = actions.hand_in(course, by=world.clerk, on=end)
    assert (sent.state, sent.why_checked) == ("waiting", "unsigned")
    assert not CreditEntry.objects.exists()
    with pytest.raises(Refused):
        actions.accept_list(sent, by=world.clerk, on=end)
    returned = actions.return_list(sent, reason="缺考核成绩", by=world.province, on=end)
    assert returned.state == "returned" and Course.objects.get(pk=course.pk).state == "finished"
    course.refresh_from_db()
    again = actions.hand_in(course, by=world.clerk, on=end)
    actions.accept_list(again, by=world.province, on=end)
    assert CreditEntry.objects.count() == 8


def test_the_classes_that_close_a_gap_come_nearest_first(world):
    far = world.course(first=DAY + timedelta(days=3))
    Course.objects.filter(pk=far.pk).update(region=TUMEN)
    near = world.course(first=DAY + timedelta(days=5))
    full = world.course(capacity=1)
    actions.take_seat(full, world.worker()[0], by=world.clerk, on=DAY)
    on, until = DAY - timedelta(days=10), DAY + timedelta(days=60)
    assert [one.pk for one in closing_gap(YANJI, on, 600, until)] == [near.pk, far.pk]
    assert [one.pk for one in closing_gap(TUMEN, on, 5000, until)] == [far.pk, near.pk]
    assert closing_gap(JILIN, on, 600, DAY) == []
    Course.objects.filter(pk=near.pk).update(levels=["senior"])
    assert [one.pk for one in closing_gap(YANJI, on, 600, until, "assistant")] == [far.pk]
