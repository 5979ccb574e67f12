"""What figures say in sentences, which day a report is due, who reviews; verdicts, samples and conclusions of an acceptance."""

from datetime import date

import pytest

from shegong.steering.oversight.rules.acceptance import (
    AcceptanceState,
    Review,
    conclusion_obstacles,
    draw,
    member_obstacles,
    panel_obstacles,
    proposed,
    verdict_obstacles,
)
from shegong.steering.oversight.rules.reports import (
    SECTIONS,
    Line,
    ReportKind,
    ReportPolicy,
    another_obstacles,
    sentences,
    text_obstacles,
    year_obstacles,
)

DAY = date(2012, 12, 31)
POLICY = ReportPolicy(12, 31, 12, 1, 10, 3, 10, 3, 60)


def codes(obstacles):
    return [one.code for one in obstacles]


@pytest.mark.clause("N11")
def test_sentences_say_what_is_behind_by_how_much_and_where():
    lines = [
        Line("K-G4", "持证人员", "人", 1010, 2000, 1210),
        Line("K-T1", "选聘毕业生", "人", 2000, 3000, 2000),
    ]
    said = sentences(lines, {"K-G4": [("白城市", 90), ("延边州", 12), ("松原市", 50), ("四平市", 20)]}, DAY)
    assert [one.params.get("gap") for one in said] == [None, None, 200, None]
    assert said[0].params["rate"] == "50.5%" and said[0].params["value"] == "1,010"
    assert said[3].params["names"] == "白城市(90)、松原市(50)、四平市(20)"


@pytest.mark.clause("N11")
def test_sentences_say_that_nothing_is_behind():
    said = sentences(
        [Line("K-T1", "选聘毕业生", "人", 2000, 3000, 1900), Line("x", "没有数字", "人", None)], {}, DAY
    )
    assert len(said) == 2 and "No figure is behind" in said[-1].message


def test_every_section_has_words_before_the_review():
    whole = dict.fromkeys(SECTIONS[ReportKind.FINAL], "三年来计划全面完成，成效明显。")
    assert text_obstacles(ReportKind.FINAL, whole) == []
    assert codes(text_obstacles(ReportKind.FINAL, whole | {"next": "无"})) == ["section_short"]


def test_who_wrote_does_not_review_and_the_year_is_one_of_the_plan():
    assert codes(another_obstacles(1, 1)) == ["four_eyes"] and another_obstacles(2, 1) == []
    assert codes(year_obstacles(ReportKind.YEAR_END, 2014, (2011, 2012), DAY, DAY)) == ["report_year"]
    assert codes(year_obstacles(ReportKind.FINAL, None, (2011, 2012), DAY, date(2013, 1, 1))) == [
        "as_of_ahead"
    ]


@pytest.mark.clause("N11")
def test_a_report_is_due_at_the_end_of_its_year_and_the_summary_months_after_the_term():
    assert (POLICY.due(2012), POLICY.warns_from(2012)) == (DAY, date(2012, 12, 1))
    assert POLICY.final_due(date(2013, 12, 31)) == date(2014, 3, 31)
    assert POLICY.final_due(date(2013, 9, 30)) == date(2013, 12, 31)


@pytest.mark.clause("N13")
def test_whoever_has_seed_and_rows_draws_the_same_people_and_nobody_can_fit_them_to_the_draw():
    people = range(1, 501)
    one = draw(people, 10, "双色球2013100", "ab" * 32, "K-G4")
    assert one == draw(reversed(people), 10, "双色球2013100", "ab" * 32, "K-G4") and len(set(one)) == 10
    assert one != draw(people, 10, "双色球2013101", "ab" * 32, "K-G4")
    assert one != draw(people, 10, "双色球2013100", "cd" * 32, "K-G4")
    assert one != draw(people, 10, "双色球2013100", "ab" * 32, "K-G3")
    assert draw([3, 1], 10, "双色球2013100", "", "") in ([1, 3], [3, 1])


@pytest.mark.clause("N13")
def test_nobody_judges_his_own_department():
    assert codes(member_obstacles(belongs_to_lead=True, is_applicant=False, is_member=False)) == ["panel_own"]
    assert codes(member_obstacles(belongs_to_lead=False, is_applicant=True, is_member=True)) == [
        "panel_own",
        "panel_twice",
    ]
    assert codes(panel_obstacles(members=2, chairs=0, least=3)) == ["panel_small", "panel_chair"]
    assert panel_obstacles(members=3, chairs=1, least=3) == []


@pytest.mark.parametrize(
    ("value", "results", "verdict"),
    [
        (2000, ["proved", "proved"], "met"),
        (1800, ["proved"], "met"),
        (1799, ["proved"], "not_met"),
        (2000, ["proved", "differs"], "partly"),
        (2000, ["proved", ""], None),
        (None, [], "not_met"),
    ],
)
def test_figure_and_sample_suggest_a_verdict(value, results, verdict):
    assert proposed(value, 1800, results) == verdict


@pytest.mark.clause("N13")
@pytest.mark.parametrize(
    ("verdict", "results", "value", "code"),
    [
        ("met", ["proved", ""], 2000, ["sample_open"]),
        ("met", ["proved"], 1700, ["value_short"]),
        ("met", ["no_evidence"], 2000, ["sample_unproved"]),
        ("partly", ["no_evidence"], 2000, []),
        ("splendid", [], 2000, ["verdict"]),
    ],
)
def test_a_verdict_says_no_more_than_figure_and_sample(verdict, results, value, code):
    assert codes(verdict_obstacles(verdict, "逐人核对", value=value, enough=1800, results=results)) == code


@pytest.mark.clause("N13")
def test_a_conclusion_waits_for_every_indicator_and_paper_and_agrees_with_them():
    def found(state, verdicts, materials, due=None):
        return codes(
            conclusion_obstacles(state, "专家组一致意见", Review(verdicts, materials), due_on=due, on=DAY)
        )

    passed, rectify = AcceptanceState.PASSED, AcceptanceState.RECTIFYING
    assert found(passed, ["met", ""], [True, None]) == ["items_open", "materials_open"]
    assert found(passed, ["met", "partly"], [True]) == ["not_all_met"]
    assert found(passed, ["met"], [False]) == ["not_all_met"]
    assert found(passed, ["met", "met"], [True]) == []
    assert found(rectify, ["not_met"], [True]) == ["rectify_by"]
    assert found(rectify, ["not_met"], [True], date(2013, 3, 1)) == []


def test_a_policy_that_draws_nobody_is_refused():
    policy = {name: 1 for name in ReportPolicy.__dataclass_fields__}
    assert ReportPolicy(**policy).sample == 1
    for wrong in ({"sample": 0}, {"sample": 201}, {"panel": 0}):
        with pytest.raises(ValueError, match="sample"):
            ReportPolicy(**policy | wrong)
