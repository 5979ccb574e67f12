"""The pages of classes: a clerk's, a worker's, an officer's, and what everybody may read."""

import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from shegong.ground.accounts import actions as accounts
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.work.education import actions
from shegong.work.education.actions.courses import secret_of
from shegong.work.education.models import (
    Attendance,
    ClassList,
    Course,
    CreditEntry,
    Enrolment,
    HalfDay,
    Provider,
)
from shegong.work.education.rules.courses import Planned
from shegong.work.education.rules.sign_in import code_at, step_of

from .classes import JILIN, TITLE, YANJI, World, held

pytestmark = pytest.mark.clause("T3.3")


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def browser(world, client, let_in):
    """`browser(role, body, region)`: a page's visitor with that role; without a role a worker."""

    def go(role="", body=None, region=YANJI, person=None, name="someone"):
        person = person or world.person()
        user = accounts.create_user(person, username=name, password="correct horse 9", by=SYSTEM, on=today())
        accounts.set_totp(user, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", by=SYSTEM, on=today())
        if role:
            accounts.found_grant(
                person, role=role, organization=body, region_code=region, start=today(), by=SYSTEM, on=today(),
                witnesses=(world.person(), world.person()),
            )  # fmt: skip
        return let_in(type(client)(), user)

    return go


def running(world, capacity=5):
    """A class of one half-day that is running now."""
    now = timezone.now()
    half = Planned(today(), "am", now - timedelta(minutes=30), now + timedelta(minutes=60), 80)
    course = actions.plan_course(
        world.provider, title=TITLE, kind="face_to_face", region_code=YANJI, syllabus="四讲", capacity=capacity,
        half_days=[half], teachers="金老师", place="光明街1号", by=world.clerk, on=today(), has_test=False,
    )  # fmt: skip
    course = actions.open_course(course, notice="欢迎", by=world.clerk, on=today())
    return course, course.half_days.get()


def test_a_clerk_plans_opens_and_shows_the_code_and_a_worker_signs_in_with_it(world, browser):
    clerk = browser("training_clerk", world.body)
    code = str(world.body.pk)
    first = clerk.get(reverse("education:classes", args=[code])).content.decode()
    assert "新建班次" in first
    day = (today() + timedelta(days=9)).isoformat()
    typed = {
        "title": "儿童社会工作", "kind": "face_to_face", "region": str(YANJI), "place": "光明街1号", "capacity": "20",
        "half_days": f"{day} 上午\n{day} 下午 13:30-16:30", "teachers": "金老师", "syllabus": "两讲", "has_test": "on",
    }  # fmt: skip
    wrong = clerk.post(reverse("education:class_new", args=[code]), typed | {"half_days": "明天上午去"})
    assert wrong.status_code == 422 and "看不懂" in wrong.content.decode()
    made = clerk.post(reverse("education:class_new", args=[code]), typed)
    course = Course.objects.get(title="儿童社会工作")
    assert made.headers["Location"] == reverse("education:course", args=[code, course.number])
    assert course.minutes == 390
    clerk.post(
        reverse("education:class_open", args=[code, course.number]), {"notice": "欢迎报名", "version": "0"}
    )
    assert Course.objects.get(pk=course.pk).state == "open"
    other = browser("training_clerk", world.other, name="rival")
    assert other.get(reverse("education:course", args=[code, course.number])).status_code == 404

    course, half = running(world)
    person, *_ = world.worker()
    worker = browser(person=person, name="worker")
    assert TITLE in worker.get(reverse("education:my_classes")).content.decode()
    worker.post(reverse("education:my_class_enrol", args=[course.number]))
    shown = clerk.get(reverse("education:screen_now", args=[code, course.number, half.pk])).json()
    assert shown["running"] and "<svg" in shown["qr"]
    page = worker.get(
        reverse("education:sign"), {"class": course.number, "code": shown["code"]}
    ).content.decode()
    assert shown["code"] in page and not Attendance.objects.exists()
    signed = worker.post(reverse("education:sign"), {"number": str(course.number), "code": shown["code"]})
    assert signed.status_code == 302 and Attendance.objects.get().how == "code"
    assert "已出勤" in worker.get(signed.headers["Location"]).content.decode()


def test_a_code_kept_without_network_is_uploaded_once_and_guesses_are_held_back(world, browser):
    course, half = running(world)
    person, *_ = world.worker()
    worker = browser(person=person, name="worker")
    assert worker.get(reverse("education:sign")).cookies["phone"]["httponly"]
    then = timezone.now() - timedelta(minutes=12)
    code = code_at(secret_of(half), step_of(then))
    kept = {"number": course.number, "code": code, "at": int(then.timestamp())}
    where, json = reverse("education:sign_upload"), {"headers": {"Accept": "application/json"}}
    assert worker.post(where, kept, **json).status_code == 200
    again = worker.post(where, kept, **json)
    assert again.status_code == 200 and "已经签到" in again.json()["text"]
    assert Attendance.objects.get().signed_at == then.replace(microsecond=0)
    other, *_ = world.worker()
    same_phone = browser(person=other, name="other")
    same_phone.cookies["phone"] = worker.cookies["phone"].value
    refused = same_phone.post(where, kept, **json)
    assert refused.status_code == 422 and "一部手机只签一人" in refused.json()["obstacles"][0]["text"]
    wrong = kept | {"code": "000000" if code != "000000" else "111111"}
    said = [same_phone.post(where, wrong, **json).json()["obstacles"][0]["code"] for _ in range(13)]
    assert said[0] == "code_wrong" and said[-1] == "code_tries"
    offline = worker.get(reverse("education:sign_offline")).content.decode()
    assert "data-offline" in offline and str(person.pk) not in offline


def test_a_list_is_handed_in_on_the_page_and_decided_by_the_office(world, browser):
    course, half = running(world)
    clerk = browser("training_clerk", world.body)
    code = str(world.body.pk)
    _person, _her, number, name = world.worker()
    added = clerk.post(
        reverse("education:seat_new", args=[code, course.number]), {"name": name, "identity": number}
    )
    assert added.status_code == 302
    unknown = clerk.post(
        reverse("education:seat_new", args=[code, course.number]), {"name": "李不同", "identity": number}
    )
    assert unknown.status_code == 422 and "没有这个姓名和证件号码的人员" in unknown.content.decode()
    seat = Enrolment.objects.get()
    HalfDay.objects.filter(pk=half.pk).update(
        starts_at=timezone.now() - timedelta(hours=2), ends_at=timezone.now() - timedelta(minutes=1)
    )
    args = [code, course.number, half.pk]
    refused = clerk.post(reverse("education:mark", args=args), {"seat": [seat.pk]})
    assert refused.status_code == 422
    Attendance.objects.create(
        half_day=half, enrolment=seat, how="list", signed_at=half.starts_at, uploaded_at=timezone.now()
    )  # fmt: skip
    assert "签字确认" in clerk.get(reverse("education:half", args=args)).content.decode()
    clerk.post(reverse("education:cosign", args=args))
    version = str(Course.objects.get(pk=course.pk).version)
    clerk.post(
        reverse("education:class_step", args=[code, course.number]), {"step": "finish", "version": version}
    )
    page = clerk.get(reverse("education:course", args=[code, course.number])).content.decode()
    assert "报送结业名单" in page and "还不能报送" not in page
    clerk.post(reverse("education:hand_in", args=[code, course.number]), {"version": str(int(version) + 1)})
    sent = ClassList.objects.get()
    assert (sent.state, sent.why_checked) == ("waiting", "unsigned")
    office = browser("final_registrar", world.body, JILIN, name="province")
    assert TITLE in office.get(reverse("education:lists")).content.decode()
    lines = office.get(reverse("education:list", args=[sent.pk])).content.decode()
    assert name in lines and "合格" in lines
    assert name in office.get(reverse("education:list_file", args=[sent.pk, "csv"])).getvalue().decode(
        "utf-8-sig"
    )
    no_reason = office.post(
        reverse("education:check", args=[sent.pk]), {"decision": "return", "version": "0"}
    )
    assert no_reason.status_code == 422
    done = office.post(reverse("education:check", args=[sent.pk]), {"decision": "accept", "version": "0"})
    assert done.status_code == 302, done.content.decode()
    assert CreditEntry.objects.get().minutes == 80


def test_the_province_recognises_and_suspends_and_the_public_list_follows(world, browser, client):
    office = browser("final_registrar", world.body, JILIN, name="province")
    done = office.post(
        reverse("education:provider_new"), {"organization": "图们职工学校", "kinds": ["online"]}
    )
    assert done.status_code == 302, done.content.decode()[-6000:]
    applied = Provider.objects.get(organization=world.other)
    office.post(
        reverse("education:recognise", args=[applied.pk]),
        {"kinds": ["online"], "start": today().isoformat(), "end": (today() + timedelta(days=700)).isoformat(), "version": "0"},
    )  # fmt: skip
    public = client.get(reverse("education:recognised")).content.decode()
    assert "图们职工学校" in public and world.body.name in public
    office.post(
        reverse("education:provider_change", args=[applied.pk]),
        {"step": "suspend", "reason": "抽查不合格", "version": "1"},
    )
    assert "图们职工学校" not in client.get(reverse("education:recognised")).content.decode()
    page = office.get(reverse("education:provider", args=[applied.pk])).content.decode()
    assert "抽查不合格" in page and "认可已暂停" in page
    assert "图们职工学校" in office.get(reverse("education:providers")).content.decode()


def test_a_providers_system_hands_marks_and_the_list_in_and_the_same_key_gives_the_same_answer(
    world, browser
):
    course, half = running(world)
    clerk = browser("training_clerk", world.body)
    _person, _her, number, name = world.worker()
    mark = {
        "course": course.number,
        "on": half.on.isoformat(),
        "half": "am",
        "identity": number,
        "name": name,
    }
    body = {"organization": world.body.pk, "marks": [mark, mark | {"name": "李不同"}]}
    asked = {"content_type": "application/json", "headers": {"Idempotency-Key": "k" * 20}}
    first = clerk.post("/api/education/attendance", body, **asked).json()
    assert (first["made"], [one["code"] for one in first["refused"]]) == (1, ["person_unknown"])
    assert clerk.post("/api/education/attendance", body, **asked).json() == first
    assert clerk.post("/api/education/attendance", body, content_type="application/json").json()["there"] == 1
    rival = browser("training_clerk", world.other, name="rival")
    assert rival.post("/api/education/attendance", body, content_type="application/json").status_code == 422
    where = f"/api/education/classes/{course.number}/hand-in"
    assert rival.post(where, {"version": 1}, content_type="application/json").status_code == 404
    early = clerk.post(where, {"version": 1}, content_type="application/json")
    assert early.status_code == 422
    assert [one["number"] for one in clerk.get("/api/education/classes").json()] == [course.number]


def test_a_workbook_of_the_class_takes_good_rows_and_names_the_others(world, browser):
    course, _half = running(world)
    clerk = browser("training_clerk", world.body)
    where = [str(world.body.pk), course.number]
    people = [world.worker() for _ in range(3)]
    lines = ["姓名,身份证号,出勤,成绩,考核合格"]
    lines += [f"{name},{number},全勤,88,是" for _p, _a, number, name in people[:2]]
    lines += [
        f"李不同,{people[2][2]},全勤,,",
        f"王小芳,990000198501018888,{today()}上午,,",
        f"{people[1][3]},,全勤,,",
    ]
    file = io.BytesIO("\n".join(lines).encode("utf-8-sig"))
    file.name = "名单.csv"
    said = clerk.post(reverse("education:workbook", args=where), {"file": file}).content.decode()
    assert "2条新增" in said and "没有这个姓名和证件号码的人员" in said
    assert set(Enrolment.objects.values_list("score", "passed_test")) == {(88, True)}
    assert Attendance.objects.count() == 2
    template = clerk.get(reverse("education:workbook_template", args=where))
    assert template.content[:2] == b"PK"


def test_a_clerk_gives_somebodys_seat_back_from_the_roster_unless_she_was_present(world, browser):
    course, half = running(world)
    clerk = browser("training_clerk", world.body)
    came, left = (
        actions.put_down(course, name=name, identity=number, by=world.clerk, on=today())
        for _person, _herself, number, name in (world.worker(), world.worker())
    )
    Attendance.objects.create(
        half_day=half, enrolment=came, how="list", signed_at=half.starts_at, uploaded_at=half.starts_at
    )
    where, seat = [str(world.body.pk), course.number], '<option value="{}">'.format
    page = clerk.get(reverse("education:roster", args=where)).content.decode()
    assert seat(left.pk) in page and seat(came.pk) not in page
    clerk.post(reverse("education:seat_off", args=where), {"seat": left.pk})
    again = clerk.post(reverse("education:seat_off", args=where), {"seat": left.pk})
    assert again.status_code == 422 and "所选名额已经空出" in again.content.decode()
    assert list(Enrolment.objects.seated().filter(course=course)) == [came]
    assert 'name="seat"' not in clerk.get(reverse("education:roster", args=where)).content.decode()


def test_a_list_of_a_locked_year_is_let_through_by_one_officer_and_decided_by_another(world, browser):
    course, _halves, _actors = held(world, first=date(today().year - 1, 3, 3))
    sent = actions.hand_in(course, by=world.clerk, on=today())
    assert sent.why_checked == "late"
    first = browser("second_registrar", world.body, 222400000, name="first")
    address = reverse("education:check", args=[sent.pk])
    page = first.get(address).content.decode()
    assert "同意，交第二人决定" in page
    decide = {"decision": "accept", "reason": "", "version": "0"}
    assert first.post(address, decide).status_code == 422
    assert first.post(address, decide | {"reason": "机构迁址，档案迟交"}).status_code == 302
    listed = reverse("education:list", args=[sent.pk])
    seen = first.get(listed).content.decode()
    assert "机构迁址，档案迟交" in seen and address not in seen
    second = browser("second_registrar", world.body, 222400000, name="second")
    assert address in second.get(listed).content.decode()
    assert second.post(address, decide | {"version": "1"}).status_code == 302
    assert ClassList.objects.get().state == "accepted" and CreditEntry.objects.count() == 8
