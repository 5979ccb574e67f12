"""What a pass list covers is put right: whoever it missed, or should have missed, is told anew."""

from datetime import date

import pytest
from django.db import transaction

from shegong.ground.credentials import actions
from shegong.ground.credentials.models import Certificate, PassList, PassListEntry, on_pass_list
from shegong.ground.people import actions as people
from shegong.ground.people.models import Tie
from shegong.kernel import audit
from shegong.kernel.access import SYSTEM, Actor, Authority, Range
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused

DAY = date(2026, 11, 2)
JILIN, YANBIAN, YANJI = 220000000, 222400000, 222401000
LISTED, OTHER = "202506222401000001", "202506222401000777"
PASSED_ON = date(2025, 6, 15)


@pytest.fixture
def officer(officer_person):
    """An officer of 延边州."""
    may = frozenset({"credentials.pass_list", "credentials.verify"})
    seat = Authority(
        "second_registrar", may, (Range(YANBIAN, YANBIAN + 100_000),), YANBIAN, 2, office_name="民政局"
    )
    return Actor(user_id=91, person_id=officer_person.pk, authorities=(seat,))


@pytest.fixture
def listed(officer, person, regions):
    """A list of one line that claims to be about the people on it only."""
    number = people.open_number(person.identities.get())
    with transaction.atomic():
        passed = [actions.Passed(number, "王小明", "social_worker", LISTED, PASSED_ON, 2025)]
        actions.take_pass_list(passed, batch_id=7, by=officer, on=DAY)


@pytest.fixture
def missing(make_person):
    """Somebody's certificate of that year and level, in 延吉, that is not on the list."""
    other = make_person("赵一", "345")
    Tie.objects.filter(person=other).delete()
    people.tie(other, kind="work", region_code=YANJI, origin="test.rows", origin_id=other.pk, start=date(2020, 1, 1),
               by=SYSTEM, on=DAY)  # fmt: skip
    return actions.declare_certificate(
        other, level="social_worker", management_no=OTHER, issued_on=PASSED_ON, by=SYSTEM, on=DAY
    )


def cover(place, by, unsited=(LISTED,)):
    actions.correct_coverage(7, covers=place, unsited=unsited, reason="范围填错", by=by, on=DAY)


@pytest.mark.clause("T4.2.b")
def test_a_list_that_covers_a_place_after_all_tells_who_is_missing_and_back_again(officer, listed, missing):
    assert on_pass_list(missing) is None
    cover(YANBIAN, officer)
    assert on_pass_list(missing) is False
    assert PassListEntry.objects.get().region_code == YANBIAN  # a line without a place goes with its list
    cover(None, officer)
    assert on_pass_list(missing) is None and PassListEntry.objects.get().region_code is None
    told = JournalEntry.objects.filter(verb="credentials.pass_list.correct").order_by("seq")
    assert [(e.facts["before"], e.facts["after"], e.reason) for e in told] == [
        (None, YANBIAN, "范围填错"), (YANBIAN, None, "范围填错"),
    ]  # fmt: skip
    sealed = {}
    assert list(audit._chain(sealed, {})) == [] and list(audit._rows(PassList, sealed)) == []


def test_a_line_that_names_its_place_stays_there(officer, listed):
    PassListEntry.objects.update(region_code=YANBIAN)
    cover(None, officer, unsited=())
    assert PassListEntry.objects.get().region_code == YANBIAN


def test_certificates_that_its_lines_confirm_are_compared_again(officer, listed, person):
    certificate = Certificate.objects.create(
        person=person, level="social_worker", management_no=LISTED, issued_on=PASSED_ON, source="office"
    )  # on record past the doors that compare
    cover(YANBIAN, officer)
    certificate.refresh_from_db()
    assert certificate.state == "verified" and certificate.checks.get().batch_id == 7


def test_nobody_makes_a_list_cover_more_than_her_own_place(officer, listed):
    with pytest.raises(Refused):
        cover(JILIN, officer)
    assert PassList.objects.get().region_code is None
