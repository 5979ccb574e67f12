"""Prepared statements of a list: shared by readers, and never a way to another reader's rows."""

from datetime import date

import pytest
from django.http import QueryDict
from django.utils import timezone

from shegong.duties.registry.web.register import REGISTER
from shegong.kernel.access import Actor, Authority, Range
from shegong.kernel.listing_filters import Scene
from shegong.kernel.listing_prepared import is_prepared
from shegong.kernel.prepared import fetch

pytestmark = pytest.mark.django_db
COUNTY, NEIGHBOUR = Range(222401000, 222402000), Range(222402000, 222403000)


def asked(query: str, *ranges: Range, day: date | None = None):
    held = Authority("x", frozenset({"registry.read"}), ranges)
    scene = Scene(Actor(user_id=1, authorities=(held,)), day or timezone.localdate(), "registry.read")
    return REGISTER.asked(QueryDict(query), scene)


def test_two_counties_share_one_statement_and_a_wider_reach_has_its_own():
    REGISTER.statements.clear()
    for one in (COUNTY, NEIGHBOUR):
        assert asked("status=valid", one).slice.keys == []
    assert len(REGISTER.statements) == 1
    assert asked("status=valid", Range(222401000, 222401500)).slice.keys == []
    assert len(REGISTER.statements) == 2


def test_what_is_typed_and_who_reaches_nothing_are_not_prepared():
    assert is_prepared(asked("level=senior", COUNTY))
    assert not is_prepared(asked("q=100%25", COUNTY))
    assert not is_prepared(asked("level=senior"))


def test_a_value_that_no_filter_offers_finds_nothing_and_is_not_kept():
    REGISTER.statements.clear()
    page = asked("status=nonsense", COUNTY)
    assert (page.slice.keys, page.count, REGISTER.statements) == ([], 0, {})


def test_a_sign_of_percent_in_a_value_stays_one():
    assert fetch("SELECT %(typed)s::text, '100%%'", {"typed": "5%"}) == [("5%", "100%")]
