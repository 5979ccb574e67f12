"""Keys change only when two named security administrators agree; one person alone can force it, and everybody hears."""

import io
from datetime import timedelta

import pyotp
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone
from fixtures.key_team import actor_of, approve, own_keys, propose, run, team, verbs

from shegong.ground.accounts import actions
from shegong.ground.accounts.key_order_health import key_orders
from shegong.ground.accounts.key_orders import KeyOrder, possible
from shegong.kernel import sealing, signing
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.key_files import key_files
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused, Stale

__all__ = ["own_keys", "team"]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.b")]


def test_two_agree_the_operator_carries_it_out_once_and_all_of_it_is_journalled(team, own_keys):
    first, second, *_ = team
    approve(propose(first), second)
    assert "Key 0002 seals from now on" in run("rotate")
    with pytest.raises(CommandError, match="密钥变更"):
        run("rotate")
    assert sorted(key_files(own_keys, "seal")) == [1, 2]
    assert verbs() == [
        "accounts.key_order.propose", "accounts.key_order.approve", "accounts.key_order.begin",
        "kernel.key.rotate", "accounts.key_order.run",
    ]  # fmt: skip
    row = KeyOrder.objects.get(state="done")
    assert (
        JournalEntry.objects.latest("seq").facts["order"] == row.pk and row.key == "seal-0002" and row.done_at
    )


def test_one_person_cannot_do_it_alone(team, own_keys):
    first, _second, local, system = team
    run("make")
    for words in (("rotate",), ("retire", "1"), ("rotate-search",)):
        with pytest.raises(CommandError):
            run(*words)
    kid = signing.published("certificate")[0].kid
    for words in (("rotate", "certificate"), ("strike", kid, "--reason", "laptop stolen")):
        with pytest.raises(CommandError, match="密钥变更"):
            run(*words, command="signing")
    row = propose(first)
    with pytest.raises(CommandError, match="密钥变更"):
        run("rotate")  # proposed is not agreed
    for user, code in ((first, "four_eyes"), (local, "not_allowed"), (system, "not_allowed")):
        with pytest.raises(Refused) as refused:
            approve(row, user)
        assert [one.code for one in refused.value.obstacles] == [code]
    with pytest.raises(Refused):
        actions.use_key_order("seal.rotate", "main", by=actor_of(first), on=today())
    with pytest.raises(DatabaseError), transaction.atomic():
        KeyOrder.objects.filter(pk=row.pk).update(
            state="approved", decided_by=first.person_id, decided_at=timezone.now()
        )
    assert sorted(key_files(own_keys, "seal")) == [1] and sorted(key_files(own_keys, "index")) == [1]


def test_the_operator_at_the_shell_cannot_agree_in_somebodys_name(team):
    row = propose(team[0])
    for action, more in (("approve_key_order", []), ("review_key_order", ["reason=looked at it"])):
        with pytest.raises(CommandError, match="not done at the shell"):
            run(f"accounts.{action}", f"row={row.pk}", "seen=0", *more, "--as", "second", command="act")
    with pytest.raises(CommandError, match="not done at the shell"):  # then to agree himself on the page
        run("accounts.propose_key_order", "operation=sign.rotate", "target=status", "reason=yearly", "--as", "second",
            command="act")  # fmt: skip
    assert KeyOrder.objects.count() == 1


def test_an_agreement_holds_for_its_own_change_and_for_seven_days(team):
    first, second, *_ = team
    row = approve(propose(first), second)
    with pytest.raises(CommandError, match="密钥变更"):
        run("rotate-search")
    KeyOrder.objects.filter(pk=row.pk).update(decided_at=timezone.now() - timedelta(days=7, minutes=1))
    with pytest.raises(CommandError, match="密钥变更"):
        run("rotate")
    assert not KeyOrder.objects.open(timezone.now()).exists()


def test_a_change_that_fails_gives_the_order_back(team, monkeypatch):
    first, second, *_ = team
    row = approve(propose(first, "sign.rotate", "status"), second)

    def broken(*_):
        raise sealing.KeyFault("the disk is full")

    monkeypatch.setattr(signing, "rotate", broken)
    with pytest.raises(CommandError, match="the disk is full"):
        run("rotate", "status", command="signing")
    row.refresh_from_db()
    assert row.state == "approved"


def test_a_proposal_is_refused_taken_back_or_decided_once(team):
    first, second, *_ = team
    row = propose(first)
    with pytest.raises(Refused):
        actions.refuse_key_order(row, reason=" ", seen=0, by=actor_of(second), on=today())
    assert (
        actions.refuse_key_order(row, reason="not now", seen=0, by=actor_of(second), on=today()).state
        == "refused"
    )
    with pytest.raises((Refused, Stale)):
        approve(row, second)
    agreed = approve(propose(first), second)
    assert actions.withdraw_key_order(agreed, by=actor_of(second), on=today()).state == "withdrawn"
    for operation, target in (
        ("seal.rotate", "nowhere"),
        ("sign.strike", "nobody00"),
        ("seal.retire", "main 1"),
    ):
        with pytest.raises(Refused):
            propose(first, operation, target)


def test_one_person_may_force_it_under_his_name_and_everybody_hears_until_somebody_else_looked(
    team, own_keys, client, let_in
):
    first, second, _local, system = team
    for words in (("--as", "local"), ("--as", "nobody"), ()):
        with pytest.raises(CommandError):
            run("rotate", "--emergency", "--why", "key on a stolen laptop", *words)
    app = pyotp.TOTP(system.secret)
    with pytest.raises(CommandError, match=r"理由|reason"):
        run("rotate", "--emergency", "--as", "system", "--code", app.now())
    code = app.at(timezone.now() + timedelta(seconds=30))  # the next one, good already
    for wrong in ("", "123", pyotp.TOTP(first.secret).now()):  # a colleague's name is not enough
        with pytest.raises(CommandError, match="--code"):
            run("rotate", "--emergency", "--as", "system", "--why", "key on a stolen laptop", "--code", wrong)
    assert not KeyOrder.objects.exists() and key_orders().state == "ok"
    said = run("rotate", "--emergency", "--as", "system", "--why", "key on a stolen laptop", "--code", code)
    assert "!! Forced by one person alone" in said and "Key 0002 seals" in said
    row = KeyOrder.objects.get()
    assert (row.state, row.proposed_by_id) == ("emergency", system.person_id)
    assert JournalEntry.objects.filter(
        verb="accounts.key_order.force", reason="key on a stolen laptop"
    ).exists()
    told = Message.objects.filter(kind="accounts.key_order.forced").values_list("person_id", flat=True)
    assert {first.person_id, second.person_id, system.person_id} <= set(told)
    assert key_orders().state == "bad"
    banner = "有人单独变更了密钥"
    assert banner in let_in(client, system).get("/office/grants/").content.decode()
    with pytest.raises(Refused):
        actions.review_key_order(row, reason="it was me", seen=row.version, by=actor_of(system), on=today())
    page = let_in(client, first)
    text = page.get("/office/keys/").content.decode()
    assert banner in text and "key on a stolen laptop" in text
    sent = {"answer": "review", "order": row.pk, "version": row.version, "reason": "laptop really stolen"}
    assert page.post("/office/keys/", sent).status_code == 302
    assert KeyOrder.objects.get().state == "reviewed" and key_orders().state == "ok"
    assert banner not in page.get("/office/grants/").content.decode()


def test_the_page_proposes_and_another_agrees_there(team, client, let_in):
    first, second, local, _ = team
    page = let_in(client, first)
    assert ("seal.rotate", "main") in possible()
    assert page.post("/office/keys/", {"change": "seal.rotate main", "reason": ""}).status_code == 422
    assert page.post("/office/keys/", {"change": "seal.rotate main", "reason": "yearly"}).status_code == 302
    row = KeyOrder.objects.get()
    answer = {"answer": "approve", "order": row.pk, "version": 0, "reason": ""}
    assert page.post("/office/keys/", answer).status_code == 422  # the one who proposed it
    page = let_in(client, second)
    assert page.post("/office/keys/", {**answer, "answer": "refuse"}).status_code == 422  # without a reason
    assert page.post("/office/keys/", answer).status_code == 302
    assert "shegong keys rotate" in page.get("/office/keys/").content.decode()
    assert page.post("/office/keys/", {**answer, "order": "x"}).status_code == 404
    assert let_in(client, local).get("/office/keys/").status_code == 403
    call_command("keys", "rotate", stdout=io.StringIO())
    with pytest.raises(Refused):
        actions.use_key_order("seal.rotate", "main", by=SYSTEM, on=today())
