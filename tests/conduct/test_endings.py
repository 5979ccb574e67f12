"""How a case ends: a body that answers, rounds that no decision ends, terms that pass, early repair, a second round, a series,
a relation that is over."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from fixtures.accused import JILIN, YANBIAN, accused, act, bench, complaint, offices, someone
from fixtures.complaining import lodge
from fixtures.registered import make, places
from fixtures.second_wall import standing

from shegong.duties.conduct import actions
from shegong.duties.conduct.models import (
    Appeal,
    Complaint,
    Decision,
    EarlierComplaint,
    Exchange,
    Inquiry,
    Interim,
    Kin,
    Publication,
    Repair,
    StageDate,
    sanctions_in_force,
)
from shegong.duties.conduct.models.timing import look_until
from shegong.duties.conduct.sealed_text import opened
from shegong.duties.registry.models import status_of
from shegong.ground.accounts import actions as accounts
from shegong.ground.people.models import Person
from shegong.kernel.access import SYSTEM, Actor, Authority
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused

__all__ = ["accused", "act", "bench", "complaint", "make", "offices", "places"]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.f")]
ALLEGATION = "有人反映你在服务中收受服务对象的现金。"
REASONS = "收受服务对象现金，有转账记录为证。"
ANSWER = "你反映的情况属实，已作出处理。"


@pytest.fixture
def on():
    return timezone.localdate()


def refused(act):
    with pytest.raises(Refused) as found, transaction.atomic():
        act()
    return [one.code for one in found.value.obstacles]


def at_noon(day):
    """Noon of a day."""
    noon = timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 12))
    return time_machine.travel(noon, tick=True)


def disclosed(row, bench, on, me=None):
    """Looked into and disclosed; answered by `me`."""
    inquiry = actions.open_inquiry(row, plan="查看记录，询问双方。", by=bench.officer, on=on)
    inquiry = actions.disclose(inquiry, text=ALLEGATION, by=bench.officer, on=on)
    if me is not None:
        actions.reply(inquiry, text="那是服务对象还的垫付款。", by=me, on=on)
    return inquiry


def decided(inquiry, bench, on, measure="suspended", months=3):
    """Heard by the panel, voted, signed."""
    seats = [
        actions.seat(inquiry, Person.objects.get(pk=one.person_id), by=bench.officer, on=on)
        for one in bench.panel
    ]
    actions.hear(inquiry, report="两次收款，情况属实。", by=bench.officer, on=on)
    for seat, member in zip(seats, bench.panel, strict=True):
        actions.vote(seat, measure=measure, months=months, by=member, on=on)
    made = actions.propose_decision(
        inquiry, measure=measure, months=months, grounds=[] if measure == "dismissed" else ["private_gain"],
        reasons=REASONS, answer=ANSWER, by=bench.panel[0], on=on,
    )  # fmt: skip
    return actions.decide(made, by=bench.leader, on=on)


def clerk_of(body, person=None):
    """Who answers for a body."""
    person = person or someone("单位经办")
    authority = Authority(
        role="org_clerk", permissions=frozenset({"conduct.answer"}), organization_id=body.pk
    )
    return Actor(user_id=person.pk, person_id=person.pk, authorities=(authority,))


# -- a body --------------------------------------------------------------------------------------------------------


def test_a_body_complained_of_is_told_answers_and_asks_for_a_review_by_its_clerk_alone(
    accused, offices, bench, on
):
    row = lodge(whom_kind="body", whom=accused.unit.name, register_no="").complaint
    assert row.respondent_body == accused.unit
    actions.accept(row, by=bench.officer, on=on)
    row.refresh_from_db()
    clerk, stranger = clerk_of(accused.unit), clerk_of(offices[YANBIAN])
    inquiry = actions.open_inquiry(row, plan="查看记录，询问双方。", by=bench.officer, on=on)
    assert not Inquiry.objects.own(clerk).exists(), "before the disclosure nothing is seen"
    inquiry = actions.disclose(inquiry, text="有人反映你单位挪用补贴。", by=bench.officer, on=on)
    assert Inquiry.objects.own(clerk).get() == inquiry
    for other in (stranger, accused.me):
        assert not Inquiry.objects.own(other).exists()
        assert refused(lambda by=other: actions.reply(inquiry, text="我们没有挪用。", by=by, on=on)) == [
            "not_yours"
        ]
    said = actions.reply(inquiry, text="补贴全部用于服务对象。", by=clerk, on=on)
    assert (said.by_person_id, said.by_body) == (clerk.person_id, accused.unit)
    inquiry.refresh_from_db()
    decision = decided(inquiry, bench, on, "warning", 0)
    assert decision.respondent_body == accused.unit and Decision.objects.own(clerk).get() == decision
    appeal = actions.lodge_appeal(decision, text="处理过重，请求复核。", by=clerk, on=on)
    assert appeal.body.name == "吉林省民政厅"


# -- rounds without a decision ---------------------------------------------------------------------------------------


def test_a_complaint_taken_back_ends_the_round_and_what_it_had_suspended_and_the_worker_is_told(
    accused, bench, on
):
    made = lodge()
    row = actions.accept(made.complaint, by=bench.officer, on=on)
    inquiry = disclosed(row, bench, on)
    days = {"start": on, "end": on + timedelta(days=60), "ground": "private_gain"}
    actions.sign_interim(
        actions.propose_interim(inquiry, **days, by=bench.officer, on=on), by=bench.leader, on=on
    )
    assert status_of(accused.registration, on) == "suspended"
    actions.withdraw(actions.tracked(made.code), on=on)
    assert status_of(accused.registration, on) != "suspended"
    assert Interim.objects.get().ended_why == "withdrawn"
    inquiry.refresh_from_db()
    assert (inquiry.closed_on, inquiry.closed_why) == (on, "withdrawn")
    assert refused(lambda: actions.reply(inquiry, text="我还想说明。", by=accused.me, on=on)) == [
        "inquiry_over"
    ]
    assert Message.objects.filter(person_id=accused.person.pk, kind="conduct.ended").count() == 1
    assert refused(lambda: actions.answer(row, text="补充", photos=[], on=on)) == ["case_closed"]


def test_nobody_else_is_named_once_somebody_was_told_and_before_that_the_round_follows(
    accused, make, bench, on
):
    row = lodge(register_no="", whom="小林").complaint
    actions.accept(row, by=bench.officer, on=on)
    row.refresh_from_db()
    inquiry = actions.open_inquiry(row, plan="查看记录，询问双方。", by=bench.officer, on=on)
    row.refresh_from_db()
    actions.identify(row, register_no="JL2012000001", by=bench.officer, on=on)
    inquiry.refresh_from_db()
    assert inquiry.respondent == accused.person
    actions.disclose(inquiry, text=ALLEGATION, by=bench.officer, on=on)
    row.refresh_from_db()
    assert refused(lambda: actions.identify(row, body=accused.unit, by=bench.officer, on=on)) == [
        "told_before"
    ]


def test_another_body_is_said_to_be_in_charge_within_five_working_days_or_not_at_all(accused, offices, bench):
    monday = date(2026, 11, 16)
    with at_noon(monday):
        row = lodge(on=monday).complaint
    up = lambda day: actions.pass_up(row, reason="应由省级机关办理", by=bench.officer, on=day)  # noqa: E731
    with at_noon(date(2026, 11, 24)):
        assert refused(lambda: up(date(2026, 11, 24))) == ["misrouted_late"]
    assert up(date(2026, 11, 23)).routed_to == offices[JILIN], "the weekend does not count"


# -- terms -----------------------------------------------------------------------------------------------------------


def test_a_review_ends_its_clock_and_a_case_closes_when_nobody_can_ask_any_more(
    accused, complaint, bench, on
):
    decision = decided(disclosed(complaint, bench, on, accused.me), bench, on)
    assert actions.close_cases() == 0
    appeal = actions.lodge_appeal(decision, text="我不服，处理过重。", by=accused.me, on=on)
    assert StageDate.objects.get(complaint=complaint, ends_on=None).stage == "appeal"
    actions.propose_result(appeal, result="upheld", reasons="事实清楚", by=bench.above.panel, on=on)
    actions.decide_appeal(appeal, by=bench.above.leader, on=on)
    assert not StageDate.objects.filter(complaint=complaint, ends_on=None).exists()
    assert refused(lambda: actions.lodge_appeal(decision, text="我还是不服。", by=accused.me, on=on)) == [
        "asked_before"
    ]
    until = look_until(complaint)
    with at_noon(until):
        assert actions.close_cases() == 0, "whoever complained may still ask"
    with at_noon(until + timedelta(days=1)):
        assert actions.close_cases() == 1
    complaint.refresh_from_db()
    assert (complaint.state, complaint.closed_on) == ("closed", until + timedelta(days=1))
    assert status_of(accused.registration, on) == "suspended", "the measure holds on"


def test_an_unused_term_closes_a_decided_and_a_refused_case_on_the_day_after(accused, complaint, bench, on):
    decision = decided(disclosed(complaint, bench, on, accused.me), bench, on, "dismissed", 0)
    other = lodge().complaint
    actions.refuse(other, reason="no_facts", text="请补充时间和证人。", by=bench.officer, on=on)
    with at_noon(decision.review_due):
        actions.close_cases()
        assert Complaint.objects.get(pk=complaint.pk).state == "decided"
        assert Complaint.objects.get(pk=other.pk).state == "closed"
    with at_noon(decision.review_due + timedelta(days=1)):
        assert actions.close_cases() == 1
    assert Complaint.objects.get(pk=complaint.pk).state == "closed"


def test_a_request_taken_back_was_the_one_request_and_the_decision_is_shown_again(
    accused, complaint, bench, on
):
    decision = decided(disclosed(complaint, bench, on, accused.me), bench, on)
    appeal = actions.lodge_appeal(decision, text="我不服，处理过重。", by=accused.me, on=on)
    assert sanctions_in_force(accused.person.pk, on) == []
    assert refused(lambda: actions.withdraw_appeal(appeal, by=bench.officer, on=on)) == ["not_yours"]
    actions.withdraw_appeal(appeal, by=accused.me, on=on)
    assert [one.number for one in sanctions_in_force(accused.person.pk, on)] == [decision.number]
    decision.refresh_from_db()
    assert refused(lambda: actions.lodge_appeal(decision, text="我又不服了。", by=accused.me, on=on)) == [
        "asked_before"
    ]
    assert Appeal.objects.get().state == "withdrawn"


def test_whoever_complained_reads_what_came_of_it_and_reasons_that_name_her_are_refused(accused, bench, on):
    made = lodge(kind="confidential", name="李秀英", contact="13900001111")
    row = actions.accept(made.complaint, by=bench.officer, on=on)
    inquiry = disclosed(row, bench, on, accused.me)
    seats = [
        actions.seat(inquiry, Person.objects.get(pk=one.person_id), by=bench.officer, on=on)
        for one in bench.panel
    ]
    actions.hear(inquiry, report="两次收款，情况属实。", by=bench.officer, on=on)
    for seat, member in zip(seats, bench.panel, strict=True):
        actions.vote(seat, measure="warning", by=member, on=on)
    given = {"measure": "warning", "grounds": ["private_gain"], "by": bench.panel[0], "on": on}
    propose = lambda **more: lambda: actions.propose_decision(inquiry, **given, **more)  # noqa: E731
    assert refused(propose(reasons="李秀英作证，情况属实。", answer=ANSWER)) == ["gives_away"]
    assert refused(propose(reasons=REASONS, answer=" ")) == ["text_short"]
    actions.decide(propose(reasons=REASONS, answer=ANSWER)(), by=bench.leader, on=on)
    assert opened(Exchange.objects.get(complaint=row, kind="decision"), "text") == ANSWER


# -- early repair ----------------------------------------------------------------------------------------------------


def test_early_repair_is_asked_for_after_the_least_time_and_needs_two(accused, complaint, bench, on):
    decision = decided(disclosed(complaint, bench, on, accused.me), bench, on, "warning", 0)
    first = actions.first_day(decision, on)
    ask = lambda day: actions.ask_repair(decision, text="已退还并参加培训。", by=accused.me, on=day)  # noqa: E731
    assert refused(lambda: ask(first - timedelta(days=1))) == ["repair_early"]
    asked = ask(first)
    assert refused(lambda: ask(first)) == ["asked_already"]
    actions.propose_repair(asked, granted=True, reasons="整改到位", by=bench.officer, on=first)
    both = Actor(
        user_id=1,
        person_id=bench.officer.person_id,
        authorities=(*bench.officer.authorities, *bench.leader.authorities),
    )
    assert refused(lambda: actions.decide_repair(asked, by=both, on=first)) == ["four_eyes"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Repair.objects.filter(pk=asked.pk).update(
            state="decided", decider=bench.officer.person_id, decided_on=first
        )
    actions.decide_repair(asked, by=bench.leader, on=first)
    decision.refresh_from_db()
    shown = Publication.objects.get(decision=decision)
    assert (decision.state, shown.withdrawn_why, shown.withdrawn_on) == ("repaired", "repaired", first)
    assert Message.objects.filter(person_id=accused.person.pk, kind="conduct.repaired").count() == 1


def test_a_refused_repair_leaves_the_decision_shown_and_may_be_asked_for_again_later(
    accused, complaint, bench, on
):
    decision = decided(disclosed(complaint, bench, on, accused.me), bench, on, "warning", 0)
    first = actions.first_day(decision, on)
    ask = lambda day: actions.ask_repair(decision, text="已退还并参加培训。", by=accused.me, on=day)  # noqa: E731
    asked = ask(first)
    actions.propose_repair(asked, granted=False, reasons="整改不够", by=bench.officer, on=first)
    actions.decide_repair(asked, by=bench.leader, on=first)
    assert Publication.objects.get(decision=decision).withdrawn_on is None
    assert refused(lambda: ask(first + timedelta(days=30))) == ["refused_lately"]


# -- again -----------------------------------------------------------------------------------------------------------


def test_the_second_round_of_a_reopened_case_replaces_the_first_decision(accused, complaint, bench, act, on):
    old = decided(disclosed(complaint, bench, on, accused.me), bench, on, "warning", 0)
    actions.add_evidence(
        complaint, side="witness", title="银行流水", content=b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n",
        by=bench.officer, on=on,
    )  # fmt: skip
    again = actions.reopen(complaint, plan="核对新的转账记录。", by=bench.officer, on=on)
    assert again.round == 2 and refused(
        lambda: actions.lodge_appeal(old, text="我不服，处理过重。", by=accused.me, on=on)
    ) == ["reopened"]
    assert not Inquiry.objects.own(accused.me).filter(pk=again.pk).exists(), "not before it is disclosed anew"
    again = actions.disclose(again, text="有新的转账记录，请说明。", by=bench.officer, on=on)
    actions.reply(again, text="那也是垫付款。", by=accused.me, on=on)
    new = decided(again, bench, on)
    old.refresh_from_db()
    assert (old.state, new.replaces, new.state) == ("changed", old, "in_force")
    assert status_of(accused.registration, on) == "suspended"
    assert [one.number for one in sanctions_in_force(accused.person.pk, on)] == [new.number]
    assert Complaint.objects.get(pk=complaint.pk).state == "decided"


def test_a_series_is_stated_by_one_and_signed_by_another_and_the_complaint_is_still_decided(
    accused, bench, on
):
    named = {"kind": "confidential", "name": "李秀英", "contact": "13900001111"}
    rows = [lodge(**named).complaint for _ in range(4)]
    for row in rows[:3]:
        actions.accept(row, by=bench.officer, on=on)
        row.refresh_from_db()
        decided(disclosed(row, bench, on, accused.me), bench, on, "dismissed", 0)
    last = rows[3]
    assert EarlierComplaint.objects.filter(complaint=last).count() == 3
    actions.accept(last, by=bench.officer, on=on)
    last.refresh_from_db()
    found = actions.propose_serial(
        last, evidence="此前三件经调查均不成立，本件没有新的事实。", by=bench.officer, on=on
    )
    both = Actor(
        user_id=1,
        person_id=bench.officer.person_id,
        authorities=(*bench.officer.authorities, *bench.leader.authorities),
    )
    assert refused(lambda: actions.sign_serial(found, by=both, on=on)) == ["four_eyes"]
    signed = actions.sign_serial(found, by=bench.leader, on=on)
    assert signed.signed_on == on
    assert refused(lambda: actions.sign_serial(found, by=bench.leader, on=on)) == ["signed_before"]
    last.refresh_from_db()
    assert last.state == "accepted", "nothing is refused by it"
    disclosed(last, bench, on)


# -- relations -------------------------------------------------------------------------------------------------------


def test_a_declared_relation_holds_until_the_inspector_agrees_that_it_is_over(accused, bench, on):
    row = lodge().complaint
    reads = lambda: row in Complaint.objects.visible_to(bench.officer, "conduct.read")  # noqa: E731
    kin = actions.declare_kin(
        register_no="JL2012000001", name=accused.name, relation="interest", by=bench.officer, on=on
    )
    assert not reads()
    assert refused(lambda: actions.end_kin(kin, agreed=True, by=bench.inspector, on=on)) == ["kin_over"]
    actions.say_over(kin, why="租赁关系已经结束", by=bench.officer, on=on)
    assert not reads()
    assert refused(lambda: actions.end_kin(kin, agreed=True, by=bench.officer, on=on)) == ["not_allowed"]
    actions.end_kin(kin, agreed=False, by=bench.inspector, on=on)
    assert not reads() and Kin.objects.get().over_asked_on is None
    actions.say_over(kin, why="租赁关系已经结束", by=bench.officer, on=on)
    actions.end_kin(kin, agreed=True, by=bench.inspector, on=on)
    assert reads() and not Kin.objects.exists()


# -- behind both walls -----------------------------------------------------------------------------------------------


def test_whom_a_case_is_about_answers_and_asks_for_a_review_where_the_case_itself_is_walled_off(
    accused, complaint, bench, let_in, on
):
    user = accounts.create_user(accused.person, username="herself", password=None, by=SYSTEM, on=on)
    inquiry = disclosed(complaint, bench, on)
    browser, mine = let_in(Client(), user), f"/my/conduct/{inquiry.token}/"
    with standing():
        assert browser.get(mine).status_code == 200
        assert browser.post(mine, {"text": "那是服务对象还的垫付款。"}).status_code == 302
        inquiry.refresh_from_db()
        decision = decided(inquiry, bench, on)
        page = browser.get(mine).content.decode()
        assert decision.number in page and "吉林省民政厅" in page
        assert browser.get(f"{mine}review/").status_code == 200
        assert browser.post(f"{mine}review/", {"text": "已经退还，处理过重。"}).status_code == 302
        assert Appeal.objects.get().state == "lodged"
        assert browser.post(mine, {"do": "take_back"}).status_code == 302
        assert Appeal.objects.get().state == "withdrawn"
        assert browser.get(f"{mine}repair/").status_code == 200
