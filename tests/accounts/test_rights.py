"""Roles and rights as a page and a file, from the policy."""

import csv
import io

from shegong.ground.accounts import access_table
from shegong.ground.accounts.permission_words import WORDS
from shegong.ground.accounts.roles import declared_permissions, roles


def test_every_permission_of_the_code_has_words():
    assert set(declared_permissions()) ^ WORDS.keys() == set()


def test_an_officer_reads_what_her_role_may_do_and_where(client, let_in, make_user, places):
    officer = make_user("officer", role="first_registrar", region=places.yanji)
    text = let_in(client, officer).get("/office/rights/?role=first_registrar").content.decode()
    assert "登记受理和初审" in text and "登记终审" not in text
    assert "我的角色" in text and "延吉市民政局" in text
    assert "同级、上级地区的一概不可见" in text
    assert "一人不得兼任两员" in client.get("/office/rights/?role=auditor").content.decode()


def test_the_file_holds_every_right_with_its_addresses(client, let_in, make_user, places):
    officer = make_user("officer", role="first_registrar", region=places.yanji)
    answer = let_in(client, officer).get("/office/rights.csv")
    lines = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    held = {code for role in roles().values() for code in role.permissions}
    assert held <= {line[2] for line in lines if len(line) > 2}
    assert any("/office/journal/" in line[3] for line in lines if len(line) > 3)


def test_the_table_says_nothing_there_beside_and_above_and_no_right_without_the_permission():
    route = {"permission": "people.read", "object": "person", "whole_province": False, "path": "/x/<int:pk>/"}
    county = roles()["first_registrar"]
    assert [access_table.answer(route, county, place) for place in access_table.PLACES] == [
        "in", "in", "nothing there", "nothing there",
    ]  # fmt: skip
    clerk = roles()["org_clerk"]
    staff = route | {"permission": "registry.staff"}
    assert [access_table.answer(staff, clerk, place) for place in access_table.PLACES] == [
        "in", "nothing there", "nothing there", "nothing there",
    ]  # fmt: skip
    assert access_table.answer(route, clerk, "own") == "no right"
    assert access_table.answer(route | {"whole_province": True}, county, None) == "no right"
