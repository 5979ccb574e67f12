"""What `shegong demo --json` and `shegong routes --json` promise to any check from outside (reliability.md section 1)."""

import json

import pytest

from shegong.duties.registry.rules import State, Status
from shegong.ground.accounts.roles import roles

# No registration is in a grace period as long as the policy grants none.
NOT_STANDING = {"grace"}


@pytest.mark.clause("N0")
def test_there_is_a_case_in_every_state_and_a_registration_of_every_status(world):
    states = {row["state"] for row in world.objects["applications"]}
    assert states == {str(state) for state in State}
    statuses = {row["status"] for row in world.objects["registrations"]}
    assert {str(status) for status in Status} - statuses <= NOT_STANDING
    assert {card["replaced"] for card in world.objects["cards"]} == {True, False}


@pytest.mark.clause("T4.2.e")
def test_anyone_gets_the_truth_about_a_registration_of_every_status_by_its_code(world, visitor):
    shown = {
        "registered": "登记有效", "expiring": "登记有效", "lapsed": "已过期", "suspended": "暂停", "cancelled": "已注销",
        "revoked": "已撤销", "superseded": "已由更高级别登记取代",
    }  # fmt: skip
    citizen = visitor()
    for row in world.objects["registrations"]:
        answer = citizen.get(f"/v/{row['token']}")
        assert shown.get(row["status"], "") in answer.text, row
    lost = next(card for card in world.objects["cards"] if card["replaced"])
    assert "换发" in citizen.get(f"/v/{lost['token']}").text


@pytest.mark.clause("N0")
def test_every_role_has_an_account_that_comes_in_with_its_code(world, visitor):
    held = {account["role"] for account in world.accounts.values()}
    assert set(roles()) <= held and "worker" in held
    for account in world.accounts.values():
        assert set(account) == {"username", "password", "totp_secret", "role", "region", "organization"}
        assert bool(account["totp_secret"]) == (account["role"] != "worker")
    assert visitor("wangqing").get("/office/queue/registration/").status == 200


def test_asking_again_shows_the_same_world_and_another_seed_is_refused(world):
    again = world.shegong("demo", "--json")
    assert again.returncode == 0 and json.loads(again.stdout)["objects"] == world.objects
    other = world.shegong("demo", "--seed", "2")
    assert other.returncode != 0 and "already holds people" in other.stderr


def test_routes_are_listed_with_what_they_need(world):
    rows = json.loads(world.shegong("routes", "--json").stdout)
    assert {"name", "path", "methods", "permission", "public", "object"} <= set(rows[0])
    assert all(row["permission"] and row["methods"] for row in rows)
    assert any(row["public"] for row in rows) and not any(
        row["public"] and row["path"].startswith("/office/") for row in rows
    )
