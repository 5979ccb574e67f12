"""Input that nothing can use, tries that count though the page is undone, and two who were at it at once."""

from datetime import timedelta
from types import ModuleType

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, OperationalError
from django.http import HttpResponse
from django.urls import path

from shegong.config import urls as house
from shegong.ground.accounts.models import User
from shegong.kernel import throttle
from shegong.kernel.access import PUBLIC, SIGNED_IN
from shegong.kernel.http import page
from shegong.kernel.listing_query import Order, read_cursor
from shegong.kernel.saved_views import SavedView
from shegong.kernel.typed_numbers import whole_number
from shegong.kernel.unusable import is_unusable

DOOR = ("door", 3, timedelta(minutes=5))


@page(PUBLIC, methods=("POST",))
def knock(request):
    allowed = throttle.hit(*DOOR).allowed
    return HttpResponse("" if allowed else "shut", status=422)


@page(PUBLIC, methods=("GET", "POST"))
def show(request, name="x"):
    return HttpResponse("shown")


class Jam:
    """A page whose first attempts meet a deadlock."""

    left, seen = 0, []


@page(PUBLIC, methods=("POST",))
def jammed(request):
    Jam.seen.append(request.FILES["file"].read())
    if Jam.left:
        Jam.left -= 1
        raise OperationalError("deadlock") from psycopg.errors.DeadlockDetected()
    return HttpResponse("done")


@page(PUBLIC, methods=("POST",))
def waiting(request):
    raise OperationalError("waited too long") from psycopg.errors.LockNotAvailable()


@page(PUBLIC, methods=("POST",))
def entered(request):
    code = psycopg.errors.UniqueViolation if request.POST["how"] == "twice" else psycopg.errors.CheckViolation
    raise IntegrityError("clash") from code()


@page(SIGNED_IN, methods=("GET", "POST"))
def secret(request):
    return HttpResponse("")


@pytest.fixture
def browser(settings, db, client):
    settings.ROOT_URLCONF = ModuleType("unusable_urls")
    settings.ROOT_URLCONF.urlpatterns = [
        path("t/knock/", knock), path("t/show/", show), path("t/show/<str:name>/", show), path("t/jam/", jammed),
        path("t/wait/", waiting), path("t/enter/", entered), path("t/secret/", secret), *house.urlpatterns,
    ]  # fmt: skip
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("text", ["", "²", "٣", "-1", "1.0", "9" * 10, "9" * 5000, "NaN", " 1", "0x1"])
def test_what_is_no_whole_number_is_none(text):
    assert whole_number(text) is None


def test_a_whole_number_is_read():
    assert (whole_number("0"), whole_number("00042"), whole_number("9" * 18, digits=18)) == (
        0,
        42,
        10**18 - 1,
    )


def test_signs_that_are_no_text_are_known_and_rare_characters_are_not_among_them():
    assert is_unusable("a\0") and is_unusable("\ud800") and not is_unusable("𠮷𫖯 é·x")


def test_zero_bytes_are_refused_with_a_sentence_wherever_they_stand(browser):
    assert browser.get("/t/show/?q=%00").status_code == 422
    assert browser.get("/t/show/?%00=1").status_code == 422
    assert browser.post("/t/show/", {"q": "a\0"}).status_code == 422
    assert browser.get("/t/show/a%00b/").status_code == 404
    assert browser.get("/t/show/a%F0%A0%AE%B7b/?q=1").status_code == 200


def test_tries_count_though_the_page_was_refused_and_undone(browser):
    assert [browser.post("/t/knock/").content for _ in range(5)] == [b"", b"", b"", b"shut", b"shut"]


def test_a_deadlock_is_tried_again_with_the_same_file(browser):
    Jam.left, Jam.seen = 2, []
    answer = browser.post("/t/jam/", {"file": SimpleUploadedFile("a.jpg", b"content")})
    assert (answer.content, Jam.seen) == (b"done", [b"content"] * 3)


def test_what_stays_locked_is_answered_503_with_the_time_to_wait(browser):
    Jam.left, Jam.seen = 9, []
    stuck = browser.post("/t/jam/", {"file": SimpleUploadedFile("a.jpg", b"content")})
    busy = browser.post("/t/wait/")
    assert (stuck.status_code, busy.status_code, busy["Retry-After"]) == (503, 503, "5")


def test_who_enters_the_same_a_moment_later_is_told_and_other_faults_stay_faults(browser):
    assert browser.post("/t/enter/", {"how": "twice"}).status_code == 409
    assert browser.post("/t/enter/", {"how": "wrong"}).status_code == 500


def test_what_another_site_sent_is_not_kept_even_if_our_name_stands_in_its_address(browser):
    browser.handler.enforce_csrf_checks = True
    for referer, kept in (("https://evil.example/?testserver", False), ("http://testserver/t/secret/", True)):
        browser.post("/t/secret/", {"title": "typed"}, headers={"Referer": referer})
        assert ("unsent" in browser.session) is kept


@pytest.mark.parametrize(
    "word",
    [
        "W0luZmluaXR5LDEsMl0",
        "WzEsIjk5OTk5OTk5OTk5OTk5OTk5OTk5OTkiLCIxIl0",
        "WzEsMSwiYVx1MDAwMCJd",
        "W1tbW1s" * 900,
    ],
)
def test_places_in_a_list_that_are_none_begin_at_the_beginning(word):
    assert read_cursor(word, SavedView, Order("a", "a", ("id", "title"))) is None


def test_views_and_picks_with_numbers_of_other_scripts_find_nothing(browser):
    user = User.objects.create(username="lin")
    browser.force_login(user)
    assert browser.post("/office/people/", {"drop_view": "²"}).status_code in (302, 403)
