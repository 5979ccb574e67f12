"""Secrets of second factors belong to one user; grave acts ask for a fresh proof and lose nothing that was typed."""

from importlib import import_module
from urllib.parse import urlencode

import pyotp
import pytest
from allauth.account.utils import url_str_to_user_pk
from allauth.mfa.models import Authenticator
from django.apps import apps

from shegong.ground.accounts.adapter import MfaAdapter
from shegong.ground.accounts.factors import PLACE, open_secret, owner_of_secrets, secrets_of
from shegong.ground.accounts.models import Grant, GrantRequest, User
from shegong.ground.people.models import Contact
from shegong.kernel.http import today
from shegong.kernel.sealing import SealError, seal

PASSWORD = "correct horse 9"
pytestmark = pytest.mark.django_db


def app_of(user):
    return Authenticator.objects.get(user=user, type="totp")


def enters(client, user, secret):
    """Whether password and a code of this secret let the user in."""
    browser = client.__class__()
    browser.post("/account/login/", {"name": user.username, "password": PASSWORD})
    return browser.post("/account/login/code/", {"code": pyotp.TOTP(secret).now()}).status_code == 302


def test_a_secret_copied_into_another_users_row_lets_nobody_in(make_user, client, caplog):
    own, officer = make_user("own"), make_user("lin")
    row = app_of(officer)
    Authenticator.objects.filter(pk=row.pk).update(data=app_of(own).data)
    assert not enters(client, officer, own.secret)
    assert "changed in the database" in caplog.text
    with pytest.raises(SealError):
        open_secret(app_of(own).data["secret"], officer.pk)
    assert enters(client, own, own.secret)


def test_secrets_are_touched_only_for_a_named_user(make_user):
    user = make_user("lin")
    with pytest.raises(LookupError):
        app_of(user).wrap().validate_code("000000")
    with secrets_of(user):
        assert owner_of_secrets(None) == user.pk


def test_the_migration_seals_for_their_owners_what_was_sealed_for_all(make_user, client):
    user = make_user("lin")
    codes = Authenticator.objects.get(user=user, type="recovery_codes")
    with secrets_of(user):
        before = codes.wrap().get_unused_codes()
    seed = open_secret(codes.data["seed"], user.pk)
    for row, name, plain in ((app_of(user), "secret", user.secret), (codes, "seed", seed)):
        row.data[name] = seal(plain, row="secret", **PLACE).hex()
        row.save()
    assert not enters(client, user, user.secret)
    migration = import_module("shegong.ground.accounts.migrations.0004_secrets_for_owners")
    migration.seal_for_owners(apps, None)
    assert enters(client, user, user.secret)
    with secrets_of(user):
        assert Authenticator.objects.get(pk=codes.pk).wrap().get_unused_codes() == before


@pytest.fixture
def stale(client, let_in):
    """`stale(user)`: signed in long ago, second factor included."""

    def go(user):
        let_in(client, user)
        session = client.session
        records = session["account_authentication_methods"]
        session["account_authentication_methods"] = [{**record, "at": 1} for record in records]
        session.save()
        return client

    return go


def test_rights_are_neither_asked_for_nor_ended_nor_accounts_shut_without_a_fresh_second_factor(
    make_user, places, stale, let_in
):
    admin = make_user("admin", role="security_admin", region=places.yanbian)
    officer = make_user("lin", role="first_registrar", region=places.yanji)
    make_user("newcomer")
    wish = {"person": "newcomer", "role": "leader", "organization": "延吉", "region": str(places.yanji),
            "starts_on": today().isoformat(), "ends_on": "", "reason": "新任领导"}  # fmt: skip
    grave = [
        ("/office/grants/propose/", wish, lambda: GrantRequest.objects.exists()),
        (f"/office/grants/{officer.grant.pk}/", {"reason": "调离岗位"},
         lambda: Grant.objects.get(pk=officer.grant.pk).ended_by_id is not None),
        (f"/office/users/{officer.pk}/", {"reason": "离职停用"}, lambda: not User.objects.get(pk=officer.pk).is_active),
    ]  # fmt: skip
    for address, typed, done in grave:
        browser = stale(admin)
        assert "/account/again/" in browser.get(address).content.decode(), "the page says so beforehand"
        asked = browser.post(address, typed)
        assert asked.url == f"/account/again/code/?{urlencode({'next': address})}"
        assert not done(), address
        code = {"code": pyotp.TOTP(admin.secret).now(), "next": address}
        if address == grave[0][0]:  # one code is worth one proof
            assert browser.post(asked.url, code).url == address
        else:
            unsent = browser.session["unsent"]
            let_in(browser, admin)
            browser.session["unsent"] = unsent
        page = browser.get(address).content.decode()
        assert typed["reason"] in page, "nothing typed is lost"
        assert browser.post(address, typed).status_code == 302
        assert done(), address


def test_a_new_phone_asks_for_a_fresh_proof_first_the_password_where_there_is_no_factor(
    make_user, stale, pocket
):
    browser = stale(make_user("wu", factor=False))
    asked = browser.post("/my/account/contact/", {"address": "13900001111"})
    again = browser.get(asked.url)
    while again.status_code == 302:
        again = browser.get(again.url)
    assert again.wsgi_request.path == "/account/again/"
    proof = {"password": PASSWORD, "next": "/my/account/contact/"}
    assert browser.post("/account/again/", {**proof, "password": "wrong"}).status_code == 422
    assert browser.post("/account/again/", proof).url == "/my/account/contact/"
    assert "13900001111" in browser.get("/my/account/contact/").content.decode()
    sent = browser.post("/my/account/contact/", {"address": "13900001111"})
    assert sent.url == "/my/account/contact/confirm/"
    assert not Contact.objects.exists()


def test_a_passkeys_handle_leads_back_to_its_user_whatever_the_number(make_user, places):
    user = make_user("lin", role="first_registrar", region=places.yanji)
    user.pk = 1234  # of more than one digit: the library writes it to another base
    handle = MfaAdapter().get_public_key_credential_user_entity(user)["id"]
    assert url_str_to_user_pk(handle.decode()) == user.pk
