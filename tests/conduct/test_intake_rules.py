"""What a complaint must say, the tracking code, the ladder of bodies, and clocks that say whose days were lost."""

import secrets
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shegong.duties.conduct.intake_policy import ethics_of, load_conduct
from shegong.duties.conduct.rules import WORKFLOW, State
from shegong.duties.conduct.rules.clocks import Stretch, extend_obstacles, reading
from shegong.duties.conduct.rules.intake import (
    Told,
    canonical_code,
    code_of,
    contact_obstacles,
    lodge_obstacles,
    whom_obstacles,
)
from shegong.duties.conduct.rules.routing import Candidate, Sides, above, choose
from shegong.kernel.policy import PolicyFault

POLICY = load_conduct(Path("policy")).on(date(2026, 1, 1))
DUTIES = [one.code for one in POLICY.ethics.duties]
FULL = Told(
    kind="anonymous", matter="conduct", duty="privacy", whom_kind="worker", whom="金某", text="把我家里的事告诉了邻居，好几次。",
    region_code=222401000,
)  # fmt: skip
DAY = date(2026, 11, 2)


def codes(found):
    return {one.code for one in found}


def test_a_policy_with_more_looks_than_the_law_knows_is_refused_by_name(tmp_path):
    text = Path("policy/conduct.toml").read_text(encoding="utf-8")
    (tmp_path / "conduct.toml").write_text(
        text.replace("looks = { value = 2", "looks = { value = 3"), encoding="utf-8"
    )
    with pytest.raises(PolicyFault, match="looks"):
        load_conduct(tmp_path)


def test_a_complaint_with_everything_it_needs_has_no_obstacle():
    assert lodge_obstacles(FULL, duties=DUTIES, longest=4000) == []


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"whom_kind": ""}, "whom_kind"), ({"whom": " "}, "whom"), ({"whom_kind": "unknown", "whom": ""}, "whom"),
        ({"matter": "weather"}, "matter"), ({"duty": "manners"}, "duty"), ({"text": "坏"}, "text"),
        ({"text": "长" * 4001}, "text_long"), ({"region_code": None}, "region"), ({"kind": "secret"}, "kind"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_beside_its_field(changes, missing):
    assert missing in codes(lodge_obstacles(replace(FULL, **changes), duties=DUTIES, longest=4000))


def test_who_gives_a_name_gives_a_contact_and_who_stays_anonymous_gives_neither():
    assert codes(contact_obstacles(replace(FULL, kind="named"))) == {"name", "contact"}
    assert codes(contact_obstacles(replace(FULL, kind="confidential", name="李"))) == {"contact"}
    assert contact_obstacles(FULL) == []


def test_somebody_may_complain_of_a_person_whose_name_she_does_not_know():
    assert whom_obstacles(replace(FULL, whom_kind="unknown", whom="", unit="北山街道服务中心")) == []


@given(st.binary(min_size=16, max_size=16))
def test_a_code_is_read_again_however_it_is_copied(bits):
    code = code_of(bits)
    assert canonical_code(code) == code
    assert canonical_code(code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == code


def test_codes_hold_128_bits_and_nothing_else_is_one():
    assert len({code_of(secrets.token_bytes(16)) for _ in range(500)}) == 500
    assert code_of(bytes(16)) != code_of(bytes(15) + b"\x01")
    assert canonical_code("7K3F") == canonical_code("") == canonical_code("A" * 4000) == ""


# -- the ladder ------------------------------------------------------------------------------------------------------

STEPS = [Candidate(20, 222400000, (20,)), Candidate(10, 220000000, (10, 5)), Candidate(30, 220000000, (30,))]


@pytest.mark.parametrize(
    ("bodies", "taken"),
    [(set(), 20), ({20}, 10), ({20, 10}, 30), ({5, 20}, 30), ({20, 10, 30}, None), ({99}, 20)],
)
def test_a_body_in_which_the_other_side_works_or_that_stands_under_it_is_passed_over(bodies, taken):
    found = choose(STEPS, Sides(1, frozenset(bodies)))
    assert (found.body if found else None) == taken


def test_a_review_goes_to_the_rest_of_the_ladder():
    assert [one.body for one in above(STEPS, 20)] == [10, 30]
    assert [one.body for one in above(STEPS, 30)] == []


# -- clocks ----------------------------------------------------------------------------------------------------------


def days(count):
    return DAY + timedelta(days=count)


def test_a_clock_that_only_runs_charges_its_overrun_to_the_office():
    clock = reading([Stretch(DAY)], 15, days(20))
    assert (clock.used, clock.left, clock.over, dict(clock.over_by)) == (20, -5, 5, {"office": 5})
    assert clock.due_on == days(15)


def test_days_at_rest_move_the_deadline_and_go_to_whoever_caused_them():
    rows = [
        Stretch(DAY, days(5)),
        Stretch(days(5), days(15), "complainant", "complainant"),
        Stretch(days(15)),
    ]
    clock = reading(rows, 15, days(30))
    assert clock.due_on == days(25) and clock.used == 20 and clock.rested == 10
    assert dict(clock.over_by) == {"office": 5, "complainant": 10}


def test_nobody_is_charged_while_the_stage_is_in_time():
    rows = [Stretch(DAY, days(2)), Stretch(days(2), None, "expert", "third")]
    clock = reading(rows, 15, days(6))
    assert clock.is_paused and clock.over == 0 and clock.over_by == {}


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from(["", "complainant", "third"])), min_size=1, max_size=6
    )
)
def test_the_overrun_is_charged_in_full_and_once(parts):
    at, rows = DAY, []
    for length, party in [(0, ""), *parts]:
        rows.append(Stretch(at, at + timedelta(days=length), party, party or "office"))
        at += timedelta(days=length)
    clock = reading(rows, 15, at)
    assert sum(clock.over_by.values()) == clock.over == max((at - DAY).days - 15, 0)
    assert clock.used + clock.rested == (at - DAY).days


def test_a_deadline_on_a_day_of_rest_moves_and_the_day_belongs_to_the_office():
    clock = reading([Stretch(DAY)], 15, days(16), lambda day: day + timedelta(days=2))
    assert clock.due_on == days(17) and clock.over == 0


def test_more_time_is_given_once_in_advance_and_with_a_reason():
    fine = {"days": 30, "already": 0, "most": 30, "reason": "证据复杂", "is_over": False}
    assert extend_obstacles(**fine) == []
    assert codes(extend_obstacles(**fine | {"already": 10})) == {"extension_long"}
    assert codes(extend_obstacles(**fine | {"is_over": True, "reason": ""})) == {"extension_late", "reason"}


# -- states and policy -----------------------------------------------------------------------------------------------


def test_every_state_is_reached_and_nothing_ends_without_an_answer():
    reached = {after for _before, after in WORKFLOW.moves()} | {State.LODGED}
    assert reached == set(State)
    assert {step.name for step in WORKFLOW.steps_from("not_accepted")} >= {"review", "close"}
    assert "decided" not in {
        after for before, after in WORKFLOW.moves() if before in ("lodged", "routed", "accepted")
    }


def test_the_policy_names_its_sources_and_every_matter_says_where_to_go():
    assert {one.code for one in POLICY.matters} == {"conduct", "labour", "finance", "crime"}
    assert all(one.goes_to.zh and one.goes_to.en for one in POLICY.matters)
    assert (POLICY.sorting_days, POLICY.inquiry_days, POLICY.extension_days) == (15, 60, 30)
    assert len(DUTIES) == len(set(DUTIES)) == 11


def test_a_version_of_the_code_that_somebody_signed_is_found_again():
    policies = load_conduct(Path("policy"))
    assert ethics_of(policies, "2012") is not None and ethics_of(policies, "1999") is None
