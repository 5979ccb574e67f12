"""Reach: permission × code ranges with holes; what an actor may and sees."""

import pytest

from shegong.ground.regions.models import Region
from shegong.kernel.access import ANONYMOUS, SYSTEM, Actor, Authority, Range, ScopedQuerySet, require
from shegong.kernel.refusal import Refused
from shegong.kernel.temporal import days

YANBIAN, YANJI, TUMEN, ANTU, CHIBEI = 222400000, 222401000, 222402000, 222426000, 222426120
PREFECTURE = Range(YANBIAN, 222500000, holes=(CHIBEI,))


def officer(*ranges, permission="registry.read", role="first_registrar", **more):
    return Actor(
        user_id=1, person_id=7, authorities=(Authority(role, frozenset({permission}), ranges, **more),)
    )


def test_a_range_holds_its_codes_but_not_its_end_and_not_its_holes():
    assert YANBIAN in PREFECTURE and ANTU in PREFECTURE and 222499999 in PREFECTURE
    assert 222500000 not in PREFECTURE and CHIBEI not in PREFECTURE


def test_a_permission_holds_where_its_authority_reaches_and_nowhere_else():
    one = officer(PREFECTURE)
    assert one.may("registry.read") and one.may("registry.read", YANJI)
    assert not one.may("registry.read", CHIBEI) and not one.may("registry.export", YANJI)
    two = Actor(user_id=1, authorities=(*officer(Range(YANJI, YANJI + 1000)).authorities,
                                        *officer(Range(TUMEN, TUMEN + 1000), permission="registry.export").authorities))  # fmt: skip
    assert two.may("registry.export") and not two.may(
        "registry.export", YANJI
    )  # rights of two seats do not add up


def test_reach_is_ranges_that_share_no_code_so_that_no_row_is_listed_twice():
    county, hole, antu = Range(YANJI, YANJI + 1000), Range(CHIBEI, CHIBEI + 1), Range(ANTU, ANTU + 1000)

    def reach(*ranges):
        return Actor(user_id=1, authorities=tuple(officer(r).authorities[0] for r in ranges)).reach(
            "registry.read"
        )

    assert reach(PREFECTURE, county) == reach(county, PREFECTURE) == (PREFECTURE,)
    assert reach(PREFECTURE, hole) == reach(PREFECTURE, antu) == (Range(YANBIAN, 222500000),)
    assert reach(antu, county) == (county, antu)  # side by side they stay apart
    assert reach(county, Range(TUMEN, TUMEN + 1000)) == (county, Range(TUMEN, TUMEN + 1000))


def test_the_authority_for_an_act_is_the_one_that_covers_the_place():
    here = officer(Range(YANJI, YANJI + 1000), role="first_registrar").authorities[0]
    above = officer(PREFECTURE, role="second_registrar").authorities[0]
    both = Actor(user_id=1, authorities=(here, above))
    assert both.authority_for("registry.read", YANJI) is here
    assert both.authority_for("registry.read", TUMEN) is above
    assert both.authority_for("registry.read", CHIBEI) is None


def test_require_refuses_and_names_the_permission():
    require(officer(PREFECTURE), "registry.read", YANJI)
    require(SYSTEM, "anything", YANJI)
    for actor in (officer(PREFECTURE), ANONYMOUS):
        with pytest.raises(Refused) as refused:
            require(actor, "registry.read", CHIBEI)
        assert refused.value.obstacles[0].params == {"permission": "registry.read"}


@pytest.fixture
def divisions(db):
    for code, name in ((YANJI, "延吉市"), (TUMEN, "图们市"), (ANTU, "安图县"), (CHIBEI, "池北区")):
        Region.objects.create(code=code, level=4 if code == CHIBEI else 3, name=name, during=days(None))
    rows = ScopedQuerySet(Region)
    rows.region_column, rows.person_column = "code", "level"  # any number does for a person here
    ScopedQuerySet.region_column, kept = "code", ScopedQuerySet.region_column
    yield lambda actor: set(
        ScopedQuerySet(Region).visible_to(actor, "registry.read").values_list("code", flat=True)
    )
    ScopedQuerySet.region_column = kept


def test_rows_are_cut_to_the_reach_in_the_database_as_in_python(divisions):
    assert divisions(officer(PREFECTURE)) == {YANJI, TUMEN, ANTU}
    assert divisions(officer(Range(CHIBEI, CHIBEI + 1))) == {CHIBEI}
    assert divisions(SYSTEM) == {YANJI, TUMEN, ANTU, CHIBEI}
    assert divisions(ANONYMOUS) == divisions(officer(PREFECTURE, permission="registry.export")) == set()


def test_nobody_s_own_rows_are_nobody_s(divisions):
    assert not ScopedQuerySet(Region).own(ANONYMOUS).exists()
