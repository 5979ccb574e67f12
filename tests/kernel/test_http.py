"""Pages: what is declared is enforced; refusals are 422 and 409 as page and as JSON; an ended session loses nothing."""

import json
from types import ModuleType

import pytest
from django import forms
from django.db import connection
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client
from django.urls import path

from shegong.config import urls as house
from shegong.ground.accounts.models import User
from shegong.ground.people.models import Person
from shegong.kernel.access import PUBLIC, SIGNED_IN
from shegong.kernel.http import attempt, page, see, status_of, typed_before
from shegong.kernel.refusal import Obstacle, Refused, Stale
from shegong.kernel.routes import every_route_declares, routes


class Typed(forms.Form):
    """Two fields, one of which a rule may refuse."""

    title = forms.CharField()
    password = forms.CharField(required=False)


@page(SIGNED_IN, methods=("GET", "POST"))
def write(request):
    form = Typed(request.POST) if request.method == "POST" else Typed(initial=typed_before(request))
    if request.method == "POST" and attempt(form, lambda: refuse(form.cleaned_data["title"])):
        return see(request, "accounts:start")
    return HttpResponse(f"{get_token(request) and ''}{form.as_p()}", status=status_of(form))


def refuse(title):
    if title == "stale":
        raise Stale()
    if title == "bad":
        raise Refused(
            [
                Obstacle("bad", "Not %(what)s.", field="title", params={"what": "this"}),
                Obstacle("all", "Nor any."),
            ]
        )
    return title


@page(PUBLIC, methods=("POST",))
def act(request):
    return HttpResponse(refuse(request.POST.get("title", "")))


@page("registry.read")
def officers_only(request):
    return HttpResponse("secret")


@page(PUBLIC)
def held_up(request):
    with connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'held' USING ERRCODE = '55P03'; END $$")


def undeclared(request):
    return HttpResponse("served to nobody")


OURS = [
    path("t/write/", write),
    path("t/act/", act),
    path("t/officers/", officers_only),
    path("t/held/", held_up),
    path("t/undeclared/", undeclared),
]


@pytest.fixture(autouse=True)
def urls(settings, db):
    settings.ROOT_URLCONF = ModuleType("more_urls")
    vars(settings.ROOT_URLCONF).update({k: v for k, v in vars(house).items() if k.startswith("handler")})
    settings.ROOT_URLCONF.urlpatterns = [*OURS, *house.urlpatterns]


@pytest.fixture
def user(db):
    return User.objects.create(username="lin", person=Person.objects.create())


@pytest.fixture
def signed_in(client, user):
    client.force_login(user)
    return client


def test_a_route_that_declares_nothing_stops_the_start_and_is_served_to_nobody(client):
    assert [error.id for error in every_route_declares(None)] == ["shegong.E001"]
    assert client.get("/t/undeclared/").status_code == 403
    listed = {route["path"]: route for route in routes()}
    assert (
        listed["/t/write/"]["methods"] == ["GET", "HEAD", "POST"]
        and listed["/t/undeclared/"]["permission"] is None
    )


def test_only_declared_methods_are_served(signed_in):
    for method in ("put", "patch", "delete"):
        got = getattr(signed_in, method)("/t/write/")
        assert (got.status_code, got["Allow"]) == (405, "GET, POST, HEAD")
    assert signed_in.get("/t/act/").status_code == 405


def test_a_page_for_officers_is_403_for_others_and_leads_nobody_to_sign_in(client, signed_in):
    assert signed_in.get("/t/officers/").status_code == 403
    stranger = Client().get("/t/officers/")
    assert stranger.status_code == 302 and stranger.url.startswith("/account/login/?next=/t/officers/")
    assert Client().get("/t/officers/", headers={"accept": "application/json"}).status_code == 401


@pytest.mark.parametrize("address", ["/t/write/", "/t/officers/", "/my/"])
def test_answers_of_pages_that_are_not_public_are_never_kept_by_anybody(signed_in, address):
    for client in (signed_in, Client()):
        assert "no-store" in client.get(address)["Cache-Control"]


def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(signed_in):
    got = signed_in.post("/t/write/", {"title": "bad"})
    text = got.content.decode()
    assert got.status_code == 422 and "Not this." in text and "Nor any." in text and 'value="bad"' in text
    assert signed_in.post("/t/write/", {"title": ""}).status_code == 422
    assert signed_in.post("/t/write/", {"title": "good"}).status_code == 302


@pytest.mark.parametrize(("title", "status", "code"), [("bad", 422, "bad"), ("stale", 409, "stale")])
def test_an_uncaught_refusal_is_a_page_or_json_as_asked(client, title, status, code):
    shown = client.post("/t/act/", {"title": title})
    assert (shown.status_code, shown["Content-Type"].partition(";")[0]) == (status, "text/html")
    assert b"<h1" in shown.content
    told = client.post("/t/act/", {"title": title}, headers={"accept": "application/json"})
    assert told.status_code == status
    assert json.loads(told.content)["obstacles"][0]["code"] == code


def test_what_was_typed_when_the_session_had_ended_comes_back_once_without_secrets(client, user):
    ended = client.post("/t/write/", {"title": "三年的经历", "password": "hush"})
    assert ended.status_code == 302 and "/account/login/" in ended.url
    kept = client.session["unsent"]
    assert "经历" not in str(kept) and "hush" not in str(kept)  # sealed
    client.force_login(user)
    again = client.get("/t/write/").content.decode()
    assert "三年的经历" in again and "hush" not in again
    assert "三年的经历" not in client.get("/t/write/").content.decode()


def test_a_form_without_its_token_gets_a_page_that_says_so_and_keeps_what_was_typed(user):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    foreign = strict.post("/t/write/", {"title": "x"}, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403 and "unsent" not in strict.session
    ours = strict.post("/t/write/", {"title": "三年"}, headers={"origin": "http://testserver"})
    assert ours.status_code == 403 and "登录已超时" in ours.content.decode()
    assert "三年" in strict.get("/t/write/").content.decode()


def test_what_no_database_can_keep_is_refused_in_one_sentence(signed_in):
    assert signed_in.post("/t/write/", {"title": "a\x00b"}).status_code == 422
    assert signed_in.get("/t/write/?q=%00").status_code == 422


def test_each_answer_names_its_request(client):
    one, other = (client.get("/healthz")["X-Request-Id"] for _ in range(2))
    assert one != other and len(one) == 16


def test_a_lock_that_somebody_held_too_long_is_503_and_says_when_to_come_again(client):
    got = client.get("/t/held/")
    assert (got.status_code, got["Retry-After"]) == (503, "5") and b"<h1" in got.content
