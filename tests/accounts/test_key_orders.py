"""Keys change only when two named security administrators agree; one person alone can force it, and everybody hears."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from shegong.ground.accounts import actions
from shegong.ground.accounts.authority import authorities_of
from shegong.ground.accounts.key_order_health import key_orders
from shegong.ground.accounts.key_orders import KeyOrder, possible
from shegong.kernel import sealing, signing
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.key_files import key_files
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused, Stale

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.b")]


@pytest.fixture(autouse=True)
def own_keys(tmp_path, settings):
    settings.SHEGONG_HOME, settings.SIGNING_KEYS = tmp_path, str(tmp_path / "signing")
    sealing.look_again()
    yield tmp_path / "keys"
    sealing.look_again()


@pytest.fixture
def team(make_user, places):
    """Two security administrators of the province, one of a prefecture, and a system administrator."""
    first = make_user("first", role="security_admin", region=places.jilin, name="林秀英")
    second = make_user("second", role="security_admin", region=places.jilin, name="王建国")
    local = make_user("local", role="security_admin", region=places.yanbian, name="金哲")
    return first, second, local, make_user("system", role="system_admin", region=places.jilin, name="李明")


def actor_of(user):
    return Actor(
        user_id=user.pk, person_id=user.person_id, authorities=authorities_of(user.person_id, today())
    )


def propose(user, operation="seal.rotate", target="main", reason="rotation of the year"):
    return actions.propose_key_order(
        operation=operation, target=target, reason=reason, by=actor_of(user), on=today()
    )


def approve(row, user):
    return actions.approve_key_order(row, seen=row.version, by=actor_of(user), on=today())


def run(*words, command="keys"):
    out = io.StringIO()
    call_command(command, *words, stdout=out, stderr=out)
    return out.getvalue()


def verbs():
    return list(JournalEntry.objects.order_by("seq").filter(verb__regex="key").values_list("verb", flat=True))


def test_two_agree_the_operator_carries_it_out_once_and_all_of_it_is_journalled(team, own_keys):
    first, second, *_ = team
    approve(propose(first), second)
    assert "Key 0002 seals from now on" in run("rotate")
    with pytest.raises(CommandError, match="密钥变更"):
        run("rotate")
    assert sorted(key_files(own_keys, "seal")) == [1, 2]
    assert verbs() == [
        "accounts.key_order.propose", "accounts.key_order.approve", "accounts.key_order.run", "kernel.key.rotate",
    ]  # fmt: skip
    assert JournalEntry.objects.latest("seq").facts["order"] == KeyOrder.objects.get(state="done").pk


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
    with pytest.raises(CommandError, match=r"理由|reason"):
        run("rotate", "--emergency", "--as", "system")
    assert not KeyOrder.objects.exists() and key_orders().state == "ok"
    said = run("rotate", "--emergency", "--as", "system", "--why", "key on a stolen laptop")
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
