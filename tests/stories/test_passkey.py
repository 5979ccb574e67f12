"""A passkey from end to end, in a browser with a virtual authenticator: added, signed in with, asked again, removed."""

import pytest
from allauth.mfa.models import Authenticator
from fixtures.screens import follow

from shegong.kernel.journal import JournalEntry
from shegong.kernel.messages import Message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
YANJI = 222401000
DESKTOP = {"width": 1440, "height": 900}
FINGER = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def key():
    """`key(page)`: the browser gets an authenticator with a finger on it; answers with what it holds."""

    def give(page):
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        found = session.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER})["authenticatorId"]
        return lambda: session.send("WebAuthn.getCredentials", {"authenticatorId": found})["credentials"]

    return give


def add(page, name):
    page.goto("/account/factor/")
    follow(page, "a[href$='/account/factor/keys/add/']")
    page.fill("[name=name]", name)
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda address: "/keys/add/" not in address)


def leave(page):
    page.goto("/account/logout/")
    page.click("main button")
    page.wait_for_url("**/account/login/")


def test_a_passkey_is_added_signs_in_proves_again_and_is_removed(open_page, make_clerk, key):
    officer = make_clerk("yanji", YANJI, name="王海")
    page = open_page(DESKTOP, officer)
    held = key(page)
    add(page, "办公室指纹")
    (credential,) = held()
    assert credential["rpId"] == "localhost" and credential["isResidentCredential"]
    row = Authenticator.objects.get(user=officer.user, type="webauthn")

    leave(page)
    page.bring_to_front()  # a browser gives keys only to the window in front
    page.click("#passkey_login")
    page.wait_for_url("**/office/**")
    assert "王海" in page.content()
    assert held()[0]["signCount"] > credential["signCount"]

    page.context.clear_cookies(name="none")  # the session stays; only its proof grows old
    page.goto("/account/again/key/?next=/my/account/")
    page.click("#mfa_webauthn_reauthenticate")
    page.wait_for_url(lambda address: "/again/" not in address)

    page.goto("/account/factor/keys/")
    assert "办公室指纹" in page.inner_text("main")
    page.click(f"a[href$='/keys/{row.pk}/remove/']")
    page.click("main button.danger")
    page.wait_for_url(lambda address: "/remove/" not in address)
    assert not Authenticator.objects.filter(pk=row.pk).exists()
    told = Message.objects.inbox(officer.person.pk).values_list("kind", flat=True)
    assert {"accounts.factor.add", "accounts.factor.remove"} <= set(told)
    verbs = JournalEntry.objects.filter(person_id=officer.person.pk).values_list("verb", flat=True)
    assert {"accounts.factor.add", "accounts.factor.remove"} <= set(verbs)

    leave(page)
    page.click("#passkey_login")  # the browser still holds it; the office does not know it any more
    page.wait_for_timeout(1500)
    page.goto("/office/queue/registration/")
    assert "/account/login/" in page.url


def test_a_passkey_is_the_second_factor_after_a_password(open_page, make_clerk, key):
    officer = make_clerk("yanji", YANJI, name="王海")
    page = open_page(DESKTOP, officer)
    held = key(page)
    add(page, "办公室指纹")
    leave(page)
    page.fill("[name=name]", "yanji")
    page.fill("[name=password]", "correct horse 9")
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/account/login/code/**")
    page.click("text=使用通行密钥")
    page.wait_for_url("**/office/**")
    assert len(held()) == 1


def test_somebody_elses_finger_adds_nothing(open_page, make_clerk):
    """Without an authenticator the browser says no, and the page stays with what was typed."""
    page = open_page(DESKTOP, make_clerk("yanji", YANJI))
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER | {"isUserVerified": False}})
    page.goto("/account/factor/keys/add/")
    page.fill("[name=name]", "别人的")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_timeout(1000)
    assert page.url.endswith("/account/factor/keys/add/") and page.input_value("[name=name]") == "别人的"
    assert not Authenticator.objects.filter(type="webauthn").exists()
