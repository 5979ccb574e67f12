"""Figures of continuing education say what the rules say of each person, on every day; each opens to its people."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from fixtures.registered import YANJI, make, places  # noqa: F401  fixtures come in by their names
from procrastinate.contrib.django.models import ProcrastinateJob

from shegong.duties.registry.measures_hours import ENDED, MET, OWED
from shegong.duties.registry.models import Registration, Term
from shegong.ground.credentials.models import Certificate
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.kernel import cube, cube_measures
from shegong.kernel.access import SYSTEM
from shegong.kernel.cube_jobs import count_some
from shegong.kernel.temporal import days
from shegong.steering.programme.models import figure, plan
from shegong.steering.programme.models.behind import Behind
from shegong.work.education.actions import post_many, reverse
from shegong.work.education.actions.posting import new_entry
from shegong.work.education.models import CreditEntry, Leave, facts_of, in_period, in_year
from shegong.work.employment.models import Employment

FIRST, LAST = date(2012, 1, 1), date(2015, 12, 31)
RANKS = {"assistant": 1, "social_worker": 2, "senior": 3}


def somebody(
    number, *, level="assistant", admitted=date(2011, 6, 1), years=3, posts=((date(2011, 1, 1), None),)
):
    """A registration of one term and employments that were never disputed."""
    person, body = Person.objects.create(), Organization.objects.first()
    certificate = Certificate.objects.create(person=person, level=level, management_no=f"M{number}", issued_on=admitted, state="verified")  # fmt: skip
    end = admitted.replace(year=admitted.year + years)
    row = Registration.objects.create(person=person, certificate=certificate, register_no=f"JL{number}", region_code=YANJI,
                                      level=level, admitted_on=admitted, valid_to=end - timedelta(days=1))  # fmt: skip
    Term.objects.create(registration=row, during=days(admitted, end))
    for start, stop in posts:
        Employment.objects.create(person=person, employer=body, region_code=YANJI, during=days(start, stop))
    return row


def learn(row, hours, on, kind="class", passed=True, at=[0]):  # noqa: B006 - counts the sources
    at[0] += 1
    CreditEntry.objects.create(person_id=row.person_id, minutes=hours * 60, kind=kind, passed=passed, earned_on=on,
                               source="tests.row", source_id=at[0])  # fmt: skip


def recounted():
    for name in (MET, OWED, ENDED):
        cube.recount(name, repair=True)


def reached(rule, year, **codes):
    return cube.value(MET, since=date(year, 1, 1), on=date(year, 12, 31), codes={"rule": rule, **codes})


@pytest.mark.clause("T3.3")
def test_nine_and_eleven_days_a_year_count_by_level_and_open_to_the_people(places):  # noqa: F811
    short, enough, eleven = somebody(1), somebody(2), somebody(3, level="social_worker")
    learn(short, 71, date(2012, 5, 1))
    for row, hours in ((enough, 72), (eleven, 88)):
        learn(row, hours - 8, date(2012, 5, 1))
        learn(row, 8, date(2012, 9, 3))
    recounted()
    assert (reached(1, 2012, level=1), reached(1, 2012, level=2)) == (1, 1)
    assert cube.value(MET, since=date(2012, 1, 1), on=date(2012, 9, 2), codes={"rule": 1}) == 0
    people = cube.subjects(MET, since=date(2012, 1, 1), on=date(2012, 12, 31), codes={"rule": 1})
    assert set(people) == {enough.person_id, eleven.person_id}
    assert cube.value(OWED, on=date(2012, 12, 31)) == 3
    assert cube.table(OWED, on=date(2012, 12, 31), by=["level"]) == {(1,): 2, (2,): 1}


def test_whoever_is_not_in_post_does_not_count_until_she_is(places):  # noqa: F811
    row = somebody(1, posts=((date(2012, 11, 1), None),))
    learn(row, 80, date(2012, 3, 1))
    recounted()
    assert cube.value(MET, since=FIRST, on=date(2012, 10, 31), codes={"rule": 1}) == 0
    assert cube.value(MET, since=FIRST, on=date(2012, 11, 1), codes={"rule": 1}) == 1


def test_terms_end_renewed_or_not_with_or_without_their_hours(places):  # noqa: F811
    done, lapsed = somebody(1), somebody(2)
    Term.objects.create(registration=done, during=days(date(2014, 6, 1), date(2017, 6, 1)))
    learn(done, 72, date(2013, 3, 1))
    learn(lapsed, 71, date(2013, 3, 1))
    recounted()
    asked = {"since": date(2014, 5, 1), "on": date(2014, 5, 31)}
    assert cube.value(ENDED, **asked) == 2
    assert cube.table(ENDED, by=["renewed", "hours"], **asked) == {(1, 1): 1, (0, 0): 1}


@pytest.mark.parametrize("seed", range(6))
def test_every_person_year_and_term_is_counted_as_the_rules_say(places, seed):  # noqa: F811
    chance = random.Random(seed)
    rows = []
    for n in range(12):
        level = chance.choice(list(RANKS))
        admitted = date(2011, 1, 1) + timedelta(days=chance.randrange(900))
        row = somebody(n, level=level, admitted=admitted)
        for _ in range(chance.randrange(25)):
            kind = chance.choice(["class", "class", "class", "course", "degree", "article"])
            learn(
                row,
                chance.randrange(4, 24),
                FIRST + timedelta(days=chance.randrange(1400)),
                kind,
                chance.random() > 0.1,
            )
        if chance.random() < 0.3:
            start = FIRST + timedelta(days=chance.randrange(900))
            Leave.objects.create(person_id=row.person_id, during=days(start, start + timedelta(days=60)))
        rows.append(row)
    recounted()
    assert 0 < cube.value(ENDED, since=FIRST, on=date(2020, 1, 1), codes={"hours": 1}) < len(rows)
    for row in rows:
        facts = facts_of(row.person_id, level=row.level, registered=row.admitted_on)
        term = row.terms.get()
        period = (term.during.lower, term.during.upper)
        met = {s for s in cube.subjects(ENDED, since=FIRST, on=date(2020, 1, 1), codes={"hours": 1})}
        assert (row.person_id in met) == in_period(facts, period, period[1]).met, "national"
        for year in range(max(2012, period[0].year), period[1].year + 1):
            asked = {
                "since": date(year, 1, 1),
                "on": date(year, 12, 31),
                "codes": {"rule": 1, "level": RANKS[row.level]},
            }
            verdict = in_year(facts, year, date(year, 12, 31))
            last = max((line.line.earned_on for line in verdict.lines if line.minutes), default=period[1])
            if last < period[1]:  # what was learned after the registration ended is nobody's duty
                assert (row.person_id in set(cube.subjects(MET, **asked))) == verdict.met, (year, verdict)


def test_posting_and_reversing_move_the_figures_in_their_own_transaction(places):  # noqa: F811
    row, on = somebody(1), date(2013, 6, 1)
    recounted()
    given = {"minutes": 8 * 60, "kind": "class", "source": "tests.post", "title": "个案工作", "by": SYSTEM}
    nine = [
        new_entry(row.person, earned_on=on - timedelta(days=n), source_id=n, **given) for n in range(1, 10)
    ]
    keys = post_many(nine, by=SYSTEM, on=on)
    assert reached(1, 2013) == 1
    reverse(CreditEntry.objects.get(pk=keys[0]), reason="录入有误，更正", by=SYSTEM, on=on)
    assert reached(1, 2013) == 0
    assert [cube.recount(name) for name in (MET, OWED, ENDED)] == [[], [], []]


def test_a_batch_of_many_leaves_its_counting_to_a_job(places, monkeypatch):  # noqa: F811
    rows, on = [somebody(n) for n in range(3)], date(2013, 6, 1)
    recounted()
    monkeypatch.setitem(cube_measures._measures, MET, replace(cube.measure(MET), many=2))
    given = {"minutes": 8 * 60, "kind": "class", "source": "tests.post", "title": "个案工作", "by": SYSTEM}
    every = [
        new_entry(row.person, earned_on=on - timedelta(days=n), source_id=n + 10 * row.pk, **given)
        for row in rows
        for n in range(1, 10)
    ]
    post_many(every, by=SYSTEM, on=on)
    assert reached(1, 2013) == 0
    (waiting,) = ProcrastinateJob.objects.filter(task_name="kernel.cube.some")
    assert count_some(**waiting.args) == 6  # both rules
    assert reached(1, 2013) == 3


@pytest.mark.clause("T3.3")
def test_the_plans_figure_is_people_of_those_who_owe_it_and_opens_to_as_many(places):  # noqa: F811
    rows = [somebody(n) for n in range(4)] + [somebody(9, level="social_worker")]
    for row in rows[:3]:
        learn(row, 72, date(2012, 5, 1))
    recounted()
    found = figure("K-T3.3a", on=date(2012, 12, 31))
    assert (found.value, found.target, found.planned) == (3, 4, 4)
    assert figure("K-T3.3a", on=date(2012, 6, 30)).planned == 2
    assert (
        figure("K-T3.3b", on=date(2012, 12, 31)).value,
        figure("K-T3.3b", on=date(2010, 12, 31)).target,
    ) == (0, None)
    behind = Behind(plan().indicators["K-T3.3a"], date(2012, 12, 31), YANJI)
    assert behind.count() == behind.value == 3 == len(behind.page(size=None))
    assert plan().indicators["K-T3.3a"].counted_in == "person"
