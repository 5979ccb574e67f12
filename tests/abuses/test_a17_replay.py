"""A17, D9: the same form or call sent again gets the first answer, and under the same key with other content it is refused.

Every address that takes a POST is tried: with a key that is already taken nothing of the page runs, so no form has to be
filled in. That the first answer is stored and undone with an error is tests/kernel/test_idempotency.py.
"""

import json
import re
from urllib.parse import urlencode

from django.db import transaction
from django.test import RequestFactory

from shegong.ground.accounts.roles import roles
from shegong.kernel.access import PUBLIC, SIGNED_IN
from shegong.kernel.idempotency import IdempotencyKey, _body_hash
from shegong.kernel.routes import routes

NAMES = re.compile(r"<(?:\w+:)?(\w+)>")
KEY = "a-key-that-was-used-before"
FORM = "application/x-www-form-urlencoded"
# Doors that keep no answer, each with the reason.
OWN = {
    "doors of signing in and out: used up by what they prove (a code, a password, the session)": {
        "account_login", "account_logout", "accounts:code", "accounts:confirm", "accounts:join", "accounts:password",
        "accounts:contact", "accounts:contact_confirm", "accounts:bind", "openid_connect_login", "mfa_authenticate",
        "mfa_login_webauthn", "account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
        "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
        "mfa_list_webauthn", "mfa_add_webauthn", "mfa_remove_webauthn",
    },
    "reads that are sent as a form, so that no name and number stands in an address": {
        "lookup:verify", "lookup:workbook", "lookup:workbook_clerk", "people:search",
    },
    "public receipts: a row of its own for each time that somebody asked": {"lookup:take_receipt"},
    "the answer holds personal values in full, and answers that are kept are stored": {
        "people:reveal", "privacy:copy", "conduct:who",
    },
    "nobody is anybody at this door, and what is answered stays nowhere; what is sent twice is one by the key of its draft": {
        "conduct:new", "conduct:step", "conduct:check", "conduct:sent", "conduct:track",
    },
    "the same twice is one by what it says, with transactions of its own": {"accounts:witness", "accounts:journal_verify"},
    "counts what browsers report by themselves, without a form": {"policy_report"},
    "choices of how pages look, kept by the browser": {"ui:language", "ui:mode"},
    "puts two records together once, however often it is sent: the pair is unique": {"dossier:pair"},
}  # fmt: skip
NONE_KEPT = set().union(*OWN.values())


def unsafe_routes():
    return [r for r in routes() if "POST" in r["methods"] and "(?P" not in r["path"]]


def addresses(route, world, filled):
    """(address, county) of the route's objects."""
    names = NAMES.findall(route["path"])
    try:
        places = list(filled(world, route, names))
    except KeyError:  # a public address that the sweep does not fill in
        places = [(None, dict.fromkeys(names, "provincial"))]
    for county, values in places:
        yield (
            NAMES.sub(lambda found, values=values: str(values.get(found[1], "provincial")), route["path"]),
            county,
        )


def used(user_id, address, body, **answer):
    """As if the key had been used there before, with this body, and been answered so."""
    kind = "application/json" if address.startswith("/api/") else FORM
    request = RequestFactory().post(address, body, content_type=kind)
    return IdempotencyKey.objects.create(
        key=KEY, user_id=user_id, route=address, body_hash=_body_hash(request), **answer
    )


def sent(browser, address, body):
    kind = "application/json" if address.startswith("/api/") else FORM
    return browser.post(
        address, body, content_type=kind, headers={"Idempotency-Key": KEY, "Accept": "text/html"}
    )


def body_for(route, extra=""):
    if route["name"].startswith("api:"):
        return json.dumps({"version": 0, "opinion": extra})
    return urlencode({"reason": f"again{extra}", "_once": KEY})


def may_come(route, visitor):
    """Whether the route's permission lets such a visitor further than its door."""
    if visitor is None or visitor.role is None:
        return route["permission"] in ((PUBLIC,) if visitor is None else (PUBLIC, SIGNED_IN))
    return route["permission"] in (PUBLIC, SIGNED_IN, *roles()[visitor.role].permissions)


def replays(route, world, visitors, filled):
    """(answer to the same, answer to other content) of whoever gets to the page; None when nobody does."""
    for address, _county in addresses(route, world, filled):
        for browser, visitor in visitors.values():
            user_id = visitor.user.pk if visitor else 0
            if not may_come(route, visitor):
                continue
            with transaction.atomic():
                used(user_id, address, body_for(route), status=302, location="/the/first/answer/")
                same, other = (
                    sent(browser, address, body_for(route)),
                    sent(browser, address, body_for(route, "!")),
                )
                transaction.set_rollback(True)
            if same.status_code == 302 and same["Location"] == "/the/first/answer/":
                return same.status_code, other.status_code
            if route["permission"] in (PUBLIC, SIGNED_IN) and visitor is not None:
                break  # whoever is signed in gets this far
    return None


def test_every_address_gives_the_first_answer_again_and_refuses_other_content(world, visitors, filled):
    chosen = [route for route in unsafe_routes() if route["name"] not in NONE_KEPT]
    assert len(chosen) > 80
    wrong = [
        f"{route['name']}: {found}"
        for route in chosen
        if (found := replays(route, world, visitors, filled)) != (302, 422)
    ]
    assert wrong == [], "\n".join(wrong)


def test_doors_that_keep_no_answer_are_a_short_known_list():
    """A new name in the list is a decision; a name whose address is gone is dropped."""
    assert {route["name"] for route in unsafe_routes()} >= NONE_KEPT
