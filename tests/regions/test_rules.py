"""The tree of any day, on a small Jilin: moved, renamed and merged units, Changbaishan, and the names people write."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shegong.ground.regions.rules import LEGAL, REPORTING, MemberRow, NameRow, Place, SuccessionRow, Tree
from shegong.kernel.access import Range

GONGZHULING, JIUTAI, FUYU = date(2020, 6, 1), date(2014, 10, 20), date(2013, 1, 24)
IN_2012, IN_2013, TODAY = date(2012, 10, 1), date(2013, 6, 1), date(2026, 11, 23)

PREFECTURES = {
    220100000: "长春市",
    220300000: "四平市",
    220600000: "白山市",
    220700000: "松原市",
    222400000: "延边朝鲜族自治州",
}
COUNTIES = {
    220104000: ("朝阳区", None, None), 220113000: ("九台区", JIUTAI, None), 220181000: ("九台市", None, JIUTAI),
    220184000: ("公主岭市", GONGZHULING, None), 220381000: ("公主岭市", None, GONGZHULING),
    220302000: ("铁西区", None, None), 220621000: ("抚松县", None, None), 220702000: ("宁江区", None, None),
    220724000: ("扶余县", None, FUYU), 220781000: ("扶余市", FUYU, None),
    222401000: ("延吉市", None, None), 222426000: ("安图县", None, None),
}  # fmt: skip
TOWNS = {
    220113001: "九台街道", 222401001: "河南街道", 222426120: "池北区", 220621120: "池西区", 220621121: "池南区",
    220621100: "抚松镇",
}  # fmt: skip


def names(code, official, *others, start=None, end=None):
    return tuple(NameRow(code, text, kind, start, end) for kind, text in (("official", official), *others))


def places():
    yield Place(220000000, 1, "吉林省", names=names(220000000, "吉林省", ("short", "吉林")))
    for code, name in PREFECTURES.items():
        others = [("short", "延边"), ("alias", "延边州")] if code == 222400000 else [("short", name[:-1])]
        yield Place(code, 2, name, 220000000, names=names(code, name, *others))
    area = names(
        229900000, "长白山保护开发区管理委员会", ("alias", "长白山开发区"), ("alias", "长白山管委会")
    )
    yield Place(229900000, 2, area[0].name, 220000000, "管委会", "own", names=area)
    for code, (name, start, end) in COUNTIES.items():
        both = names(code, name, ("short", name[:-1]), start=start, end=end)
        yield Place(code, 3, name, code // 100_000 * 100_000, start=start, end=end, names=both)
    for code, name in TOWNS.items():
        authority = "nbs" if name.startswith("池") else "mca"
        yield Place(code, 4, name, code // 1000 * 1000, authority=authority, names=names(code, name))


@pytest.fixture(scope="module")
def tree():
    return TREE


TREE = Tree(
    places(),
    [
        SuccessionRow(220381000, 220184000, GONGZHULING, "moved"),
        SuccessionRow(220181000, 220113000, JIUTAI, "renamed"),
        SuccessionRow(220724000, 220781000, FUYU, "renamed"),
    ],
    [MemberRow(229900000, code) for code in (222426120, 220621120, 220621121)],
)


def inside(code, ranges):
    return any(code in one for one in ranges)


def test_changchun_today_covers_its_own_codes_and_those_gongzhuling_had_under_siping(tree):
    assert tree.ranges(220100000, TODAY) == (Range(220100000, 220200000), Range(220381000, 220382000))
    assert tree.ranges(220300000, TODAY) == (Range(220300000, 220381000), Range(220382000, 220400000))


@pytest.mark.clause("T2.1.d")
def test_as_of_2013_gongzhuling_belongs_to_siping_under_either_of_its_codes(tree):
    assert inside(220381000, tree.ranges(220300000, IN_2013))
    assert not inside(220381000, tree.ranges(220100000, IN_2013))
    assert tree.ancestor(220184000, 2, IN_2013) == 220300000
    assert tree.full_name(220184000, IN_2013) == "吉林省四平市公主岭市"
    assert tree.full_name(220381000, TODAY) == "吉林省长春市公主岭市"


@pytest.mark.parametrize("old, new, change", [
    (220724000, 220781000, FUYU), (220181000, 220113000, JIUTAI), (220381000, 220184000, GONGZHULING),
])  # fmt: skip
def test_a_code_of_2012_resolves_to_what_it_became_and_back(tree, old, new, change):
    assert tree.at(old, TODAY).code == new
    assert tree.at(new, IN_2012).code == old
    assert tree.ranges(new, TODAY) == tree.ranges(old, TODAY)
    assert inside(old, tree.ranges(new, TODAY)) and inside(new, tree.ranges(new, TODAY))
    assert tree.at(old, change).code == new
    assert tree.at(old, change - timedelta(days=1)).code == old


def test_the_list_of_2013_shows_the_divisions_of_that_year(tree):
    assert tree.children(220700000, IN_2012) == [220702000, 220724000]
    assert tree.children(220700000, IN_2013) == [220702000, 220781000]
    assert 220181000 in tree.children(220100000, IN_2013)
    assert 220113000 in tree.children(220100000, TODAY)


def test_changbaishan_takes_its_members_out_of_their_counties_in_the_reporting_tree_only(tree):
    area = (Range(220621120, 220621122), Range(222426120, 222426121), Range(229900000, 230000000))
    assert tree.ranges(229900000, TODAY, REPORTING) == area
    assert tree.ranges(222400000, TODAY, REPORTING) == (Range(222400000, 222500000, (222426120,)),)
    assert tree.ranges(222400000, TODAY, LEGAL) == (Range(222400000, 222500000),)
    assert tree.ranges(222426000, TODAY, REPORTING) == (Range(222426000, 222427000, (222426120,)),)
    assert tree.ranges(220600000, TODAY, REPORTING) == (Range(220600000, 220700000, (220621120, 220621121)),)
    assert tree.children(229900000, TODAY, REPORTING) == [220621120, 220621121, 222426120]
    assert 222426120 in tree.children(222426000, TODAY) and not tree.children(222426000, TODAY, REPORTING)
    assert tree.ancestor(222426120, 2, TODAY, REPORTING) == 229900000
    assert tree.ancestor(222426120, 3, TODAY, REPORTING) is None
    assert tree.ancestor(222426120, 2, TODAY) == 222400000


def test_an_area_is_one_of_the_units_when_reporting_and_none_by_law(tree):
    assert 229900000 in tree.units(2, TODAY, REPORTING) and 229900000 not in tree.units(2, TODAY)
    assert 229900000 in tree.children(220000000, TODAY, REPORTING)
    assert 229900000 not in tree.children(220000000, TODAY)


@given(
    code=st.one_of(
        st.sampled_from(sorted([*PREFECTURES, *COUNTIES, *TOWNS])), st.integers(220000000, 229999999)
    ),
    day=st.dates(date(2000, 1, 1), date(2030, 1, 1)),
)
def test_every_code_belongs_to_the_province_and_to_no_two_units_whatever_the_day_and_tree(code, day):
    for used in (LEGAL, REPORTING):
        assert inside(code, TREE.ranges(220000000, day, used))
        for level in (2, 3, 4):
            holders = [
                unit for unit in TREE.units(level, day, used) if inside(code, TREE.ranges(unit, day, used))
            ]
            assert len(holders) <= 1
            assert holders == [TREE.ancestor(code, level, day, used)] or not holders


@given(day=st.dates(date(2000, 1, 1), date(2030, 1, 1)), code=st.sampled_from(sorted([*COUNTIES, *TOWNS])))
def test_every_known_place_counts_in_exactly_one_unit_of_prefecture_rank(code, day):
    for used in (LEGAL, REPORTING):
        units = [unit for unit in TREE.units(2, day, used) if inside(code, TREE.ranges(unit, day, used))]
        assert len(units) == 1


@pytest.mark.parametrize("text, code, old", [
    ("延吉", 222401000, False), ("延吉市", 222401000, False), ("延边州延吉市", 222401000, False),
    ("吉林省延边朝鲜族自治州延吉市", 222401000, False), ("吉林 延边 延吉", 222401000, False),
    ("九台市", 220113000, True), ("九台区", 220113000, False), ("九台", 220113000, False),
    ("四平市公主岭市", 220184000, True), ("长春市公主岭市", 220184000, False), ("公主岭", 220184000, False),
    ("220381", 220184000, True), ("220724000", 220781000, True), ("222401", 222401000, False),
    ("长白山开发区", 229900000, False), ("长白山管委会", 229900000, False),
])  # fmt: skip
def test_what_people_write_means_one_division_of_today_and_says_when_it_is_an_old_name(tree, text, code, old):
    (match,) = tree.matches(text, TODAY)
    assert (match.code, match.old) == (code, old)
    assert tree.resolve(text, TODAY) == [code]


def test_a_text_that_names_nothing_or_a_wrong_parent_is_not_guessed(tree):
    assert tree.resolve("吉林省沈阳市", TODAY) == []
    assert tree.resolve("长春市延吉市", TODAY) == []
    assert tree.resolve("", TODAY) == []
    assert tree.resolve("市", TODAY) == []


def test_a_text_with_two_meanings_gives_both(tree):
    extra = Place(220200000, 2, "吉林市", 220000000, names=names(220200000, "吉林市", ("short", "吉林")))
    wider = Tree([*places(), extra])
    assert wider.resolve("吉林", TODAY) == [220000000, 220200000]
    assert wider.resolve("吉林", TODAY, level=2) == [220200000]
    assert wider.resolve("吉林省吉林市", TODAY) == [220200000]


def test_a_township_of_a_former_county_counts_to_what_the_county_became(tree):
    assert tree.at(220181103, TODAY).code == 220113000
    assert tree.ancestor(220381105, 2, TODAY) == 220100000


def test_an_unknown_code_has_no_place_no_name_and_no_reach(tree):
    assert tree.at(640104000, TODAY) is None
    assert tree.name(640104000, TODAY) == "" and tree.full_name(640104000, TODAY) == ""
    assert tree.ranges(640104000, TODAY) == () and tree.children(640104000, TODAY) == []


def test_siblings_are_the_others_under_the_same_unit(tree):
    assert tree.siblings(222401000, TODAY) == [222426000]
    assert tree.siblings(220381000, TODAY) == [220104000, 220113000]
