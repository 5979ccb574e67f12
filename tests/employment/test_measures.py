"""Who is in post on a day."""

from datetime import date

import pytest

from shegong.ground.organizations import actions as bodies
from shegong.kernel import cube
from shegong.kernel.access import Range
from shegong.work.employment import actions
from shegong.work.employment.measures import FIELD, KIND

pytestmark = pytest.mark.django_db
NAME = "employment.in_post"
YANJI, TUMEN = 222401000, 222402000
IN_TUMEN = [Range(TUMEN, TUMEN + 1000)]


def test_people_in_post_follow_their_work_history(person, herself, make_employer, day):
    common = {"by": herself, "on": day, "service_field": "community"}
    actions.declare_employment(person, employer=make_employer(), region_code=YANJI, position="", start=date(2021, 3, 1),
                               **common)  # fmt: skip
    row = actions.declare_employment(person, employer=make_employer("图们某中心", TUMEN), region_code=TUMEN, position="",
                                     start=date(2024, 5, 1), **common)  # fmt: skip
    days = (date(2021, 2, 28), date(2021, 3, 1), date(2024, 5, 1))
    assert [cube.value(NAME, on=on) for on in days] == [0, 1, 1]
    assert [cube.value(NAME, on=on, ranges=IN_TUMEN) for on in days] == [0, 0, 1]
    actions.end_employment(row, end=date(2025, 1, 1), by=herself, on=day)
    assert [cube.value(NAME, on=on) for on in (date(2024, 12, 31), date(2025, 1, 1))] == [1, 0]
    assert cube.recount(NAME) == []


def test_field_and_kind_of_employer_are_named(person, herself, make_employer, day):
    centre = make_employer()
    type(centre).objects.filter(pk=centre.pk).update(kind="service_centre")
    actions.declare_employment(person, employer=centre, region_code=YANJI, position="", start=date(2021, 3, 1),
                               service_field="relief", by=herself, on=day)  # fmt: skip
    ((field, kind),) = cube.table(NAME, on=day, by=["field", "employer"])
    assert (FIELD.words[field], KIND.words[kind]) == ("Social assistance", "Social assistance service centre")


def test_an_employer_of_another_kind_is_counted_as_such_at_once(
    person, herself, make_employer, make_officer, day
):
    centre = make_employer()
    actions.declare_employment(person, employer=centre, region_code=YANJI, position="", start=date(2021, 3, 1),
                               service_field="relief", by=herself, on=day)  # fmt: skip
    before = cube.table(NAME, on=day, by=["employer"])
    officer = make_officer(permissions=("organizations.edit",))
    bodies.edit_organization(centre, kind="service_centre", uscc="", region_code=YANJI, by=officer, on=day)
    ((kind,),) = cube.table(NAME, on=day, by=["employer"])
    assert KIND.words[kind] == "Social assistance service centre" and before.keys() != {(kind,)}
    assert cube.recount(NAME) == []


def test_a_second_job_beside_the_main_one_counts_nobody_twice(person, herself, make_employer, day):
    common = {"by": herself, "on": day, "service_field": "", "position": "", "region_code": YANJI}
    actions.declare_employment(person, employer=make_employer(), start=date(2021, 3, 1), **common)
    actions.declare_employment(
        person, employer=make_employer("另一家"), start=date(2022, 3, 1), main=False, **common
    )
    assert cube.value(NAME, on=day) == 1 == len(cube.subjects(NAME, on=day))
