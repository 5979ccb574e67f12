"""Inquiry, reply, panel, decision, review and repair, through actions: who may not, what follows, what the public reads."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from fixtures.accused import accused, act, bench, complaint, offices, someone
from fixtures.registered import make, places

from shegong.duties.conduct import actions
from shegong.duties.conduct.models import (
    Decision,
    EvidenceRead,
    Exchange,
    Inquiry,
    Interim,
    Publication,
    sanctions_in_force,
)
from shegong.duties.conduct.models.leaving import told_of
from shegong.duties.conduct.sealed_text import opened
from shegong.duties.registry.models import Registration, Restriction, status_of
from shegong.kernel.lost_time import midnight
from shegong.kernel.messages import Message
from shegong.kernel.outages import Outage
from shegong.kernel.refusal import Refused
from shegong.kernel.temporal import days
from shegong.work.employment.models import Employment

__all__ = ["accused", "act", "bench", "complaint", "make", "offices", "places"]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.f")]
REASONS = "收受服务对象现金，本人承认，有转账记录为证。"
ANSWER = "你反映的情况属实，已作出处理。"
ALLEGATION = "有人反映你在服务中收受服务对象的现金。"


@pytest.fixture
def on():
    return timezone.localdate()


@pytest.fixture
def inquiry(complaint, bench, on):
    return actions.open_inquiry(complaint, plan="查看记录，询问双方。", by=bench.officer, on=on)


@pytest.fixture
def heard(inquiry, bench, accused, on):
    """Disclosed, answered, the panel seated, the case heard."""
    actions.disclose(inquiry, text=ALLEGATION, by=bench.officer, on=on)
    actions.reply(inquiry, text="我没有收钱，那是服务对象还的垫付款。", by=accused.me, on=on)
    inquiry.seats_made = [
        actions.seat(inquiry, person_of(member), leads=not n, by=bench.officer, on=on)
        for n, member in enumerate(bench.panel)
    ]
    made = actions.hear(inquiry, report="两次收款，共三千元。情况属实。", by=bench.officer, on=on)
    made.seats_made = inquiry.seats_made
    return made


def person_of(actor):
    from shegong.ground.people.models import Person

    return Person.objects.get(pk=actor.person_id)


def refused(act):
    with pytest.raises(Refused) as found, transaction.atomic():
        act()
    return [one.code for one in found.value.obstacles]


def decided(heard, bench, on, measure="suspended", months=3, grounds=("private_gain",)):
    for seat, member in zip(heard.seats_made, bench.panel, strict=True):
        actions.vote(seat, measure=measure, months=months, by=member, on=on)
    made = actions.propose_decision(
        heard, measure=measure, months=months, grounds=grounds, reasons=REASONS, answer=ANSWER, by=bench.panel[0],
        on=on,
    )  # fmt: skip
    return actions.decide(made, by=bench.leader, on=on)


def test_nobody_of_her_unit_no_relative_and_nobody_declared_investigates(inquiry, bench, accused, on):
    colleague = someone("同事")
    Employment.objects.create(
        person=colleague, employer=accused.unit, region_code=accused.unit.region_code, during=days(on)
    )
    name = lambda who: lambda: actions.name_investigator(inquiry, who, by=bench.officer, on=on)  # noqa: E731
    assert refused(name(colleague)) == ["same_unit"]
    assert refused(name(accused.person)) == ["same_person", "same_unit"]
    second = actions.name_investigator(inquiry, someone(), by=bench.officer, on=on)
    actions.recuse_investigator(second, why="与当事人是同学", by=bench.officer, on=on)
    assert refused(name(second.person)) == ["recused_before"]


def test_an_officer_of_another_body_does_not_even_reach_the_case(complaint, act, on):
    stranger = act("officer", 222401000)
    assert refused(
        lambda: actions.open_inquiry(complaint, plan="查看记录，询问双方。", by=stranger, on=on)
    ) == ["not_allowed"]


def test_the_respondent_answers_only_what_was_disclosed_and_before_the_hearing(heard, accused, on):
    assert refused(lambda: actions.reply(heard, text="补充说明，我没有收钱。", by=accused.me, on=on)) == [
        "heard_before"
    ]


def test_the_panel_does_not_hear_before_the_other_side_could_speak(inquiry, bench, on):
    hear = lambda day: lambda: actions.hear(inquiry, report="情况属实，建议处理。", by=bench.officer, on=day)  # noqa: E731
    assert refused(hear(on)) == ["not_disclosed_yet", "panel_small"]
    actions.disclose(inquiry, text=ALLEGATION, by=bench.officer, on=on)
    assert refused(hear(on)) == ["reply_runs", "panel_small"]
    for member in bench.panel:
        actions.seat(inquiry, person_of(member), by=bench.officer, on=on)
    inquiry.refresh_from_db()
    hear(inquiry.reply_due + timedelta(days=1))()
    assert Inquiry.objects.get(pk=inquiry.pk).heard_on


def test_hours_lost_to_an_outage_give_the_respondent_more_days_to_answer_and_to_ask_for_a_review(on):
    due = on + timedelta(days=15)
    end = midnight(due + timedelta(days=1))
    Outage.objects.create(
        during=(end - timedelta(hours=5), end - timedelta(hours=1)), notice_zh="停电", declared_by=0
    )
    assert Inquiry(disclosed_on=on, reply_due=due).answer_by == due + timedelta(days=1)
    assert Decision(served_on=on, review_due=due).review_until == due + timedelta(days=1)
    assert Inquiry(disclosed_on=on, reply_due=due - timedelta(days=1)).answer_by == due - timedelta(days=1)
    assert Inquiry().answer_by is None and Decision().review_until is None


def test_who_investigates_neither_sits_nor_proposes_nor_signs(inquiry, bench, act, on):
    assert refused(lambda: actions.seat(inquiry, person_of(bench.officer), by=bench.officer, on=on)) == [
        "investigated"
    ]


def test_a_decision_needs_more_than_half_and_another_hand(heard, bench, act, on):
    first, second, third = heard.seats_made
    actions.vote(first, measure="suspended", months=3, by=bench.panel[0], on=on)
    actions.vote(second, measure="warning", by=bench.panel[1], on=on)
    propose = lambda: actions.propose_decision(  # noqa: E731
        heard,
        measure="suspended",
        months=3,
        grounds=["private_gain"],
        reasons=REASONS,
        answer=ANSWER,
        by=bench.panel[0],
        on=on,
    )
    assert refused(propose) == ["no_majority"]
    assert refused(lambda: actions.vote(third, measure="warning", by=bench.panel[1], on=on)) == [
        "not_your_seat"
    ]
    actions.vote(third, measure="suspended", months=3, by=bench.panel[2], on=on)
    made = propose()
    chair_as_leader = act("leader", person=person_of(bench.panel[0]))
    officer_as_leader = act("leader", person=person_of(bench.officer))
    assert refused(lambda: actions.decide(made, by=chair_as_leader, on=on)) == ["four_eyes"]
    assert refused(lambda: actions.decide(made, by=officer_as_leader, on=on)) == ["had_part"]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE conduct_decision SET decider_id=%s WHERE id=%s", [bench.officer.person_id, made.pk]
        )
    actions.decide(made, by=bench.leader, on=on)
    assert Decision.objects.get(pk=made.pk).number.startswith("SGCJ-222400-")


def test_the_suspension_is_in_force_at_once_and_served_with_the_right_of_review(heard, bench, accused, on):
    decision = decided(heard, bench, on)
    assert status_of(accused.registration, on) == "suspended"
    assert status_of(accused.registration, decision.ends_on) != "suspended"
    [shown] = sanctions_in_force(accused.person.pk, on)
    assert (shown.name, shown.register_no, shown.grounds) == (accused.name, accused.number, ["private_gain"])
    told = [one.body for one in Message.objects.filter(person_id=accused.person.pk, kind="conduct.decided")]
    assert len(told) == 1
    assert "吉林省民政厅" in told[0] or "民政" in told[0]
    assert decision.review_due == on + timedelta(days=60) or decision.review_due > on + timedelta(days=60)


def test_a_warning_names_nobody_and_touches_no_registration(heard, bench, accused, on):
    decided(heard, bench, on, measure="warning", months=0)
    row = Publication.objects.get()
    assert (row.name, row.register_no, row.grounds, row.person) == ("", "", [], None)
    assert status_of(accused.registration, on) != "suspended"


def test_a_revocation_closes_the_registration_and_its_annulment_opens_it_again(heard, bench, accused, on):
    decision = decided(heard, bench, on, measure="revoked", months=0)
    assert status_of(Registration.objects.get(pk=accused.registration.pk), on) == "revoked"
    appeal = actions.lodge_appeal(decision, text="我不服，认定事实有误。", by=accused.me, on=on)
    actions.propose_result(appeal, result="annulled", reasons="证据不足", by=bench.above.panel, on=on)
    actions.decide_appeal(appeal, by=bench.above.leader, on=on)
    assert status_of(Registration.objects.get(pk=accused.registration.pk), on) != "revoked"
    assert Publication.objects.get(decision=decision).name == ""


def test_a_review_stays_the_display_and_a_partly_right_one_shortens_the_suspension(heard, bench, accused, on):
    decision = decided(heard, bench, on)
    appeal = actions.lodge_appeal(decision, text="我不服，处理过重。", by=accused.me, on=on)
    assert sanctions_in_force(accused.person.pk, on) == []
    assert status_of(accused.registration, on) == "suspended"  # a review does not stop the effect
    result = {"result": "changed", "measure": "suspended", "months": 1, "reasons": "退还及时，应当减轻"}
    assert refused(lambda: actions.propose_result(appeal, **result, by=bench.panel[0], on=on)) == [
        "not_body_above", "had_part_before",
    ]  # fmt: skip
    graver = refused(
        lambda: actions.propose_result(appeal, **(result | {"months": 6}), by=bench.above.panel, on=on)
    )
    assert graver == ["not_milder"]
    actions.propose_result(appeal, **result, by=bench.above.panel, on=on)
    actions.decide_appeal(appeal, by=bench.above.leader, on=on)
    new = Decision.objects.get(replaces=decision)
    assert (new.state, new.months, new.starts_on) == ("in_force", 1, on)
    assert status_of(accused.registration, new.ends_on - timedelta(days=1)) == "suspended"
    assert status_of(accused.registration, new.ends_on) != "suspended"
    assert [one.number for one in sanctions_in_force(accused.person.pk, on)] == [new.number]
    assert (
        Restriction.objects.filter(origin="conduct.decision").count() == 2
    )  # what was decided first stays on record
    told = Exchange.objects.filter(complaint=decision.complaint, side="office", kind="review").get()
    text = opened(
        told, "text"
    )  # who complained reads what it came to, and nothing of what the other side wrote
    assert on.isoformat() in text and "部分变更" in text and "不服" not in text and "减轻" not in text


def test_whoever_has_been_told_of_a_case_does_not_leave_the_register_before_its_end(
    heard, bench, accused, on
):
    """The registry asks this context (`cancel_under_inquiry`): told, and not decided; nobody else."""
    person = accused.person.pk
    stranger = someone().pk
    assert told_of([person, stranger]) == {person}
    decided(heard, bench, on)
    assert told_of([person, stranger]) == set()


def test_a_case_that_nobody_was_told_of_holds_nobody_back(inquiry, accused):
    """Else a refused cancellation would tell of a case before its disclosure."""
    assert inquiry.disclosed_on is None or told_of([accused.person.pk]) == {accused.person.pk}
    Inquiry.objects.filter(pk=inquiry.pk).update(disclosed_on=None)
    assert told_of([accused.person.pk]) == set()


def test_an_interim_measure_needs_two_and_ends_where_its_review_does_not_come(inquiry, bench, accused, on):
    days_ = {"start": on, "end": on + timedelta(days=60), "ground": "private_gain"}
    made = actions.propose_interim(inquiry, **days_, by=bench.officer, on=on)
    assert status_of(accused.registration, on) != "suspended"
    actions.sign_interim(made, by=bench.leader, on=on)
    assert status_of(accused.registration, on) == "suspended"
    Interim.objects.filter(pk=made.pk).update(review_due=on - timedelta(days=1))
    assert actions.end_unreviewed() == 1
    assert status_of(accused.registration, on) != "suspended"
    assert Interim.objects.get(pk=made.pk).ended_why == "not_reviewed"


def test_evidence_opens_only_with_a_reason_that_stays(complaint, inquiry, bench, act, on):
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 30, 30)).save(out, "JPEG")
    piece = actions.add_evidence(
        complaint, side="complainant", title="转账截图", content=out.getvalue(), by=bench.officer, on=on
    )
    assert refused(lambda: actions.read_evidence(piece, reason=" ", by=bench.panel[0], on=on)) == [
        "reason_short"
    ]
    assert actions.read_evidence(piece, reason="评议前查看", by=bench.panel[0], on=on)[:2] == b"\xff\xd8"
    assert EvidenceRead.objects.get().reader_id == bench.panel[0].person_id
    assert refused(
        lambda: actions.read_evidence(piece, reason="好奇看看", by=act("panel", 222401000), on=on)
    ) == ["not_allowed"]


def test_a_case_is_opened_again_only_on_new_evidence(heard, bench, complaint, on):
    decided(heard, bench, on, measure="dismissed", months=0, grounds=())
    assert refused(lambda: actions.reopen(complaint, plan="核对新的转账记录。", by=bench.officer, on=on)) == [
        "nothing_new"
    ]
    actions.add_evidence(
        complaint, side="witness", title="银行流水", content=b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n",
        by=bench.officer, on=on,
    )  # fmt: skip
    again = actions.reopen(complaint, plan="核对新的转账记录。", by=bench.officer, on=on)
    assert again.round == 2
