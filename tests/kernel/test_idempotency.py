"""The same form sent twice does its work once; an answer of an error is not kept; another body is refused."""

from types import ModuleType

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import path

from shegong.config import urls as house
from shegong.ground.accounts.models import User
from shegong.ground.people.models import Person
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import page
from shegong.kernel.idempotency import IdempotencyKey

KEY = "k" * 20


@page(SIGNED_IN, methods=("POST",))
def work(request):
    Person.objects.create()
    if request.POST.get("title") == "bad":
        return HttpResponse("no", status=422)
    answer = HttpResponse(f"made {Person.objects.count()}")
    if request.POST.get("title") == "moved":
        answer = HttpResponse(status=302, headers={"Location": f"/p/{Person.objects.count()}/"})
    return answer


@pytest.fixture
def send(settings, db, client):
    """`send(title, key)`: the form with its key; people are counted from one, who is signed in."""
    settings.ROOT_URLCONF = ModuleType("more_urls")
    settings.ROOT_URLCONF.urlpatterns = [path("t/work/", work), *house.urlpatterns]
    client.force_login(User.objects.create(username="lin", person=Person.objects.create()))

    def go(title, key=KEY, browser=client, **headers):
        return browser.post("/t/work/", {"title": title, "_once": key}, headers=headers)

    return go


def test_the_second_sender_gets_the_first_answer(send):
    first, again = send("x"), send("x")
    assert (first.content, again.content, again.status_code) == (b"made 2", b"made 2", 200)
    assert Person.objects.count() == 2


def test_a_redirect_is_answered_again_as_a_redirect(send):
    assert [send("moved")["Location"], send("moved")["Location"]] == ["/p/2/", "/p/2/"]


def test_the_key_may_come_in_a_header(send):
    for _ in range(2):
        assert send("x", key="", **{"idempotency-key": KEY}).content == b"made 2"


def test_another_body_under_the_same_key_is_refused(send):
    send("x")
    refused = send("y")
    assert refused.status_code == 422 and Person.objects.count() == 2


def test_another_file_of_the_same_name_and_size_is_another_body(send, client):
    def upload(content):
        return client.post("/t/work/", {"_once": KEY, "file": SimpleUploadedFile("a.jpg", content)})

    first = upload(b"one photo")
    assert upload(b"one photo").content == first.content == b"made 2"
    assert upload(b"two photo").status_code == 422 and Person.objects.count() == 2


def test_an_error_is_rolled_back_and_not_kept_so_the_corrected_form_goes_under_the_same_key(send):
    assert send("bad").status_code == 422
    assert (Person.objects.count(), IdempotencyKey.objects.count()) == (1, 0)
    assert send("good").content == b"made 2"


def test_two_people_may_use_the_same_key(send, client):
    send("x")
    other = client.__class__()
    other.force_login(User.objects.create(username="wu", person=Person.objects.create()))
    assert send("x", browser=other).content == b"made 4"


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with spaces in the key"])
def test_without_a_usable_key_the_page_just_works(send, key):
    assert [send("x", key=key).content, send("x", key=key).content] == [b"made 2", b"made 3"]
    assert IdempotencyKey.objects.count() == 0
