"""One's own account: devices ended at the next request, passwords, a new phone, the inbox."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from shegong.ground.accounts.middleware import SIGN_IN
from shegong.ground.accounts.models import SignIn
from shegong.ground.people.models import Contact
from shegong.kernel import messages
from shegong.kernel.messages import Message, deliver

PASSWORD = "correct horse 9"
pytestmark = pytest.mark.django_db


def test_a_device_is_signed_out_from_another_one_with_its_next_request(make_user, enter, client):
    user = make_user("wu", factor=False)
    phone = client.__class__(headers={"User-Agent": "Mozilla/5.0 (Linux; Android 9) MicroMessenger/8.0"})
    enter(user, phone)
    enter(user)
    page = client.get("/my/account/").content.decode()
    assert "WeChat · Android" in page
    row = SignIn.objects.get(device="WeChat · Android")
    assert client.post(f"/my/account/devices/{row.pk}/end/").status_code == 302
    assert phone.get("/my/account/").url.startswith("/account/login/")
    assert client.get("/my/account/").status_code == 200


def test_nobody_ends_the_device_of_another_person(make_user, enter, client):
    enter(make_user("wu", factor=False))
    stranger = client.__class__()
    enter(make_user("li", factor=False), stranger)
    row = SignIn.objects.get(user__username="wu")
    assert stranger.post(f"/my/account/devices/{row.pk}/end/").status_code == 404
    assert client.get("/my/account/").status_code == 200


def test_a_new_password_needs_the_old_one_and_signs_every_other_device_out(make_user, enter, client):
    user = make_user("wu", factor=False)
    other = client.__class__()
    enter(user, other)
    enter(user)
    wrong = client.post("/my/account/password/", {"old": "not this one", "password": "a better horse 7"})
    assert wrong.status_code == 422
    short = client.post("/my/account/password/", {"old": PASSWORD, "password": "short"})
    assert short.status_code == 422
    right = client.post("/my/account/password/", {"old": PASSWORD, "password": "a better horse 7"})
    assert right.status_code == 302
    assert client.get("/my/account/").status_code == 200
    assert other.get("/my/account/").url.startswith("/account/login/")
    fresh = client.__class__()
    assert fresh.post("/account/login/", {"name": "wu", "password": PASSWORD}).status_code == 422
    assert fresh.post("/account/login/", {"name": "wu", "password": "a better horse 7"}).status_code == 302


def test_a_new_phone_is_taken_over_only_after_the_code_that_went_there(make_user, enter, client, pocket):
    user = make_user("wu", factor=False)
    enter(user)
    client.post("/my/account/contact/", {"address": "13700137000"})
    assert not Contact.objects.exists()
    deliver(message_id=Message.objects.latest("id").pk)
    code = re.search(r"\d{6}", pocket[-1][1])[0]
    assert (
        client.post(
            "/my/account/contact/confirm/", {"code": "000000" if code != "000000" else "1"}
        ).status_code
        == 422
    )
    assert client.post("/my/account/contact/confirm/", {"code": code}).status_code == 302
    assert Contact.objects.get().masked == "137****7000"
    assert (
        client.__class__().post("/account/login/", {"name": "13700137000", "password": PASSWORD}).status_code
        == 302
    )


def test_the_inbox_shows_ones_own_messages_and_only_a_post_marks_them_read(make_user, enter, client):
    mine, other = make_user("wu", factor=False), make_user("li", factor=False)
    with transaction.atomic():
        for user in (mine, other):
            template = messages.Template("test", f"For {user.username}", "Read me")
            messages.send(user.person, template, {}, channels=("inbox",))
    enter(mine)
    page = client.get("/my/inbox/").content.decode()
    assert "For wu" in page and "For li" not in page
    own, foreign = Message.objects.order_by("id")
    assert client.get(f"/my/inbox/{own.pk}/").status_code == 200
    for method in (client.get, client.post):
        assert method(f"/my/inbox/{foreign.pk}/").status_code == 404
    own.refresh_from_db()
    assert own.read_at is None
    assert client.post(f"/my/inbox/{own.pk}/").status_code == 302
    assert client.post(f"/my/inbox/{foreign.pk}/").status_code == 404
    own.refresh_from_db()
    foreign.refresh_from_db()
    assert own.read_at and not foreign.read_at


def test_the_actor_of_a_request_costs_few_queries(
    make_user, places, let_in, client, django_assert_max_num_queries
):
    user = make_user("lin", role="first_registrar", region=places.yanji)
    let_in(client, user)
    client.get("/account/factor/")
    with django_assert_max_num_queries(9):
        client.get("/account/factor/")


def test_an_officers_sign_in_ends_after_half_an_hour_without_a_request_and_a_workers_does_not(
    client, let_in, make_user, places
):
    """ASVS 7.3.1 and level-3 protection 8.1.4.1: a desk left alone is nobody's."""
    officer, worker = make_user("officer", role="first_registrar", region=places.yanji), make_user("lin")
    for user, minutes, stays in ((officer, 29, True), (officer, 31, False), (worker, 31, True)):
        let_in(client, user)
        row = SignIn.objects.create(user=user)
        SignIn.objects.filter(pk=row.pk).update(seen_at=timezone.now() - timedelta(minutes=minutes))
        session = client.session
        session[SIGN_IN] = row.pk
        session.save()
        assert (client.get("/my/account/").status_code == 200) is stays
        row.refresh_from_db()
        assert (row.ended_at is None) is stays
        assert (client.get("/my/account/").status_code == 200) is stays
