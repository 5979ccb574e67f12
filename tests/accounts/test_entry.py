"""Coming in: passwords, second factor, codes, sign-up, and what a stranger learns."""

import re
from datetime import timedelta

import pyotp
import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db.models import F
from django.test import Client

from shegong.ground.accounts import actions
from shegong.ground.accounts.factors import secrets_of
from shegong.ground.accounts.models import CodeRequest, SignIn, User
from shegong.ground.people import actions as people
from shegong.ground.people.models import Contact, Person
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.kernel.messages import Message, deliver
from shegong.kernel.throttle import Throttle

PASSWORD = "correct horse 9"
pytestmark = pytest.mark.django_db


def last_code(pocket):
    message = Message.objects.order_by("-id").first()
    deliver(message_id=message.pk)
    return re.search(r"\d{6}", pocket[-1][1])[0]


def test_an_officer_signs_in_with_password_and_app_and_is_led_to_the_office(make_user, enter, places, client):
    officer = make_user("lin", role="first_registrar", region=places.yanji, name="林秀英")
    first = client.post("/account/login/", {"name": "lin", "password": PASSWORD})
    assert first.url == "/account/login/code/"
    assert client.get("/my/account/").status_code == 302, "a password alone is not enough"
    page = client.get(first.url)
    assert page.status_code == 200
    second = client.post(first.url, {"code": pyotp.TOTP(officer.secret).now()})
    assert second.url == "/account/start/"
    assert client.get(second.url).url.startswith("/office/")


def test_a_wrong_code_of_the_app_is_422_and_a_used_one_worth_nothing(
    make_user, places, client, django_user_model
):
    officer = make_user("lin", role="first_registrar", region=places.yanji)
    client.post("/account/login/", {"name": "lin", "password": PASSWORD})
    assert client.post("/account/login/code/", {"code": "000000"}).status_code == 422
    code = pyotp.TOTP(officer.secret).now()
    assert client.post("/account/login/code/", {"code": code}).status_code == 302
    other = client.__class__()
    other.post("/account/login/", {"name": "lin", "password": PASSWORD})
    assert other.post("/account/login/code/", {"code": code}).status_code == 422


def test_an_officer_without_second_factor_is_led_to_it_and_may_work_after_setting_it_up(
    make_user, enter, places, client
):
    make_user("lin", role="security_admin", region=places.yanbian, factor=False)
    officer = User.objects.get(username="lin")
    assert enter(officer).url == "/account/start/"
    assert client.get("/account/start/").url == "/account/factor/"
    assert client.get("/office/grants/").url == "/account/factor/"
    page = client.get("/account/factor/app/")
    assert page.status_code == 200 and "data:image/svg+xml" in page.content.decode()
    secret = page.context["form"].secret
    wrong = client.post("/account/factor/app/", {"code": "123"})
    assert wrong.status_code == 422 and wrong.context["form"].secret == secret
    done = client.post("/account/factor/app/", {"code": pyotp.TOTP(secret).now()})
    assert done.url == "/account/factor/codes/"
    assert client.get(done.url).context["unused_codes"]
    assert client.get("/office/grants/").status_code == 200


def test_a_recovery_code_gets_in_once(make_user, places, client):
    officer = make_user("lin", role="first_registrar", region=places.yanji)
    with secrets_of(officer):
        code = Authenticator.objects.get(user=officer, type="recovery_codes").wrap().get_unused_codes()[0]
    for expected in (302, 422):
        browser = client.__class__()
        browser.post("/account/login/", {"name": "lin", "password": PASSWORD})
        assert browser.post("/account/login/code/", {"code": code}).status_code == expected


def test_secrets_of_the_app_are_sealed_in_the_database(make_user, places):
    officer = make_user("lin", factor=True)
    assert officer.secret not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_rights_end_with_the_next_request_when_the_grant_ends_or_the_account_is_disabled(
    make_user, enter, places, client
):
    officer = make_user("lin", role="security_admin", region=places.yanbian)
    enter(officer)
    assert client.get("/office/grants/").status_code == 200
    actions.end_grant(officer.grant, reason="换岗", by=SYSTEM, on=today())
    assert client.get("/office/grants/").status_code == 403
    actions.disable_user(officer, reason="离职", by=SYSTEM, on=today())
    assert client.get("/account/factor/").url.startswith("/account/login/")


def test_a_grant_that_begins_tomorrow_gives_nothing_today(make_user, enter, places, client):
    officer = make_user("wu", role="security_admin", region=places.yanbian, start=today() + timedelta(days=1))
    enter(officer)
    assert client.get("/office/grants/").status_code == 403


def test_a_worker_signs_up_with_a_phone_and_the_phone_is_nowhere_in_plain(client, pocket, places):
    asked = client.post("/account/code/", {"address": "138 0013 8000"})
    assert asked.url == "/account/code/confirm/"
    code = last_code(pocket)
    assert pocket[-1][0] == "+8613800138000"
    joined = client.post(asked.url, {"code": code})
    assert joined.url == "/account/join/"
    weak = client.post(joined.url, {"password": "1234567890"})
    assert weak.status_code == 422
    assert client.post(joined.url, {"password": PASSWORD}).url == "/account/start/"
    assert client.get("/account/start/").url == "/my/"
    user = User.objects.get()
    assert user.person.contacts.get().verified_at
    assert "138" not in user.username
    for model in (Contact, CodeRequest, Message, User):
        for row in model.objects.values():
            assert "13800138000" not in str(row) and code not in str(row)
    fresh = client.__class__()
    assert (
        fresh.post("/account/login/", {"name": "13800138000", "password": PASSWORD}).url == "/account/start/"
    )


def test_the_same_phone_typed_again_signs_in_and_makes_no_second_person(client, pocket, places):
    for turn in range(2):
        browser = client.__class__()
        Throttle.objects.all().delete()
        browser.post("/account/code/", {"address": "13800138000"})
        answer = browser.post("/account/code/confirm/", {"code": last_code(pocket)})
        if turn == 0:
            browser.post(answer.url, {"password": PASSWORD})
        else:
            assert answer.url == "/account/start/"
    assert Person.objects.count() == 1


def test_known_and_unknown_addresses_get_the_same_answer(client, pocket, make_user, places):
    known = make_user("wu", factor=False)
    people.state_contact(
        known.person, kind="phone", value="13900139000", verified=True, by=SYSTEM, on=today()
    )
    answers = []
    for address in ("13900139000", "13900139001"):
        browser = client.__class__()
        asked = browser.post("/account/code/", {"address": address})
        page = browser.get(asked.url)
        body = re.sub(r'value="[^"]+"|<b>\d{6}</b>', "", page.content.decode())
        answers.append((asked.status_code, asked.url, body))
    assert answers[0] == answers[1]
    wrong = [
        client.post("/account/login/", {"name": name, "password": "no such thing 1"})
        for name in ("wu", "nobody")
    ]
    texts = [w.context["form"].non_field_errors() for w in wrong]
    assert [w.status_code for w in wrong] == [422, 422] and texts[0] == texts[1]


def test_a_code_dies_after_five_wrong_tries_even_for_the_right_one(client, pocket, places):
    client.post("/account/code/", {"address": "13800138000"})
    code = last_code(pocket)
    wrong = f"{(int(code) + 1) % 1000000:06d}"
    for _ in range(5):
        assert client.post("/account/code/confirm/", {"code": wrong}).status_code == 422
    assert client.post("/account/code/confirm/", {"code": code}).status_code == 422


def test_a_code_of_another_browser_is_worth_nothing(client, pocket, places):
    client.post("/account/code/", {"address": "13800138000"})
    code = last_code(pocket)
    stranger = client.__class__()
    assert stranger.post("/account/code/confirm/", {"code": code}).url == "/account/code/"


def test_codes_to_one_phone_are_limited(client, pocket, places):
    assert client.post("/account/code/", {"address": "13800138000"}).status_code == 302
    again = client.__class__().post("/account/code/", {"address": "+86 138-0013-8000"})
    assert again.status_code == 422
    assert CodeRequest.objects.count() == 1


def test_ten_wrong_passwords_shut_the_door_for_a_while_also_for_the_right_one(client, make_user, places):
    make_user("wu", factor=False)
    for _ in range(10):
        client.post("/account/login/", {"name": "wu", "password": "no such thing 1"})
    assert client.post("/account/login/", {"name": "wu", "password": PASSWORD}).status_code == 422
    Throttle.objects.update(ends_at=F("ends_at") - timedelta(minutes=20))
    assert client.post("/account/login/", {"name": "wu", "password": PASSWORD}).status_code == 302


def test_after_sign_in_only_pages_of_ours_are_gone_to(client, make_user, places):
    make_user("wu", factor=False)
    for asked, led in (
        ("https://evil.example/", "/account/start/"),
        ("//evil.example", "/account/start/"),
        ("/my/inbox/", "/my/inbox/"),
    ):
        browser = client.__class__()
        answer = browser.post("/account/login/", {"name": "wu", "password": PASSWORD, "next": asked})
        assert answer.url == led


def test_the_session_key_changes_at_sign_in_and_signing_out_ends_it_on_the_server(client, make_user, places):
    make_user("wu", factor=False)
    client.get("/account/code/")
    client.post("/account/code/", {"address": "13800138000"})
    before = client.session.session_key
    client.post("/account/login/", {"name": "wu", "password": PASSWORD})
    kept = client.cookies["session"].value
    assert kept != before
    client.post("/account/logout/")
    client.cookies["session"] = kept
    assert client.get("/account/factor/").url.startswith("/account/login/")
    assert SignIn.objects.open().count() == 0


def test_unused_pages_of_the_library_do_not_exist(client):
    for path in ("signup", "email", "password/reset", "password/change", "phone/change"):
        assert client.get(f"/account/{path}/").status_code == 404


def test_another_spelling_of_a_phone_gains_no_more_tries(client, places):
    spellings = [
        "13812345678",
        "+86 138 1234 5678",
        "0086-13812345678",
        "１３８１２３４５６７８",
        "138-1234-5678",
    ]
    for n in range(10):
        client.post("/account/login/", {"name": spellings[n % 5], "password": f"wrong {n}"})
    answer = client.post("/account/login/", {"name": "86 138 12345678", "password": "wrong"})
    assert "秒后再试" in answer.content.decode() or "Wait" in answer.content.decode()


@pytest.mark.parametrize("written", ["{0}", " {0} ", "{1} {2}", "{1}-{2}"])
def test_a_code_of_the_app_is_used_up_however_it_is_written(make_user, places, client, written):
    user = make_user("lin", role="first_registrar", region=places.yanji)
    code = pyotp.TOTP(user.secret).now()
    client.post("/account/login/", {"name": "lin", "password": PASSWORD})
    assert client.post("/account/login/code/", {"code": code}).status_code == 302
    cache.clear()  # another server process, whose memory knows nothing of the first use
    again = Client()
    again.post("/account/login/", {"name": "lin", "password": PASSWORD})
    asked = written.format(code, code[:3], code[3:])
    assert again.post("/account/login/code/", {"code": asked}).status_code == 422
