"""Rounds and lateness, ranking with ties, checklists and draws, consent: the pure rules of supervision."""

from datetime import date

import pytest

from shegong.kernel.drawing import drawn
from shegong.steering.oversight.rules import cases, circulars, dispatch, inspection
from shegong.steering.oversight.rules.cases import CaseKind, Consent
from shegong.steering.oversight.rules.circulars import Mark, Standing
from shegong.steering.oversight.rules.dispatch import Line, Moment


def codes(obstacles):
    return [obstacle.code for obstacle in obstacles]


# -- rounds -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "cadence", "period", "last"),
    [
        (date(2012, 12, 31), "quarter", "2012Q4", date(2012, 12, 31)),
        (date(2012, 1, 1), "quarter", "2012Q1", date(2012, 3, 31)),
        (date(2012, 2, 29), "month", "2012-02", date(2012, 2, 29)),
        (date(2013, 12, 5), "month", "2013-12", date(2013, 12, 31)),
    ],
)
def test_a_period_contains_its_day_and_ends_with_its_month(day, cadence, period, last):
    assert dispatch.period_of(day, cadence) == period
    assert dispatch.last_day_of(period) == last


def test_a_year_is_a_period_and_other_words_are_none():
    assert dispatch.last_day_of("2012") == date(2012, 12, 31)
    assert dispatch.last_day_of("年底") is None
    assert dispatch.last_day_of("2012-13") is None


def test_lateness_counts_days_after_the_deadline_and_stops_when_it_is_handed_in():
    due = date(2012, 12, 10)
    assert dispatch.days_late(due_on=due, handed_in=None, on=date(2012, 12, 10)) == 0
    assert dispatch.days_late(due_on=due, handed_in=None, on=date(2012, 12, 14)) == 4
    assert dispatch.days_late(due_on=due, handed_in=date(2012, 12, 12), on=date(2013, 3, 1)) == 2


@pytest.mark.parametrize(
    ("on", "handed_in", "colour"),
    [
        (date(2012, 12, 6), None, ""), (date(2012, 12, 7), None, "blue"), (date(2012, 12, 10), None, "blue"),
        (date(2012, 12, 11), None, "yellow"), (date(2012, 12, 15), None, "yellow"), (date(2012, 12, 16), None, "red"),
        (date(2013, 1, 1), date(2012, 12, 9), ""), (date(2013, 1, 1), date(2012, 12, 12), "yellow"),
    ],
)  # fmt: skip
def test_three_colours_by_lateness(on, handed_in, colour):
    assert dispatch.colour(due_on=date(2012, 12, 10), handed_in=handed_in, on=on) == colour


def moments(on, done=()):
    return dispatch.moments_due(
        opens_on=date(2012, 12, 1), due_on=date(2012, 12, 10), on=on, before=3, done=done
    )


def test_reminders_come_before_on_and_after_the_day_and_once_each():
    assert moments(date(2012, 11, 30)) == []
    assert moments(date(2012, 12, 1)) == [Moment.OPENED]
    assert moments(date(2012, 12, 7), ["opened"]) == [Moment.BEFORE]
    assert moments(date(2012, 12, 8), ["opened", "before"]) == []
    assert moments(date(2012, 12, 10), ["opened", "before"]) == [Moment.DUE]
    assert moments(date(2012, 12, 20), ["opened", "before", "due"]) == [Moment.LATE]
    assert moments(date(2012, 12, 21), ["opened", "before", "due", "late"]) == []


def test_a_worker_that_stood_still_sends_the_newest_reminder_only():
    assert moments(date(2012, 12, 20), ["opened"]) == [Moment.LATE]
    assert moments(date(2012, 12, 20)) == [Moment.OPENED]


def good_round(**changed):
    given = {
        "period": "2012Q4", "title": "四季度调度", "opens_on": date(2012, 12, 1), "due_on": date(2012, 12, 10),
        "as_of": date(2012, 12, 1), "indicators": ["K-G4"], "questions": [], "units": 10, "known": {"K-G3", "K-G4"},
    }  # fmt: skip
    return codes(dispatch.round_obstacles(**{**given, **changed}))


def test_a_round_asks_something_of_somebody_by_a_day():
    assert good_round() == []
    assert good_round(indicators=[]) == ["round_empty"]
    assert good_round(indicators=[], questions=["有何困难？"]) == []
    assert good_round(indicators=["K-X"]) == ["round_unknown"]
    assert good_round(due_on=date(2012, 11, 30)) == ["round_due", "round_as_of"]
    assert good_round(units=0, title=" ", period="") == ["round_period", "round_title", "round_units"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (Line(1, False, counted=40), []), (Line(1, False, counted=40, own=40), []),
        (Line(1, False, counted=40, own=43), ["answer_why"]),
        (Line(1, False, counted=40, own=43, text="三人证书未录入"), []), (Line(1, False), ["answer_number"]),
        (Line(1, False, own=0), []), (Line(1, False, own=-1), ["answer_negative"]),
        (Line(1, True), ["answer_missing"]), (Line(1, True, text="无"), []),
    ],
)  # fmt: skip
def test_a_counted_figure_is_confirmed_and_a_difference_needs_its_reason(line, expected):
    assert codes(dispatch.line_obstacles(line)) == expected


def test_progress_names_every_state():
    assert dispatch.progress(["open", "open", "checked"]) == {
        "open": 2, "submitted": 0, "checked": 1, "returned": 0,
    }  # fmt: skip


# -- notices ------------------------------------------------------------------------------------------------------------


def test_units_with_equal_shares_share_a_rank_and_the_next_is_skipped():
    table = [Standing(1, 50, 100), Standing(2, 80, 100), Standing(3, 40, 50), Standing(4, 20, 50)]
    assert [(rank, one.region) for rank, one in circulars.ranked(table)] == [(1, 2), (1, 3), (3, 1), (4, 4)]


def test_shares_that_read_alike_are_a_tie():
    table = [Standing(1, 8001, 10000), Standing(2, 8004, 10000)]
    assert [rank for rank, _one in circulars.ranked(table)] == [1, 1]


def test_units_without_a_plan_stand_last_without_a_rank():
    table = [Standing(1, 9, None), Standing(2, 1, 10), Standing(3, None, 10), Standing(4, 5, 0)]
    assert [(rank, one.region) for rank, one in circulars.ranked(table)] == [
        (1, 2),
        (None, 1),
        (None, 3),
        (None, 4),
    ]


def test_the_first_is_praised_only_when_it_fulfils_the_plan_and_those_far_behind_are_named():
    placed = circulars.ranked([Standing(1, 110, 100), Standing(2, 80, 100), Standing(3, 50, 100)])
    assert circulars.suggested(placed, behind=75) == {1: Mark.PRAISED, 3: Mark.NAMED}
    placed = circulars.ranked([Standing(1, 90, 100), Standing(2, 80, 100)])
    assert circulars.suggested(placed, behind=75) == {}


def test_praise_says_why_and_naming_says_what_to_do():
    assert codes(circulars.mark_obstacles(1, "", "", "")) == []
    assert codes(circulars.mark_obstacles(1, "praised", "", "")) == ["mark_reason"]
    assert codes(circulars.mark_obstacles(1, "named", "进度落后", "")) == ["mark_required"]


def test_a_notice_speaks_of_somebody_who_can_answer():
    assert codes(circulars.issue_obstacles(marks=["", ""], without_body=[])) == ["circular_nobody"]
    assert codes(circulars.issue_obstacles(marks=["named"], without_body=["白城市"])) == ["circular_body"]


# -- inspections --------------------------------------------------------------------------------------------------------


def test_a_draw_is_the_same_for_everybody_who_knows_the_seed():
    bodies = [str(n) for n in range(60)]
    chosen = drawn(bodies, 6, "福彩双色球2012146期 081216")
    assert chosen == drawn(list(reversed(bodies)), 6, "福彩双色球2012146期 081216")
    assert chosen != drawn(bodies, 6, "福彩双色球2012147期 081216")
    assert len(set(chosen)) == 6


def test_a_bigger_sample_by_the_same_seed_keeps_the_smaller_one():
    bodies = [str(n) for n in range(60)]
    assert drawn(bodies, 9, "published")[:6] == drawn(bodies, 6, "published")


def test_a_draw_falls_on_all_alike():
    bodies = [str(n) for n in range(10)]
    hits = dict.fromkeys(bodies, 0)
    for n in range(2000):
        for one in drawn(bodies, 3, f"seed {n}"):
            hits[one] += 1
    assert all(520 <= count <= 680 for count in hits.values())  # 600 expected, four standard deviations


def test_nobody_inspects_the_body_he_belongs_to():
    found = inspection.recusal_obstacles(
        team={1: [7], 2: [8, 9]}, bodies={9: "大安市民政局", 5: "通榆县民政局"}, names={2: "王芳"}
    )
    assert [(o.code, o.params["person"], o.params["body"]) for o in found] == [
        ("recusal", "王芳", "大安市民政局")
    ]


def test_an_inspection_needs_two_inspectors_and_a_body_and_ends_with_every_point_looked_at():
    assert codes(inspection.begin_obstacles(team=1, bodies=0)) == ["team_small", "no_body"]
    assert codes(inspection.report_obstacles(expected=6, checked=5)) == ["points_open"]
    assert codes(inspection.closing_obstacles(1)) == ["rectification_open"]
    assert inspection.closing_obstacles(0) == []


def test_points_are_read_a_line_each_and_name_clauses_of_the_plan():
    points = inspection.read_points("T4.1 证书原件与台账一致\n\n T4.2.a：登记材料齐全 ")
    assert points == [("T4.1", "证书原件与台账一致"), ("T4.2.a", "登记材料齐全")]
    days = {"starts_on": date(2012, 6, 1), "ends_on": date(2012, 6, 3), "title": "督查"}
    assert inspection.plan_obstacles(points=points, clauses={"T4.1", "T4.2.a"}, **days) == []
    assert codes(inspection.plan_obstacles(points=points, clauses={"T4.1"}, **days)) == ["inspection_clause"]


def test_a_draw_needs_a_seed_and_a_size():
    assert codes(inspection.draw_obstacles(seed="1", sample=2)) == ["seed_short"]
    assert codes(inspection.draw_obstacles(seed="published", sample=None)) == ["no_draw_announced"]
    assert codes(inspection.sample_obstacles(sample=6, candidates=5)) == ["sample_size"]
    assert codes(inspection.sample_obstacles(sample=1, candidates=0)) == ["no_candidates"]
    assert inspection.sample_obstacles(sample=None, candidates=0) == []


# -- model cases --------------------------------------------------------------------------------------------------------

STORY = "从事社区矫正十年，帮助三十余名青少年重返校园，获得居民一致好评。"


def test_of_a_person_nothing_is_published_without_her_answer():
    person = CaseKind.PERSON
    assert codes(cases.publish_obstacles(kind=person, consent=Consent.NONE, plain_story=STORY)) == [
        "case_no_answer"
    ]
    assert codes(cases.publish_obstacles(kind=person, consent=Consent.REFUSED, plain_story=STORY)) == [
        "case_refused"
    ]
    assert codes(cases.publish_obstacles(kind=person, consent=Consent.UNNAMED, plain_story="")) == [
        "case_plain"
    ]
    assert cases.publish_obstacles(kind=person, consent=Consent.UNNAMED, plain_story=STORY) == []
    assert cases.publish_obstacles(kind=person, consent=Consent.NAMED, plain_story="") == []
    assert cases.publish_obstacles(kind=CaseKind.PRACTICE, consent=Consent.NONE, plain_story="") == []


def test_a_text_that_names_nobody_is_searched_for_the_names_known():
    assert codes(cases.plain_obstacles("金美玉帮助了三十人", "一名社工", ["金美玉", "延吉市民政局"])) == [
        "case_named"
    ]
    assert cases.plain_obstacles("她帮助了三十人", "一名社工", ["金美玉"]) == []


def test_whoever_nominates_does_not_verify():
    assert codes(cases.verify_obstacles(verifier=1, nominator=1)) == ["case_four_eyes"]
    assert cases.verify_obstacles(verifier=2, nominator=1) == []


def test_a_nomination_is_about_somebody():
    given = {"title": "典型", "story": STORY, "has_person": False, "has_organization": False}
    assert codes(cases.nomination_obstacles(kind="person", **given)) == ["case_person"]
    assert codes(cases.nomination_obstacles(kind="organization", **given)) == ["case_organization"]
    assert cases.nomination_obstacles(kind="practice", **given) == []
