"""The shipped registration policy and routes: what the law says, and the ways of other provinces (rules B3)."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from shegong.duties.registry.policy_types import (
    Material,
    Route,
    Stage,
    load_registration,
    load_routes,
    route_called,
    route_for,
)
from shegong.kernel.policy import PolicyFault, Wording

pytestmark = pytest.mark.clause("T4.2.a")
FOLDER = Path(__file__).parents[2] / "policy"
REGISTRATION = load_registration(FOLDER)
ROUTES = load_routes(FOLDER)
TODAY = date(2026, 11, 22)
RULES = REGISTRATION.on(TODAY)


def levels(region: str, day: date = TODAY) -> list[int]:
    return [stage.level for stage in route_for(ROUTES, region, day).stages]


def test_the_terms_are_those_of_the_registration_measures_of_2009():
    terms = (
        RULES.window_months,
        RULES.validity_years,
        RULES.renewal_window_months,
        RULES.decision_working_days,
    )
    assert terms == (12, 3, 3, 30)
    assert REGISTRATION.source("decision_working_days", TODAY).basis == "民发〔2009〕44号 art. 7"


def test_there_are_no_rules_before_the_measures_were_issued():
    with pytest.raises(LookupError):
        REGISTRATION.on(date(2009, 4, 7))


def test_what_rests_on_memory_is_listed_and_the_read_articles_are_not():
    listed = {str(found.value) for found in REGISTRATION.needs_source()}
    keys = {found.key for found in REGISTRATION.needs_source()}
    assert "grace_days" in keys
    assert {"own_request", "death", "capacity_lost", "not_renewed"} <= listed
    assert not keys & {"window_months", "validity_years", "decision_working_days"}


@pytest.mark.parametrize(
    ("kind", "ground", "codes"),
    [
        ("first", "workplace", ["identity", "certificate", "photo", "employment"]),
        ("first", "domicile", ["identity", "certificate", "photo", "domicile"]),
        ("renewal", "workplace", ["identity", "certificate", "registration_certificate"]),
        ("cancel", "domicile", ["identity", "registration_certificate"]),
    ],
)
def test_each_application_asks_for_its_papers(kind, ground, codes):
    assert [paper.code for paper in RULES.materials_for(kind, ground) if paper.required] == codes


def test_every_return_sentence_points_at_something_that_can_be_put_right():
    papers = {f"paper:{material.code}" for material in RULES.materials}
    steps = {"identity", "education", "certificate", "workplace"}
    assert [reason.code for reason in RULES.return_reasons if reason.item not in papers | steps] == []


def test_every_ready_text_is_there_in_both_languages():
    texts = [reason.text for reason in (*RULES.return_reasons, *RULES.refusal_reasons, *RULES.opinions)]
    texts += [*RULES.ethics.points, RULES.ethics.title, *(reason.title for reason in RULES.closing_reasons)]
    texts += [text for material in RULES.materials for text in (material.title, material.hint)]
    assert [text for text in texts if not text.zh.strip() or not text.en.strip()] == []


def test_registrations_end_by_cancelling_or_by_revoking():
    assert set(Counter(reason.closed_kind for reason in RULES.closing_reasons)) == {"cancelled", "revoked"}


def test_a_paper_no_longer_asked_for_is_called_by_its_code():
    assert RULES.material_name("identity").zh == "身份证正反面"
    assert RULES.material_name("gone") == Wording("gone", "gone")


@pytest.mark.parametrize(
    ("region", "way"),
    [
        ("222401", [3, 2, 1]),  # Jilin, by default
        ("130100", [3, 2, 1]),  # Hebei 2009
        ("350200", [2]),  # Fujian: the prefecture is the body
        ("440100", [2, 1]),  # Guangdong: cities take in, the federation decides
        ("330212", [3, 2]),  # Ningbo: society work departments
        ("110101", [3, 2, 1]),  # elsewhere, until the province says otherwise
    ],
)
def test_each_province_has_its_way(region, way):
    assert levels(region) == way


def test_people_of_provincial_units_in_fujian_go_to_the_province():
    route = route_for(ROUTES, "350100", TODAY)
    assert [stage.level for stage in route.stages_from(1)] == [1]
    assert [stage.level for stage in route.stages_from(3)] == [2]


def test_an_entrusted_intake_ends_with_its_contract():
    duties = {
        day: route_for(ROUTES, "441481", day).stages[0].duty
        for day in (date(2014, 10, 31), date(2014, 11, 1), date(2017, 12, 31), date(2018, 1, 1))
    }
    assert list(duties.values()) == [
        "registration_intake", "registration_entrusted", "registration_entrusted", "registration_intake",
    ]  # fmt: skip


def test_a_case_finds_the_route_that_it_was_sent_on():
    assert route_called(ROUTES, "meizhou-entrusted").stages[0].duty == "registration_entrusted"
    assert route_called(ROUTES, "unheard-of") is None


def test_before_2009_there_is_no_route():
    with pytest.raises(LookupError, match="no route for 220102"):
        route_for(ROUTES, "220102", date(2009, 4, 7))


@pytest.mark.parametrize(
    ("level", "way"),
    [
        (4, [("first", 3), ("second", 2), ("final", 1)]),
        (2, [("second", 2), ("final", 1)]),
        (1, [("final", 1)]),
    ],
)
def test_people_employed_higher_up_start_higher_and_the_first_office_accepts(level, way):
    stages = route_for(ROUTES, "222401", TODAY).stages_from(level)
    assert [(stage.stage, stage.level) for stage in stages] == way
    assert [stage.accepts for stage in stages] == [True] + [False] * (len(way) - 1)


FIRST, SECOND, FINAL = Stage("first", 3, "x", True), Stage("second", 2, "x"), Stage("final", 1, "x")


@pytest.mark.parametrize(
    ("stages", "complaint"),
    [
        ((FINAL, FIRST), "stages run first, second, final"),
        ((FIRST, SECOND), "stages run first, second, final"),
        ((Stage("first", 3, "x"), FINAL), "the first stage accepts"),
        ((FIRST, Stage("final", 1, "x", True)), "the first stage accepts"),
        ((Stage("first", 1, "x", True), Stage("final", 2, "x")), "a case goes up"),
    ],
)
def test_a_way_that_cannot_be_walked_is_refused(stages, complaint):
    with pytest.raises(ValueError, match=complaint):
        Route("220000", "x", stages)


@pytest.mark.parametrize(
    ("was", "instead", "complaint"),
    [
        ("window_months = { value = 12", "window_months = { value = 0", "window_months is at least 1"),
        ("{seq:05d}", "{sequence}", "application_number: unknown place {sequence}; missing place {seq}"),
        (
            'code = "no_capacity"',
            'code = "no_certificate"',
            "refusal_reasons: the code 'no_certificate' stands twice",
        ),
        (
            'closed_kind = "revoked"',
            'closed_kind = "gone"',
            "one of 'cancelled', 'revoked' is needed, not 'gone'",
        ),
    ],
)
def test_a_policy_that_no_province_may_have_does_not_load(tmp_path, was, instead, complaint):
    text = (FOLDER / "registration.toml").read_text(encoding="utf-8")
    assert was in text
    (tmp_path / "registration.toml").write_text(text.replace(was, instead), encoding="utf-8")
    with pytest.raises(PolicyFault) as told:
        load_registration(tmp_path)
    assert complaint in str(told.value)


def test_a_paper_is_asked_for_on_its_ground_only():
    paper = Material("x", ("first",), Wording("x", "x"), Wording("x", "x"), grounds=("domicile",))
    assert paper.is_asked("first", "domicile")
    assert not paper.is_asked("first", "workplace")
    assert not paper.is_asked("renewal", "domicile")
