"""A roster as people really send them: every planted fault is named at its cell, and no good row is blamed."""

import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.db import transaction

from shegong.duties.registry.sheets.roster import ROSTER
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Identity, Person
from shegong.ground.regions.models import Region, RegionName
from shegong.kernel.http import today
from shegong.kernel.pinyin import grams
from shegong.kernel.sealing import blind_index
from shegong.kernel.sheets.layout import Taking
from shegong.kernel.sheets.workbook import read_workbook
from shegong.kernel.temporal import days

from .conftest import DAAN, JILIN, PLACES, YANJI

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
DIRT, FAULTS = (getattr(import_module("dirty_cells"), name) for name in ("DIRT", "FAULTS"))
TITLES, Where, clean, rows, write = (
    getattr(import_module("dirty_roster"), name) for name in ("TITLES", "Where", "clean", "rows", "write")
)

HABITS, by_office = (getattr(import_module("dirty_in_libreoffice"), name) for name in ("HABITS", "make"))

COUNT = 2000
COUNTIES = [
    Where("延边州", "延吉市", "222401", ("延吉市北山社会工作服务中心", "延吉市朝阳川阳光社会工作服务中心")),
    Where("白城市", "大安市", "220882", ("大安市慧阳社会工作服务中心",)),
]


@pytest.fixture
def taking(make_officer):
    for code, _, name, _ in PLACES:
        for text, kind in {(name, "official"), (name[:-1], "short")}:
            RegionName.objects.create(
                region_code=code, name=text, kind=kind, during=days(Region.objects.get(pk=code).during.lower)
            )
    for where, code in zip(COUNTIES, (YANJI, DAAN), strict=True):
        for name in where.employers:
            Organization.objects.create(kind="social_service", region_code=code, name=name, grams=grams(name))
    return Taking(1, make_officer(JILIN, extra=("people.edit",)), today())


def looked_at(path, taking):
    """All rows of a workbook, read and checked as the mechanism does."""
    found = []
    with read_workbook(path, ROSTER, today=taking.on) as reading:
        for part in reading.chunks(500):
            ROSTER.check([one for one in part if one.is_good], taking)
            found += part
    return found


def blocking(found):
    return {(one.number, f.column): f.obstacle.code for one in found for f in one.findings if f.blocks}


@pytest.mark.clause("T4.2.b")
def test_every_planted_fault_is_named_at_its_cell_and_no_good_row_is_blamed(tmp_path, taking):
    made = write(
        tmp_path / "roster.xlsx", COUNT, COUNTIES, is_dirty=True, in_order=False, faulty=0.03, dirty=0.6
    )
    assert len(made.faults) == len(FAULTS) >= 20 and len(made.dirt) == len(DIRT) >= 40
    found = looked_at(made.path, taking)
    assert len(found) == COUNT
    assert blocking(found) == made.planted


@pytest.mark.clause("T4.2.b")
def test_a_roster_that_libreoffice_made_is_read_in_each_of_its_forms(tmp_path, taking):
    """Several sheets, merged headers, hidden rows and the like, made by a clerk's habits in a real office."""
    made = by_office(tmp_path, 120, COUNTIES, faulty=0.2, dirty=0.9)
    assert len(made.dirt) + len(HABITS) > 60 and len(made.planted) == 24
    for form, path in made.paths.items():
        found = looked_at(path, taking)
        assert len(found) == 120, form
        named = {
            (one.sheet, one.number, f.column): f.obstacle.code
            for one in found
            for f in one.findings
            if f.blocks
        }
        assert named == made.planted, form


def test_dirt_does_not_change_what_a_row_says(tmp_path, taking):
    made = write(tmp_path / "roster.xlsx", 600, COUNTIES, faulty=0, dirty=1, seed=5)
    dirty = looked_at(made.path, taking)
    write(tmp_path / "clean.xlsx", 600, COUNTIES, faulty=0, dirty=0, seed=5)
    numbers = [cells["_identity"] for cells, _, _ in rows(600, COUNTIES, faulty=0, dirty=1, seed=5)]
    assert [one.values["identity"] for one in dirty] == numbers
    for one, (cells, _, kinds) in zip(dirty, rows(600, COUNTIES, faulty=0, dirty=1, seed=5), strict=True):
        assert one.values["born"] == cells["_born"].replace(day=1), kinds
        assert one.values["issued_on"] == cells["_issued_on"], kinds
        assert one.values["since"].replace(day=1) == cells["_since"].replace(day=1), kinds
        assert one.values["plan"].region_code // 1000 == int(cells["_code"]), kinds
        assert one.values["plan"].employer_id is not None and " " not in one.values["name"], kinds


def test_the_same_seed_makes_the_same_people():
    from random import Random

    one, other = ([clean(n, Random(3), COUNTIES) for n in range(5)] for _ in range(2))
    assert one == other and all(cells["_identity"].startswith("99") for cells in one)


def test_good_rows_go_in_and_the_same_file_adds_nothing(tmp_path, taking):
    made = write(tmp_path / "roster.xlsx", 400, COUNTIES, faulty=0.05, dirty=0.5)
    good = [one for one in looked_at(made.path, taking) if one.is_good]
    with transaction.atomic():
        ROSTER.take(good, taking)
    assert Person.objects.filter(batch_id=1).count() == len(good) == 400 - len(made.planted)
    assert Identity.objects.filter(index=blind_index("identity", good[7].values["identity"])).exists()
    again = looked_at(made.path, Taking(2, taking.by, taking.on))
    assert {one.outcome for one in again if one.is_good} == {"same"} and blocking(again) == made.planted


def test_a_roster_through_the_whole_mechanism(tmp_path, taking, make_clerk):
    """Received, checked, accepted, sent again, saved anew, undone: what the clerk of a prefecture sees."""
    from shegong.ground.accounts.authority import actor_for
    from shegong.ground.intake import actions as intake
    from shegong.kernel.refusal import Refused

    where = [COUNTIES[0]]
    by, on = actor_for(make_clerk("lin", YANJI).user, taking.on), taking.on
    made = write(tmp_path / "roster.xlsx", 120, where, is_dirty=True, faulty=0.1, dirty=0.5)
    counted = Person.objects.count()

    def sent(path):
        batch = intake.receive("roster", file_name="名册.xlsx", content=Path(path).read_bytes(), by=by, on=on)
        intake.work(batch_id=batch.pk)
        batch.refresh_from_db()
        return batch

    batch = sent(made.path)
    good = 120 - len(made.planted)
    assert (batch.total, batch.good, batch.bad, batch.fresh) == (120, good, len(made.planted), good)
    intake.accept(batch, by=by, on=on)
    intake.work(batch_id=batch.pk)
    batch.refresh_from_db()
    assert (batch.taken, batch.late, Person.objects.count() - counted) == (good, 0, good)
    with pytest.raises(Refused) as refused:
        sent(made.path)
    assert refused.value.obstacles[0].code == "file_known"
    write(tmp_path / "again.xlsx", 120, where, in_order=False, faulty=0.1, dirty=0.5)
    assert sent(tmp_path / "again.xlsx").refusal["code"] == "rows_known"
    again = sent(tmp_path / "again.xlsx")  # once more: compared row by row all the same
    assert (again.same, again.good, again.bad) == (good, 0, batch.bad)
    intake.undo(batch, reason="重复导入", by=by, on=on)
    intake.work(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == "undone" and Person.objects.count() == counted


def test_a_number_that_stands_in_two_parts_of_a_file_is_told_at_the_check(tmp_path, taking, make_clerk):
    from dataclasses import replace

    from shegong.ground.accounts.authority import actor_for
    from shegong.ground.intake import actions as intake
    from shegong.kernel.sheets import layout as layouts

    by, on = actor_for(make_clerk("lin", YANJI).user, taking.on), taking.on
    people = [cells for cells, _, _ in rows(40, [COUNTIES[0]], faulty=0, dirty=0)]
    first, second = (next(n for n in some if people[n]["level"]) for some in (range(18), range(30, 40)))
    people[second]["management_no"] = people[first]["management_no"]
    lines = [",".join(TITLES.values()), *(",".join(str(cells[key]) for key in TITLES) for cells in people)]
    content = "\n".join(lines).encode("utf-8-sig")
    small = replace(ROSTER, chunk=20)
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(layouts._LAYOUTS, "roster", small)
        batch = intake.receive("roster", file_name="名册.csv", content=content, by=by, on=on)
        intake.work(batch_id=batch.pk)
        for _ in range(2):  # the same after checking again
            batch.refresh_from_db()
            (row,) = batch.rows.filter(kind="bad")
            assert (row.number, row.codes) == (second + 2, ["value_elsewhere"])
            intake.check_again(batch, by=by, on=on)
            intake.work(batch_id=batch.pk)
