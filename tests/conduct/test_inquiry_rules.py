"""Recusal, hearing, votes, graded list, display, small cells: pure rules."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from shegong.duties.conduct.policy_types import load_sanctions
from shegong.duties.conduct.rules import figures, inquiry, recusal, repairs, sanctions
from shegong.duties.conduct.rules.appeals import lodging_obstacles

POLICY = load_sanctions(Path(__file__).resolve().parents[2] / "policy").on(date(2026, 11, 23))
DAY = date(2026, 11, 23)
pytestmark = pytest.mark.clause("T4.2.f")


def codes(obstacles):
    return [one.code for one in obstacles]


def test_same_person_relative_and_unit_are_recused_and_the_complainant_without_saying_so():
    whom = recusal.Respondent(1, frozenset({10}), frozenset({2}))
    member = recusal.Member
    assert codes(recusal.conflicts(member(1), whom)) == ["same_person"]
    assert codes(recusal.conflicts(member(2), whom)) == ["relative"]
    assert codes(recusal.conflicts(member(3, frozenset({10})), whom)) == ["same_unit"]
    assert recusal.conflicts(member(4, frozenset({11})), whom) == []
    assert "投诉" not in recusal.COMPLAINANT.message and "complain" not in recusal.COMPLAINANT.message


def test_a_body_complained_of_recuses_its_people():
    assert codes(
        recusal.conflicts(recusal.Member(3, frozenset({10})), recusal.Respondent(units=frozenset({10})))
    ) == ["same_unit"]


@pytest.mark.parametrize(
    ("votes", "seats", "majority"),
    [
        (["a", "a"], 3, "a"),
        (["a", "b"], 3, None),
        (["a", "a"], 4, None),
        (["a", "a", "b"], 3, "a"),
        ([], 3, None),
    ],
)
def test_more_than_half_of_all_seats_not_of_the_votes(votes, seats, majority):
    assert inquiry.tally(votes, seats).majority == majority


def test_the_last_day_to_answer_counts():
    assert inquiry.days_left(DAY, DAY) == 1
    assert inquiry.days_left(DAY - timedelta(days=1), DAY) == 0


def test_an_interim_measure_ends_and_is_reviewed_before_it_ends():
    made = {"start": DAY, "on": DAY, "most_days": 90}
    assert codes(inquiry.interim_obstacles(end=DAY + timedelta(days=91), **made)) == ["interim_long"]
    assert inquiry.review_due(DAY, DAY + timedelta(days=10), 30) == DAY + timedelta(days=9)


def test_the_list_is_graded_and_only_a_suspension_has_months():
    order = [one.code for one in POLICY.measures]
    assert order == ["dismissed", "advice", "warning", "criticism", "suspended", "revoked"]
    warning, suspended = POLICY.measure("warning"), POLICY.measure("suspended")
    assert codes(sanctions.months_obstacles(warning, 3, 12)) == ["months_odd"]
    assert codes(sanctions.months_obstacles(suspended, 13, 12)) == ["months_needed"]
    assert sanctions.months_obstacles(suspended, 12, 12) == []


def test_a_suspension_is_shown_from_its_end_on_and_a_dismissal_never():
    start, end = sanctions.span(date(2026, 11, 30), 3)
    assert (start, end) == (date(2026, 11, 30), date(2027, 2, 28))
    assert sanctions.shown_until(POLICY.measure("suspended"), start, end) == date(2027, 8, 28)
    assert sanctions.shown_until(POLICY.measure("dismissed"), start, None) is None


def test_the_public_reads_names_only_of_what_bears_on_the_registration():
    assert "name" in POLICY.shows("suspended") and "name" not in POLICY.shows("warning")
    assert POLICY.shows("dismissed") == frozenset() == POLICY.shows("advice")
    assert all(one.basis for one in POLICY.published)


def test_a_review_is_asked_for_within_the_term_its_last_day_included():
    asked = {"state": "in_force", "due": DAY, "asked_before": False}
    assert lodging_obstacles("我不服，处理过重", on=DAY, **asked) == []
    assert codes(lodging_obstacles("我不服，处理过重", on=DAY + timedelta(days=1), **asked)) == [
        "review_late"
    ]


def test_what_a_review_decided_is_not_reviewed_again_nor_what_a_reopened_case_will_decide_anew():
    asked = {"state": "in_force", "on": DAY, "asked_before": False}
    assert codes(lodging_obstacles("我不服，处理过重", due=None, **asked)) == ["is_review"]
    assert codes(lodging_obstacles("我不服，处理过重", due=DAY, reopened=True, **asked)) == ["reopened"]
    asked["asked_before"] = True  # and taken back: once is once
    assert codes(lodging_obstacles("我不服，处理过重", due=DAY, **asked)) == ["asked_before"]


@pytest.mark.parametrize(
    "text", ["李 秀英反映你", "来电139-0000-1111", "１３９００００１１１１", "来信Li@Mail.example"]
)
def test_what_the_respondent_reads_does_not_name_who_complained_however_it_is_spaced(text):
    known = ["李秀英", "13900001111", "li@mail.example"]
    assert codes(inquiry.secret_obstacles(text, known)) == ["gives_away"]
    assert inquiry.secret_obstacles("有人反映你泄露隐私。", known) == []


def test_early_repair_may_be_asked_for_after_the_least_time_and_again_after_a_refusal():
    suspended = POLICY.measure("suspended")
    first = repairs.earliest(suspended, DAY, date(2027, 2, 28))
    assert first == date(2027, 5, 28) and repairs.earliest(POLICY.measure("advice"), DAY, None) is None
    asked = {
        "state": "in_force",
        "shown": True,
        "first": first,
        "open_one": False,
        "refused_on": None,
        "again_days": 90,
    }

    def ask(on=first, **more):
        return codes(repairs.asking_obstacles("已退还并参加培训。", on=on, **asked | more))

    assert ask() == []
    assert ask(first - timedelta(days=1)) == ["repair_early"]
    assert ask(shown=False) == ask(state="repaired") == ["not_shown"]
    assert ask(first=None) == ["never_early"]
    assert ask(open_one=True) == ["asked_already"]
    assert ask(refused_on=first - timedelta(days=89)) == ["refused_lately"]
    assert ask(refused_on=first - timedelta(days=90)) == []


def test_small_cells_are_hidden_and_cannot_be_had_by_subtraction():
    assert figures.hidden({"a": 2, "b": 5, "c": 9}, 3) == {"a": None, "b": None, "c": 9}
    assert figures.hidden({"a": 1, "b": 2, "c": 9}, 3) == {"a": None, "b": None, "c": 9}
    assert figures.hidden({"a": 0, "b": 5}, 3) == {"a": 0, "b": 5}
    run = figures.Run
    runs = [
        run("inquiry", 40, {}),
        run("inquiry", 70, {"office": 10}),
        run("inquiry", 50, {}),
        run("sorting", 3, {}),
    ]
    whole = figures.stage_times(runs, ["inquiry", "sorting"], ["office", "third"])
    assert (whole[0].complaints, whole[0].median_days, whole[0].late, whole[0].days_by["office"]) == (
        3,
        50,
        1,
        10,
    )
    shown = figures.stage_times(runs, ["inquiry", "sorting"], ["office", "third"], least=3)
    assert (shown[0].median_days, shown[0].late, shown[0].days_by["office"]) == (50, None, None)
    assert (shown[1].complaints, shown[1].median_days) == (None, None)
