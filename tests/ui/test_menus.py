"""Menus stand on every page: whatever the contexts offer, the database is asked once."""

from functools import partial

import pytest
from django.test import RequestFactory

from shegong.ground.accounts.roles import roles
from shegong.kernel.access import Actor, Authority, Range
from shegong.ui.menu import Menus

pytestmark = pytest.mark.django_db


def test_all_numbers_of_all_menus_come_from_one_question(
    django_assert_num_queries, django_assert_max_num_queries
):
    everything = frozenset().union(*(role.permissions for role in roles().values()))
    held = Authority("x", everything, (Range(220000000, 230000000),), region_code=220000000, level=1)
    # Written once for a set of rights, which asks for the bodies that its holder acts for; then kept.
    for asking in (partial(django_assert_max_num_queries, 4), partial(django_assert_num_queries, 1)):
        request = RequestFactory().get("/office/")
        request.actor = Actor(user_id=1, person_id=1, authorities=(held,))
        menus = Menus(request)
        with django_assert_num_queries(0):
            assert len(menus.offered) > 20
        with asking():
            assert all(item.count == 0 for item in menus.items)
