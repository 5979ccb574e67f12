"""A small Jilin served live, people with phones, officers with an authenticator app, and a real browser."""

import importlib.util
import re
from pathlib import Path
from types import SimpleNamespace

import pyotp
import pytest
from django.conf import settings as house

from shegong.kernel import messages

TESTS = Path(__file__).resolve().parents[1]


def _load(name):
    spec = importlib.util.spec_from_file_location(f"shared_{name}", TESTS / name / "conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_registry = _load("registry")
offices, employer, make_applicant = _registry.offices, _registry.employer, _registry.make_applicant
make_clerk, make_case = _registry.make_clerk, _registry.make_case

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "correct horse 9"
PHONE, DESKTOP = {"width": 375, "height": 812}, {"width": 1440, "height": 900}


class Pocket:
    """The phones of a story: what the SMS provider was asked to send."""

    received: list[tuple[str, str]] = []

    def send(self, number, text):
        self.received.append((number, text))


@pytest.fixture
def pocket(monkeypatch):
    """`pocket(number)`: the code last sent to a phone."""
    Pocket.received = []
    monkeypatch.setattr(messages, "sms_backend", Pocket)

    def last_code(number):
        messages.deliver(
            message_id=messages.Message.objects.order_by("-id").first().pk
        )  # what the worker does
        text = [text for to, text in Pocket.received if to.endswith(number)][-1]
        return re.search(r"\d{6}", text)[0]

    return last_code


@pytest.fixture
def world(transactional_db, employer):
    """Offices, an employer and published holidays, in a database that the live server sees."""
    return SimpleNamespace(employer=employer)


@pytest.fixture
def open_page(chromium, live_server, world):
    """`open_page(PHONE)`: a page in a browser of its own that fails the story on any error of script or server."""
    contexts, faults = [], []

    def go(size, officer=None, **more):
        context = chromium.new_context(viewport=size, base_url=live_server.url, locale="zh-CN", **more)
        contexts.append(context)
        if officer is not None:
            value = officer.browser.cookies[house.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": house.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "response", lambda got: faults.append(f"{got.status} {got.url}") if got.status >= 500 else None
        )
        return page

    yield go
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def sign_in():
    """An officer signs in by the pages: name, password, code of the app."""

    def go(page, officer):
        page.goto("/account/login/")
        page.fill("[name=name]", officer.user.username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/login/code/**")
        page.fill("[name=code]", pyotp.TOTP(SECRET).now())
        page.press("[name=code]", "Enter")
        page.wait_for_url(lambda address: "/login/" not in address)

    return go
