"""Layout 9: a ledger's rows against the base, into it, and back out."""

import pytest
from django.db import transaction

from shegong.ground.organizations import actions as organizations
from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM
from shegong.kernel.sheets.layout import Weight
from shegong.work.centres import actions
from shegong.work.centres.models import AnnualCheck, Centre
from shegong.work.centres.sheets import CENTRES
from shegong.work.centres.sheets.checking import ANOTHER
from shegong.work.employment import actions as employment

from .conftest import BEISHAN, DAY, HENAN, YANJI

CODE = "52222401MJ0000001T"


def checked(taking, *rows):
    CENTRES.check(rows, taking)
    return rows


def taken(taking, *rows):
    checked(taking, *rows)
    assert all(row.is_good for row in rows), [row.findings for row in rows]
    with transaction.atomic():
        CENTRES.take(rows, taking)


def faults(row):
    return [(found.column, found.obstacle.code) for found in row.findings if found.blocks]


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("T1.2.b")
def test_a_row_becomes_a_centre_with_its_check_and_comes_in_once(taking, row, deviations):
    taken(taking, row())
    centre = Centre.objects.get()
    assert (centre.region_code, centre.fund_fen, centre.legal_representative) == (
        BEISHAN,
        3_000_000,
        "李英爱",
    )
    check = AnnualCheck.objects.get()
    assert (check.year, check.result, check.staff, check.certified) == (2012, "passed", 5, 2)
    (again,) = checked(taking, row())
    assert again.outcome == "same" and again.is_good
    (more,) = checked(taking, row(check="2012年合格；2011年基本合格"))
    assert more.outcome == "change"
    assert deviations() == []


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"address": "丹进路1号", "name": "金太阳社会救助服务中心"}, [("township", "township_missing")]),
        ({"township": "新华街道", "county": "图们市"}, [("township", "region_out_of_reach")]),
        ({"check": "2013年合格"}, [("check", "check_year")]),
        ({"check": "还行"}, [("check", "check_word")]),
        ({"check": "合格"}, [("check", "check_undated")]),
        ({"fund": "3"}, [("fund", "fund_unit")]),
        ({"certified": "6"}, [("certified", "centre_certified")]),
        ({"number": "52222401MJ00000018"}, [("number", "uscc_check_digit")]),
        ({"registered_on": "2013-13-01"}, [("registered_on", "date_month")]),
        ({"legal_representative": ""}, [("legal_representative", "cell_missing")]),
    ],
)
def test_each_fault_is_named_at_its_cell(taking, row, cells, found):
    (read,) = checked(taking, row(**cells))
    assert faults(read) == found


def test_the_township_may_stand_in_columns_of_its_own(taking, row):
    taken(taking, row(address="", name="金太阳社会救助服务中心", county="延吉市", township="河南街道"))
    assert Centre.objects.get().region_code == HENAN


def test_a_name_like_another_is_the_clerks_to_settle(taking, row):
    body = organizations.register_organization(
        name="延吉市北山街社会救助服务中心", kind="service_centre", region_code=BEISHAN, by=SYSTEM, on=DAY
    )
    (read,) = checked(taking, row())
    (choice,) = [f for f in read.findings if f.weight is Weight.CHOICE]
    assert [offer.text for offer in choice.offers] == [body.name, f"{ANOTHER}{read.values['name']}"]
    taken(taking, row(name=choice.offers[1].text))
    assert Centre.objects.get().organization.name == read.values["name"]
    (twice,) = checked(taking, row(name=body.name))
    assert faults(twice) == [("number", "centre_number_taken")]
    taken(taking, row(name=body.name, number="吉延民政字第010124号"))
    assert Centre.objects.filter(organization=body).exists()


def test_two_rows_with_one_number_are_both_named(taking, row):
    first, second = checked(taking, row(2), row(3, name="延吉市河南街道社会救助服务中心", address=""))
    assert faults(first) == faults(second) == [("number", "centre_number_twice")]


def test_what_the_register_says_stands(taking, row):
    taken(taking, row())
    (read,) = checked(taking, row(legal_representative="朴英爱", fund="5万元"))
    assert faults(read) == [("legal_representative", "centre_differs"), ("fund", "centre_differs")]
    offers = {f.column: f.offers[0].text for f in read.findings}
    (settled,) = checked(taking, row(**offers))
    assert settled.is_good and settled.outcome == "same"


@pytest.mark.django_db(transaction=True)
def test_a_batch_is_taken_back_whole(taking, row, deviations):
    taken(taking, row())
    assert CENTRES.touched(taking) == []
    assert Centre.objects.count() == 1, "asking changes nothing"
    with transaction.atomic():
        CENTRES.undo(taking)
    assert not Centre.objects.exists() and not Organization.objects.filter(kind="service_centre").exists()
    assert deviations() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["check", "worker"])
def test_a_batch_that_somebody_built_upon_stays(taking, row, clerk, what):
    taken(taking, row())
    centre = Centre.objects.get()
    if what == "check":
        actions.record_check(centre, year=2011, result="passed", by=clerk, on=DAY)
    else:
        person = people.create_person(by=SYSTEM, on=DAY)
        employment.declare_employment(
            person, employer=centre.organization, region_code=YANJI, position="", service_field="", start=DAY,
            by=SYSTEM, on=DAY,
        )  # fmt: skip
    (obstacle,) = CENTRES.touched(taking)
    assert obstacle.code == "batch_touched" and centre.organization.name in obstacle.params["names"]
    assert Centre.objects.exists()
