"""Every action asks for a right itself: a page, the API, a sheet and the command line all come through the same door."""

import ast
import inspect
import io
import json
import textwrap

import pytest
from django.core.management import CommandError, call_command

from shegong.config.management.commands.act import actions
from shegong.kernel.access import ANONYMOUS, Actor, require
from shegong.kernel.http import today
from shegong.kernel.refusal import Refused

ASKS = {"may", "visible_to", "own", "authority_for", "with_permission"}
IDENTITY = {"person_id", "user_id", "is_system"}


def asks(function, depth=6):
    """Whether a function, or one of our actions that it calls, asks who `by` is or what he may."""
    function = inspect.unwrap(function)
    if function is require:
        return True
    body = ast.parse(textwrap.dedent(inspect.getsource(function)))
    if any(_looks_at_actor(node) for node in ast.walk(body)):
        return True
    called = (_called(node.func, function) for node in ast.walk(body) if isinstance(node, ast.Call))
    inner = [one for one in called if _is_of_actions(one)]
    return depth > 0 and any(asks(one, depth - 1) for one in inner)


def _looks_at_actor(node):
    if isinstance(node, ast.Compare | ast.BoolOp | ast.If):
        inside = ast.walk(node.test if isinstance(node, ast.If) else node)
        return any(isinstance(n, ast.Attribute) and n.attr in IDENTITY and _is_by(n.value) for n in inside)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return node.func.attr in ASKS and any(_is_by(n) for n in (node.func.value, *node.args))


def _is_by(node):
    return isinstance(node, ast.Name) and node.id == "by"


def _called(node, function):
    if isinstance(node, ast.Name):
        return function.__globals__.get(node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return getattr(function.__globals__.get(node.value.id), node.attr, None)
    return None


def _is_of_actions(one):
    """Our functions that are told who acts; the journal only writes it down."""
    if not inspect.isfunction(one):
        return False
    module = inspect.unwrap(one).__module__ or ""
    ours = module.startswith("shegong.") and module != "shegong.kernel.journal"
    return (ours and "by" in inspect.signature(one).parameters) or one is require


def test_every_action_asks_for_a_right_or_says_why_it_need_not():
    found = actions()
    assert len(found) > 60 and "registry.pass_stage" in found
    silent = [name for name, one in found.items() if not hasattr(one, "unguarded") and not asks(one)]
    assert silent == []


def test_what_says_that_it_need_not_ask_is_a_short_known_list():
    """A new line here is a decision to be looked at, not a way out."""
    assert {name for name, one in actions().items() if hasattr(one, "unguarded")} == {
        "accounts.join", "accounts.order_export", "accounts.redeem_code", "accounts.request_code", "documents.add_paper", "documents.open_folder",
        "documents.remove_paper", "lookup.keep_receipt", "people.create_person", "people.end_tie", "people.tie",
        "people.verify_identity", "registry.leave_desk", "registry.recompute_clocks",
        # what a decision on conduct, signed by two, does to the register
        "registry.impose_suspension", "registry.shorten_suspension", "registry.stay_suspension", "registry.revoke_by_decision",
        "registry.reinstate", "registry.reinstate_person",
        # what a unit stated, entered by the check of its return
        "programme.enter_stated",
        # draws what was announced, by the next signed head of the journal
        "education.draw_by_lot",
        # what follows from a decision or the clock: statuses are kept, never taken away
        "registry.end_application", "registry.hold", "registry.release", "registry.make_way",
        "registry.keep_while_decided",
        "registry.keep_what_must_not_lapse", "registry.remind_due", "programme.bring_subplan",
    }  # fmt: skip


def test_the_search_finds_an_action_that_asks_nobody():
    def silent(row, *, by: Actor, on):
        row.changed_by = by.person_id
        return row

    def asking(row, *, by: Actor, on):
        require(by, "registry.read", row.region_code)

    assert not asks(silent)
    assert asks(asking)


@pytest.mark.django_db
def test_nobody_in_particular_changes_the_calendar_by_the_action_either():
    found = actions()
    for name, values in (
        ("regions.import_year", {"year": 2027, "rows": []}),
        ("regions.set_day", {"day": today(), "kind": None, "reason": "防汛放假"}),
    ):
        for actor in (ANONYMOUS, Actor(user_id=1, person_id=1)):
            with pytest.raises(Refused) as refused:
                found[name](**values, by=actor, on=today())
            assert refused.value.obstacles[0].code == "not_allowed"


@pytest.mark.django_db
def test_the_command_acts_under_the_persons_own_authority_and_opens_no_inner_door(django_user_model):
    user = django_user_model.objects.create_user("shell")
    said = io.StringIO()
    with pytest.raises(CommandError, match="refused"):
        call_command(
            "act",
            "regions.set_day",
            "day=2026-06-03",
            "kind=holiday",
            "reason=防汛放假",
            "--as",
            "shell",
            stdout=said,
        )
    assert json.loads(said.getvalue())["refused"][0]["code"] == "not_allowed"
    assert user.pk
    for name in ("people.tie", "regions._note", "people.require_editor", "kernel.import_year"):
        with pytest.raises(CommandError):
            call_command("act", name, "--as", "shell", stdout=said)
