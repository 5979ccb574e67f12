"""The clock of a second look beside the others, the accused's days that it may not eat, who has answered one, and cases read
through to the human when two records became one."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from fixtures.accused import JILIN, accused, act, bench, complaint, offices, someone
from fixtures.complaining import lodge
from fixtures.looked_at import answered, decided
from fixtures.registered import make, places

from shegong.duties.conduct import actions
from shegong.duties.conduct.models import (
    ComplainantVault,
    Complaint,
    Inquiry,
    SecondLook,
    StageDate,
    sanctions_in_force,
)
from shegong.duties.conduct.models.secrets import complaints_by, hash_of, hash_of_contact, secrets_of
from shegong.duties.conduct.models.sides import member_of, respondent_of
from shegong.duties.conduct.models.timing import runs_of
from shegong.duties.conduct.rules.appeals import kept_days
from shegong.duties.conduct.rules.recusal import conflicts
from shegong.duties.registry.models import status_of
from shegong.duties.registry.models.inquiries import is_looked_into
from shegong.ground.people.models import Person
from shegong.kernel import reindexing
from shegong.kernel.access import Actor
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused, Stale

__all__ = ["accused", "act", "bench", "complaint", "decided", "make", "offices", "places"]
pytestmark = [pytest.mark.clause("T4.2.f")]
WHY = "没有询问当天在场的两名邻居。"


@pytest.fixture
def on():
    return timezone.localdate()


def refused(act):
    with pytest.raises(Refused) as found, transaction.atomic():
        act()
    return [one.code for one in found.value.obstacles]


def rolled(day, days):
    return calendar_in_force().add_days(day, days).on


@pytest.mark.django_db
def test_a_second_look_has_a_clock_of_its_own_that_rests_for_a_hearing_and_says_whose_days_were_over(
    decided, accused, bench, on
):
    look = actions.ask_look(decided, text=WHY, on=on)
    beside = actions.lodge_appeal(decided.decision, text="请写明没有证据。", by=accused.me, on=on)
    running = StageDate.objects.filter(complaint=decided, ends_on=None)
    assert sorted(running.values_list("stage", flat=True)) == ["appeal", "look"], "both run side by side"
    actions.withdraw_appeal(beside, by=accused.me, on=on)
    rest, again = on + timedelta(days=5), on + timedelta(days=15)
    assert refused(lambda: actions.rest_look(look, why="hearing", by=bench.panel[0], on=rest)) == [
        "not_body_above"
    ]
    actions.rest_look(look, why="hearing", by=bench.above.panel, on=rest)
    assert refused(lambda: actions.rest_look(look, why="hearing", by=bench.above.panel, on=rest)) == [
        "no_clock"
    ]
    actions.run_look_on(look, by=bench.above.panel, on=again)
    look.refresh_from_db()
    assert look.due_on == Complaint.objects.get(pk=decided.pk).due_on == rolled(on, 40)
    late = look.due_on + timedelta(days=7)
    answered(look, bench.above.panel, bench.above.leader, late)
    over = StageDate.objects.filter(look=look, overrun_days__gt=0).values_list(
        "overrun_party", "overrun_days"
    )
    assert dict(over) == {"office": 7, "third": 10}
    assert {"office": 7, "third": 10} in [
        dict(one.beyond) for one in runs_of(late.year) if one.stage == "look"
    ]
    assert Complaint.objects.get(pk=decided.pk).due_on is None


def test_days_on_which_a_case_was_open_again_are_given_back_but_not_those_after_the_term():
    due, day = date(2026, 3, 31), timedelta(days=1)
    assert kept_days(due, []) == due
    assert kept_days(due, [(due, due + 10 * day)]) == due + 10 * day
    assert kept_days(due, [(due + day, due + 10 * day)]) == due, "her days were over before"
    twice = [(due + 5 * day, due + 8 * day), (due - 9 * day, due - 2 * day)]
    assert kept_days(due, twice) == due + 10 * day


@pytest.mark.django_db
@pytest.mark.parametrize("ended", ["withdrawn", "transferred", "refused"])
def test_a_case_looked_into_anew_that_ends_without_a_decision_leaves_the_accused_her_full_days(
    decided, accused, bench, act, on, ended
):
    due = decided.decision.review_until
    look, opened = actions.ask_look(decided, text=WHY, on=on), on + timedelta(days=30)
    answered(look, bench.above.panel, bench.above.leader, opened, "again")
    ask = lambda day: actions.lodge_appeal(decided.decision, text="请写明没有证据。", by=accused.me, on=day)  # noqa: E731
    assert refused(lambda: ask(opened)) == ["reopened"]
    over = opened + timedelta(days=80)
    row = Complaint.objects.get(pk=decided.pk)
    if ended == "withdrawn":
        actions.withdraw(row, on=over)
    elif ended == "transferred":
        actions.transfer(row, matter="labour", text="属于劳动争议，请申请仲裁。", by=bench.officer, on=over)
    else:
        actions.pass_up(row, reason="应由上级办理", by=bench.officer, on=on)
        officer = act("officer", JILIN)
        row.refresh_from_db()
        actions.refuse(row, reason="no_facts", text="没有可以查证的事实。", by=officer, on=over)
    told = Message.objects.filter(person_id=accused.person.pk).latest("pk")
    assert told.kind == "conduct.stands"
    decided.decision.refresh_from_db()
    until = decided.decision.review_until
    assert until >= due + timedelta(days=80)
    assert refused(lambda: ask(until + timedelta(days=1))) == ["review_late"]
    ask(until)
    assert Complaint.objects.get(pk=decided.pk).state == "appealed"


@pytest.mark.django_db
def test_who_answered_a_second_look_does_not_decide_the_accuseds_review(decided, accused, bench, act, on):
    look = actions.ask_look(decided, text=WHY, on=on)
    answered(look, bench.above.panel, bench.above.leader, on)
    review = actions.lodge_appeal(decided.decision, text="请写明没有证据。", by=accused.me, on=on)
    upheld = {"result": "upheld", "reasons": "维持原决定。", "on": on}
    assert refused(lambda: actions.propose_result(review, by=bench.above.panel, **upheld)) == [
        "had_part_before"
    ]
    actions.propose_result(review, by=act("panel", JILIN), **upheld)
    assert refused(lambda: actions.decide_appeal(review, by=bench.above.leader, on=on)) == ["had_part_before"]
    actions.decide_appeal(review, by=act("leader", JILIN), on=on)


def merged(old, new):
    """As the register has it after a merge."""
    Person.objects.filter(pk=old.pk).update(merged_into=new)


@pytest.mark.django_db
def test_after_a_merge_who_complained_is_still_watched_over_and_kept_from_her_own_case_and_nothing_lists_it(
    accused, offices, bench, on
):
    old, new = someone("李秀英"), someone("李秀英")
    made = lodge(kind="confidential", name="李秀英", contact="13900001111", tell_me=True, person_id=old.pk)
    before = ComplainantVault.objects.values().get()
    merged(old, new)
    since = on - timedelta(days=1)
    assert complaints_by([new.pk], since=since) == {new.pk: [made.complaint]}
    assert secrets_of(made.complaint).person == new.pk
    assert ComplainantVault.objects.values().get() == before, "a merge moves nothing of it"
    Person.objects.filter(pk=old.pk).update(merged_into=None)
    assert complaints_by([new.pk], since=since) == {} and secrets_of(made.complaint).person == old.pk


@pytest.mark.django_db
def test_a_case_follows_the_human_when_the_record_it_names_was_merged(decided, accused, bench, on):
    human = someone(accused.name)
    merged(accused.person, human)
    me = Actor(user_id=human.pk, person_id=human.pk)
    assert Inquiry.objects.own(me).get() == decided.inquiry
    assert refused(lambda: actions.lodge_appeal(decided.decision, text="无", by=me, on=on)) == ["text_short"]
    assert respondent_of(decided, on).units, "her units are hers still"
    found = conflicts(member_of(human.pk, on), respondent_of(decided, on))
    assert found[0].code == "same_person"
    with connection.cursor() as cursor:
        cursor.execute("SELECT conduct_person_biased(%s, %s, NULL)", [human.pk, accused.person.pk])
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db
def test_a_sanction_reaches_the_registration_under_the_record_that_stands(accused, offices, bench, on):
    row = lodge(kind="anonymous").complaint
    actions.accept(row, by=bench.officer, on=on)
    row.refresh_from_db()
    inquiry = actions.open_inquiry(row, plan="查看记录，询问双方。", by=bench.officer, on=on)
    actions.disclose(inquiry, text="有人反映你泄露隐私。", by=bench.officer, on=on)
    inquiry.refresh_from_db()
    actions.reply(inquiry, text="我没有说过。", by=accused.me, on=on)
    human = someone(accused.name)
    merged(accused.person, human)
    accused.registration.__class__.objects.filter(pk=accused.registration.pk).update(person=human)
    seats = [
        actions.seat(inquiry, Person.objects.get(pk=m.person_id), by=bench.officer, on=on)
        for m in bench.panel
    ]
    actions.hear(inquiry, report="两名证人说法一致。", by=bench.officer, on=on)
    for seat, member in zip(seats, bench.panel, strict=True):
        actions.vote(seat, measure="suspended", months=3, by=member, on=on)
    made = actions.propose_decision(
        inquiry, measure="suspended", months=3, grounds=["privacy"], reasons="两名证人说法一致。",
        answer="反映的情况属实。", by=bench.panel[0], on=on,
    )  # fmt: skip
    actions.decide(made, by=bench.leader, on=on)
    accused.registration.refresh_from_db()
    assert status_of(accused.registration, on) == "suspended"
    assert [one.register_no for one in sanctions_in_force(human.pk, on)] == [accused.registration.register_no]
    assert Message.objects.filter(person_id=human.pk, kind="conduct.decided").exists()


@pytest.mark.django_db
def test_the_registry_learns_whose_case_runs_once_she_has_been_told_and_until_it_is_decided(
    complaint, accused, bench, on
):
    """What a cancellation waits for (`conduct.models.leaving`), under whichever of her records."""
    inquiry = actions.open_inquiry(complaint, plan="查看记录，询问双方。", by=bench.officer, on=on)
    assert not is_looked_into(accused.person.pk, on), "she does not know of it"
    actions.disclose(inquiry, text="有人反映你泄露隐私。", by=bench.officer, on=on)
    assert is_looked_into(accused.person.pk, on) and not is_looked_into(bench.officer.person_id, on)
    human = someone(accused.name)
    merged(accused.person, human)
    assert is_looked_into(human.pk, on)
    actions.withdraw(Complaint.objects.get(pk=complaint.pk), on=on)
    assert not is_looked_into(human.pk, on)


@pytest.mark.django_db
def test_a_look_asked_for_before_looks_had_a_clock_leaves_no_last_day_behind(decided, bench, on):
    look = actions.ask_look(decided, text=WHY, on=on)
    StageDate.objects.filter(look=look).delete()
    answered(look, bench.above.panel, bench.above.leader, on)
    assert Complaint.objects.get(pk=decided.pk).due_on is None


@pytest.mark.django_db
def test_hashes_of_the_vault_are_computed_anew_with_the_others(accused):
    lodge(
        kind="confidential", name="李秀英", contact="13900001111", tell_me=True, person_id=accused.person.pk
    )
    ComplainantVault.objects.update(same=b"old", who=b"old")
    assert reindexing.stale() >= 2
    reindexing.reindex()
    row = ComplainantVault.objects.get()
    assert bytes(row.same) == hash_of_contact("13900001111") and bytes(row.who) == hash_of(accused.person.pk)


@pytest.mark.django_db
def test_a23_the_second_of_two_who_answer_at_once_is_told_and_undoes_nothing(decided, bench, act, on):
    look = actions.ask_look(decided, text=WHY, on=on)
    same = SecondLook.objects.get(pk=look.pk)
    actions.propose_look(look, finding="stands", answer="已重新审查案卷。", by=bench.above.panel, on=on)
    with pytest.raises(Stale), transaction.atomic():
        actions.propose_look(same, finding="again", answer="责令重新询问。", by=act("panel", JILIN), on=on)
    assert SecondLook.objects.get(pk=look.pk).finding == "stands"
