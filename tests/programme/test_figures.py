"""Figures of a small world that is counted by hand: distinct people, person-times, entered and counted, as of any day."""

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shegong.ground.credentials import actions as credentials
from shegong.ground.people import actions as people
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel import cube, journal
from shegong.kernel.access import SYSTEM
from shegong.kernel.temporal import days
from shegong.steering.programme.models import EnteredPerson, HandValue, figure, figures, plan
from shegong.steering.programme.models.behind import Behind
from shegong.steering.programme.models.clause_map import clause_rows
from shegong.steering.programme.rules.clause_states import Standing

TODAY = date(2026, 11, 2)
END = date(2013, 12, 31)
JILIN, YANBIAN, BAICHENG, YANJI, DAAN = 220000000, 222400000, 220800000, 222401000, 220882000
NINGXIA = Path(__file__).parent / "ningxia-2026.toml"

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G3, G4, N2")]
_numbers = iter(range(10_000, 99_999))


def somebody(region, since=date(2009, 1, 1)):
    person = people.create_person(by=SYSTEM, on=TODAY)
    people.tie(
        person,
        kind="work",
        region_code=region,
        origin="tests",
        origin_id=next(_numbers),
        start=since,
        by=SYSTEM,
        on=TODAY,
    )
    return person


def certificate(person, issued_on, level="assistant", verified=True):
    held = credentials.declare_certificate(
        person,
        level=level,
        management_no=f"2012010122{next(_numbers)}0001",
        issued_on=issued_on,
        by=SYSTEM,
        on=TODAY,
    )
    return credentials.verify_certificate(held, source="office", by=SYSTEM, on=TODAY) if verified else held


def entered(indicator, region, start, end, amount, *named):
    """What an owner enters, with the people behind it."""
    value = HandValue.objects.create(
        indicator=indicator, kind=plan().indicators[indicator].kind, region_code=region, amount=amount,
        period=days(start, end + timedelta(days=1)),
    )  # fmt: skip
    rows = EnteredPerson.objects.bulk_create(
        EnteredPerson(value=value, person=person, region_code=region, on=end) for person in named
    )
    journal.write("programme.hand_value.enter", by=SYSTEM, subject=value, rows=[value, *rows])
    return value


@pytest.fixture
def world(jilin):
    """A held a certificate before the plan and gains a higher one in it; B and C gain their first; D's is not verified;
    E is hired; F goes to two classes and B to one."""
    a, b, c, d, e, f = (somebody(place) for place in (YANJI, YANJI, DAAN, DAAN, DAAN, YANJI))
    certificate(a, date(2010, 9, 1))
    certificate(a, date(2012, 9, 1), level="social_worker")
    certificate(b, date(2012, 9, 1))
    certificate(c, date(2013, 9, 1))
    certificate(d, date(2012, 9, 1), verified=False)
    entered("K-T1", DAAN, date(2012, 1, 1), date(2012, 12, 31), 1, e)
    entered("K-S2013.3", YANJI, date(2013, 1, 1), date(2013, 6, 30), 3, b, f)
    entered("K-T2.1d", YANJI, date(2013, 1, 1), date(2013, 6, 30), 1, f)
    return a, b, c, d, e, f


@pytest.mark.parametrize(
    ("name", "on", "value"),
    [
        ("K-G4", date(2011, 12, 31), 1), ("K-G4", date(2012, 12, 31), 2), ("K-G4", END, 3), ("K-G4", TODAY, 3),
        ("K-S2012.2", END, 1), ("K-S2013.2", date(2013, 6, 30), 0), ("K-S2013.2", END, 1), ("K-S2013.2", TODAY, 1),
        ("K-G3", date(2012, 8, 31), 0), ("K-G3", date(2012, 9, 1), 2), ("K-G3", date(2012, 12, 31), 3),
        ("K-G3", date(2013, 6, 30), 4), ("K-G3", END, 5), ("K-PROG.6", END, 5),
        ("K-T1", END, 1), ("K-S2012.1", END, 1), ("K-S2013.1", END, None), ("K-T2.1", END, 1), ("K-T2.1b", END, None),
        ("K-S2013.3", END, 3), ("K-YEARS", date(2012, 5, 1), 2), ("K-N10", END, 0), ("K-N13", END, 0),
        ("K-M0.2", date(2012, 1, 1), 10), ("K-M0.3", date(2012, 1, 1), 60), ("K-M0", TODAY, 70),
    ],
)  # fmt: skip
def test_a_figure_is_what_one_counts_by_hand(world, name, on, value):
    assert figure(name, on=on).value == value


def test_people_count_once_and_person_times_stand_beside_them_never_added(world):
    whole = figure("K-G3", on=END)
    assert (whole.value, whole.beside, whole.source) == (5, 7, "counted")
    assert set(cube.subjects("programme.trained", on=END, since=plan().starts)) == {
        one.pk for one in (*world[:3], *world[4:])
    }


def test_each_division_has_its_own_and_they_make_up_the_whole(world):
    day = END
    places = [JILIN, *tree().units(2, day, REPORTING)]
    found = figures(["K-G3", "K-G4", "K-T1"], on=day, regions=places)
    assert (found["K-G3", YANBIAN].value, found["K-G3", BAICHENG].value) == (3, 2)
    for name in ("K-G3", "K-G4"):
        assert sum(found[name, unit].value for unit in places[1:]) == found[name, JILIN].value
    assert found["K-T1", BAICHENG].entered == 1
    assert found["K-T1", YANBIAN].source == "none"


def test_a_few_statements_whatever_the_number_of_places(world):
    ids = list(plan().indicators)
    figures(ids, on=END, regions=[JILIN])
    counts = []
    for places in ([JILIN], [JILIN, *tree().units(3, END, REPORTING)]):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            figures(ids, on=END, regions=places)
        counts.append(len([one for one in asked if "treestamp" not in one["sql"]]))
    assert counts[0] == counts[1] < 40


def test_a_year_asks_for_its_own_part_and_its_own_target(world):
    one = figure("K-T1", on=date(2013, 6, 30), year=2012)
    assert (one.value, one.target, one.planned) == (1, 1000, 1000)
    assert figure("K-S2012.2", on=END, year=2013).target is None
    assert figure("K-G4", on=END, year=2012).value == 2  # as it stood at the end of that year
    assert figure("K-S2012.1", on=END, year=2012).value == 1
    assert figure("K-S2011.1", on=END, year=2012).value is None, (
        "the year of another counts in its own year only"
    )
    years = figure("K-YEARS", on=END, year=2013)
    assert (years.value, years.target, years.planned) == (1, 1, 1)


def test_a_register_takes_over_what_was_entered_and_the_difference_is_said(world):
    entered("K-G4", YANJI, date(2013, 1, 1), date(2013, 6, 30), 9)
    one = figure("K-G4", on=END)
    assert (one.counted, one.entered, one.value, one.source, one.difference) == (3, 9, 3, "both", -6)


def test_what_is_behind_the_plan_is_said_in_numbers(world):
    one = figure("K-S2013.2", on=date(2013, 6, 30))
    assert (one.value, one.planned, one.gap, one.rate) == (0, 500, 500, 0.0)


def test_another_rule_counts_other_people(world, settings, tmp_path):
    text = Path(settings.PLAN).read_text(encoding="utf-8")
    head, mark, tail = text.partition('breakdown = ["prefecture", "county"]\nrule = 1\n')
    assert mark
    (tmp_path / "other.toml").write_text(head + mark.replace("rule = 1", "rule = 2") + tail, encoding="utf-8")
    settings.PLAN = tmp_path / "other.toml"
    found = cube.recount("programme.trained", repair=True)
    assert found
    assert (
        figure("K-G3", on=END).value == 3
    )  # B and F by their classes, E by the hire; A and C gained a certificate only
    assert not cube.recount("programme.trained")


def test_an_annulled_list_counts_nobody_any_more(world):
    value = HandValue.objects.get(indicator="K-T1")
    rows = list(EnteredPerson.objects.filter(value=value))
    EnteredPerson.objects.filter(value=value).delete()
    journal.write("programme.hand_value.correct", by=SYSTEM, subject=value, rows=[value], gone=rows)
    assert figure("K-G3", on=END).value == 4


@pytest.mark.clause("N2, N3, N4")
def test_loading_twice_makes_nothing_new_and_leads_are_those_of_the_day(jilin):
    from shegong.steering.programme.actions import load_plan
    from shegong.steering.programme.models import SubPlan

    assert set(load_plan(by=SYSTEM, on=TODAY).values()) == {0}
    sixth, fifth = (SubPlan.objects.get(programme__code="jilin-2011", number=n) for n in (6, 5))
    assert sixth.lead(END).name == "吉林省民政厅"
    assert sixth.lead(TODAY).name == "中共吉林省委社会工作部"
    assert fifth.lead(END).name_on(END) == "吉林省农业委员会"
    assert fifth.lead(TODAY).name_on(TODAY) == "吉林省农业农村厅"
    assert sixth.participants.count() == 7


def test_a_second_plan_loads_counts_and_shows_without_touching_code(db, settings):
    settings.PLAN = NINGXIA
    call_command("load", "province", "640000", verbosity=0)
    holder = somebody(640104000, date(2020, 1, 1))
    certificate(holder, date(2026, 9, 1))
    day = date(2026, 10, 1)
    assert figure("N-NEW", on=day).value == 1
    assert figure("N-HOLDERS", on=day, region=640100000).value == 1
    assert figure("N-NEW", on=date(2028, 6, 30)).planned == 800
    rows = {row.clause.id: row for row in clause_rows(day)}
    assert rows["甲2"].standing == Standing.BEHIND
    assert [len(stage) for stage in rows["甲4"].milestones] == [23]
    assert rows["甲4"].standing == Standing.NOT_DUE


def test_another_province_in_the_same_register_does_not_count(world):
    before = {name: figure(name, on=END).value for name in ("K-G4", "K-G3", "K-M0")}
    call_command("load", "province", "640000", verbosity=0)
    certificate(somebody(640104000), date(2012, 9, 1))
    placeless = people.create_person(by=SYSTEM, on=TODAY)
    certificate(placeless, date(2012, 9, 1))
    after = {name: figure(name, on=END).value for name in before}
    assert after == {"K-G4": before["K-G4"] + 1, "K-G3": before["K-G3"] + 1, "K-M0": 70}


def listed(*options):
    out = StringIO()
    call_command("indicators", "--json", *options, stdout=out)
    return {row["id"]: row for row in json.loads(out.getvalue())}


def test_the_command_lists_every_number_of_the_plan(world):
    found = listed("--as-of", "2013-12-31")
    assert list(found) == list(plan().indicators)
    assert {key: found["K-G3"][key] for key in ("clause", "unit", "kind", "value", "target", "region", "source", "beside")} == {
        "clause": "G3", "unit": "person", "kind": "cumulative", "value": 5, "target": 10000, "region": 220000,
        "source": "counted", "beside": 7,
    }  # fmt: skip
    assert listed("--as-of", "2013-12-31", "--region", "222400")["K-G4"]["value"] == 2
    assert listed("--as-of", "2012-12-31", "--year", "2012")["K-T1"]["target"] == 1000


def test_the_clauses_come_with_their_words_figures_and_what_answers_them(world):
    out = StringIO()
    call_command("clauses", "--json", "--as-of", "2013-12-31", stdout=out)
    rows = {row["clause"]: row for row in json.loads(out.getvalue())}
    assert len(rows) == 83
    g3 = rows["G3"]
    assert (g3["text_zh"], g3["standing"]) == ("力争通过3年的努力，全省培养1万名社会工作人员，", "behind")
    assert g3["figures"] == [
        {"id": "K-G3", "value": 5, "target": 10000, "planned": 10000, "unit": "person", "source": "counted"}
    ]
    assert (
        "K-G3" in g3["indicators"]
        and g3["tests"]
        and g3["reasons"] == ["9,995 short of 10,000 at 2013-12-31."]
    )


def test_an_entered_figure_whose_period_reaches_beyond_its_year_opens_to_its_entry(jilin):
    value = entered("K-S2011.2", DAAN, date(2011, 1, 1), date(2013, 12, 31), 1)
    behind = Behind(plan().indicators["K-S2011.2"], END, JILIN)
    assert behind.figure.value == 1
    assert [one.pk for one in behind.entries] == [value.pk]
