"""Officers at a person's hours: enter, correct, reverse, look back; late hours by two of them (T3.3; tale 4; abuse A8)."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM
from shegong.work.education import actions
from shegong.work.education.models import CreditEntry, HoursStatement

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T3.3")]
YANJI, TUMEN, YANBIAN = 222401000, 222402000, 222400000
SAID = {"title": "个案工作", "kind": "class", "hours": "8", "passed": "on", "provider": "", "reason": ""}


@pytest.fixture
def desk(sign_in):
    return sign_in("zhang", YANJI)


@pytest.fixture
def above(sign_in, let_in, client):
    """A second browser: an officer of the prefecture."""
    other = Client()

    def go():
        from django.contrib.auth import get_user_model

        sign_in("li", YANBIAN, role="second_registrar")
        return let_in(other, get_user_model().objects.get(username="li"))

    return go


def at(lin, rest=""):
    return f"/office/people-hours/{lin.person.token}/{rest}"


def test_an_officer_enters_corrects_and_reverses_and_every_record_stays_readable(make, desk):
    lin, on = make(left=60), timezone.localdate()
    day = (on - timedelta(days=20)).isoformat()
    assert desk.post(at(lin, "enter/"), SAID | {"earned_on": day}).status_code == 302
    again = desk.post(at(lin, "enter/"), SAID | {"earned_on": day})
    assert again.status_code == 422 and "台账已有" in again.content.decode()
    entry = CreditEntry.objects.get(person=lin.person)
    fewer = {"title": "个案工作", "hours": "4", "passed": "on", "reason": "只到半天"}
    assert desk.post(at(lin, f"{entry.pk}/correct/"), fewer).status_code == 302
    new = CreditEntry.objects.current().get(person=lin.person)
    assert desk.post(at(lin, f"{new.pk}/reverse/"), {"reason": "证明有误"}).status_code == 302
    page = desk.get(at(lin)).content.decode()
    assert page.count("冲销</span>") == 2 and "0 / 90小时" in page
    assert desk.get(at(lin, f"{new.pk}/reverse/")).status_code == 404


def test_hours_are_answered_as_known_on_any_day(make, desk):
    lin, on = make(left=60), timezone.localdate()
    actions.post(lin.person, minutes=480, kind="class", earned_on=on - timedelta(days=30), source="t", source_id=1,
                 title="个案工作", region_code=YANJI, by=SYSTEM, on=on)  # fmt: skip
    assert "8 / 90小时" in desk.get(at(lin, f"?known={on.isoformat()}")).content.decode()
    before = desk.get(at(lin, f"?known={(on - timedelta(days=1)).isoformat()}")).content.decode()
    assert "0 / 90小时" in before and "个案工作" not in before
    assert "日期有误" in desk.get(at(lin, "?known=gestern")).content.decode()


def test_last_years_hours_after_the_lock_need_a_second_officer(make, desk, above):
    lin, year = make(left=60), timezone.localdate().year
    late = SAID | {"earned_on": date(year - 2, 6, 1).isoformat()}
    alone = desk.post(at(lin, "enter/"), late)
    assert alone.status_code == 422 and not HoursStatement.objects.exists()
    assert desk.post(at(lin, "enter/"), late | {"reason": "培训机构漏报名单"}).status_code == 302
    first = HoursStatement.objects.get(person=lin.person)
    assert "撤回" in desk.get(f"/office/hours-waiting/{first.pk}/").content.decode()
    desk.post(f"/office/hours-waiting/{first.pk}/", {"back": "1", "version": first.version})
    first.refresh_from_db()
    assert first.state == "withdrawn"  # who proposed it by mistake takes it back
    assert desk.post(at(lin, "enter/"), late | {"reason": "培训机构漏报名单"}).status_code == 302
    row = HoursStatement.objects.exclude(pk=first.pk).get(person=lin.person)
    assert (
        not CreditEntry.objects.exists()
        and "培训机构漏报名单" in desk.get(f"/office/hours-waiting/{row.pk}/").content.decode()
    )
    assert desk.post(f"/office/hours-waiting/{row.pk}/", {"answer": "yes", "version": row.version}).status_code in (403, 422)  # fmt: skip
    assert not CreditEntry.objects.exists()
    second = above()
    assert "个案工作" in second.get("/office/hours-waiting/").content.decode()
    assert second.post(f"/office/hours-waiting/{row.pk}/", {"answer": "yes", "version": row.version}).status_code == 302  # fmt: skip
    assert CreditEntry.objects.get(person=lin.person).minutes == 480
    assert "个案工作" in desk.get("/office/hours/").content.decode()
    assert desk.get("/office/hours.csv").status_code == 200


def test_who_lives_elsewhere_is_not_there(make, sign_in):
    lin = make(left=60)
    elsewhere = sign_in("wang", TUMEN)
    assert elsewhere.get(at(lin)).status_code == 404


def test_the_card_of_a_person_shows_both_verdicts_and_leads_to_the_records(make, desk):
    lin = make(left=60)
    people.tie(lin.person, kind="residence", region_code=YANJI, origin="people.person", origin_id=lin.person.pk,
               start=date(2020, 1, 1), by=SYSTEM, on=timezone.localdate())  # fmt: skip
    card = desk.get(f"/office/people/{lin.person.token}/").content.decode()
    assert at(lin) in card and "国家规定" in card and "0 / 90小时" in card
