"""Checked answers become entered figures; where a register counts, the difference is listed (N6)."""

from datetime import date

import pytest

from shegong.kernel.http import today
from shegong.kernel.refusal import Obstacle
from shegong.kernel.temporal import days
from shegong.steering.oversight import actions
from shegong.steering.oversight.models import Answer, DispatchReturn
from shegong.steering.oversight.rules.taking_over import Entered, entry_of
from shegong.steering.programme.models import HandValue, figure

from .conftest import AS_OF, BAICHENG, DAAN, photo

PAPERS = [("培训通知.jpg", photo())]
START, HALF = date(2011, 1, 1), date(2012, 6, 30)


def flow(stated, *before):
    return entry_of(stated, is_stock=False, since=START, as_of=AS_OF, before=before)


def test_of_a_flow_only_what_is_new_is_entered_from_the_day_after_the_last():
    assert flow(12) == Entered(START, AS_OF, 12)
    assert flow(12, Entered(START, HALF, 7)) == Entered(date(2012, 7, 1), AS_OF, 5)


def test_less_than_before_or_a_day_that_is_entered_is_no_new_figure():
    less, late = flow(6, Entered(START, HALF, 7)), flow(6, Entered(START, AS_OF, 6))
    assert isinstance(less, Obstacle) and less.code == "entered_more"
    assert isinstance(late, Obstacle) and late.code == "entered_already"


def test_a_stock_is_entered_as_it_stood_for_its_quarter():
    before = [Entered(date(2012, 1, 1), date(2012, 10, 15), 90)]
    found = entry_of(80, is_stock=True, since=START, as_of=AS_OF, before=before)
    assert found == Entered(date(2012, 10, 16), AS_OF, 80)
    assert entry_of(80, is_stock=True, since=START, as_of=AS_OF, before=[]) == Entered(
        date(2012, 10, 1), AS_OF, 80
    )


@pytest.fixture
def checked(a_round, baicheng, coordinator):
    """A return of 白城: three certificates more than the register counts, and one base that nothing counts."""
    row = DispatchReturn.objects.get(dispatch=a_round(), region=BAICHENG)
    counted, entered, question = row.dispatch.asked.order_by("position").values_list("pk", flat=True)
    row = actions.submit_return(
        row, own={counted: 3, entered: 1}, texts={counted: "三人证书未录入", question: "无"}, papers=PAPERS,
        by=baicheng.actor, on=today(),
    )  # fmt: skip
    assert not HandValue.objects.exists(), "nothing is entered before somebody else has looked"
    return actions.check_return(row, by=coordinator.actor, on=today())


@pytest.mark.clause("N6")
def test_a_check_enters_what_no_register_counts_with_the_papers_of_the_return(checked, baicheng):
    value = HandValue.objects.get()
    assert (value.indicator, value.region_code, value.amount) == ("K-T3.1", BAICHENG, 1)
    assert (value.folder_id, value.enterer_id) == (checked.folder_id, baicheng.person.pk)
    assert figure("K-T3.1", on=AS_OF, region=BAICHENG).value == 1


def test_asked_again_nothing_is_entered_twice(checked, coordinator):
    found = actions.enter_answers(checked, by=coordinator.actor, on=today())
    assert [one.pk for one in found.values()] == [HandValue.objects.get().pk]


def test_where_a_register_counts_both_numbers_are_listed(checked, coordinator):
    assert [(one.counted, one.own) for one in Answer.objects.differing()] == [(0, 3)]
    page = coordinator.browser.get("/office/dispatch/differences/").content.decode()
    assert "三人证书未录入" in page and "+3" in page


def test_the_page_of_a_return_names_its_figures(checked, coordinator):
    page = coordinator.browser.get(f"/office/returns/{checked.pk}/").content.decode()
    assert f"/office/entered/{HandValue.objects.get().pk}/" in page


def test_a_number_that_another_level_entered_is_no_figure_and_the_page_says_why(
    a_round, baicheng, coordinator
):
    row = DispatchReturn.objects.get(dispatch=a_round(), region=BAICHENG)
    counted, entered, question = row.dispatch.asked.order_by("position").values_list("pk", flat=True)
    HandValue.objects.create(
        indicator="K-T3.1", kind="flow", region_code=DAAN, amount=1, period=days(START, date(2013, 1, 1))
    )
    row = actions.submit_return(
        row,
        own={counted: None, entered: 1},
        texts={question: "无"},
        papers=PAPERS,
        by=baicheng.actor,
        on=today(),
    )
    row = actions.check_return(row, by=coordinator.actor, on=today())
    assert HandValue.objects.count() == 1
    assert "大安市" in coordinator.browser.get(f"/office/returns/{row.pk}/").content.decode()
