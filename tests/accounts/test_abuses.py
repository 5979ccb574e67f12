"""A21 and A29: sessions that somebody else planted or kept, and doors that would tell who has an account."""

from datetime import timedelta

import pyotp
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db.models import F
from django.test import Client

from shegong.ground.accounts.models import CodeRequest
from shegong.kernel.throttle import Throttle

PASSWORD = "correct horse 9"


def key_of(browser):
    return browser.cookies["session"].value


def test_a21_a_session_that_somebody_planted_is_another_one_after_each_step_of_signing_in(
    make_user, places, client
):
    officer = make_user("lin", role="first_registrar", region=places.yanji)
    client.post("/account/code/", {"address": "13800138000"})  # gives the stranger's browser a session
    planted = key_of(client)
    client.post("/account/login/", {"name": "lin", "password": PASSWORD})
    half = key_of(client)
    client.post("/account/login/code/", {"code": pyotp.TOTP(officer.secret).now()})
    whole = key_of(client)
    assert whole not in (planted, half) and len(whole) == 32, "a new one with the rights, of 165 bits"
    assert client.get("/office/people/").status_code == 200
    for old in {planted, half}:
        stranger = Client()
        stranger.cookies["session"] = old
        assert stranger.get("/office/people/").url.startswith("/account/login/")


def test_a21_a_cookie_that_somebody_copied_ends_with_the_password_and_with_signing_out(
    make_user, enter, client
):
    user = make_user("wu", factor=False)
    enter(user)
    copied = key_of(client)
    client.post("/my/account/password/", {"old": PASSWORD, "password": "a better horse 7"})
    assert key_of(client) != copied
    thief = Client()
    thief.cookies["session"] = copied
    assert thief.get("/my/account/").url.startswith("/account/login/")
    thief.cookies["session"] = key_of(client)
    assert thief.get("/my/account/").status_code == 200, "the control: a copy works while the session lasts"
    client.post("/account/logout/")
    assert thief.get("/my/account/").url.startswith("/account/login/")


def test_a21_a_made_up_session_key_is_not_taken_up(make_user, client):
    make_user("wu", factor=False)
    client.cookies["session"] = "a" * 32
    client.post("/account/login/", {"name": "wu", "password": PASSWORD})
    assert key_of(client) != "a" * 32


def test_a29_a_password_is_hashed_once_whether_or_not_anybody_has_the_name(make_user, client, monkeypatch):
    make_user("wu", factor=False)
    counted, plain = [], Argon2PasswordHasher.encode

    def encode(self, password, salt):
        counted.append("encode")
        return plain(self, password, salt)

    def verify(self, password, encoded):
        counted.append("verify")
        return False

    monkeypatch.setattr(Argon2PasswordHasher, "encode", encode)
    monkeypatch.setattr(Argon2PasswordHasher, "verify", verify)
    answers, work = [], []
    for name in ("wu", "nobody", "13800138000"):
        counted.clear()
        answers.append(client.post("/account/login/", {"name": name, "password": "no such thing 1"}))
        work.append(len(counted))
    assert [one.status_code for one in answers] == [422] * 3
    assert work[0] == work[1] == work[2] >= 1


def test_a29_many_names_from_one_place_are_held_back_as_many_passwords_of_one_name_are(make_user, client):
    """Credential stuffing: each name once, with a list from elsewhere."""
    make_user("wu", factor=False)
    client.post("/account/login/", {"name": "anna", "password": "x"}, REMOTE_ADDR="203.0.113.9")
    Throttle.objects.update(hits=F("hits") + 199)
    held = client.post("/account/login/", {"name": "wu", "password": PASSWORD}, REMOTE_ADDR="203.0.113.9")
    assert held.status_code == 422
    elsewhere = client.post(
        "/account/login/", {"name": "wu", "password": PASSWORD}, REMOTE_ADDR="198.51.100.1"
    )
    assert elsewhere.status_code == 302


@pytest.mark.usefixtures("places", "pocket")
def test_a29_no_phone_gets_more_than_ten_codes_a_day_and_no_place_orders_more_than_sixty_in_ten_minutes(
    client,
):
    sent = 0
    for _hour in range(4):
        for _try in range(8):
            sent += Client().post("/account/code/", {"address": "13800138000"}).status_code == 302
            Throttle.objects.filter(hits=1).update(ends_at=F("ends_at") - timedelta(seconds=50))
        hour_ago = F("ends_at") - timedelta(minutes=70)
        Throttle.objects.filter(hits__lte=6).update(ends_at=hour_ago)
    assert 1 <= sent <= 10
    Throttle.objects.all().delete()
    bombed = [
        client.post("/account/code/", {"address": f"1380013{n:04d}"}, REMOTE_ADDR="203.0.113.9").status_code
        for n in range(65)
    ]
    assert bombed.count(302) == 60 and set(bombed[60:]) == {422}


@pytest.mark.usefixtures("places")
def test_a29_a_host_that_is_not_ours_is_refused_and_no_message_names_it(client, pocket):
    for headers in ({"Host": "evil.example"}, {"Host": "testserver", "X-Forwarded-Host": "evil.example"}):
        client.post("/account/code/", {"address": "13800138000"}, headers=headers)
    assert (
        client.post(
            "/account/code/", {"address": "13900139000"}, headers={"Host": "evil.example"}
        ).status_code
        == 400
    )
    assert CodeRequest.objects.count() <= 1
    assert all("evil" not in text and "http" not in text for _number, text in pocket)


@pytest.mark.parametrize("common", ["qwertyuiop", "1234567890", "password123", "short 1"])
def test_a_common_password_is_refused(make_user, enter, client, common):
    """ASVS 6.2.1, 6.2.4."""
    enter(make_user("wu", factor=False))
    answer = client.post("/my/account/password/", {"old": PASSWORD, "password": common})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "guess", ["Shegong2026", "jilinminzheng1", "吉林社会工作2026", "Changchun-1", "wuwuwuwuwu12"]
)
def test_a_password_that_is_little_more_than_names_of_the_place_is_refused(make_user, enter, client, guess):
    """ASVS 6.1.2, 6.2.11; the sign-in name is one of them, full-width letters are the same letters."""
    enter(make_user("wu", factor=False))
    for typed in (guess, guess.translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)})):
        answer = client.post("/my/account/password/", {"old": PASSWORD, "password": typed})
        assert answer.status_code == 422, typed
    assert (
        client.post(
            "/my/account/password/", {"old": PASSWORD, "password": f"{guess} mit sieben Siegeln"}
        ).status_code
        == 302
    )


def test_a_password_is_kept_behind_argon2(make_user):
    """ASVS 11.4.2."""
    user = make_user("wu", factor=False)
    assert user.password.startswith("argon2$argon2id$") and PASSWORD not in user.password
