"""A22, D12: the last day to apply ends at midnight in China, by the clock of the server and when the form is there whole."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.test.client import FakePayload

from shegong.duties.registry.models import Application
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import first_deadline
from shegong.ground.accounts import actions as accounts
from shegong.kernel.access import SYSTEM
from shegong.kernel.holidays import calendar_in_force

pytestmark = pytest.mark.clause("T4.2.a")
ISSUED, LAST = date(2025, 11, 20), date(2026, 11, 20)
MIDNIGHT = datetime(2026, 11, 20, 16, tzinfo=UTC)  # 24:00 of the last day in China
TENTH = timedelta(milliseconds=100)


@pytest.fixture
def holder(make_applicant, let_in):
    """The applicant's browser, signed in on the last day, and her case with nothing missing."""
    case = make_applicant(issued_on=ISSUED, submit=False, on=LAST)
    assert first_deadline(ISSUED, registration_policy(LAST), calendar_in_force()).on == LAST
    user = accounts.create_user(case.person, username="jin", password="correct horse 9", by=SYSTEM, on=LAST)
    with time_machine.travel(MIDNIGHT - timedelta(hours=1), tick=False):
        browser = let_in(Client(), user)
    return browser, f"/my/registration/{case.application.token}/check/"


def state():
    return Application.objects.get().state


@pytest.mark.parametrize(
    ("moment", "status", "after"),
    [(MIDNIGHT - TENTH, 302, "submitted"), (MIDNIGHT, 422, "drafted"), (MIDNIGHT + TENTH, 422, "drafted")],
)
def test_a_tenth_of_a_second_before_midnight_is_in_time_and_midnight_is_not(holder, moment, status, after):
    browser, address = holder
    with time_machine.travel(moment, tick=False):
        assert browser.post(address).status_code == status
    assert state() == after


def test_eight_hours_after_midnight_in_utc_are_still_the_last_day_and_not_the_next(holder):
    """The day of UTC would end at 08:00 in China."""
    browser, address = holder
    with time_machine.travel(MIDNIGHT + timedelta(hours=7), tick=False):
        assert browser.post(address).status_code == 422
    assert state() == "drafted"


def test_what_the_sender_says_of_the_time_counts_for_nothing(holder):
    browser, address = holder
    said = {"submitted_at": "2026-11-20T23:59:00+08:00", "on": "2026-11-20", "today": "2026-11-20"}
    with time_machine.travel(MIDNIGHT + TENTH, tick=False):
        answer = browser.post(address, said, headers={"Date": "Fri, 20 Nov 2026 15:00:00 GMT"})
    assert answer.status_code == 422 and state() == "drafted"


class SlowBody(FakePayload):
    """A form whose last bytes come when the clock says `end`."""

    def __init__(self, content: bytes, clock, end: datetime):
        super().__init__(content)
        self.clock, self.end = clock, end

    def read(self, *args, **kwargs):
        self.clock.move_to(self.end)
        return super().read(*args, **kwargs)


@pytest.mark.parametrize(("end", "status"), [(MIDNIGHT - TENTH, 302), (MIDNIGHT + TENTH, 422)])
def test_a_form_begun_before_midnight_counts_when_its_last_byte_is_there(holder, end, status):
    browser, address = holder
    content = urlencode({"version": Application.objects.get().version, "_once": "0123456789abcdef"}).encode()
    with time_machine.travel(MIDNIGHT - timedelta(seconds=30), tick=False) as clock:
        answer = browser.request(**{
            "PATH_INFO": address, "REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(content)),
            "CONTENT_TYPE": "application/x-www-form-urlencoded", "wsgi.input": SlowBody(content, clock, end),
        })  # fmt: skip
    assert answer.status_code == status
