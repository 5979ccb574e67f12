"""A change of keys that died half-way is seen, and ended by the same command; who lost the role answers for none."""

import os
from datetime import timedelta

import pytest
from django.core.management import CommandError
from django.utils import timezone
from fixtures.key_team import approve, own_keys, propose, run, team, verbs

from shegong.config.management.commands.keys import Command
from shegong.ground.accounts import actions
from shegong.ground.accounts.key_order_health import key_orders
from shegong.ground.accounts.key_orders import KeyOrder
from shegong.ground.accounts.models import Grant
from shegong.kernel import sealing, signing
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.kernel.key_files import make_key
from shegong.kernel.key_providers import FileKeys
from shegong.kernel.temporal import days

__all__ = ["own_keys", "team"]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.b")]


def test_whoever_lost_the_role_meanwhile_no_longer_answers_for_it(team):
    first, second, *_ = team
    approve(propose(first), second)
    Grant.objects.filter(pk=second.grant.pk).update(during=days(today() - timedelta(days=9), today()))
    with pytest.raises(CommandError, match=r"不担任|no longer"):
        run("rotate")
    assert KeyOrder.objects.get().state == "approved"


class Killed(BaseException):
    """What no handler sees, as a signal that cannot be caught."""


def killed(*given):
    raise Killed


def killed_after(monkeypatch, where, name):
    """The process dies right after the files were changed, before anything was committed."""
    real = getattr(where, name)

    def dies(*given, **more):
        real(*given, **more)
        raise Killed

    monkeypatch.setattr(where, name, dies)


@pytest.mark.parametrize(
    ("words", "order", "where", "name", "left"),
    [
        (("rotate",), ("seal.rotate", "main"), FileKeys, "make", {"seal-0001", "seal-0002", "index-0001"}),
        (
            ("rotate-search",),
            ("index.rotate", "main"),
            FileKeys,
            "make",
            {"seal-0001", "index-0001", "index-0002"},
        ),
        (("retire", "1"), ("seal.retire", "main 1"), FileKeys, "retire", {"seal-0002", "index-0001"}),
    ],
)
def test_who_is_killed_between_key_and_commit_leaves_a_begun_order_that_the_same_command_ends(
    team, own_keys, monkeypatch, words, order, where, name, left
):
    first, second, *_ = team
    run("make")
    if name == "retire":
        make_key(own_keys, "seal")
        for path in own_keys.parent.rglob("*.key"):  # long ago
            os.utime(path, (0, 0))
        sealing.look_again()
        run("reseal")
    row = approve(propose(first, *order), second)
    with monkeypatch.context() as dying, pytest.raises(Killed):
        killed_after(dying, where, name)
        if name == "make":  # the first keys are there; only the new one is made
            dying.setattr("shegong.config.management.commands.keys.KINDS", ())
        run(*words)
    row.refresh_from_db()
    assert row.state == "begun" and row.key and verbs()[-1] == "accounts.key_order.begin"
    assert set(FileKeys(own_keys).load()) == left
    KeyOrder.objects.update(begun_at=timezone.now() - timedelta(minutes=3))
    assert key_orders().state == "bad"
    run(*words)
    row.refresh_from_db()
    assert row.state == "done" and key_orders().state == "ok"
    assert set(FileKeys(own_keys).load()) == left and verbs()[-1] == "accounts.key_order.run"


@pytest.mark.parametrize("step", ["begun", "put aside", "noted"])
def test_letting_a_search_key_go_may_be_killed_at_each_step_and_the_same_command_ends_it_once(
    team, own_keys, monkeypatch, step
):
    first, second, *_ = team
    run("make")
    make_key(own_keys, "index")
    for path in own_keys.parent.rglob("*.key"):  # long ago
        os.utime(path, (0, 0))
    sealing.look_again()
    run("reindex", "--beside-others")
    row = approve(propose(first, "index.retire", "main 1"), second)
    with monkeypatch.context() as dying, pytest.raises(Killed):
        if step == "begun":
            dying.setattr(FileKeys, "retire", killed)
        else:
            killed_after(dying, *((FileKeys, "retire") if step == "put aside" else (Command, "_note")))
        run("retire-search", "1")
    row.refresh_from_db()
    there = {"seal-0001", "index-0002"} | ({"index-0001"} if step == "begun" else set())
    assert (row.state, set(FileKeys(own_keys).load())) == ("begun", there)
    assert "kernel.key.retire_search" not in verbs(), "nothing is said that is not committed"
    KeyOrder.objects.update(begun_at=timezone.now() - timedelta(minutes=3))
    assert key_orders().state == "bad"
    run("retire-search", "1")
    row.refresh_from_db()
    assert row.state == "done" and key_orders().state == "ok"
    assert set(FileKeys(own_keys).load()) == {"seal-0001", "index-0002"}
    assert (own_keys / "retired-index-0001.key").exists() and sealing.keyring().former == {}
    assert verbs().count("kernel.key.retire_search") == 1
    with pytest.raises(CommandError):
        run("retire-search", "1")


def test_a_signing_key_made_by_who_was_killed_is_the_one_that_signs(team, monkeypatch):
    first, second, *_ = team
    run("make", command="signing")
    row = approve(propose(first, "sign.rotate", "status"), second)
    with monkeypatch.context() as dying, pytest.raises(Killed):
        killed_after(dying, signing, "_make")
        run("rotate", "status", command="signing")
    run("rotate", "status", command="signing")
    old, new = signing.published("status")
    assert old.until and not new.until and KeyOrder.objects.get(pk=row.pk).state == "done"


def test_what_was_begun_and_cannot_be_ended_is_looked_at_by_another(team, client, let_in):
    first, second, *_ = team
    row = approve(propose(first), second)
    actions.use_key_order("seal.rotate", "main", key="seal-0002", by=SYSTEM, on=today())
    page = let_in(client, second)
    text = page.get("/office/keys/").content.decode()
    assert "shegong keys rotate" in text and 'value="review"' in text and 'value="withdraw"' not in text
    row.refresh_from_db()
    sent = {"answer": "review", "order": row.pk, "version": row.version, "reason": "the disk was full"}
    assert page.post("/office/keys/", sent).status_code == 302
    assert KeyOrder.objects.get().state == "reviewed"
