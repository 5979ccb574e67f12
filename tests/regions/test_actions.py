"""Loading a province, and changing divisions by document, on the real Jilin."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from shegong.ground.regions import actions
from shegong.ground.regions.models import AreaMember, Region, RegionName, Succession, tree
from shegong.ground.regions.rules import LEGAL, REPORTING, Divisions, Permission, Place
from shegong.ground.regions.sheets import nine, read_rows
from shegong.kernel.access import SYSTEM, Actor, Authority, Range
from shegong.kernel.audit import verify
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused
from shegong.kernel.temporal import days

TODAY, IN_2012 = date(2026, 11, 23), date(2012, 12, 31)
DOCUMENT = "国函〔2026〕1号"
pytestmark = pytest.mark.django_db


def officer(code, width=10_000_000):
    authority = Authority("tester", frozenset({Permission.EDIT}), (Range(code, code + width),), code, 1)
    return Actor(user_id=1, authorities=(authority,))


def counted(code, day, used):
    return sum(code in one for unit in tree().units(2, day, used) for one in tree().ranges(unit, day, used))


def test_jilin_has_one_province_nine_prefectures_sixty_counties_and_972_townships_today(jilin):
    found = tree()
    legal = {level: found.units(level, TODAY) for level in (1, 2, 3, 4)}
    assert [len(legal[level]) for level in (1, 2, 3)] == [1, 9, 60]
    assert sum(found.places[code].authority == "mca" for code in legal[4]) == 972
    assert len(found.units(2, TODAY, REPORTING)) == 10


def test_the_counties_of_every_year_are_those_of_the_list_by_year(jilin):
    rows = read_rows(settings.BASE_DIR / "shegong/config/data/divisions/jilin_counties_by_year_2000_2024.csv")
    found = tree()
    for year in range(2000, 2025):
        day = date(year, 12, 31)
        listed = {
            (nine(r["county_code"]), r["county"], nine(r["city_code"]))
            for r in rows
            if r["year"] == str(year)
        }
        assert {(c, found.name(c, day), found.parent(c, day)) for c in found.units(3, day)} == listed


@pytest.mark.clause("N0")
def test_facts_of_2012_and_of_today_are_counted_once_in_the_report_of_either_day(jilin):
    facts = [
        220724000,
        220781000,
        220181000,
        220113000,
        220381000,
        220184000,
        222426120,
        220621121,
        222426000,
        220182101,
    ]
    for day in (IN_2012, TODAY):
        for used in (LEGAL, REPORTING):
            assert [counted(code, day, used) for code in facts] == [1] * len(facts)


@pytest.mark.clause("N0")
def test_the_ten_reporting_units_sum_to_the_province_and_no_place_counts_twice(jilin):
    found = tree()
    for day in (IN_2012, TODAY):
        townships = found.units(4, day)
        per_unit = {
            unit: sum(any(code in one for one in found.ranges(unit, day, REPORTING)) for code in townships)
            for unit in found.units(2, day, REPORTING)
        }
        assert sum(per_unit.values()) == len(townships)
        assert per_unit[229900000] == 3


def test_gongzhuling_counts_to_siping_in_the_report_of_2012_and_to_changchun_in_that_of_today(jilin):
    found = tree()
    for code in (220381000, 220184000):
        assert found.ancestor(code, 2, IN_2012) == 220300000
        assert found.ancestor(code, 2, TODAY) == 220100000
    assert found.ranges(220100000, TODAY) == (Range(220100000, 220200000), Range(220381000, 220382000))
    assert found.ranges(222400000, TODAY, REPORTING) == (Range(222400000, 222500000, (222426120,)),)


def test_a_name_without_a_new_code_is_dated_too(jilin):
    assert tree().name(220602000, date(2009, 6, 1)) == "八道江区"
    assert tree().name(220602000, TODAY) == "浑江区"
    assert tree().matches("八道江区", TODAY)[0].old


def test_loading_again_changes_nothing_and_the_audit_stays_clean(jilin):
    before = Region.objects.count(), RegionName.objects.count(), JournalEntry.objects.count()
    call_command("load", "jilin", verbosity=0)
    assert (Region.objects.count(), RegionName.objects.count(), JournalEntry.objects.count()) == before
    assert JournalEntry.objects.filter(verb="regions.region.import").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_audit_explains_every_loaded_row_and_finds_one_changed_by_sql():
    call_command("load", "jilin", verbosity=0)
    assert list(verify()) == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE regions_succession SET target_code = 220100000 WHERE origin_code = 220381000")
    assert [finding.kind for finding in verify()] == ["row_changed"]


def test_another_province_loads_by_its_code_and_keeps_apart_from_the_first(jilin):
    call_command("load", "province", "640000", verbosity=0)
    found = tree()
    assert found.name(640104000, TODAY) == "兴庆区"
    assert found.resolve("宁夏兴庆区", TODAY) == [640104000]
    assert len(found.children(640000000, TODAY)) == 5
    assert not any(640104000 in one for one in found.ranges(220000000, TODAY))


@pytest.mark.parametrize("code", ["64", "640100", "99x000", "990000", None])
def test_a_code_that_is_no_province_is_refused_in_one_sentence(db, code):
    with pytest.raises(CommandError):
        call_command("load", "province", *([code] if code else []), verbosity=0)
    assert not Region.objects.exists()


def test_every_process_sees_a_change_of_the_tree_at_once(jilin):
    before = tree()
    assert tree() is before
    Region.objects.filter(code=222401000).update(during=days(None, date(2026, 1, 1)))
    assert 222401000 not in tree().units(3, TODAY)


def test_a_rolled_back_change_is_not_remembered(jilin):
    with transaction.atomic():
        Region.objects.filter(code=222401000).update(during=days(None, date(2026, 1, 1)))
        assert 222401000 not in tree().units(3, TODAY)
        transaction.set_rollback(True)
    assert 222401000 in tree().units(3, TODAY)


def yanji_district(**changes):
    return Place(
        **{"code": 222411000, "level": 3, "name": "延吉新市", "parent": 222400000, "kind": "市", **changes}
    )


def test_a_division_gets_a_new_code_and_its_facts_follow(jilin):
    day = date(2026, 12, 1)
    actions.add_succession(
        222401000,
        yanji_district(),
        kind="renamed",
        effective=day,
        by=officer(220000000),
        on=TODAY,
        document=DOCUMENT,
    )
    found = tree()
    assert found.at(222401000, day).code == 222411000
    assert found.at(222411000, TODAY).code == 222401000
    assert any(222401000 in one for one in found.ranges(222411000, day))
    assert found.name(222401001, day) and found.ancestor(222401001, 3, day) == 222411000
    entry = JournalEntry.objects.get(verb="regions.region.renamed")
    assert entry.facts["document"] == DOCUMENT and entry.region_code == 222401000


def test_a_merged_division_counts_to_the_one_it_went_into(jilin):
    target = tree().places[222402000]
    actions.add_succession(
        222401000, target, kind="merged", effective=TODAY, by=officer(220000000), on=TODAY, document=DOCUMENT
    )
    assert tree().at(222401000, TODAY).code == 222402000
    assert Succession.objects.get(origin_code=222401000).kind == "merged"


def test_a_rename_keeps_the_code_and_both_names_with_their_days(jilin):
    day = date(2027, 1, 1)
    actions.rename(222401000, "延吉新市", effective=day, by=officer(220000000), on=TODAY, document=DOCUMENT)
    assert tree().name(222401000, TODAY) == "延吉市"
    assert tree().name(222401000, day) == "延吉新市"
    assert tree().resolve("延吉市", day) == [222401000]


@pytest.mark.parametrize("changes, kind, document, code", [
    ({"code": 222402000}, "renamed", DOCUMENT, "region_exists"),
    ({"code": 222401000}, "renamed", DOCUMENT, "region_same"),
    ({}, "merged", DOCUMENT, "region_unknown"),
    ({}, "renamed", "  ", "document_missing"),
    ({"name": " "}, "renamed", DOCUMENT, "region_name"),
    ({"parent": 220100000 + 90_000_000}, "moved", DOCUMENT, "region_parent"),
])  # fmt: skip
def test_a_change_that_does_not_fit_is_refused_with_its_reason(jilin, changes, kind, document, code):
    with pytest.raises(Refused) as refused:
        actions.add_succession(
            222401000, yanji_district(**changes), kind=kind, effective=TODAY, by=officer(220000000), on=TODAY,
            document=document,
        )  # fmt: skip
    assert code in {obstacle.code for obstacle in refused.value.obstacles}
    assert Succession.objects.filter(origin_code=222401000).count() == 0


def test_a_division_that_has_ended_cannot_change_again(jilin):
    with pytest.raises(Refused) as refused:
        actions.add_succession(
            220381000, yanji_district(code=220382999, parent=220300000), kind="renamed", effective=TODAY,
            by=officer(220000000), on=TODAY, document=DOCUMENT,
        )  # fmt: skip
    assert "region_ended" in {obstacle.code for obstacle in refused.value.obstacles}


def test_only_who_may_edit_a_province_changes_its_divisions(jilin):
    for actor in (Actor(user_id=2), officer(640000000)):
        with pytest.raises(Refused):
            actions.rename(222401000, "新延吉市", effective=TODAY, by=actor, on=TODAY, document=DOCUMENT)
        with pytest.raises(Refused):
            actions.import_divisions(Divisions((yanji_district(),)), by=actor, on=TODAY)


def test_an_area_takes_each_place_once(jilin):
    area = Place(229800000, 2, "试验区", 220000000, "管委会", "own")
    actions.open_area(area, [222401001], effective=TODAY, by=SYSTEM, on=TODAY, document=DOCUMENT)
    assert tree().parent(222401001, TODAY, REPORTING) == 229800000
    assert tree().parent(222401001, TODAY - timedelta(days=1), REPORTING) == 222401000
    again = Place(229700000, 2, "另一区", 220000000, "管委会", "own")
    with pytest.raises(Refused):
        actions.open_area(again, [222426120], effective=TODAY, by=SYSTEM, on=TODAY, document=DOCUMENT)
    with pytest.raises(IntegrityError), transaction.atomic():
        AreaMember.objects.create(area_code=229800000, region_code=222426120, during=days(TODAY))


def test_a_file_whose_rows_do_not_fit_is_refused_as_a_whole(jilin):
    rows = Divisions((yanji_district(), Place(640104000, 3, "兴庆区", 640100000)))
    with pytest.raises(Refused):
        actions.import_divisions(rows, by=SYSTEM, on=TODAY)
    assert not Region.objects.filter(code=222411000).exists()


def test_the_database_refuses_a_code_under_a_wrong_parent(jilin):
    with pytest.raises(IntegrityError), transaction.atomic():
        Region.objects.create(
            code=640104000, level=3, name="兴庆区", parent_code=220100000, during=days(None)
        )
