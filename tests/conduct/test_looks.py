"""Whoever complained asks the body above to look at a decided case again (信访工作条例 art. 35, 36); the other side sees nothing
of it. And a refusal does not answer who guesses who complained."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from fixtures.accused import JILIN, YANBIAN, YANJI, accused, act, bench, offices, someone
from fixtures.complaining import lodge
from fixtures.looked_at import answered, decided
from fixtures.registered import make, places

from shegong.duties.conduct import actions
from shegong.duties.conduct.actions.closing import close_cases
from shegong.duties.conduct.models import Complaint, Decision, Exchange, SecondLook, VaultRead
from shegong.duties.conduct.models.timing import look_until
from shegong.duties.conduct.rules.inquiry import contact_obstacles
from shegong.duties.conduct.rules.looks import asking_obstacles, finding_obstacles
from shegong.duties.conduct.sealed_text import opened
from shegong.duties.conduct.web import figures
from shegong.duties.conduct.web import steps as steps_page
from shegong.duties.conduct.web.answering import MYSELF
from shegong.duties.conduct.web.case import doors_of
from shegong.duties.conduct.web.inquiry_panels import decision_panel
from shegong.duties.conduct.web.steps import STEPS
from shegong.kernel import throttle
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused

__all__ = ["accused", "act", "bench", "decided", "make", "offices", "places"]
pytestmark = [pytest.mark.clause("T4.2.f")]
WHY = "没有询问当天在场的两名邻居。"


@pytest.fixture
def on():
    return timezone.localdate()


def refused(act):
    with pytest.raises(Refused) as found, transaction.atomic():
        act()
    return [one.code for one in found.value.obstacles]


def test_a_second_look_is_asked_for_in_time_once_for_each_instance_and_never_beside_a_review():
    until = date(2026, 3, 31)
    ask = {"state": "decided", "until": until, "on": until, "asked": 0, "most": 2, "open_one": False}
    codes = lambda **changes: [one.code for one in asking_obstacles(**(ask | changes))]  # noqa: E731
    assert codes() == []
    assert codes(on=date(2026, 4, 1)) == ["look_late"]
    assert codes(open_one=True) == ["look_runs"]
    assert codes(state="appealed") == ["review_runs"]
    assert codes(state="investigating") == codes(until=None) == ["not_decided"]
    assert codes(asked=2) == ["looked_last"]
    assert [one.field for one in finding_obstacles("graver", "短")] == ["answer", "finding"]


@pytest.mark.django_db
def test_the_body_above_answers_twice_by_people_without_a_part_and_the_accused_sees_no_difference(
    decided, accused, offices, bench, act, on
):
    hers = lambda: MYSELF.shown(decided.inquiry, accused.me, on)  # noqa: E731
    before, words = hers(), Message.objects.filter(person_id=accused.person.pk).count()
    assert look_until(decided) == calendar_in_force().add_days(on, 30).on
    assert actions.look_body(decided, on) == offices[JILIN]
    assert refused(lambda: actions.ask_look(decided, text="不服", on=on)) == ["text_short"]
    look = actions.ask_look(decided, text=WHY, on=on)
    assert (look.instance, look.body, look.due_on) == (
        1,
        offices[JILIN],
        calendar_in_force().add_days(on, 30).on,
    )
    assert refused(lambda: actions.ask_look(decided, text=WHY, on=on)) == ["look_runs"]
    assert Complaint.objects.get(pk=decided.pk).due_on == look.due_on
    for mine in (bench.panel[0], act("panel")):  # of the office that decided
        assert (
            refused(
                lambda by=mine: actions.propose_look(
                    look, finding="stands", answer="已重新审查。", by=by, on=on
                )
            )[0]
            == "not_body_above"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=decided.pk).update(look_body=accused.unit)
    answered(look, bench.above.panel, bench.above.leader, on)
    assert opened(Exchange.objects.filter(complaint=decided, kind="look").get(), "text") == "已重新审查案卷。"
    last = actions.ask_look(decided, text=WHY, on=on)
    assert (last.instance, last.body) == (2, offices[JILIN]), (
        "nobody stands above the province: others of it look"
    )
    assert refused(
        lambda: actions.propose_look(
            last, finding="stands", answer="已重新审查。", by=bench.above.panel, on=on
        )
    ) == ["had_part_before"]
    answered(last, act("panel", JILIN), act("leader", JILIN), on)
    assert refused(lambda: actions.ask_look(decided, text=WHY, on=on)) == ["looked_last"]
    assert Complaint.objects.get(pk=decided.pk).state == "decided"
    assert hers() == before and Message.objects.filter(person_id=accused.person.pk).count() == words


@pytest.mark.django_db
def test_a_case_to_be_looked_into_anew_goes_back_with_a_clock_and_its_next_answer_may_be_looked_at_too(
    decided, accused, bench, on
):
    look = actions.ask_look(decided, text=WHY, on=on)
    actions.propose_look(look, finding="again", answer="责令重新询问证人。", by=bench.above.panel, on=on)
    assert refused(lambda: actions.answer_look(look, by=bench.leader, on=on))[0] == "not_body_above"
    actions.answer_look(look, by=bench.above.leader, on=on)
    row = Complaint.objects.get(pk=decided.pk)
    assert (row.state, row.investigator) == ("accepted", None) and row.due_on == calendar_in_force().add_days(
        on, 60
    ).on
    told = Message.objects.filter(person_id=accused.person.pk).latest("pk")
    assert told.kind == "conduct.again"
    assert refused(lambda: actions.ask_look(row, text=WHY, on=on)) == ["not_decided"]
    assert actions.open_inquiry(row, plan="询问两名邻居。", by=bench.officer, on=on).round == 2
    decided.decision.refresh_from_db()
    assert decided.decision.state == "in_force", "what was decided holds until another decision"


@pytest.mark.django_db
def test_the_other_sides_review_comes_first_and_a_case_waits_for_the_days_of_both(
    decided, accused, bench, on
):
    look = actions.ask_look(decided, text=WHY, on=on)
    actions.propose_look(look, finding="again", answer="责令重新询问证人。", by=bench.above.panel, on=on)
    appeal = actions.lodge_appeal(decided.decision, text="请写明没有证据。", by=accused.me, on=on)
    assert refused(lambda: actions.answer_look(look, by=bench.above.leader, on=on)) == ["other_first"]
    actions.withdraw_appeal(appeal, by=accused.me, on=on)
    assert Complaint.objects.get(pk=decided.pk).due_on == look.due_on
    decided.decision.refresh_from_db()
    later = on + timedelta(days=400)
    assert close_cases() == 0 and look_until(decided) < later
    SecondLook.objects.get(pk=look.pk)
    actions.answer_look(look, by=bench.above.leader, on=on)
    assert refused(lambda: actions.ask_look(decided, text=WHY, on=later)) == ["not_decided"]


@pytest.mark.django_db
def test_who_complained_asks_on_the_page_of_her_code_and_reads_the_answer_there(decided, bench, on):
    client = Client()
    page = lambda **sent: client.post(reverse("conduct:track"), {"code": decided.code} | sent)  # noqa: E731
    shown = page().content.decode()
    assert "吉林省民政厅" in shown and 'name="look-text"' in shown
    short = page(do="look", **{"look-text": "不服"})
    assert short.status_code == 422 and 'id="look"' in short.content.decode()
    assert SecondLook.objects.count() == 0
    assert page(do="look", **{"look-text": WHY}).status_code == 200
    look = SecondLook.objects.get()
    waits = page().content.decode()
    assert 'name="look-text"' not in waits and look.due_on.isoformat() in waits
    actions.propose_look(look, finding="stands", answer="证人已询问，维持。", by=bench.above.panel, on=on)
    assert "证人已询问" not in page().content.decode(), "nothing unsigned is shown"
    actions.answer_look(look, by=bench.above.leader, on=on)
    assert "证人已询问，维持。" in page().content.decode()


@pytest.mark.django_db
def test_a_refusal_does_not_answer_who_guesses_who_complained(accused, offices, bench, on):
    row = lodge(kind="confidential", name="李秀英", contact="13900001111").complaint
    actions.accept(row, by=bench.officer, on=on)
    row.refresh_from_db()
    inquiry = actions.open_inquiry(row, plan="查看记录，询问双方。", by=bench.officer, on=on)

    def tries(text):
        """As a page does it: refused and undone, but for what is counted and written down."""
        with throttle.counted_even_if_undone(), transaction.atomic():
            found = refused(lambda: actions.disclose(inquiry, text=text, by=bench.officer, on=on))
            transaction.set_rollback(True)
            throttle.undone()
        return found

    # A number that nobody gave is refused in the same words as hers.
    assert tries("来电 138 1234 5678 反映。") == tries("来电 139 0000 1111 反映。") == ["gives_away"]
    assert VaultRead.objects.count() == 0, "nothing was compared"
    assert [tries("李秀英反映你泄露隐私。") for _ in range(3)] == [["gives_away"]] * 3
    kept = VaultRead.objects.filter(complaint=row, what="compared")
    assert {one.reader_id for one in kept} == {bench.officer.person_id} and kept.count() == 3
    assert tries("李秀英反映你泄露隐私。") == tries("有人反映你泄露隐私。") == ["held_back"]
    somebody = someone("陈大伟")
    assert refused(lambda: actions.name_investigator(inquiry, somebody, by=bench.officer, on=on)) == [
        "held_back"
    ]


def test_numbers_of_cases_and_days_are_no_telephone_numbers():
    assert contact_obstacles("SGCJ-222400-2026-0001，2026-11-23，证书号 20221234567890123，共 13 次。") == []
    assert contact_obstacles("见１３８００００１１１１")[0].code == "gives_away"
    assert contact_obstacles("写信给 a.b@x.example.com", "reasons")[0].field == "reasons"


@pytest.mark.django_db
def test_after_the_other_sides_review_the_office_above_that_one_looks(decided, accused, offices, act, on):
    """The office that upheld the decision has answered last: it is not asked to look at its own answer."""
    Decision.objects.filter(pk=decided.decision.pk).update(body=offices[YANJI])
    decided.decision.refresh_from_db()
    assert actions.look_body(decided, on) == offices[YANBIAN]
    review = actions.lodge_appeal(decided.decision, text="请写明没有证据。", by=accused.me, on=on)
    assert review.body == offices[YANBIAN]
    review = actions.propose_result(review, result="upheld", reasons="维持原决定。", by=act("panel"), on=on)
    actions.decide_appeal(review, by=act("leader"), on=on)
    assert actions.look_body(Complaint.objects.get(pk=decided.pk), on) == offices[JILIN]


@pytest.mark.django_db
def test_who_looks_again_does_not_handle_the_case_and_what_is_proposed_is_read_there_alone(
    decided, offices, bench, act, on
):
    look = actions.ask_look(decided, text=WHY, on=on)
    actions.propose_look(look, finding="stands", answer="拟维持，证人已询问。", by=bench.above.panel, on=on)
    below, above = (SimpleNamespace(actor=by) for by in (bench.panel[0], bench.above.panel))
    words = [str(decision_panel(request, decided).context["lines"]) for request in (below, above)]
    assert ["拟维持" in one for one in words] == [False, True]
    row, officer = Complaint.objects.get(pk=decided.pk), act("officer", JILIN)
    assert row in Complaint.objects.visible_to(officer, "conduct.read")
    row.state = "accepted"  # as it is when it is looked into anew
    assert [door.key for door in doors_of(row, officer, None)] == ["write"]
    assert "accept" not in {door.key for door in doors_of(row, bench.officer, None)}
    assert {"transfer", "identify"} <= {door.key for door in doors_of(row, bench.officer, None)}
    steps = {one.name: one for one in STEPS}
    assert not steps["open"].is_here(row, officer) and steps["open"].is_here(row, bench.officer)
    request = SimpleNamespace(actor=officer, POST={})
    with pytest.raises(Refused) as found:
        steps_page._done(
            request, steps["open"], row, SimpleNamespace(is_as_seen=lambda: True, is_about=lambda row: None)
        )
    assert found.value.obstacles[0].code == "not_here", "a page that was never offered is not answered either"
    assert steps["look"].is_here(row, bench.above.panel) and not steps["look"].is_here(row, bench.panel[0])


@pytest.mark.django_db
def test_a_few_second_looks_stand_in_no_public_figure(decided, bench, on):
    """None and one look alike to the other side; offices read theirs whole."""
    shown = lambda least: [one["title"] for one in figures._outcomes(on.year, least)]  # noqa: E731
    before = shown(3)
    answered(actions.ask_look(decided, text=WHY, on=on), bench.above.panel, bench.above.leader, on)
    assert shown(3) == before and len(shown(0)) > len(before)
