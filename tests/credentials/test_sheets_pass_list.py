"""Layout 6: a pass list verifies the certificates that it confirms, waits for those to come, and is taken back."""

from datetime import date

import pytest
from django.db import transaction

from shegong.ground.credentials import actions
from shegong.ground.credentials.models import Certificate, PassListEntry, on_pass_list
from shegong.ground.credentials.sheets import PASS_LIST
from shegong.ground.people import actions as people
from shegong.ground.people.models import Person, Tie
from shegong.ground.regions.models import Region
from shegong.kernel import audit
from shegong.kernel.access import SYSTEM
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused
from shegong.kernel.sealing import open_sealed
from shegong.kernel.sheets.layout import Taking, Weight
from shegong.kernel.sheets.rows import RowReader
from shegong.kernel.temporal import days

DAY = date(2026, 11, 2)
JILIN, YANBIAN, YANJI = 220000000, 222400000, 222401000
PLACES = {column.key: place for place, column in enumerate(PASS_LIST.columns)}
NUMBER = "202506222401000001"
USUAL = {
    "file_no": "20254900001", "management_no": NUMBER, "name": "王小明", "level": "社会工作师", "scores": "72、68、65",
    "site": "延边州", "employer": "延吉市某中心", "approved_on": "2025-06-15",
}  # fmt: skip


@pytest.fixture
def taking(make_officer, officer_person):
    by = make_officer(
        person_id=officer_person.pk, permissions=("credentials.pass_list", "credentials.verify")
    )
    return Taking(7, by, DAY)


@pytest.fixture
def number(person):
    return people.open_number(person.identities.get())


@pytest.fixture
def row(number):
    def make(at=2, **cells):
        given = {**USUAL, "identity": number, **cells}
        return RowReader(PASS_LIST, PLACES, DAY).read(at, [given.get(c.key, "") for c in PASS_LIST.columns])

    return make


def checked(taking, *rows):
    PASS_LIST.check([one for one in rows if one.is_good], taking)
    return rows


def found(one, weight=None):
    return [(f.column, f.obstacle.code) for f in one.findings if weight in (None, f.weight)]


def taken(taking, *rows):
    with transaction.atomic():
        checked(taking, *rows)
        assert all(one.is_good for one in rows), [found(one) for one in rows]
        PASS_LIST.take(rows, taking)


def declared(person, by=SYSTEM, **more):
    stated = {"level": "social_worker", "management_no": NUMBER, "issued_on": date(2025, 6, 15), **more}
    return actions.declare_certificate(person, **stated, by=by, on=DAY)


def deviations():
    sealed = {}
    chain = list(audit._chain(sealed, {}))
    return [f.where for f in chain + [f for m in audit.journalled_models() for f in audit._rows(m, sealed)]
            if f.where.startswith("credentials_")]  # fmt: skip


@pytest.mark.clause("T4.2.b")
def test_a_certificate_that_is_there_counts_as_verified_and_says_by_what(taking, row, person):
    certificate = declared(person)
    taken(taking, row())
    certificate.refresh_from_db()
    assert certificate.state == "verified" and on_pass_list(certificate) is True
    check = certificate.checks.get()
    assert (check.source, check.result, check.batch_id) == ("exam_list", "matches", 7)
    entry = JournalEntry.objects.get(verb="credentials.certificate.verify")
    assert (entry.about_person_id, entry.person_id) == (person.pk, taking.by.person_id)
    assert deviations() == []


def test_nobody_is_created_and_the_line_waits_for_the_certificate(taking, row, person, herself, number):
    before = Person.objects.count()
    taken(taking, row())
    assert Person.objects.count() == before and not Certificate.objects.exists()
    entry = PassListEntry.objects.get()
    assert (entry.exam_year, entry.approved_on, entry.canonical) == (2025, date(2025, 6, 15), "王小明")
    assert number not in str(vars(entry)) and open_sealed(
        entry.number, table="credentials_passlistentry", column="number", row=entry.seal_id
    ) == number  # fmt: skip
    assert declared(person, herself).state == "verified"


def test_a_certificate_is_verified_when_its_holder_corrects_what_differed(taking, row, person, herself):
    certificate = declared(person, herself, level="assistant")
    one = row()
    taken(taking, one)
    assert found(one) == [("level", "certificate_level")]
    certificate.refresh_from_db()
    assert certificate.state == "declared" and on_pass_list(certificate) is False
    mended = actions.correct_certificate(certificate, level="social_worker", management_no=NUMBER,
                                         issued_on=date(2025, 6, 15), by=herself, on=DAY)  # fmt: skip
    assert mended.state == "verified" and mended.checks.get().batch_id == 7


def test_a_name_stated_later_is_compared_again(taking, row, person, herself):
    people.state_name(person, name="王晓明", by=SYSTEM, on=DAY)
    taken(taking, row())
    certificate = declared(person, herself)
    assert certificate.state == "declared"
    people.state_name(person, name="王小明", by=SYSTEM, on=DAY)
    assert actions.compare_with_list(certificate, by=herself, on=DAY).state == "verified"


@pytest.mark.parametrize(
    ("stated", "column"),
    [({"issued_on": date(2025, 7, 1)}, "approved_on"), ({"level": "assistant"}, "level")],
)
def test_what_the_register_says_otherwise_is_told_at_its_cell_and_stays(taking, row, person, stated, column):
    certificate = declared(person, **stated)
    one = row()
    taken(taking, one)
    assert found(one, Weight.NOTE) == [(column, f"certificate_{column}")]
    certificate.refresh_from_db()
    assert certificate.state == "declared" and not certificate.checks.exists()


def test_a_number_on_another_persons_certificate_is_told_and_nobody_is_overwritten(taking, row, make_person):
    other = make_person("赵一", "345")
    certificate = declared(other)
    one = row()
    taken(taking, one)
    assert found(one) == [("identity", "certificate_identity")]
    (said,) = one.findings
    assert said.obstacle.params["held"] == "赵*"
    certificate.refresh_from_db()
    assert certificate.person == other and certificate.state == "declared"
    assert on_pass_list(certificate) is False


def test_the_same_list_again_adds_nothing_and_another_one_is_never_overwritten(taking, row):
    taken(taking, row())
    (same,) = checked(taking, row())
    assert same.outcome == "same" and same.is_good
    (other,) = checked(taking, row(name="王大明", approved_on="2025-06-16"))
    assert found(other) == [("name", "pass_list_differs"), ("approved_on", "pass_list_differs")]
    assert other.findings[0].obstacle.params["held"] == "王*明"


def test_one_person_with_two_numbers_of_a_level_is_noted(taking, row):
    one, two = checked(taking, row(2), row(3, management_no="202506222401000002"))
    assert found(one) == found(two) == [("identity", "pass_list_person_twice")]
    assert one.is_good and two.is_good


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"approved_on": "2027-01-01"}, ("approved_on", "day_future")),
        ({"approved_on": "2007-06-01"}, ("approved_on", "issued_too_early")),
        ({"exam_year": "2019"}, ("exam_year", "exam_year")),
        ({"level": "特级"}, ("level", "choice_unknown")),
        ({"identity": "990101199003071241"}, ("identity", "identity_check_digit")),
        ({"management_no": ""}, ("management_no", "cell_missing")),
    ],
)
def test_each_fault_is_named_at_its_cell(taking, row, cells, expected):
    (one,) = checked(taking, row(**cells))
    assert expected in found(one, Weight.MUST) or expected in found(one)
    assert not one.is_good


def test_nobody_takes_in_the_line_about_herself(taking, row, officer_person):
    mine = people.open_number(officer_person.identities.get())
    (one,) = checked(taking, row(identity=mine, name="李审核"))
    assert found(one) == [("identity", "own_case")]
    with pytest.raises(Refused):
        actions.take_pass_list(
            [actions.Passed(mine, "李审核", "assistant", "202506222401000009", date(2025, 6, 15), 2025)],
            batch_id=7, by=taking.by, on=DAY,
        )  # fmt: skip


def test_whoever_has_no_right_to_pass_lists_takes_none_in(make_officer, number):
    clerk = make_officer()
    with pytest.raises(Refused):
        actions.take_pass_list(
            [actions.Passed(number, "王小明", "assistant", NUMBER, date(2025, 6, 15), 2025)],
            batch_id=7, by=clerk, on=DAY,
        )  # fmt: skip


def test_a_list_that_is_taken_back_leaves_certificates_as_they_were_before(taking, row, person, make_person):
    certificate, other = declared(person), make_person("赵一", "345")
    checked_by_office = declared(other, management_no="202506222401000002")
    actions.verify_certificate(checked_by_office, source="office", by=SYSTEM, on=DAY)
    taken(taking, row(), row(3, name="赵一", identity=people.open_number(other.identities.get()),
                             management_no="202506222401000002"))  # fmt: skip
    assert PASS_LIST.touched(taking) == []
    with transaction.atomic():
        PASS_LIST.undo(taking)
    certificate.refresh_from_db()
    checked_by_office.refresh_from_db()
    assert (certificate.state, checked_by_office.state) == ("declared", "verified")
    assert [c.result for c in certificate.checks.order_by("pk")] == ["matches", "withdrawn"]
    assert not PassListEntry.objects.exists() and on_pass_list(certificate) is None
    assert deviations() == []
    taken(Taking(8, taking.by, DAY), row())
    certificate.refresh_from_db()
    assert certificate.state == "verified"


def test_a_list_that_verified_nothing_is_taken_back_too(taking, row):
    taken(taking, row())
    assert PASS_LIST.touched(taking) == []
    with transaction.atomic():
        PASS_LIST.undo(taking)
    assert not PassListEntry.objects.exists()


def test_a_list_whose_certificate_was_annulled_since_stays(taking, row, person, make_officer):
    certificate = declared(person)
    taken(taking, row())
    certificate.refresh_from_db()
    actions.annul_certificate(
        certificate, reason="本人放弃证书", by=make_officer(person_id=9_000_002), on=DAY
    )
    (obstacle,) = PASS_LIST.touched(taking)
    assert obstacle.code == "batch_touched" and obstacle.params["names"] == "王*明"


def test_a_part_costs_a_fixed_number_of_queries(taking, row, person, django_assert_max_num_queries):
    declared(person)
    rows = [row(at, management_no=f"2025062224010001{at:02}") for at in range(10, 40)]
    with django_assert_max_num_queries(12):
        checked(taking, row(), *rows)
    with transaction.atomic(), django_assert_max_num_queries(32):  # six of them move figures
        PASS_LIST.take([row(), *rows], taking)
    assert PassListEntry.objects.count() == 31


# -- what a list covers --------------------------------------------------------------------------------------------

OTHER = "202506222401000777"


@pytest.fixture
def elsewhere(regions):
    """白城, a prefecture that no list of these tests covers."""
    Region.objects.get_or_create(
        code=220800000,
        defaults={"level": 2, "name": "白城市", "parent_code": 220000000, "during": days(date(1949, 10, 1))},
    )
    return 220800000


def tied(person, code):
    people.tie(person, kind="work", region_code=code, origin="test.rows", origin_id=person.pk, start=date(2020, 1, 1),
               by=SYSTEM, on=DAY)  # fmt: skip


def a_list_of(covers, by, number):
    with transaction.atomic():
        passed = [actions.Passed(number, "王小明", "social_worker", NUMBER, date(2025, 6, 15), 2025)]
        actions.take_pass_list(passed, batch_id=7, by=by, on=DAY, covers=covers)


@pytest.mark.parametrize(
    ("covers", "place", "expected"),
    [
        (None, YANJI, None),  # only these people: it says nothing about anybody else
        (YANBIAN, YANJI, False),
        (YANBIAN, 220800000, None),  # one prefecture's list says nothing about another's people
        (JILIN, 220800000, False),
    ],
)
def test_only_people_of_the_place_that_a_list_covers_are_missing_from_it(
    regions, elsewhere, number, make_person, covers, place, expected
):
    other = make_person("赵一", "345")
    Tie.objects.filter(person=other).delete()
    tied(other, place)
    certificate = declared(other, management_no=OTHER)
    a_list_of(covers, SYSTEM, number)
    assert on_pass_list(certificate) is expected


def test_nobody_says_that_a_list_covers_more_than_ones_own_place(taking, number, regions):
    with pytest.raises(Refused):
        a_list_of(JILIN, taking.by, number)
    offered = [value for value, _words in PASS_LIST.questions[0].choices(taking.by, DAY)]
    assert offered[0] == "people" and str(JILIN) not in offered


def test_a_line_keeps_the_prefecture_of_its_site_and_waits_until_the_certificate_is_verified(
    taking, row, person
):
    taken(taking, row(site="延吉市考点"), row(3, site="延边州", management_no=OTHER))
    places = dict(PassListEntry.objects.values_list("management_no", "region_code"))
    assert places == {NUMBER: None, OTHER: YANBIAN}
    assert PassListEntry.objects.waiting().count() == 2
    declared(person)
    assert [e.management_no for e in PassListEntry.objects.waiting()] == [OTHER]


def test_what_a_line_would_verify_is_said_before_it_is_taken(taking, row, person):
    declared(person)
    (one,) = checked(taking, row())
    assert found(one, Weight.NOTE) == [("management_no", "certificate_confirmed")]
