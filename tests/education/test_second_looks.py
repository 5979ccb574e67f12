"""Second looks at the ledger: told of every record, disputes with one button, impossible days, samples by a public seed."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from django.utils import timezone

from shegong.ground.organizations.models import Organization
from shegong.kernel.access import SYSTEM
from shegong.kernel.checkpoints_tables import Checkpoint
from shegong.kernel.drawing import drawn
from shegong.kernel.journal import JournalEntry
from shegong.kernel.journal_reading import begin
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused
from shegong.work.education import actions
from shegong.work.education.models import CreditEntry, Draw, DrawCandidate, Finding, HoursStatement, SpotCheck
from shegong.work.education.models.integrity import limits
from shegong.work.education.models.sampling import chances_of
from shegong.work.education.rules.integrity import (
    FindingKind,
    Reasons,
    Record,
    draw_obstacles,
    impossible,
    population_text,
    weight,
)

from .classes import World, sign

YANJI, TUMEN, CHANGCHUN = 222401000, 222402000, 220102000
ON, DAY = date(2026, 11, 2), date(2026, 5, 4)
pytestmark = pytest.mark.clause("T3.3")
RIGHTS = ("education.enter", "education.approve", "education.read", "education.check")


def at(hour, minute=0, day=DAY):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def kinds(records):
    return [one.kind for one in impossible(records, limits(ON))]


# -- rules ------------------------------------------------------------------------------------------------------------


def test_a_day_has_its_bounds():
    assert kinds([Record(1, 300, DAY), Record(2, 300, DAY)]) == []
    assert kinds([Record(1, 300, DAY), Record(2, 301, DAY)]) == [FindingKind.LONG_DAY]
    assert kinds([Record(1, 1800, DAY)]) == [FindingKind.LONG_DAY]  # thirty hours in a day
    assert kinds([Record(1, 301, DAY), Record(2, 301, DAY + timedelta(days=1))]) == []


def test_two_towns_are_further_apart_than_a_pause():
    here = Record(1, 180, DAY, YANJI // 100_000, at(9), at(12))
    assert kinds([here, Record(2, 120, DAY, CHANGCHUN // 100_000, at(13, 30), at(15, 30))]) == [
        FindingKind.TWO_TOWNS
    ]
    assert kinds([here, Record(2, 120, DAY, CHANGCHUN // 100_000, at(14), at(16))]) == []
    assert kinds([here, Record(2, 120, DAY, TUMEN // 100_000, at(12), at(14))]) == []  # the same prefecture


def test_nights_and_classes_that_nobody_opened_are_found():
    assert kinds([Record(1, 60, DAY, 2224, at(5), at(6))]) == [FindingKind.NIGHT]
    assert kinds([Record(1, 120, DAY, 2224, at(21), at(23))]) == []  # the last minute lies before eleven
    assert kinds([Record(1, 121, DAY, 2224, at(21), at(23, 1))]) == [FindingKind.NIGHT]
    assert kinds([Record(1, 120, DAY, has_class=False)]) == [FindingKind.NO_CLASS]
    assert kinds([Record(1, 120, DAY, has_class=None), Record(2, 120, DAY, has_class=True)]) == []


def test_each_reason_adds_to_the_one_chance():
    weights = limits(ON).weights
    assert weight(Reasons(), weights) == 1
    assert weight(Reasons(stated=True, year_end=True), weights) == 1 + weights.stated + weights.year_end


def test_a_draw_needs_a_title_a_size_and_days_that_have_passed():
    fit = {"title": "抽查", "sample": 10, "start": DAY, "end": DAY, "on": ON}
    assert draw_obstacles(**fit) == []
    for change, code in (
        ({"sample": 0}, "sample_size"), ({"end": date(2027, 1, 1)}, "date_future"),
        ({"start": ON}, "dates_order"), ({"title": " "}, "title_missing"),
    ):  # fmt: skip
        assert [o.code for o in draw_obstacles(**fit | change)] == [code]


# -- with the ledger ----------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def followed(request):
    """The ledger is followed from before the first record of a test."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        begin("education.told")


@pytest.fixture
def clerk(make_officer, make_person):
    return make_officer(person_id=make_person("李一", "201").pk, permissions=RIGHTS)


@pytest.fixture
def colleague(make_officer, make_person):
    return make_officer(person_id=make_person("李二", "202").pk, permissions=RIGHTS)


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def school(regions):
    return Organization.objects.create(kind="school", level=3, region_code=YANJI, name="延边社会工作培训中心")


def enter(person, by, number=1, minutes=240, day=DAY, **more):
    return actions.post(person, minutes=minutes, kind="class", earned_on=day, source="test", source_id=number,
                        title="个案工作", region_code=YANJI, by=by, on=more.pop("on", ON), **more)  # fmt: skip


def read_all():
    while actions.read_on(ON):
        pass


def codes(refused):
    return [o.code for o in refused.value.obstacles]


def mine(person, kind):
    return Message.objects.inbox(person.pk).filter(kind=kind)


@pytest.mark.django_db
def test_everybody_is_told_once_of_every_record_in_her_name(person, clerk, school):
    enter(person, clerk, provider=school)
    enter(person, clerk, 2, day=date(2026, 5, 5))
    read_all()
    told = list(mine(person, "education.recorded"))
    assert len(told) == 2 and "4 小时" in told[1].body and "延边社会工作培训中心" in told[1].body
    read_all()  # a second run finds everything done
    assert mine(person, "education.recorded").count() == 2
    enter(person, clerk, 3, day=date(2026, 5, 6))
    read_all()
    assert mine(person, "education.recorded").count() == 3


@pytest.mark.django_db
def test_a_long_batch_is_told_in_parts_and_nobody_twice(make_person, clerk, monkeypatch):
    monkeypatch.setattr("shegong.work.education.actions.following.AT_ONCE", 2)
    people = [make_person("王兰", f"30{n}") for n in range(5)]
    actions.post_many(
        [actions.NewEntry(one.pk, 60, "class", DAY, "test", n, title="小组", region_code=YANJI) for n, one in enumerate(people)],
        by=clerk, on=ON,
    )  # fmt: skip
    steps = 1
    while actions.read_on(ON):
        steps += 1
    assert steps == 3 and [mine(one, "education.recorded").count() for one in people] == [1] * 5


@pytest.mark.django_db
def test_one_button_disputes_and_who_vouched_does_not_decide(person, herself, clerk, colleague):
    entry = enter(person, clerk)
    with pytest.raises(Refused) as refused:
        actions.dispute(entry, text="我没有参加这次培训", by=clerk, on=ON)
    assert codes(refused) == ["not_own"]
    row = actions.dispute(entry, text="我没有参加这次培训", by=herself, on=ON)
    assert row.due_on == date(2026, 11, 23)  # fifteen working days
    with pytest.raises(Refused) as refused:
        actions.dispute(entry, text="再说一遍不是我", by=herself, on=ON)
    assert codes(refused) == ["disputed_before"]
    with pytest.raises(Refused) as refused:
        actions.decide_dispute(row, uphold=True, answer="核对签到表无本人", by=clerk, on=ON)
    assert codes(refused) == ["own_record"]
    row = actions.decide_dispute(row, uphold=True, answer="核对签到表无本人签名", by=colleague, on=ON)
    assert row.state == "upheld" and not CreditEntry.objects.current().filter(person=person).exists()
    assert "核对签到表无本人签名" in mine(person, "education.dispute").get().body


@pytest.mark.django_db
def test_a_dispute_may_fail_or_be_taken_back_and_the_hours_stand(person, herself, clerk, colleague):
    entry = enter(person, clerk)
    row = actions.withdraw_dispute(
        actions.dispute(entry, text="我没有参加这次培训", by=herself, on=ON), by=herself, on=ON
    )
    assert row.state == "withdrawn"
    row = actions.dispute(entry, text="我没有参加这次培训", by=herself, on=ON)
    with pytest.raises(Refused):
        actions.decide_dispute(row, uphold=False, answer="", by=colleague, on=ON)
    row = actions.decide_dispute(row, uphold=False, answer="签到表有本人签名和照片", by=colleague, on=ON)
    assert row.state == "rejected" and CreditEntry.objects.current().filter(pk=entry.pk).exists()


@pytest.mark.django_db
def test_what_cannot_be_is_found_once_and_an_officer_takes_it_out_or_lets_it_stand(
    person, clerk, colleague, school
):
    one = enter(person, clerk, 1, 480, provider=school)
    two = enter(person, clerk, 2, 480)
    read_all()
    assert set(Finding.objects.values_list("kind", flat=True)) == {"long_day", "no_class"}
    actions.look_at([person.pk], [DAY], ON)
    assert Finding.objects.count() == 2  # the same thing is found once
    long = Finding.objects.get(kind="long_day")
    assert (long.amount, long.region_code) == (960, YANJI) and sorted(long.entries) == sorted(
        [one.pk, two.pk]
    )
    with pytest.raises(Refused) as refused:
        actions.settle_finding(long, taken=[two.pk], note="当日不可能", by=clerk, on=ON)
    assert codes(refused) == ["own_record"]
    with pytest.raises(Refused) as refused:
        actions.settle_finding(long, taken=[two.pk + 1000], note="当日不可能学满16小时", by=colleague, on=ON)
    assert codes(refused) == ["stale"]
    assert (
        actions.settle_finding(long, taken=[two.pk], note="当日不可能学满16小时", by=colleague, on=ON).state
        == "confirmed"
    )
    assert list(CreditEntry.objects.current().filter(person=person)) == [one]
    other = Finding.objects.get(kind="no_class")
    assert (
        actions.settle_finding(other, taken=[], note="委托培训，班次未录入", by=colleague, on=ON).state
        == "dismissed"
    )


@pytest.mark.django_db
def test_whose_hours_were_taken_out_is_told_why(person, clerk):
    actions.reverse(enter(person, clerk), reason="签到表无本人签名", by=clerk, on=ON)
    told = mine(person, "education.taken_out").get()
    assert "签到表无本人签名" in told.body and "4小时" in told.body


@pytest.mark.django_db
def test_what_another_look_took_out_already_still_ends_as_it_is_right(person, herself, clerk, colleague):
    one = enter(person, clerk, 1, 480)
    two = enter(person, clerk, 2, 480)
    read_all()
    row = actions.dispute(one, text="我没有参加这次培训", by=herself, on=ON)
    for entry in (one, two):
        actions.reverse(entry, reason="机构撤回名单", by=clerk, on=ON)
    row = actions.decide_dispute(row, uphold=True, answer="记录已经剔除", by=colleague, on=ON)
    assert row.state == "upheld"
    found = Finding.objects.get(kind="long_day")
    found = actions.settle_finding(found, taken=[], note="两条记录都已剔除", by=colleague, on=ON)
    assert found.state == "confirmed"


@pytest.mark.django_db
def test_a_phone_that_signed_in_two_people_is_found_once_a_day_for_both(world, django_assert_max_num_queries):
    course = world.course()
    halves = list(course.half_days.order_by("starts_at"))
    (one, herself, _n, _m), (other, himself, _o, _p) = world.worker(), world.worker()
    for half, actor in ((0, herself), (1, herself), (2, himself)):
        sign(course, halves[half], actor, halves[half].starts_at, device="shared")
    rows = [(one, halves[0]), (one, halves[1]), (other, halves[2])]
    actions.post_many(
        [actions.NewEntry(who.pk, 210, "class", half.on, "test", n, region_code=YANJI, title="班",
                          provider_id=world.body.pk) for n, (who, half) in enumerate(rows)],
        by=SYSTEM, on=ON,
    )  # fmt: skip
    with django_assert_max_num_queries(14):
        made = actions.look_at([other.pk], [halves[2].on], ON)
    assert {(row.kind, row.person_id, row.on, row.amount) for row in made} == {
        ("one_phone", one.pk, halves[0].on, 2), ("one_phone", other.pk, halves[2].on, 2),
    }  # fmt: skip
    assert {len(row.entries) for row in made} == {1, 2} and {row.region_code for row in made} == {YANJI}
    assert actions.look_at([one.pk, other.pk], [half.on for half in halves], ON) == []


def signed(size):
    """A head of the journal over its first `size` entries, as the clock signs it."""
    return Checkpoint.objects.create(
        size=size, algorithm="sha256", root=sha256(str(size).encode()).digest(), chain=b"", at=timezone.now(), origin="example/one",
        kid="k", alg="EdDSA", signature=b"",
    )  # fmt: skip


@pytest.mark.django_db
def test_a_sample_is_drawn_by_what_nobody_chose_and_hours_without_proof_go(
    make_person, clerk, colleague, settings
):
    people = [make_person("王梅", f"40{n}") for n in range(6)]
    for n, one in enumerate(people):
        day = date(2025, 12, 3) if n == 0 else DAY
        enter(one, clerk, 500 + n, day=day, on=day)
    given = {
        "region_code": YANJI,
        "title": "2026年学时抽查",
        "start": date(2025, 1, 1),
        "end": date(2026, 10, 31),
    }
    with pytest.raises(Refused) as refused:
        actions.announce_draw(**given, sample=3, by=colleague, on=ON)
    assert codes(refused) == ["no_heads"]  # no signed heads, no seed
    settings.CHECKPOINTS = ["/outside/one", "/outside/two"]
    signed(1)  # known before the announcement: decides nothing
    row = actions.announce_draw(**given, sample=3, by=colleague, on=ON)
    assert actions.draw_announced() == 0 and row.seed_words == "" and row.fell_at is None
    head = signed(JournalEntry.objects.order_by("-seq").first().seq)
    signed(head.size + 1)  # of two, the first
    assert (actions.draw_announced(), actions.draw_announced()) == (1, 0)
    row.refresh_from_db()
    seed = bytes(head.root).hex()
    assert row.seed_words == row.lot.root == seed
    pool = dict(DrawCandidate.objects.filter(draw=row).values_list("entry", "chances"))
    assert sorted(pool.values()) == [2, 2, 2, 2, 2, 4]  # no times; one of December besides
    assert row.sha == sha256(population_text(pool).encode()).hexdigest()

    def lowest(key):  # as a journalist would write it
        text = f"{seed}\n{row.sha}\n{key}"
        tries = [text, *(f"{text}\n{n}" for n in range(1, pool[key]))]
        return min(sha256(one.encode()).digest() for one in tries)

    checks = list(SpotCheck.objects.filter(draw=row).order_by("rank"))
    assert [check.entry_id for check in checks] == sorted(pool, key=lowest)[:3]
    with pytest.raises(Refused) as refused:
        actions.record_check(checks[0], result="proved", reason="", by=clerk, on=ON)
    assert codes(refused) == ["own_record"]
    with pytest.raises(Refused):
        actions.record_check(checks[0], result="not_proved", reason="", by=colleague, on=ON)
    actions.record_check(checks[0], result="proved", reason="", by=colleague, on=ON)
    actions.record_check(checks[1], result="not_proved", reason="机构拿不出签到表", by=colleague, on=ON)
    assert not CreditEntry.objects.current().filter(pk=checks[1].entry_id).exists()
    with pytest.raises(Refused) as refused:
        actions.record_check(checks[0], result="proved", reason="", by=colleague, on=ON)
    assert codes(refused) == ["checked_before"]
    with pytest.raises(Refused) as refused:
        actions.announce_draw(
            **given | {"start": date(2020, 1, 1), "end": date(2020, 2, 1)}, sample=3, by=colleague, on=ON
        )
    assert codes(refused) == ["no_candidates"] and Draw.objects.count() == 1
    assert JournalEntry.objects.filter(verb="education.draw.draw").exists()


@pytest.mark.django_db
def test_a_code_that_was_handed_in_later_is_drawn_more_often(world):
    """It may have been passed on by a friend; nothing tells it from one of a phone without a network."""
    course = world.course()
    half = course.half_days.order_by("starts_at")[0]
    people = [world.worker() for _ in range(2)]
    marks = [
        sign(course, half, herself, half.starts_at, now=half.starts_at + timedelta(minutes=minutes))
        for minutes, (_who, herself, _n, _m) in zip((10, 11), people, strict=True)
    ]
    actions.post_many(
        [actions.NewEntry(who.pk, 210, "class", half.on, "education.attendance", mark.pk, region_code=YANJI, title="班")
         for mark, (who, *_more) in zip(marks, people, strict=True)],
        by=SYSTEM, on=ON,
    )  # fmt: skip
    weights = limits(ON).weights
    pool = chances_of(YANJI, half.on, half.on + timedelta(days=1), weights, ON)
    at_once, later = (
        pool[CreditEntry.objects.get(source="education.attendance", source_id=mark.pk).pk] for mark in marks
    )
    assert later - at_once == weights.sent_later > 0


@pytest.mark.django_db
def test_an_officers_own_statement_waits_for_a_colleague_alone(clerk, colleague):
    HoursStatement.objects.create(
        person_id=clerk.person_id, region_code=YANJI, origin="own", minutes=60, kind="class", earned_on=DAY, title="班",
        stated_by_id=clerk.person_id,
    )  # fmt: skip
    assert [HoursStatement.objects.for_officer(one).count() for one in (clerk, colleague)] == [0, 1]


def test_more_chances_are_drawn_more_often():
    pool = dict.fromkeys(range(200), 1) | {7: 6}
    hits = sum(7 in drawn(pool, 20, f"seed {n}") for n in range(200))
    plain = sum(8 in drawn(pool, 20, f"seed {n}") for n in range(200))
    assert 60 < hits < 120 and 5 < plain < 40  # about 46 of 100, and 10 of 100
