"""Who holds a certificate on a day, where, and who gained the first."""

import random
from datetime import date, timedelta

import pytest
from django.db import transaction

from shegong.ground.credentials import actions
from shegong.ground.credentials.models import Certificate
from shegong.ground.people import actions as people
from shegong.ground.people.models import Person, Tie, standing
from shegong.kernel import cube, journal
from shegong.kernel.access import SYSTEM, Range
from shegong.kernel.temporal import days

pytestmark = pytest.mark.django_db
HELD, NEW = "credentials.holders", "credentials.new_holders"
YANJI, TUMEN = 222401000, 222402000
IN_YANJI, IN_TUMEN = [Range(YANJI, YANJI + 1000)], [Range(TUMEN, TUMEN + 1000)]
JUNE_2012, JUNE_2013 = date(2012, 6, 30), date(2013, 6, 30)


def verified(person, day, level="assistant", issued_on=JUNE_2012, number="20120622004000012"):
    row = actions.declare_certificate(
        person, level=level, management_no=f"{number}{'3' if level == 'assistant' else '4'}", issued_on=issued_on,
        by=SYSTEM, on=day,
    )  # fmt: skip
    return actions.verify_certificate(row, source="office", by=SYSTEM, on=day)


@pytest.mark.clause("G4")
def test_a_holder_counts_once_under_the_highest_level_of_the_day(person, day):
    verified(person, day)
    verified(person, day, "social_worker", JUNE_2013)
    levels = [
        cube.table(HELD, on=on, by=["level"]) for on in (JUNE_2012, JUNE_2013 - timedelta(1), JUNE_2013)
    ]
    assert levels == [{(1,): 1}, {(1,): 1}, {(2,): 1}]
    assert cube.table(HELD, on=JUNE_2013, by=["sex", "born"]) == {(int(person.sex), 1990): 1}
    assert list(cube.subjects(HELD, on=JUNE_2013)) == [person.pk]


@pytest.mark.clause("S2012.c", "S2013.c")
def test_a_new_holder_counts_once_on_the_day_of_the_first(person, day):
    verified(person, day, "social_worker", JUNE_2013)
    assert cube.value(NEW, since=date(2013, 1, 1), on=date(2013, 12, 31)) == 1
    verified(person, day)  # an earlier one is found later
    assert cube.value(NEW, since=date(2013, 1, 1), on=date(2013, 12, 31)) == 0
    assert cube.table(NEW, since=date(2012, 1, 1), on=date(2012, 12, 31), by=["level"]) == {(1,): 1}


def test_only_verified_ones_count_and_an_annulled_one_never_did(person, day):
    row = actions.declare_certificate(
        person, level="assistant", management_no="201206220040000123", issued_on=JUNE_2012, by=SYSTEM, on=day
    )
    assert cube.value(HELD, on=day) == 0
    actions.verify_certificate(row, source="office", by=SYSTEM, on=day)
    assert cube.value(HELD, on=day) == 1
    actions.annul_certificate(row, reason="考试作弊，证书作废", by=SYSTEM, on=day)
    assert (cube.value(HELD, on=JUNE_2012), cube.value(NEW, on=day)) == (0, 0)


def test_a_holder_counts_where_she_belongs_on_the_day(person, day):
    verified(person, day)
    people.tie(person, kind="work", region_code=TUMEN, origin="employment.employment", origin_id=1,
               start=date(2021, 5, 1), by=SYSTEM, on=day)  # fmt: skip
    assert cube.value(HELD, on=JUNE_2012, ranges=IN_YANJI) == 1, "before the first place, where first known"
    assert cube.value(HELD, on=date(2021, 4, 30), ranges=IN_YANJI) == 1
    assert cube.value(HELD, on=date(2021, 5, 1), ranges=IN_TUMEN) == 1
    people.end_tie(
        origin="employment.employment", origin_id=1, kind="work", by=SYSTEM, on=day, end=date(2022, 1, 1)
    )
    assert cube.value(HELD, on=date(2022, 1, 1), ranges=IN_YANJI) == 1, "work ended, she lives there"


def test_nobody_counts_after_death(person, day):
    verified(person, day)
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(died_on=date(2020, 1, 1))
        person.refresh_from_db()
        journal.write(
            "people.person.close", by=SYSTEM, subject=person, about_person_id=person.pk, rows=[person]
        )
    assert [cube.value(HELD, on=on) for on in (date(2019, 12, 31), date(2020, 1, 1))] == [1, 0]
    assert cube.recount(HELD) == []


def test_a_workbook_that_is_taken_back_takes_its_holders_out(person, day):
    listed = actions.Passed(people.open_number(person.identities.get()), "王小明", "assistant", "201206222401000001",
                            JUNE_2012, 2012)  # fmt: skip
    with transaction.atomic():
        actions.take_pass_list([listed], batch_id=3, by=SYSTEM, on=day)
        stated = [actions.StatedCertificate(person.pk, "assistant", "201206222401000001", JUNE_2012)]
        actions.take_in(stated, [], batch_id=7, by=SYSTEM, on=day)
    assert (cube.value(HELD, on=day), cube.value(NEW, on=day)) == (1, 1)
    actions.withdraw_batch(7, by=SYSTEM, on=day)
    assert (cube.value(HELD, on=day), cube.value(NEW, on=day)) == (0, 0)
    assert cube.recount(HELD) == cube.recount(NEW) == []


def expected_place(ties, day):
    """The rule in words: the place of the day, else the last known, else the first known, else none."""
    spans = sorted((t.during.lower, t.during.upper) for t in ties)
    steps = sorted({d for span in spans for d in span if d})
    held = [(d, where) for d in steps if (where := standing(ties, d)) is not None]
    before = [where for d, where in held if d <= day]
    return standing(ties, day) or (before[-1] if before else (held[0][1] if held else 0))


def test_the_place_of_any_day_is_the_rule_of_standing_whatever_ties_there_are(make_person, day):
    dice, known = random.Random(20), {}
    for order in range(200, 225):
        one = make_person("王小明", str(order))
        Tie.objects.filter(person=one).delete()
        for kind in ("work", "residence", "domicile"):
            edges = sorted(dice.sample(range(400), 2 * dice.randrange(3)))
            for n, (start, end) in enumerate(zip(edges[::2], edges[1::2], strict=True)):
                during = days(JUNE_2012 + timedelta(start), JUNE_2012 + timedelta(end))
                Tie.objects.create(person=one, kind=kind, region_code=dice.choice((YANJI, TUMEN)), origin="tests",
                                   origin_id=order * 10 + n, during=during)  # fmt: skip
        Certificate.objects.create(
            person=one, level="assistant", management_no=f"2012{order}", issued_on=JUNE_2012, state="verified"
        )
        known[one.pk] = list(Tie.objects.filter(person=one))
    cube.recount(HELD, repair=True)
    for step in range(-1, 420, 23):
        on = JUNE_2012 + timedelta(step)
        for code, ranges in ((YANJI, IN_YANJI), (TUMEN, IN_TUMEN), (0, [Range(0, 1)])):
            expected = {pk for pk, ties in known.items() if step >= 0 and expected_place(ties, on) == code}
            assert set(cube.subjects(HELD, on=on, ranges=ranges)) == expected
            assert cube.value(HELD, on=on, ranges=ranges) == len(expected)
