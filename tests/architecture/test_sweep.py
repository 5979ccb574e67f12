"""The sweep: every route and method, visited by every role, against objects here, beside, above and elsewhere.

What is expected follows from policy/roles.toml and from what each route declares; nothing is written by hand.
"""

import importlib.util
import json
import os
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from shegong.ground.accounts import access_table
from shegong.ground.accounts.roles import roles
from shegong.ground.regions.models import tree
from shegong.kernel.access import SIGNED_IN, ScopedQuerySet
from shegong.kernel.http import today
from shegong.kernel.routes import routes

_spec = importlib.util.spec_from_file_location("sweep_objects", Path(__file__).with_name("objects.py"))
objects = importlib.util.module_from_spec(_spec)
sys.modules["sweep_objects"] = objects
_spec.loader.exec_module(objects)

SIGNS_OUT = {"account_logout"}
# Their objects ask for more than role and place: to be one of the panel, or of the body that leads or runs.
# Cases of conduct belong to the body that handles them, whatever lies below it; some pages are of one state alone.
NARROWER = {
    "conduct:body_appeal", "conduct:body_repair", "conduct:kin_over", "conduct:my_appeal", "conduct:my_repair", "conduct:place", "oversight:material_paper",
}  # fmt: skip
LONG = bool(os.environ.get("SHEGONG_LONG_RUN"))  # every visitor at every object
TURNS = 4  # visitors who come in, and who have no right, at one address and method; others at the next: all have their turns
PARTS = 4  # so that several processes can share the work
NAMES = re.compile(r"<(?:\w+:)?(\w+)>")


def all_routes():
    return [route for route in routes() if "(?P" not in route["path"]]


def test_every_route_with_something_in_its_path_says_what_it_is_about():
    silent = [
        r["path"] for r in all_routes() if not r["public"] and NAMES.search(r["path"]) and not r["object"]
    ]
    assert [path for path in silent if set(NAMES.findall(path)) - set(objects.PLAIN)] == []


def test_every_object_type_and_name_in_a_path_can_be_filled_in():
    missing = []
    for route in all_routes():
        known = {*objects.PLAIN, *objects.SECTIONS.get(route["name"], {})}
        for provider in (objects.BY_TYPE.get(route["object"] or ""), objects.BY_ROUTE.get(route["name"])):
            known |= set(provider.__code__.co_consts and _keys(provider)) if provider else set()
        if not route["public"] and set(NAMES.findall(route["path"])) - known:
            missing.append((route["name"], route["path"], route["object"]))
    assert missing == [], "add them to tests/architecture/objects.py"


def _keys(provider):
    """The names a provider gives, read from its constants: it is one dict display."""
    keys = [const for const in provider.__code__.co_consts if isinstance(const, tuple)]
    return keys[0] if keys else [c for c in provider.__code__.co_consts if isinstance(c, str)]


def test_every_role_of_the_policy_takes_part():
    assert {role for _, role, _ in objects.SEATS} == set(roles())


def expected(visitor, route, county, world):
    """What the visitor must get, by the table that officers read (`accounts.access_table`)."""
    if visitor.user is None:
        return "in" if route["public"] else "sign in"
    if route["permission"] == SIGNED_IN and county is not None:
        return "in" if visitor.lives == county else "nothing there"
    role, place = roles().get(visitor.role), None
    if county is not None and visitor.region is not None:
        place = place_of(county, visitor.region, world.day)
    return access_table.answer(route, role, place, is_province=visitor.region == objects.JILIN)


def place_of(county, region, day):
    """Where a county lies, seen from a region."""
    if county == region:
        return "own"
    if any(county in one for one in tree().ranges(region, day)):
        return "child"
    return "parent" if any(region in one for one in tree().ranges(county, day)) else "sibling"


def relation(visitor, route, county, world):
    """How an object lies to a visitor: for one's own pages hers or another's, else by the places of both."""
    if route["permission"] == SIGNED_IN or county is None or visitor.region is None:
        return visitor.lives == county
    return place_of(county, visitor.region, world.day)


def may_be_empty(route, names):
    """One's own page about an object that its path does not name: who has none finds nothing."""
    return route["permission"] == SIGNED_IN and bool(route["object"]) and not names


def got(response):
    """The same words for what came."""
    to_sign_in = response.status_code == 302 and response.url.startswith("/account/login/")
    if to_sign_in or response.status_code == 401:
        return "sign in"
    words = {403: "no right", 404: "nothing there", 500: "a fault of ours"}
    return words.get(response.status_code, "in")


def visit(client, method, path, body=None):
    """The answer, with everything it changed undone."""
    with transaction.atomic():
        text = json.dumps(body) if body else ""
        response = client.generic(
            method, path, text, content_type="application/json" if body else "text/plain"
        )
        if getattr(response, "streaming", False):
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    return response


@pytest.fixture
def world(db):
    return objects.build(today())


@pytest.fixture
def clients(world, let_in):
    found = {}
    for visitor in world.visitors:
        client = Client(raise_request_exception=False)
        found[visitor.label] = let_in(client, visitor.user) if visitor.user else client
    return found


def sweep(chosen, world, clients):
    """(deviations, number of visits) of these routes."""
    wrong, visits = [], 0
    for number, route in enumerate(chosen):
        turns = Counter()  # how many came in, and how many without the right were tried, by method
        shut = set()  # who has no right at all is told so once, whatever object the address names
        entered = set()  # a role that comes in does so once
        tried = set()  # who finds nothing is sent once to what lies beside, above, below, elsewhere
        names = NAMES.findall(route["path"])
        for county, values in objects.filled(world, route, names):
            path = NAMES.sub(lambda found, values=values: str(values[found[1]]), route["path"])
            turn = number * TURNS % len(world.visitors)
            for visitor in world.visitors[turn:] + world.visitors[:turn]:
                want = expected(visitor, route, county, world)
                for method in sorted(set(route["methods"]) - {"HEAD"}):
                    where = (visitor.label, method, relation(visitor, route, county, world))
                    if (
                        (visitor.label, method) in shut
                        or (want == "in" and (visitor.role, method) in entered)
                        or (want == "nothing there" and where in tried and not LONG)
                        or (turns[want, method] == TURNS and not LONG)
                    ):
                        continue
                    tried.add(where)
                    turns[want, method] += want in ("in", "no right")
                    if want == "in":
                        entered.add((visitor.role, method))
                    if want in ("no right", "sign in"):
                        shut.add((visitor.label, method))
                    came = got(visit(clients[visitor.label], method, path, objects.BODIES.get(route["name"])))
                    visits += 1
                    if came != want and not (
                        came == "nothing there"
                        and want == "in"
                        and (may_be_empty(route, names) or route["name"] in NARROWER)
                    ):
                        wrong.append(
                            f"{visitor.label}: {method} {path} ({route['name']}): {came}, expected {want}"
                        )
    return wrong, visits


@pytest.mark.clause("T4.2.b")
@pytest.mark.parametrize("part", range(PARTS))
def test_nobody_gets_further_by_any_address_or_method_than_role_and_place_allow(part, world, clients):
    chosen = [route for route in all_routes() if not route["public"] and route["name"] not in SIGNS_OUT]
    wrong, visits = sweep(chosen[part::PARTS], world, clients)
    assert visits > 500
    assert wrong == [], f"{len(wrong)} of {visits} visits:\n" + "\n".join(wrong)


def test_the_sweep_sees_a_page_that_forgets_the_reach(world, clients, monkeypatch):
    route = next(route for route in all_routes() if route["name"] == "accounts:grant")
    assert sweep([route], world, clients)[0] == []
    monkeypatch.setattr(ScopedQuerySet, "visible_to", lambda rows, actor, permission: rows)
    assert sweep([route], world, clients)[0] != []


def test_methods_that_a_route_does_not_declare_are_refused(world, clients):
    wrong = []
    for route in all_routes():
        names = NAMES.findall(route["path"])
        if route["public"] or route["name"].startswith(("mfa_", "account_", "api:")):
            continue
        _county, values = next(objects.filled(world, route, names))
        path = NAMES.sub(lambda found, values=values: str(values[found[1]]), route["path"])
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(route["methods"]):
            status = visit(clients["province"], method, path).status_code
            if status not in (403, 405):
                wrong.append(f"{method} {path}: {status}")
    assert wrong == []
