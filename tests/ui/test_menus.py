"""Menus stand on every page: whatever the contexts offer, the database is asked once."""

from functools import partial

import pytest
from django.test import RequestFactory

from shegong.ground.accounts.roles import roles
from shegong.kernel.access import Actor, Authority, Range
from shegong.ui.menu import MenuItem, Menus, folded

pytestmark = pytest.mark.django_db


def test_all_numbers_of_all_menus_come_from_one_question(
    django_assert_num_queries, django_assert_max_num_queries
):
    everything = frozenset().union(*(role.permissions for role in roles().values()))
    held = Authority("x", everything, (Range(220000000, 230000000),), region_code=220000000, level=1)
    # Written once for a set of rights and a process, when five entries each ask for the bodies of the holder; then kept.
    for asking in (partial(django_assert_max_num_queries, 6), partial(django_assert_num_queries, 1)):
        request = RequestFactory().get("/office/")
        request.actor = Actor(user_id=1, person_id=1, authorities=(held,))
        menus = Menus(request)
        with django_assert_num_queries(0):
            assert len(menus.offered) > 20
        with asking():
            assert all(item.count == 0 for item in menus.items)


def held_by(name):
    """Everything of one role, in the whole province."""
    return Authority(
        name, roles()[name].permissions, (Range(220000000, 230000000),), region_code=220000000, level=1
    )


def asked_by(name, path="/office/"):
    request = RequestFactory().get(path)
    request.actor = Actor(user_id=1, person_id=1, authorities=(held_by(name),))
    return Menus(request)


@pytest.mark.parametrize("name", sorted(roles()))
def test_an_officers_menu_has_at_most_fourteen_entries_and_loses_none(name):
    menus = asked_by(name)
    shown = [item for group in menus.office for item in group.items]
    assert len(shown) <= 14, [str(item.label) for item in shown]
    behind = {tab.url for item in shown for tab in asked_by(name, item.url).tabs}
    assert {item.url for item in menus.items if item.space == "office"} <= behind | {i.url for i in shown}


def test_entries_behind_one_share_its_numbers_and_its_mark():
    items = [
        MenuItem("office", "todo", "one", "/office/a/", count=2, fold="bodies"),
        MenuItem("office", "registers", "other", "/office/b/"),
        MenuItem("office", "registers", "two", "/office/c/", count=3, fold="bodies", current=True),
        MenuItem("office", "registers", "alone", "/office/d/", fold="people"),
    ]
    first, second, third = folded(items)
    assert (first.url, first.count, first.current, first.group) == ("/office/a/", 5, True, "todo")
    assert [second.label, third.label] == ["other", "alone"]
