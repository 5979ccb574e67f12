"""The API's door: undeclared operations stop the start, and every refusal is JSON."""

import pytest
from ninja import NinjaAPI

from shegong.ground.accounts.models import User
from shegong.ground.people.models import Person
from shegong.kernel.endpoints import guarded


@pytest.fixture
def user(db):
    return User.objects.create(username="lin", person=Person.objects.create())


def test_an_operation_that_declares_nothing_stops_the_start():
    api = NinjaAPI(urls_namespace="undeclared")

    @api.get("secret")
    def secret(request):
        return {}

    with pytest.raises(AttributeError, match="page"):
        guarded(api, api.urls[0])


def test_without_sign_in_it_is_401_and_without_the_right_403_in_json(client, user):
    stranger = client.get("/api/applications")
    assert (stranger.status_code, stranger["Content-Type"].partition(";")[0]) == (401, "application/json")
    client.force_login(user)
    refused = client.get("/api/applications")
    assert refused.status_code == 403 and refused.json()["text"]
    assert client.get("/api/my/applications").json() == []


def test_a_method_that_no_operation_serves_is_405(client, user):
    client.force_login(user)
    assert client.delete("/api/my/applications").status_code == 405
    assert client.post("/api/my/applications").status_code == 405


def test_answers_are_never_cached(client, user):
    client.force_login(user)
    for address in ("/api/applications", "/api/my/applications"):
        assert "no-store" in client.get(address)["Cache-Control"]


def test_the_description_names_every_operation_with_its_refusals(client, db):
    document = client.get("/api/openapi.json").json()
    write = document["paths"]["/api/applications/{token}/pass"]["post"]
    assert {"409", "422"} <= set(write["responses"])
