"""A round from its draft to the last checked return: who is asked, told, late; what is confirmed and what differs."""

from datetime import timedelta

import pytest

from shegong.kernel.http import today
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused, Stale
from shegong.steering.oversight import actions
from shegong.steering.oversight.actions.rounds import remind_all, remind_by_clock
from shegong.steering.oversight.models import Answer, Dispatch, DispatchReturn

from .conftest import BAICHENG, DAAN, JILIN, TONGYU, YANBIAN, photo

PAPERS = [("培训通知.jpg", photo())]


def codes(refused):
    return {obstacle.code for obstacle in refused.value.obstacles}


def lines(row):
    """The keys of the counted figure, the entered figure and the question."""
    return list(row.asked.order_by("position").values_list("pk", flat=True))


def answer(row, own=None, texts=None):
    _counted, entered, question = lines(row.dispatch)
    return {"own": {entered: 1} | (own or {}), "texts": {question: "师资不足"} | (texts or {})}


def return_of(row, region=BAICHENG):
    return DispatchReturn.objects.get(dispatch=row, region=region)


@pytest.mark.clause("N6")
def test_an_open_round_asks_every_unit_and_tells_who_answers_for_it(a_round, baicheng):
    row = a_round()
    assert sorted(row.returns.values_list("region", flat=True)) == [BAICHENG, YANBIAN]
    assert return_of(row).body.name == "白城市民政局"
    told = Message.objects.filter(person_id=baicheng.person.pk, kind="oversight.opened")
    assert [message.link for message in told] == [f"/office/returns/{return_of(row).pk}/"]


def test_a_draft_tells_nobody_and_can_be_changed(a_round, baicheng, coordinator):
    row = a_round(opened=False)
    changed = actions.change_round(
        row, period="2012Q4", title="改名", as_of=row.as_of, opens_on=row.opens_on, due_on=row.due_on,
        indicators=["K-G4"], by=coordinator.actor, on=today(),
    )  # fmt: skip
    assert [one.indicator for one in changed.asked.all()] == ["K-G4"]
    assert not Message.objects.filter(person_id=baicheng.person.pk, kind__startswith="oversight").exists()
    assert not Dispatch.objects.visible_to(baicheng.actor, "oversight.read").exists()


def test_a_round_of_a_prefecture_asks_its_counties(a_round):
    row = a_round(region_code=BAICHENG)
    assert sorted(row.returns.values_list("region", flat=True)) == [TONGYU, DAAN]


def test_there_is_one_round_a_period(a_round):
    a_round()
    with pytest.raises(Refused) as refused:
        a_round()
    assert codes(refused) == {"round_twice"}


def test_counted_figures_are_confirmed_and_others_entered_with_evidence(a_round, baicheng):
    row = return_of(a_round())
    with pytest.raises(Refused) as refused:
        actions.submit_return(row, **answer(row), by=baicheng.actor, on=today())
    assert codes(refused) == {"return_evidence"}
    row = actions.submit_return(row, **answer(row), papers=PAPERS, by=baicheng.actor, on=today())
    counted, entered, _question = lines(row.dispatch)
    said = {one.asked_id: one for one in Answer.objects.filter(dispatch_return=row)}
    assert (row.state, row.submitter_id) == ("submitted", baicheng.person.pk)
    assert (said[counted].counted, said[counted].own, said[entered].counted, said[entered].own) == (
        0,
        None,
        None,
        1,
    )


def test_a_difference_needs_its_reason_and_never_overwrites_the_register(a_round, baicheng):
    row = return_of(a_round())
    counted = lines(row.dispatch)[0]
    with pytest.raises(Refused) as refused:
        actions.submit_return(
            row, **answer(row, own={counted: 3}), papers=PAPERS, by=baicheng.actor, on=today()
        )
    assert codes(refused) == {"answer_why"}
    given = answer(row, own={counted: 3}, texts={counted: "三人证书未录入"})
    row = actions.submit_return(row, **given, papers=PAPERS, by=baicheng.actor, on=today())
    said = Answer.objects.get(dispatch_return=row, asked=counted)
    assert (said.counted, said.own, said.stated, said.text) == (0, 3, 3, "三人证书未录入")


def test_nobody_hands_in_for_another_unit(a_round, yanbian, coordinator):
    row = return_of(a_round())
    for other in (yanbian, coordinator):
        with pytest.raises(Refused) as refused:
            actions.submit_return(row, **answer(row), papers=PAPERS, by=other.actor, on=today())
        assert codes(refused) == {"not_your_unit"}


@pytest.mark.clause("N12")
def test_the_office_sends_back_with_a_reason_and_checks(a_round, baicheng, coordinator):
    row = return_of(a_round())
    row = actions.submit_return(row, **answer(row), papers=PAPERS, by=baicheng.actor, on=today())
    row = actions.send_back_return(row, reason="请补充培训名单", by=coordinator.actor, on=today())
    assert row.state == "returned"
    assert Message.objects.filter(person_id=baicheng.person.pk, kind="oversight.sent_back").count() == 1
    row = actions.submit_return(row, **answer(row), by=baicheng.actor, on=today())
    row = actions.check_return(row, by=coordinator.actor, on=today())
    assert (row.state, row.checker_id, row.reason) == ("checked", coordinator.person.pk, "")


def test_what_is_kept_for_later_is_not_handed_in(a_round, baicheng):
    row = return_of(a_round())
    row = actions.save_return(row, own={}, texts={}, problems="人手不足", by=baicheng.actor, on=today())
    assert (row.state, row.problems) == ("open", "人手不足")


def test_two_who_fill_in_at_once_do_not_overwrite_each_other(a_round, baicheng):
    row = return_of(a_round())
    seen = row.version
    actions.save_return(row, own={}, texts={}, problems="甲", by=baicheng.actor, on=today(), seen=seen)
    with pytest.raises(Stale):
        actions.save_return(row, own={}, texts={}, problems="乙", by=baicheng.actor, on=today(), seen=seen)


def test_reminders_go_once_by_the_clock_and_once_a_day_by_hand(a_round, baicheng, yanbian, coordinator):
    row = a_round(due_on=today() + timedelta(days=2))
    tomorrow = today() + timedelta(days=1)
    assert remind_by_clock() == 0  # they were told of the opening today
    assert [remind_all(tomorrow), remind_all(tomorrow)] == [2, 0]
    assert actions.remind(row, by=coordinator.actor, on=today()) == 2
    assert actions.remind(row, by=coordinator.actor, on=today()) == 0
    kinds = Message.objects.filter(person_id=baicheng.person.pk, kind__startswith="oversight")
    assert sorted(kinds.values_list("kind", flat=True)) == [
        "oversight.before",
        "oversight.before",
        "oversight.opened",
    ]


def test_a_closed_round_takes_nothing_and_opens_again_with_a_reason(a_round, baicheng, coordinator):
    row = actions.close_round(a_round(), by=coordinator.actor, on=today())
    with pytest.raises(Refused) as refused:
        actions.save_return(return_of(row), own={}, texts={}, by=baicheng.actor, on=today())
    assert codes(refused) == {"round_closed"}
    later = today() + timedelta(days=20)
    row = actions.reopen_round(row, due_on=later, reason="两地未报", by=coordinator.actor, on=today())
    assert (row.state, row.due_on, row.returns.count()) == ("open", later, 2)


def test_units_do_not_write_rounds(world, baicheng):
    with pytest.raises(Refused) as refused:
        actions.draft_round(
            subplan=world.subplan, region_code=JILIN, period="2012", title="调度", as_of=today(), opens_on=today(),
            due_on=today(), indicators=["K-G4"], by=baicheng.actor, on=today(),
        )  # fmt: skip
    assert codes(refused) == {"not_allowed"}
