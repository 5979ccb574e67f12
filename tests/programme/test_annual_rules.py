"""Yearly plans, splits, curves and entered figures: the rules alone."""

from datetime import date
from fractions import Fraction

import pytest

from shegong.steering.programme.rules import annual, entering, splitting
from shegong.steering.programme.rules.annual import PLAN_WORKFLOW, PlanState
from shegong.steering.programme.rules.plan_text import title_of
from shegong.steering.programme.rules.progress import due, due_share, standing_due

UNITS = [
    220100000,
    220200000,
    220300000,
    220400000,
    220500000,
    220600000,
    220700000,
    220800000,
    222400000,
    222600000,
]


@pytest.mark.clause("N10")
def test_a_split_that_is_forty_short_says_so_and_a_reason_lets_it_pass():
    amounts = [100] * 9 + [60]
    [short] = splitting.split_obstacles(1000, amounts, "", "persons")
    assert (short.code, short.params["gap"]) == ("split_short", 40)
    assert splitting.split_obstacles(1000, amounts, "四平市机构改革，指标省级预留", "persons") == []
    [over] = splitting.split_obstacles(1000, [*amounts, 50], " 无 ", "persons")
    assert (over.code, over.params["gap"]) == ("split_over", 10)
    assert splitting.split_obstacles(1000, [100] * 10, "", "persons") == []


def test_a_proposed_split_adds_up_and_the_largest_remainders_get_the_odd_ones():
    assert splitting.propose(10, {1: 1, 2: 1, 3: 1}) == {1: 4, 2: 3, 3: 3}
    assert splitting.propose(1000, {1: 0, 2: 0, 3: 0}) == {1: 334, 2: 333, 3: 333}
    assert splitting.propose(100, {1: 149, 2: 51}) == {1: 75, 2: 25}  # 74.5 and 25.5: the smaller code first
    assert splitting.propose(7, {}) == {}
    for total in (0, 1, 9, 999, 100_001):
        weights = dict(zip(UNITS, (767, 441, 339, 122, 232, 129, 288, 203, 227, 6), strict=True))
        assert sum(splitting.propose(total, weights).values()) == total


def test_a_pasted_column_is_read_by_order_or_by_name_and_totals_are_passed_over():
    codes = {"长春市": 1, "吉林市": 2, "长白山": 3}
    assert splitting.read_column("200\r\n１00\n1,000人", [1, 2, 3], codes).amounts == {
        1: 200,
        2: 100,
        3: 1000,
    }
    named = splitting.read_column("吉林市\t100\n长春市 200\n合计\t300\n火星市\t5", [1, 2, 3], codes)
    assert named.amounts == {1: 200, 2: 100}
    assert named.unread == ("火星市\t5",)
    assert splitting.read_column("1\n2", [1, 2, 3], codes).unread == ("1", "2")


def test_amounts_are_whole_numbers_from_zero_on():
    found = splitting.amount_obstacles({1: None, 2: -1, 3: 0, 4: 10**9})
    assert [o.field for o in found] == ["u1", "u2", "u4"]


@pytest.mark.parametrize(("quarters", "ok"), [
    ((None, None, None), True), ((10, 40, 70), True), ((0, 0, 100), True), ((50, 40, 70), False), ((10, None, 70), False),
    ((10, 40, 101), False),
])  # fmt: skip
def test_a_curve_rises_over_all_three_quarters(quarters, ok):
    assert (splitting.curve_obstacles(quarters) == []) is ok


def test_what_is_due_grows_month_by_month_or_by_the_stated_quarters():
    assert due(1200, 2013, date(2012, 12, 31)) == 0
    assert due(1200, 2013, date(2013, 6, 30)) == 600
    assert due(1200, 2013, date(2013, 12, 31)) == 1200 == due(1200, 2013, date(2014, 3, 1))
    assert due(1000, 2013, date(2013, 3, 31), (10, 30, 60)) == 100
    assert due(1000, 2013, date(2013, 9, 30), (10, 30, 60)) == 600
    assert due_share(2013, date(2013, 11, 15), (10, 30, 60)) == Fraction(60, 100) + Fraction(
        40, 100
    ) * Fraction(1, 2)
    assert standing_due(500, 2000, 2013, date(2013, 6, 30)) == 1250


@pytest.mark.clause("N10", "N5")
def test_the_steps_of_a_plan_and_what_each_asks():
    assert PLAN_WORKFLOW.moves() >= {
        ("drafted", "reviewed"),
        ("submitted", "endorsed"),
        ("issued", "revised"),
    }
    assert ("drafted", "issued") not in PLAN_WORKFLOW.moves()
    assert set(annual.PLAN_STATES) == set(PlanState)
    assert [o.code for o in annual.review_obstacles(targets=0, items=0)] == [
        "plan_no_targets",
        "plan_no_items",
    ]
    assert [o.clause for o in annual.submit_obstacles(has_sheet=False)] == ["N5"]
    assert annual.endorse_obstacles(endorser=7, authors={7})[0].code == "plan_four_eyes"
    assert annual.endorse_obstacles(endorser=8, authors={7}) == []


def test_a_year_outside_the_plan_a_second_draft_and_a_revision_without_reason_are_refused():
    def codes(year=2013, *, is_open=False, is_issued=False, reason=""):
        found = annual.draft_obstacles(year, 2011, 2013, is_open=is_open, is_issued=is_issued, reason=reason)
        return [o.code for o in found]

    assert codes() == [] and codes(2014) == ["plan_year"] and codes(is_open=True) == ["plan_open"]
    assert codes(is_issued=True) == ["plan_revision"] and codes(is_issued=True, reason="财政预算调整") == []


def test_a_plan_is_issued_by_a_number_on_a_day_that_has_come_and_after_the_edition_before():
    def codes(number="吉民发〔2013〕5号", issued_on=date(2013, 1, 15), follows=None, **more):
        found = annual.issue_obstacles(
            number=number, issued_on=issued_on, on=date(2013, 2, 1), follows=follows, **more
        )
        return [o.code for o in found]

    assert codes() == []
    assert codes(number=" ") == ["plan_number"]
    assert codes(issued_on=date(2013, 3, 1)) == ["plan_issued_later"]
    assert codes(follows=date(2013, 1, 15)) == ["plan_issued_before"]
    assert codes(document_open=True) == ["plan_document_open"]


def test_an_item_says_what_whose_when_and_for_which_clause():
    found = annual.item_obstacles(what=" ", clause="X", clauses={"S2013.b"}, bodies=0, due_on=None)
    assert [o.field for o in found] == ["what", "clause", "bodies", "due_on"]
    assert (
        annual.item_obstacles(
            what="选聘", clause="S2013.b", clauses={"S2013.b"}, bodies=1, due_on=date(2013, 9, 1)
        )
        == []
    )


@pytest.mark.clause("G6")
def test_figures_are_entered_for_periods_that_are_over_with_a_paper_and_once():
    term = (date(2011, 1, 1), date(2013, 12, 31))
    on = date(2013, 4, 5)

    def codes(start, end):
        return [o.code for o in entering.period_obstacles(start, end, on, *term)]

    assert codes(date(2013, 1, 1), date(2013, 3, 31)) == []
    assert codes(date(2013, 4, 1), date(2013, 6, 30)) == ["entered_future"]
    assert codes(date(2010, 10, 1), date(2010, 12, 31)) == ["entered_term"]
    assert codes(date(2013, 3, 1), date(2013, 2, 1)) == ["entered_period"]
    assert [o.code for o in entering.value_obstacles(5, papers=0, known=True)] == ["entered_paper"]
    assert entering.overlap_obstacles(same=["2013"], elsewhere=["延吉市"])[0].code == "entered_twice"
    assert entering.overlap_obstacles(same=[], elsewhere=["延吉市"])[0].code == "entered_levels"
    assert entering.people_obstacles(3, 2) and not entering.people_obstacles(2, 2)


def test_named_people_are_read_line_by_line():
    assert entering.read_people("金美玉 990101198503010017\n\n李英爱，990101198503010025\r\n990101198503010033") == [
        ("金美玉", "990101198503010017"), ("李英爱", "990101198503010025"), ("", "990101198503010033"),
    ]  # fmt: skip


def test_the_document_of_a_later_edition_says_that_it_is_one():
    plan = "万名社会工作人员培养计划"
    assert title_of(plan, 2013, 1) == "关于印发《万名社会工作人员培养计划2013年度工作计划》的通知"
    assert (
        title_of(plan, 2013, 3) == "关于印发《万名社会工作人员培养计划2013年度工作计划（第2次修订）》的通知"
    )
