"""Work history: what is stated, what it ends, and where it ties the person."""

from datetime import date

import pytest

from shegong.ground.people.models import Tie, standing
from shegong.kernel import audit
from shegong.kernel.access import SYSTEM
from shegong.kernel.refusal import Refused
from shegong.work.employment import actions
from shegong.work.employment.models import Employment

pytestmark = pytest.mark.django_db
YANJI, TUMEN = 222401000, 222402000


@pytest.fixture
def declare(person, herself, make_employer, day):
    employer = make_employer()

    def declare(start, region=YANJI, **more):
        more = {"employer": employer, "service_field": "community", "by": herself} | more
        return actions.declare_employment(person, region_code=region, start=start, on=day, **more)

    return declare


def refused(call, *args, **more):
    with pytest.raises(Refused) as caught:
        call(*args, **more)
    return [(o.code, o.field) for o in caught.value.obstacles]


def ties(person):
    return list(Tie.objects.current().filter(person=person))


def test_a_main_employment_ties_the_person_to_its_region(person, declare):
    declare(date(2021, 3, 1), TUMEN)
    assert standing(ties(person), date(2021, 2, 28)) == YANJI
    assert standing(ties(person), date(2021, 3, 1)) == TUMEN


def test_a_new_main_employment_ends_the_one_before(person, declare):
    declare(date(2021, 3, 1))
    declare(date(2024, 5, 1), TUMEN)
    rows = Employment.objects.current().filter(person=person)
    assert [r.region_code for r in rows.on(date(2024, 4, 30))] == [YANJI]
    assert [r.region_code for r in rows.on(date(2024, 5, 1))] == [TUMEN]
    assert standing(ties(person), date(2024, 4, 30)) == YANJI


def test_an_earlier_employment_needs_its_end(person, declare):
    declare(date(2024, 5, 1), TUMEN)
    assert refused(declare, date(2021, 3, 1)) == [("employment_overlap", "end")]
    declare(date(2021, 3, 1), end=date(2024, 5, 1))
    assert standing(ties(person), date(2022, 1, 1)) == YANJI


def test_a_side_employment_moves_nothing(person, declare):
    declare(date(2021, 3, 1))
    declare(date(2022, 1, 1), TUMEN, main=False)
    assert standing(ties(person), date(2023, 1, 1)) == YANJI


def test_the_same_employment_stated_again_is_one(declare):
    assert declare(date(2021, 3, 1)) == declare(date(2021, 3, 1))


def test_a_correction_replaces_the_row_and_its_tie(person, declare):
    wrong = declare(date(2021, 3, 1), TUMEN)
    declare(date(2022, 3, 1), replaces=wrong)
    assert standing(ties(person), date(2021, 6, 1)) == YANJI and len(ties(person)) == 2
    assert Employment.objects.current().filter(person=person).count() == 1
    assert refused(declare, date(2023, 3, 1), replaces=wrong) == [("stale", None)]


def test_an_ended_employment_ties_no_longer(person, declare, herself, day):
    row = actions.end_employment(declare(date(2021, 3, 1), TUMEN), end=date(2026, 10, 1), by=herself, on=day)
    assert row.during.upper == date(2026, 10, 1)
    assert standing(ties(person), date(2026, 9, 30)) == TUMEN
    assert standing(ties(person), date(2026, 10, 1)) == YANJI
    assert refused(actions.end_employment, row, end=date(2026, 10, 1), by=herself, on=day) == [
        ("stale", None)
    ]


@pytest.mark.clause("T1.1.b")
@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"service_field": "mining"}, ("service_field", "service_field")),
        ({"start": date(2026, 11, 3)}, ("date_future", "start")),
        ({"start": date(2001, 1, 1)}, ("work_as_child", "start")),
        ({"end": date(2021, 3, 1)}, ("dates_order", "end")),
        ({"position": "某" * 61}, ("text_length", "position")),
    ],
)
def test_impossible_employments_are_refused_beside_their_field(declare, change, found):
    assert refused(declare, **{"start": date(2021, 3, 1)} | change) == [found]


def test_nobody_works_at_a_dissolved_employer(declare, make_employer):
    gone = make_employer("某中心", dissolved_on=date(2020, 1, 1))
    assert refused(declare, date(2021, 3, 1), employer=gone) == [("employer_dissolved", "employer")]


def test_an_office_states_with_its_own_source_and_only_within_reach(declare, make_officer, officer_person):
    outside = make_officer(TUMEN, officer_person.pk)
    assert refused(declare, date(2021, 3, 1), by=outside) == [("not_allowed", None)]
    assert declare(date(2021, 3, 1), by=make_officer(person_id=officer_person.pk)).source == "county"


@pytest.mark.django_db(transaction=True)
def test_the_audit_explains_every_employment(declare, herself, day):
    first = declare(date(2021, 3, 1))
    second = declare(date(2024, 5, 1), TUMEN, replaces=first)
    third = declare(date(2025, 5, 1))
    actions.end_employment(third, end=day, by=SYSTEM, on=day)
    assert second.pk and [f for f in audit.verify() if f.where.startswith(("employment_", "people_"))] == []
