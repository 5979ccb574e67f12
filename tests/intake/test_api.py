"""Workbooks over HTTP, as offices that automate send them."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shegong.ground.accounts.models import User
from shegong.ground.intake import actions
from shegong.ground.intake.models import Batch


@pytest.fixture
def client(clerk, monkeypatch, let_in):
    monkeypatch.setattr("shegong.ground.accounts.middleware.actor_for", lambda user, *a, **k: clerk)
    return let_in(Client(), User.objects.create(pk=clerk.user_id, username="lin"))


def test_a_workbook_is_sent_looked_at_and_taken_in(client, make_book):
    content = make_book(["A1", "张三", ""], ["A2", "#", ""])
    sent = client.post("/api/intake/test/batches", {"file": SimpleUploadedFile("a.xlsx", content)})
    assert sent.status_code == 200, sent.content
    number = sent.json()["number"]
    actions.work(batch_id=Batch.objects.get().pk)
    found = client.get(f"/api/intake/batches/{number}").json()
    assert (found["state"], found["good"], found["bad"]) == ("checked", 1, 1)
    errors = client.get(f"/api/intake/batches/{number}/errors").json()
    assert errors == {
        "errors": [{"row": 4, "column": "姓名", "code": "sign", "message": "“#” means nothing here."}],
        "after": None,
    }
    body = json.dumps({"version": found["version"]})
    stale = json.dumps({"version": found["version"] - 1})
    assert (
        client.post(
            f"/api/intake/batches/{number}/accept", stale, content_type="application/json"
        ).status_code
        == 409
    )
    assert (
        client.post(f"/api/intake/batches/{number}/accept", body, content_type="application/json").status_code
        == 200
    )
    actions.work(batch_id=Batch.objects.get().pk)
    assert client.get(f"/api/intake/batches/{number}").json()["taken"] == 1


def test_the_same_file_and_an_unknown_kind_are_refused(client, make_book):
    content = make_book(["A1", "张三", ""])
    for status in (200, 422):
        sent = client.post("/api/intake/test/batches", {"file": SimpleUploadedFile("a.xlsx", content)})
        assert sent.status_code == status
    assert sent.json()["obstacles"][0]["code"] == "file_known"
    strange = client.post("/api/intake/nothing/batches", {"file": SimpleUploadedFile("a.xlsx", content)})
    assert strange.json()["obstacles"][0]["code"] == "no_layout"
