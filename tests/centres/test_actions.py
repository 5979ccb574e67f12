"""Entering, checking and ending a centre; the journal holds every row."""

import pytest

from shegong.ground.organizations.models import Organization
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused, Stale
from shegong.work.centres import actions
from shegong.work.centres.models import Centre

from .conftest import BEISHAN, DAY, HENAN, XINHUA, YANJI

CENTRE = {
    "name": "延吉市北山街道社会救助服务中心", "region_code": BEISHAN, "legal_representative": "李英爱",
    "registration_no": "吉延民政字第010123号", "fund_fen": 3_000_000,
}  # fmt: skip


def enter(clerk, **changed):
    return actions.enter_centre(None, **(CENTRE | changed), by=clerk, on=DAY)


def codes(refused):
    return [o.code for o in refused.value.obstacles]


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("T1.2.b")
def test_a_centre_enters_with_its_body_and_the_journal_holds_both(clerk, deviations):
    centre = enter(clerk)
    assert centre.state == "active" and centre.county_code == YANJI
    assert Organization.objects.get(kind="service_centre") == centre.organization
    assert list(JournalEntry.objects.order_by("seq").values_list("verb", flat=True))[-2:] == [
        "organizations.organization.register", "centres.centre.enter",
    ]  # fmt: skip
    assert deviations() == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"region_code": XINHUA}, "not_allowed"),
        ({"region_code": YANJI}, "centre_township"),
        ({"name": "延吉市河南街道社会救助服务中心", "region_code": HENAN}, "centre_number_taken"),
    ],
)
def test_entering_refuses_other_places_and_numbers_of_others(clerk, changed, code):
    enter(clerk)
    with pytest.raises(Refused) as refused:
        enter(clerk, **(changed | {"accept_similar": True}))
    assert codes(refused) == [code]
    assert Centre.objects.count() == 1


def test_a_year_is_checked_once(clerk):
    centre = enter(clerk)
    actions.record_check(centre, year=2012, result="passed", staff=5, certified=2, by=clerk, on=DAY)
    with pytest.raises(Refused) as refused:
        actions.record_check(centre, year=2012, result="failed", by=clerk, on=DAY)
    assert codes(refused) == ["check_recorded"]


@pytest.mark.django_db(transaction=True)
def test_the_standing_follows_the_workflow_and_says_why(clerk, deviations):
    centre = enter(clerk)
    with pytest.raises(Refused) as refused:
        actions.change_standing(centre, step="clear", reason="已按要求整改", by=clerk, on=DAY)
    assert codes(refused) == ["wrong_state"]
    with pytest.raises(Refused) as refused:
        actions.change_standing(centre, step="flag", reason="无", by=clerk, on=DAY)
    assert codes(refused) == ["reason_short"]
    seen = centre.version
    actions.change_standing(centre, step="flag", reason="未按时报送年检材料", by=clerk, on=DAY)
    with pytest.raises(Stale):
        actions.change_standing(centre, step="cancel", reason="理事会决议解散", seen=seen, by=clerk, on=DAY)
    actions.change_standing(centre, step="cancel", reason="理事会决议解散", by=clerk, on=DAY)
    assert centre.state == "cancelled"
    assert deviations() == []


def test_a_correction_says_what_changed_and_refuses_an_old_page(clerk):
    centre = enter(clerk)
    seen = centre.version
    said = {"legal_representative": "朴英爱", "registration_no": centre.registration_no}
    actions.correct_centre(centre, **said, seen=seen, by=clerk, on=DAY)
    assert JournalEntry.objects.latest("seq").facts["changed"] == ["legal_representative", "fund_fen"]
    with pytest.raises(Stale):
        actions.correct_centre(centre, **said, seen=seen, by=clerk, on=DAY)
