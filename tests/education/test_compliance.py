"""Both rules for everybody: the sums beside the register say what the rules say of each person (T3.3, D21)."""

import json
import random
from datetime import date, timedelta

import pytest
from django.utils import timezone

from shegong.duties.registry.actions.counting import recount
from shegong.duties.registry.models import HoursStanding, Registration
from shegong.duties.registry.models.hours import simulate
from shegong.duties.registry.models.spans import period_of
from shegong.ground.credentials.models import Certificate
from shegong.kernel.access import SYSTEM
from shegong.kernel.temporal import days
from shegong.work.education import actions
from shegong.work.education.actions import NewEntry
from shegong.work.education.models import CreditEntry, Leave, facts_of, verdicts_of
from shegong.work.education.models.policies import rule
from shegong.work.education.policy_types import PLAN, HoursRule
from shegong.work.education.rules import yearly

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T3.3")]
YANJI = 222401000


def said(registration, on):
    """What the rules say, in the order of the columns."""
    one, two = verdicts_of(registration.person_id, level=registration.level, period=period_of(registration, on), on=on,
                           registered=registration.admitted_on)  # fmt: skip
    return one.required, one.counted, not one.met, two.required, two.counted, not two.met


def kept(registration):
    row = HoursStanding.objects.get(pk=registration.pk)
    return row.required, row.counted, row.short, row.year_required, row.year_counted, row.year_short


@pytest.fixture
def world(make):
    """Fifteen people with records of every kind; some on leave, one whose level rose, one with an equivalent."""
    chance, on = random.Random(6), timezone.localdate()
    held, rows = [], []
    for n in range(15):
        level = chance.choice(["assistant", "social_worker", "senior"])
        held.append(
            make("林晓岚", f"JL20120000{n:02d}", left=chance.randint(20, 480), level=level).registration
        )
        for m in range(chance.randint(0, 14)):
            kind = chance.choice(["class"] * 5 + ["course", "degree", "supervision"])
            rows.append(NewEntry(held[-1].person_id, chance.randint(30, 700), kind, on - timedelta(days=chance.randint(0, 720)),
                                 "t", n * 100 + m, passed=chance.random() > 0.2, title="课", region_code=YANJI))  # fmt: skip
    Leave.objects.create(person_id=held[0].person_id, during=days(date(on.year, 2, 1), date(on.year, 5, 1)))
    Certificate.objects.create(
        person_id=held[1].person_id, level="assistant" if held[1].level != "assistant" else "senior",
        management_no="x1", issued_on=date(2015, 1, 1), state="verified",
    )  # fmt: skip
    actions.post_many(rows, by=SYSTEM, on=on)
    return held


def test_the_sums_beside_the_register_are_what_the_rules_say_of_each(world):
    on = timezone.localdate()
    recount(None, on)
    assert len({kept(row) for row in world}) > 8
    assert [kept(row) for row in world] == [said(row, on) for row in world]
    assert recount(None, on) == 0


def test_sums_follow_each_entry_and_reversal_in_its_transaction(make):
    on, lin = timezone.localdate(), make(left=60)
    entry = actions.post(lin.person, minutes=480, kind="class", earned_on=on - timedelta(days=400), source="t", source_id=1,
                         title="课", region_code=YANJI, by=SYSTEM, on=on)  # fmt: skip
    assert kept(lin.registration) == said(lin.registration, on) and kept(lin.registration)[1] == 480
    actions.reverse(entry, reason="重复记录", by=SYSTEM, on=on)
    assert kept(lin.registration)[1] == 0


def test_a_closed_registration_has_no_sums(world):
    on = timezone.localdate()
    recount(None, on)
    Registration.objects.filter(pk=world[0].pk).update(closed_on=on, closed_kind="cancelled")
    recount([world[0].person_id], on)
    assert not HoursStanding.objects.filter(pk=world[0].pk).exists()


def test_a_change_of_the_years_rule_says_beforehand_how_many_it_makes_short(world):
    on = timezone.localdate()
    recount(None, on)
    plan = rule(PLAN, on)
    easier = HoursRule(**{**vars(plan), "required": {"assistant": 1, "social_worker": 1, "senior": 1}})
    short, would = simulate(on.year, easier, on)
    assert simulate(on.year, plan, on) == (short, short)
    assert 0 < would < short <= len(world)
    assert CreditEntry.objects.exists()


def under(registration, changed, on):
    """What a changed rule says of one person this year, by the rules themselves."""
    facts = facts_of(registration.person_id, level=registration.level, registered=registration.admitted_on)
    return yearly(facts.level, on.year, facts.lines, changed, levels=facts.levels, leave=facts.leave,
                  registered=facts.registered)  # fmt: skip


def test_whom_any_change_of_the_rule_makes_short_is_whom_the_rules_say(world):
    on = timezone.localdate()
    recount(None, on)
    for change in (
        {"required": {"assistant": 2, "social_worker": 3, "senior": 3}}, {"needs_pass": False}, {"leave": "none"},
        {"part_span": "whole"}, {"counts": frozenset({"class", "supervision"})},
    ):  # fmt: skip
        changed = HoursRule(**{**vars(rule(PLAN, on)), **change})
        assert simulate(on.year, changed, on)[1] == sum(not under(row, changed, on).met for row in world), (
            change
        )


def test_the_share_of_a_year_begun_late_is_rounded_once(make):
    """A minute is missing: whoever scales the minutes asked for before, which were rounded down, does not see it."""
    on = timezone.localdate()
    plan, days_of_year = rule(PLAN, on), (date(on.year + 1, 1, 1) - date(on.year, 1, 1)).days
    more = HoursRule(**{**vars(plan), "required": {k: n + 1 for k, n in plan.required.items()}})
    old, new = plan.minutes("assistant"), more.minutes("assistant")
    twice = [
        n for n in range(1, days_of_year) if old * n // days_of_year * new // old < new * n // days_of_year
    ]
    for place, n in enumerate((twice[0], twice[len(twice) // 2], twice[-1])):
        held = make("林晓岚", f"JL20120000{place:02d}", left=400, level="assistant").registration
        Registration.objects.filter(pk=held.pk).update(
            admitted_on=date(on.year + 1, 1, 1) - timedelta(days=n)
        )
        actions.post(held.person, minutes=new * n // days_of_year - 1, kind="course", earned_on=on, source="t",
                     source_id=place, title="课", region_code=YANJI, by=SYSTEM, on=on)  # fmt: skip
        recount([held.person_id], on)
        held.refresh_from_db()
        assert under(held, more, on).missing == 1
    assert simulate(on.year, more, on) == (0, 3)


def test_an_officers_list_shows_both_verdicts_and_finds_who_is_short_and_expires_soon(make, sign_in):
    on = timezone.localdate()
    short, met = make("林晓岚", "JL2012000001", left=60), make("赵学", "JL2012000002", left=60)
    make("孙学", "JL2012000003", left=470)
    rows = [NewEntry(met.person.pk, 720, "class", on - timedelta(days=500 - n), "t", n, title="课", region_code=YANJI)
            for n in range(8)]  # fmt: skip
    actions.post_many(rows, by=SYSTEM, on=on)
    recount(None, on)
    desk = sign_in("zhang", YANJI)
    every = desk.get("/office/compliance/").content.decode()
    assert all(name in every for name in ("林晓岚", "赵学", "孙学")) and "学时不足" in every
    soon = desk.get("/office/compliance/?short=national&expires=3").content.decode()
    assert short.name in soon and "赵学" not in soon and "孙学" not in soon
    assert "赵学" in desk.get("/office/compliance/?short=plan&expires=3").content.decode()
    assert "/office/compliance/" in desk.get("/office/renewals/").content.decode()  # its tab


def test_who_sets_the_plan_sees_beforehand_whom_other_days_would_turn(make, sign_in):
    make("林晓岚", "JL2012000001", left=400, level="assistant")
    recount(None, timezone.localdate())
    desk = sign_in("steers", 220000000, role="final_registrar")
    assert desk.get("/office/compliance-foreseen/").url == "/office/compliance-foreseen/?asked=9-11-11"
    assert desk.get("/office/compliance-foreseen/?assistant=0&social_worker=0&senior=0").url.endswith(
        "?asked=0-0-0"
    )
    today, never = (
        desk.get(f"/office/compliance-foreseen/?asked={days}").content.decode()
        for days in ("9-11-11", "0-0-0")
    )
    assert "目前不足 1 人" in today and "林晓岚" in today
    assert "不再不足 1 人" in never and "林晓岚" not in never
    assert (
        "级别高的不得少于级别低的" in desk.get("/office/compliance-foreseen/?asked=9-2-11").content.decode()
    )
    assert sign_in("county", YANJI).get("/office/compliance-foreseen/").status_code == 403


def test_the_list_of_other_days_shows_what_they_would_ask_for_beside_what_is_asked_today(make, sign_in):
    on = timezone.localdate()
    held = make("林晓岚", "JL2012000001", left=400, level="assistant")
    learned = NewEntry(
        held.person.pk, 72 * 60, "course", on.replace(month=1, day=1), "t", 1, title="课", region_code=YANJI
    )
    actions.post_many([learned], by=SYSTEM, on=on)
    recount(None, on)
    desk = sign_in("steers", 220000000, role="final_registrar")
    assert "林晓岚" not in desk.get("/office/compliance-foreseen/?asked=9-11-11").content.decode()
    file = desk.get("/office/compliance-foreseen.json?asked=14-15-16")
    row = json.loads(b"".join(file.streaming_content))["rows"][0]
    assert (row["counted"], row["now_required"], row["then_required"], row["then_missing"]) == (
        72,
        72,
        112,
        40,
    )
    assert (row["now"], row["then"]) == ("met", "short")
    page = desk.get("/office/compliance-foreseen/?asked=14-15-16").content.decode()
    assert "按测算天数还差(小时)" in page and "112" in page and "本年还差" not in page
