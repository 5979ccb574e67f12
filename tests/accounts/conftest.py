"""A prefecture with two counties, their offices, and people who can sign in."""

from datetime import date
from types import SimpleNamespace

import pyotp
import pytest

from shegong.ground.accounts import actions
from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.ground.regions.models import Region
from shegong.kernel import messages
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.kernel.temporal import days

JILIN, YANBIAN, YANJI, TUMEN = 220000000, 222400000, 222401000, 222402000
PASSWORD = "correct horse 9"


class Pocket:
    """A test's phone: keeps what the SMS provider was asked to send."""

    received: list[tuple[str, str]] = []

    def send(self, number, text):
        self.received.append((number, text))


@pytest.fixture
def pocket(settings):
    settings.SMS_BACKEND = f"{Pocket.__module__}.Pocket"
    Pocket.received = []
    original = messages.sms_backend
    messages.sms_backend = Pocket
    yield Pocket.received
    messages.sms_backend = original


@pytest.fixture
def places(db):
    rows = [(JILIN, 1, "吉林省", None), (YANBIAN, 2, "延边州", JILIN)]
    rows += [(YANJI, 3, "延吉市", YANBIAN), (TUMEN, 3, "图们市", YANBIAN)]
    offices = {}
    for code, level, name, parent in rows:
        Region.objects.create(
            code=code, level=level, name=name, parent_code=parent, during=days(date(1949, 10, 1))
        )
        offices[code] = Organization.objects.create(
            kind="civil_affairs", level=level, region_code=code, name=f"{name}民政局"
        )
    return SimpleNamespace(jilin=JILIN, yanbian=YANBIAN, yanji=YANJI, tumen=TUMEN, offices=offices)


@pytest.fixture
def make_user(places):
    """`make_user("lin", role="first_registrar", region=YANJI)`: a person with an account, a factor and a grant."""
    witnesses = []

    def make(username, *, role=None, region=None, name="", factor=True, start=None):
        person = people.create_person(by=SYSTEM, on=today())
        if name:
            people.state_name(person, name=name, by=SYSTEM, on=today())
        user = actions.create_user(person, username=username, password=PASSWORD, by=SYSTEM, on=today())
        user.secret = pyotp.random_base32()
        if factor:
            actions.set_totp(user, secret=user.secret, by=SYSTEM, on=today())
        if role:
            while len(witnesses) < 2:
                witnesses.append(people.create_person(by=SYSTEM, on=today()))
            user.grant = actions.found_grant(
                person, role=role, organization=places.offices[region], region_code=region,
                witnesses=tuple(witnesses), start=start or today(), by=SYSTEM, on=today(),
            )  # fmt: skip
        return user

    return make


@pytest.fixture
def enter(client):
    """Sign a user in through the pages: password, then the code of the app where there is one."""

    def go(user, browser=client):
        answer = browser.post("/account/login/", {"name": user.username, "password": PASSWORD})
        if answer.url == "/account/login/code/":
            answer = browser.post(answer.url, {"code": pyotp.TOTP(user.secret).now()})
        return answer

    return go
