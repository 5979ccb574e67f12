"""A witness takes in what continues, and nothing else; its copy stays when the sender writes another history."""

import json

import pytest
from django.db import connection

from shegong.ground.people import actions as people
from shegong.kernel import audit, checkpoints, outbound, witness
from shegong.kernel import checkpoints_marks as marks
from shegong.kernel.access import SYSTEM
from shegong.kernel.checkpoints_proofs import keys, of_growth
from shegong.kernel.checkpoints_tables import Checkpoint, Witnessed
from shegong.kernel.http import today

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("N13")]


@pytest.fixture
def there(live_server, settings, tmp_path, monkeypatch):
    """A running installation that witnesses `jilin`; here it is our own, with a table of its own."""
    monkeypatch.setattr(outbound, "PATIENCE", 60.0)  # its first answer loads the whole platform
    settings.WITNESSED = tmp_path / "witnessed"
    settings.WITNESSED.mkdir()
    address = live_server.url.replace("localhost", "127.0.0.1") + "/witness/jilin/"
    settings.CHECKPOINTS = [str(tmp_path / "one"), address]
    (settings.WITNESSED / "jilin.json").write_text(json.dumps(keys()))
    return address


def go_on(count: int = 1) -> Checkpoint:
    for _ in range(count):
        people.create_person(by=SYSTEM, on=today())
    return checkpoints.checkpoint()


def test_checkpoints_are_kept_by_a_witness_over_http_with_the_proof_from_what_it_had(there):
    for count, size in ((3, 3), (2, 5), (4, 9)):
        made = go_on(count)
        assert (made.size, made.failed) == (size, []) and there in made.kept
    assert list(Witnessed.objects.order_by("id").values_list("size", flat=True)) == [3, 5, 9]
    assert checkpoints.checkpoint_age() is not None
    assert list(audit.verify(network=True)) == []


def test_a_history_written_anew_is_refused_by_the_witness_and_named_by_verification(there, settings):
    go_on(4)
    with connection.cursor() as cursor:
        for table in ("journalentry", "checkpoint"):
            cursor.execute(f"ALTER TABLE kernel_{table} DISABLE TRIGGER USER")
            cursor.execute(f"DELETE FROM kernel_{table}")
            cursor.execute(f"ALTER TABLE kernel_{table} ENABLE TRIGGER USER")
    (folder,) = settings.CHECKPOINTS[:1]
    settings.CHECKPOINTS = [f"{folder}-new", there]  # he also has the folder
    made = go_on(6)
    assert made.kept == [f"{folder}-new"] and "422" in made.failed[0]
    assert witness.last("jilin").size == 4
    assert {one.kind for one in audit.verify(network=True) if not one.where.startswith("people_")} == {
        "rewritten"
    }
    assert [
        one for one in audit.verify() if not one.where.startswith("people_")
    ] == []  # without asking it, nothing is seen


def test_a_witness_that_is_gone_is_named_and_the_folder_still_written(there, settings):
    settings.CHECKPOINTS = [settings.CHECKPOINTS[0], "http://127.0.0.1:9/witness/jilin/"]
    made = go_on()
    assert made.kept == settings.CHECKPOINTS[:1] and "ConnectionRefusedError" in made.failed[0]
    assert {one.kind for one in audit.verify(network=True)} == {"lost"}


def test_what_is_not_signed_not_proven_or_older_is_not_taken_in(there, client):
    first, second = go_on(3), go_on(2)
    last = checkpoints.mark_of(second)
    third = checkpoints.mark_of(go_on(2))
    proof = of_growth(5, 7)["proof"]

    def sent(mark, since=7, way=(), **more):
        body = {"mark": {**mark.__dict__, **more}, "since": since, "proof": list(way)}
        return client.post("/witness/jilin/", json.dumps(body), content_type="application/json")

    assert sent(third).status_code == 200  # the same once more
    assert sent(checkpoints.mark_of(first)).status_code == sent(last).status_code == 422
    forged = marks.signed(third.origin, 9, third.algorithm, bytes(32), bytes(32), third.moment)
    assert sent(forged, way=proof).status_code == 422
    elsewhere = sent(forged, since=5, way=proof)
    assert elsewhere.status_code == 409 and elsewhere.json()["mark"]["size"] == 7
    assert sent(third, size=8).status_code == 422
    assert (
        sent(
            marks.signed("other/journal", 9, third.algorithm, bytes(32), bytes(32), third.moment)
        ).status_code
        == 422
    )
    for body in (
        "",
        "[]",
        "{",
        '{"mark": 1}',
        '{"mark": {"size": "7"}, "since": 1, "proof": []}',
        "x" * 70_000,
    ):
        assert client.post("/witness/jilin/", body, content_type="application/json").status_code == 422
    for nobody in ("anybody", "..", "JILIN"):
        assert client.get(f"/witness/{nobody}/").status_code == 404
    assert client.get("/witness/jilin/").json()["mark"]["size"] == 7
    assert Witnessed.objects.count() == 3


def test_a_key_that_was_struck_off_there_signs_nothing_here(there, settings):
    struck = [{**key, "struck_off_at": "2026-01-01T00:00:00Z"} for key in keys()]
    (settings.WITNESSED / "jilin.json").write_text(json.dumps(struck))
    assert "422" in go_on().failed[0] and not Witnessed.objects.exists()
