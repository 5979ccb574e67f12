"""Days are days in China: what happens after midnight there belongs to the new day, though UTC still counts the old."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import completeness_due, first_deadline
from shegong.kernel.access import SYSTEM
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.http import today

pytestmark = pytest.mark.django_db
YANJI = 222401000


def after_midnight(day: date) -> datetime:
    """Half past midnight of `day` in China: still the day before in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=7, minutes=30)


def before_midnight(day: date) -> datetime:
    """Half past eleven in the evening of `day` in China."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=15, minutes=30)


@pytest.mark.parametrize(("moment", "counted"), [(after_midnight, True), (before_midnight, True)])
def test_the_clock_of_a_case_starts_on_the_day_in_china(make_applicant, moment, counted):
    monday = date(2026, 11, 30)
    application = make_applicant(issued_on=date(2026, 5, 10), on=monday).application
    Application.objects.filter(pk=application.pk).update(
        submitted_at=moment(monday), due_on=date(2020, 1, 1), due_provisional=True
    )
    actions.recompute_clocks(by=SYSTEM, on=monday)
    application.refresh_from_db()
    policy, calendar = registration_policy(monday), calendar_in_force()
    expected = completeness_due(monday, policy, calendar).on
    assert application.due_on == expected
    assert expected != completeness_due(monday + timedelta(days=1 if counted else 0), policy, calendar).on


def test_a_term_begins_on_the_day_in_china_of_the_decision(make_applicant, desks, day):
    application = make_applicant().application
    for officer in (desks.county, desks.prefecture, desks.province):
        actions.pass_stage(application, opinion="材料齐全，同意登记。", by=officer, on=day)
    Application.objects.filter(pk=application.pk).update(decided_at=after_midnight(day))
    application.refresh_from_db()
    registration = actions.issue_certificate(application, by=SYSTEM, on=day)
    assert registration.terms.get().during.lower == day


@pytest.mark.parametrize(
    ("moment", "late", "said"),
    [
        (before_midnight, 0, "在一年期限内申请"),
        (after_midnight, 0, "在一年期限内申请"),
        (after_midnight, 1, "前申请"),
    ],
)
def test_whoever_applies_on_the_last_day_in_china_is_in_time_on_the_officers_page(
    make_applicant, make_clerk, moment, late, said
):
    issued = today() - timedelta(days=200)
    application = make_applicant(issued_on=issued, on=today()).application
    last = first_deadline(issued, registration_policy(today()), calendar_in_force()).on
    at = moment(last + timedelta(days=late))
    Application.objects.filter(pk=application.pk).update(submitted_at=at, handed_in_on=timezone.localdate(at))
    clerk = make_clerk("yanji", YANJI, name="王海")
    assert said in clerk.browser.get(f"/office/cases/{application.token}/").content.decode()
