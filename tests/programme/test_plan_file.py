"""Loading a plan: what is in it, and each fault named with file, line and key."""

from datetime import date
from pathlib import Path

import pytest

from shegong.steering.programme.models.plan import check_measures
from shegong.steering.programme.rules.plan_checks import ahead_faults, measure_faults, place_faults
from shegong.steering.programme.rules.plan_file import PlanFault, read_plan, refuse
from shegong.steering.programme.rules.plans import expected, needs_source

JILIN = Path(__file__).parents[2] / "policy" / "plans" / "jilin-2011.toml"
NINGXIA = Path(__file__).parent / "ningxia-2026.toml"

pytestmark = pytest.mark.clause("N2, N3, S0")


@pytest.fixture(scope="module")
def jilin():
    return read_plan(JILIN)


@pytest.mark.clause("N3, N4")
def test_the_plan_has_six_sub_plans_each_with_its_lead(jilin):
    assert [(one.number, one.leads[0].body) for one in jilin.subplans] == [
        (1, "organization_department"), (2, "development_and_reform"), (3, "science"), (4, "human_resources"),
        (5, "agriculture"), (6, "civil_affairs"),
    ]  # fmt: skip
    assert [jilin.indicators[f"K-PROG.{n}"].total for n in range(1, 7)] == [
        100,
        100,
        1000,
        1000,
        10000,
        10000,
    ]
    assert [name.name for name in jilin.bodies["agriculture"].names] == [
        "吉林省农业委员会",
        "吉林省农业农村厅",
    ]


def test_every_row_of_the_catalogue_is_an_indicator(jilin):
    catalogue = (
        "K-PROG K-YEARS K-G3 K-G4 K-T1 K-T2.1 K-T2.1b K-T2.1c K-T2.1d K-T2.1e K-T2.2a K-T2.3 K-T3.1 K-T3.3a K-T3.3b "
        "K-S2011.2 K-S2012.2 K-S2013.2 K-S2012.3 K-S2013.3 K-N10 K-N11 K-N13 K-M0"
    )
    assert set(catalogue.split()) <= set(jilin.indicators)


@pytest.mark.parametrize(
    ("name", "unit", "total", "tolerance"),
    [
        ("K-G3", "person", 10000, 0), ("K-G4", "person", 2000, 0), ("K-T1", "person", 3000, 0),
        ("K-T2.1", "person", 1000, 10), ("K-T2.1b", "person", 50, 10), ("K-T2.1c", "person", 100, 10),
        ("K-T2.1d", "person", 350, 10), ("K-T2.1e", "person", 500, 10), ("K-T2.3", "person", 100, 0),
        ("K-S2012.3", "person", 3000, 0), ("K-S2013.3", "person_time", 3000, 0), ("K-T3.1", "class", 3, 0),
    ],
)  # fmt: skip
def test_targets_have_the_numbers_and_units_of_the_plan(jilin, name, unit, total, tolerance):
    one = jilin.indicators[name]
    assert (one.unit, one.total, one.tolerance) == (unit, total, tolerance)


@pytest.mark.clause("G3, G4, T3.3")
def test_ambiguities_stand_as_rules_with_versions_and_a_baseline(jilin):
    assert [rule.version for rule in jilin.indicators["K-G3"].rules] == [1, 2, 3]
    assert jilin.indicators["K-G3"].rule.counts == ("certificate", "hired", "class", "listed")
    assert "72小时" in jilin.indicators["K-T3.3a"].rules[1].zh
    assert jilin.indicators["K-T3.3b"].yearly == {2011: 11, 2012: 11, 2013: 11}
    assert jilin.indicators["K-G4"].baseline.amount == 500
    assert any("K-G4: baseline 500" in line for line in needs_source(jilin))


@pytest.mark.clause("T2.1.a")
def test_about_a_thousand_is_reached_by_nine_hundred(jilin):
    one = jilin.indicators["K-T2.1"]
    assert one.enough(1000) == 900
    assert jilin.indicators["K-T2.1b"].enough(50) == 45
    assert jilin.indicators["K-G3"].enough(10000) == 10000


def test_a_year_without_a_figure_is_none_and_a_stock_is_that_of_the_last_day(jilin):
    assert jilin.indicators["K-S2012.2"].yearly == {2011: None, 2012: 500, 2013: None}
    assert jilin.indicators["K-G4"].target(2012) is None
    assert jilin.indicators["K-G4"].target(2013) == 2000


@pytest.mark.parametrize(
    ("name", "on", "year", "amount"),
    [
        ("K-T1", date(2012, 6, 30), None, 1500),  # a year that is over, half of the one that runs
        ("K-T1", date(2012, 6, 30), 2012, 500),
        ("K-T1", date(2015, 1, 1), None, 3000),
        ("K-G3", date(2012, 6, 30), None, 5000),
        ("K-G4", date(2011, 12, 31), None, 1000),  # from the baseline of 500
        ("K-S2013.2", date(2012, 12, 31), None, 0),
        ("K-T3.3a", date(2012, 3, 1), 2012, 9),
        ("K-YEARS", date(2012, 3, 1), None, 2),
        ("K-M0.3", date(2011, 1, 1), None, 60),
    ],
)
def test_before_an_annual_plan_every_month_asks_for_the_same(jilin, name, on, year, amount):
    assert expected(jilin, jilin.indicators[name], on=on, year=year) == amount


def test_a_plan_of_another_province_and_term_is_read_by_the_same_code():
    plan = read_plan(NINGXIA)
    assert (plan.region, plan.years[-1], plan.main) == (640000000, 2030, 2)
    assert plan.indicators["N-TRAINED"].rule.counts == ("class",)
    assert list(plan.clauses) == ["甲1", "甲2", "甲3", "甲4"]


FAULTS = [
    ('total = 350\n', 'total = 340\n', "K-T2.1: the parts make 990, the total is 1000"),
    ('amount = 500, on', 'amount = 400, on', "K-G4: the parts make 1900 with the baseline 400, the total is 2000"),
    ('yearly = { 2012 = 500 }', 'yearly = { 2012 = 400 }', "K-S2012.2: the years make 400, the total is 500"),
    ('yearly = { 2012 = 500 }', 'yearly = { 2014 = 500 }', "K-S2012.2: 2014 is no year of the plan"),
    ('unit = "person_time"', 'unit = "persontime"', "unit: one of 'person', 'person_time'"),
    ('id = "K-S2013.3"', 'id = "K-S2012.3"', "K-S2012.3 stands twice"),
    ('parts = ["K-T2.1b"', 'parts = ["K-T2.1x"', "K-T2.1: there is no other indicator K-T2.1x"),
    ('parts = ["K-T2.1b"', 'parts = ["K-S2013.3"', "K-S2013.3 is in person_time, not person: never added"),
    ('clause = "T2.3"', 'clause = "T2.9"', "K-T2.3: there is no clause T2.9"),
    ('rule = 1\nrules = [\n  { version = 1, zh = "按人去重', 'rule = 9\nrules = [\n  { version = 1, zh = "按人去重',
     "K-G3: there is no rule of version 9"),
    ('subplan = 6\nzh = "培训教育', 'subplan = 8\nzh = "培训教育', "K-T2.3: there is no sub-plan 8"),
    ('leads = [{ body = "science" }]', 'leads = [{ body = "sciences" }]', "3: no body is called 'sciences'"),
    ('{ body = "society_work", since = 2024-01-01 }', '{ body = "society_work", since = 2023-01-01 }',
     "6: two bodies lead on one day"),
    ('clauses = ["M1.a", "T3.1"]', 'clauses = ["M9.a", "T3.1"]', "6: there is no clause M9.a"),
    ('due = 2011-12-31', 'due = 2014-12-31', "S2011.hires: 2014-12-31 is outside the term"),
    ('indicator = "K-S2011.1"', 'indicator = "K-S2011.9"', "S2011.hires: there is no indicator K-S2011.9"),
    ('years = [2011, 2012, 2013]', 'years = [2011, 2012]', "years [2011, 2012] are not those"),
    ('characters = 3093', 'characters = 3094', "the clauses hold 3093 characters, the source has 3094"),
    ('convenor = "organization_department"', 'convenor = "organisation"', "no body is called 'organisation'"),
    ('tolerance = 10', 'tolerance = 110', "K-T2.1: 110 is no percentage under 100"),
    ('upto = 2', 'upto = 0', "K-T3.1: 0 is less than the least figure of a year"),
    ('main = 6 ', 'mian = 6 ', "mian: unknown key"),
    ('[[chapter]]\nid = "N"', '[[chapters]]\nid = "N"', "chapters: unknown key"),
    ('quote = "其中省本级50名左右、"', 'quotation = "其中省本级50名左右、"', "quotation: unknown key"),
    ('source = "2,000 stock', 'sources = "2,000 stock', "baseline.sources: unknown key"),
    ('kind = "cumulative"\nmeasure', 'kind = "sum"\nmeasure', "kind: one of 'stock', 'flow'"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), FAULTS, ids=[said[:40] for _, _, said in FAULTS])
def test_a_fault_is_named_with_file_line_and_key(tmp_path, old, new, said):
    text = JILIN.read_text(encoding="utf-8")
    assert old in text
    broken = tmp_path / "broken.toml"
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanFault) as caught:
        read_plan(broken)
    lines = [line for line in str(caught.value).splitlines() if said in line]
    assert lines
    if "chapters" not in said:
        number = int(lines[0].split(":")[1])
        table = text[: text.index(old)].count("\n") + 1
        assert lines[0].startswith("broken.toml:") and abs(number - table) < 40


def test_a_clause_that_nothing_answers_must_say_so(tmp_path):
    text = NINGXIA.read_text(encoding="utf-8").replace('state = "none"\n', "")
    (tmp_path / "silent.toml").write_text(text, encoding="utf-8")
    with pytest.raises(
        PlanFault, match='甲1: no indicator, milestone or page answers it: say so with state = "none"'
    ):
        read_plan(tmp_path / "silent.toml")


def test_all_faults_come_at_once(tmp_path):
    text = (
        NINGXIA.read_text(encoding="utf-8")
        .replace("total = 2000", "total = 1")
        .replace('"甲4"\nzh = "平台上', '"甲9"\nzh = "平台上')
    )
    (tmp_path / "two.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PlanFault) as caught:
        read_plan(tmp_path / "two.toml")
    assert (
        len(str(caught.value).splitlines()) == 3
    )  # the sum, the milestone's clause, and 甲4 that nothing answers now


def test_a_file_that_is_no_toml_or_lacks_its_head_is_refused(tmp_path):
    (tmp_path / "a.toml").write_text("[[plan\n", encoding="utf-8")
    with pytest.raises(PlanFault, match=r"a\.toml"):
        read_plan(tmp_path / "a.toml")
    (tmp_path / "b.toml").write_text("", encoding="utf-8")
    with pytest.raises(PlanFault, match=r"no \[plan\]"):
        read_plan(tmp_path / "b.toml")


def test_a_measure_that_nothing_counts_is_a_fault(jilin):
    known = {"credentials.holders", "credentials.new_holders", "programme.trained", "programme.training_times",
             "programme.annual_plans", "programme.years", "regions.units", "oversight.year_end_reports",
             "oversight.acceptances", "registry.ce_met", "registry.ce_obliged"}  # fmt: skip
    assert list(measure_faults(jilin, known)) == []
    faults = list(measure_faults(jilin, known - {"credentials.holders"}))
    assert faults == [("indicator", "K-G4", "measure", "nothing counts 'credentials.holders'")]
    with pytest.raises(PlanFault, match=r"jilin-2011.toml:\d+: measure: K-G4: nothing counts"):
        refuse(JILIN, faults)


def test_what_nothing_knows_ahead_or_in_another_unit_is_a_fault(jilin):
    assert list(ahead_faults(jilin, {"education.planned_seats": "person_time"})) == []
    assert [fault[2:] for fault in ahead_faults(jilin, {})] == [
        ("ahead", "nothing is known ahead as 'education.planned_seats'")
    ]
    assert [fault[3] for fault in ahead_faults(jilin, {"education.planned_seats": "person"})] == [
        "education.planned_seats is in person, not person_time: never added"
    ]
    assert check_measures() is None, "the plan that is shipped names what is declared"


@pytest.mark.clause("N0")
def test_other_units_than_report_on_the_days_are_a_fault(jilin):
    assert list(place_faults(jilin, lambda level, day: list(range({2: 10, 3: 60}[level])))) == []
    faults = list(place_faults(jilin, lambda level, day: list(range({2: 9, 3: 60}[level]))))
    assert [fault[3] for fault in faults] == [
        "prefecture: 9 on 2011-01-01, not 10",
        "prefecture: 9 on 2013-12-31, not 10",
    ]
