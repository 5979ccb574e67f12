"""Employments of a workbook, many at once."""

from datetime import date

import pytest
from django.db import transaction

from shegong.ground.people.models import Tie
from shegong.kernel.access import SYSTEM
from shegong.kernel.refusal import Refused
from shegong.work.employment import actions
from shegong.work.employment.actions import StatedEmployment
from shegong.work.employment.models import Employment

pytestmark = pytest.mark.django_db
YANJI, TUMEN = 222401000, 222402000
START = date(2021, 3, 1)


@pytest.fixture
def stated(person, make_employer):
    employer = make_employer()

    def make(**more):
        return StatedEmployment(
            **(
                {"person_id": person.pk, "employer_id": employer.pk, "region_code": YANJI, "start": START}
                | more
            )
        )

    return make


def refused(rows, by, day):
    with pytest.raises(Refused) as caught, transaction.atomic():
        actions.take_in(rows, batch_id=7, by=by, on=day)
    return [o.code for o in caught.value.obstacles]


def test_an_employment_of_a_batch_ties_the_person_and_knows_its_batch(stated, person, day):
    Tie.objects.filter(person=person, kind="work").delete()
    actions.take_in([stated(position="社工")], batch_id=7, by=SYSTEM, on=day)
    row = Employment.objects.get(person=person)
    assert (row.entry, row.source, row.batch_id, row.main, row.during.lower) == (
        "import",
        "import",
        7,
        True,
        START,
    )
    assert Tie.objects.get(origin="employment.employment", origin_id=row.pk).batch_id == 7


@pytest.mark.parametrize(
    ("fault", "code"),
    [({"start": date(2099, 1, 1)}, "date_future"), ({"start": date(1991, 1, 1)}, "work_as_child"),
     ({"position": "很" * 61}, "text_length"), ({"service_field": "magic"}, "service_field")],
)  # fmt: skip
def test_the_rules_of_a_single_one_hold(stated, day, fault, code):
    assert refused([stated(**fault)], SYSTEM, day) == [code]


def test_a_batch_ends_no_employment(stated, day):
    actions.take_in([stated()], batch_id=7, by=SYSTEM, on=day)
    assert refused([stated(start=date(2022, 1, 1))], SYSTEM, day) == ["employment_overlap"]


def test_a_clerk_takes_in_only_his_own_county(stated, day, make_officer):
    assert refused([stated()], make_officer(TUMEN), day) == ["not_allowed"]
    assert refused([stated(region_code=TUMEN)], make_officer(YANJI), day) == ["not_allowed"]
