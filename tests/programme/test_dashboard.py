"""The leaders' page: one yardstick, every number a list as long as it says, nothing personal for who may not see it.

Tale 1 up to the list of holders; the notice itself is in tests/oversight.
"""

import io
import json
import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from shegong.ground.accounts import actions as accounts
from shegong.ground.credentials import actions as credentials
from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.ground.regions.models import tree
from shegong.kernel import messages
from shegong.kernel.access import SYSTEM
from shegong.kernel.temporal import days
from shegong.steering.programme.actions.warning import warn
from shegong.steering.programme.models import AnnualPlan, HandValue, SubPlan, Target, figures, plan
from shegong.steering.programme.models.behind import Behind
from shegong.steering.programme.models.board import Board, headline
from shegong.steering.programme.models.warnings import ForecastWarning
from shegong.steering.programme.web.dashboard import boundaries_fit
from shegong.ui.region_map import MapFile

JILIN, BAICHENG, TAOBEI, DAAN, AREA, CHIBEI = 220000000, 220800000, 220802000, 220882000, 229900000, 222426120
CHANGCHUN, NANGUAN, SIPING, GONGZHULING = 220100000, 220102000, 220300000, 220381000
END, TODAY = date(2012, 12, 31), date(2014, 1, 10)
# Who gained a certificate: county, day, level.
HOLDERS = [
    *[(NANGUAN, date(2012, m, 5), "assistant") for m in range(1, 10)], (TAOBEI, date(2012, 9, 5), "assistant"),
    (TAOBEI, date(2012, 9, 5), "social_worker"), (DAAN, date(2012, 9, 6), "assistant"), (CHIBEI, date(2012, 9, 6), "assistant"),
    (GONGZHULING, date(2012, 9, 7), "assistant"), (None, date(2012, 9, 8), "assistant"), (DAAN, date(2013, 9, 6), "assistant"),
]  # fmt: skip


def holder(order, county, day, level):
    person = people.create_person(by=SYSTEM, on=TODAY)
    people.state_name(
        person, name=f"王{'一二三四五六七八九十'[order % 10]}{'甲乙丙丁'[order // 10]}", by=SYSTEM, on=TODAY
    )
    if county:
        people.tie(person, kind="work", region_code=county, origin="test", origin_id=order, start=date(2010, 1, 1), by=SYSTEM, on=TODAY)  # fmt: skip
    found = credentials.declare_certificate(
        person, level=level, management_no=f"20120622010000{order:04d}", issued_on=day, by=SYSTEM, on=TODAY
    )
    credentials.verify_certificate(found, source="exam_list", by=SYSTEM, on=TODAY)
    return person


@pytest.fixture
def world(jilin):
    """Holders in five places and one nowhere, plans that ask for more in Baicheng, entered figures of two counties."""
    for order, row in enumerate(HOLDERS):
        holder(order, *row)
    subplan = SubPlan.objects.get(number=plan().main)
    for year, goal in (
        (2012, {CHANGCHUN: 10, BAICHENG: 15, AREA: 1}),
        (2013, {CHANGCHUN: 10, BAICHENG: 20, AREA: 1}),
    ):
        edition = AnnualPlan.objects.create(
            subplan=subplan, region_code=JILIN, year=year, state="issued", issued_on=date(year, 2, 1), document_number=f"{year}-1",
        )  # fmt: skip
        for name in (f"K-S{year}.2", "K-G4"):
            kind = plan().indicators[name].kind
            whole = Target.objects.create(
                plan=edition, indicator=name, region_code=JILIN, kind=kind, amount=sum(goal.values())
            )
            for code, amount in goal.items():
                part = Target.objects.create(
                    plan=edition, indicator=name, region_code=code, kind=kind, amount=amount, parent=whole
                )
                if code == BAICHENG:
                    for county, share in ((TAOBEI, amount - 5), (DAAN, 5)):
                        Target.objects.create(
                            plan=edition,
                            indicator=name,
                            region_code=county,
                            kind=kind,
                            amount=share,
                            parent=part,
                        )
    for county, quarter, amount in ((TAOBEI, 1, 3), (TAOBEI, 2, 4), (NANGUAN, 2, 20)):
        start = date(2012, 3 * quarter - 2, 1)
        HandValue.objects.create(
            indicator="K-T1", kind="flow", region_code=county, period=days(start, date(2012, 3 * quarter + 1, 1)), amount=amount
        )  # fmt: skip


def everywhere(on):
    """The province, its ten units, their counties, and two townships."""
    places = tree()
    return [JILIN, *places.units(2, on, "reporting"), *places.units(3, on, "reporting"), CHIBEI]


@pytest.mark.clause("G4")
@pytest.mark.clause("N13")
@pytest.mark.parametrize("on", [END, date(2013, 12, 31)])
def test_every_number_of_every_division_is_the_length_of_its_list(world, on):
    """All indicators, all divisions: people as many as counted, entries that add up, items one for one."""
    indicators, regions = plan().indicators, everywhere(on)
    found, opened = figures(indicators, on=on, regions=regions), 0
    assert len(regions) == 1 + 10 + 60 + 1
    for (name, region), figure in found.items():
        if figure.value is None or (figure.value == 0 and region not in (JILIN, BAICHENG)):
            continue
        behind = Behind(indicators[name], on, region)
        behind.figure = figure
        if behind.measure:
            length = behind.count()
            if behind.measure.unit == "person_time":
                length = sum(one.times for one in behind.page(size=None))
        elif behind.items is not None:
            length = len(behind.items)
        elif behind.indicator.summed:
            length = sum(part.value or 0 for _, part in behind.parts)
        else:
            length = sum(entry.amount for entry in behind.entries)
        assert length == figure.value, (name, region)
        opened += bool(figure.value)
    assert opened > 40


def test_a_figure_cut_by_level_opens_lists_that_make_it_up(world):
    whole = Behind(plan().indicators["K-G4"], END, BAICHENG)
    levels = whole.by("level")
    assert levels == {1: 2, 2: 1}
    for code, amount in levels.items():
        part = Behind(plan().indicators["K-G4"], END, BAICHENG, codes={"level": code})
        assert part.count() == part.value == amount == len(part.page(size=None))


def test_a_list_goes_on_where_the_page_before_ended(world):
    behind = Behind(plan().indicators["K-G4"], END, JILIN)
    first = behind.page(size=4)
    rest = behind.page(after=first[-1].pk, size=None)
    assert [one.pk for one in [*first, *rest]] == [one.pk for one in behind.page(size=None)]
    assert len(first) + len(rest) == behind.count() == 15


@pytest.mark.clause("N12")
def test_the_units_and_what_has_no_place_make_up_the_province(world):
    """Also Gongzhuling, which belonged to Siping then, and Changbaishan with its own district."""
    board = Board(JILIN, END, plan().indicators["K-G4"])
    values = {unit: board.figure(board.focus, unit).value for unit in board.units}
    assert len(values) == 10
    assert (values[SIPING], values[AREA], values[BAICHENG], values[CHANGCHUN]) == (1, 1, 3, 9)
    assert board.elsewhere == 1
    assert sum(values.values()) + board.elsewhere == board.figure(board.focus).value == 15


@pytest.mark.clause("N0")
def test_gongzhuling_counts_to_siping_in_2013_and_to_changchun_in_2021(world):
    found = {}
    for day in (END, date(2021, 6, 30)):
        found[day.year] = figures(["K-G4"], on=day, regions=[SIPING, CHANGCHUN])
    assert found[2012]["K-G4", SIPING].value == 1
    assert found[2021]["K-G4", SIPING].value == 0
    assert found[2021]["K-G4", CHANGCHUN].value == found[2012]["K-G4", CHANGCHUN].value + 1


def test_a_map_of_other_boundaries_is_not_shown_for_the_day(jilin):
    focus = plan().indicators["K-G4"]
    then, now = MapFile("x", date(2012, 6, 1)), MapFile("x", date(2021, 6, 1))
    assert boundaries_fit(then, Board(JILIN, END, focus))
    assert not boundaries_fit(now, Board(JILIN, END, focus))
    assert boundaries_fit(now, Board(JILIN, date(2022, 1, 1), focus))
    assert not boundaries_fit(MapFile("x"), Board(JILIN, END, focus))


def test_the_headline_figures_are_the_great_ones_and_those_of_the_year():
    names = [one.id for one in headline(END)]
    assert {"K-G3", "K-G4", "K-T1", "K-T2.1", "K-S2012.2"} <= set(names)
    assert not {"K-S2013.2", "K-T2.1b", "K-S2012.1", "K-N10"} & set(names)
    assert "K-S2013.2" in [one.id for one in headline(date(2013, 6, 30))]


# ---- pages ----


def page(browser, address, status=200):
    answer = browser.get(address)
    assert answer.status_code == status, address
    return unescape(answer.content.decode())


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.clause("G4")
def test_tale_1_from_the_province_over_baicheng_to_its_holders(world, officer):
    """As of the end of 2012 the year's certificates are behind plan; Baicheng, its counties, the people by name."""
    leader = officer("leader", JILIN)
    top = page(leader, "/cockpit/plan/?asof=2012-12-31&indicator=K-S2012.2")
    assert "截至 2012-12-31" in top
    assert "白城市 2012年新增持证完成率 20.0%" in words(top)
    assert "比计划少 12，落后 80.0 点；主要在洮北区 8、大安市 4" in words(top)
    baicheng = re.search(r'href="(/cockpit/plan/220800/[^"]*indicator=K-S2012\.2[^"]*)"', top)[1]
    place = page(leader, baicheng)
    assert "洮北区" in place and "大安市" in place
    records = re.search(r'href="(/cockpit/records/K-S2012\.2/[^"]*region=220800[^"]*)"', place)[1]
    people_behind = page(leader, records)
    assert "3 条" in people_behind
    assert people_behind.count("王") >= 3
    assert "洮北区" in people_behind


@pytest.mark.clause("N12")
def test_the_office_goes_from_a_lag_to_a_notice_about_the_units(world, officer):
    office = page(
        officer("programme_coordinator", JILIN), "/cockpit/plan/?asof=2012-12-31&indicator=K-S2012.2"
    )
    notice = re.search(r'href="(/office/notices/new/[^"]*)"', office)[1]
    assert "indicator=K-S2012.2" in notice and "asof=2012-12-31" in notice and "region=220000000" in notice


def test_an_entered_figure_opens_to_its_entries(world, officer):
    leader = officer("leader", JILIN)
    text = page(leader, "/cockpit/records/K-T1/?asof=2012-12-31&region=220800")
    assert "选聘高校毕业生: 7" in words(text)
    assert "2012-01-01 – 2012-03-31" in text and "无佐证" in text
    page(leader, re.search(r'href="(/office/entered/[0-9]+/)"', text)[1])


def test_who_may_not_see_people_gets_the_count_and_the_roles_that_may(world, officer):
    clerk = officer("subplan_lead", JILIN)
    text = page(clerk, "/cockpit/records/K-G4/?asof=2012-12-31")
    assert "由 15 人构成" in text
    assert "领导" in text and "计划经办人" in text
    assert "王一" not in text
    assert clerk.get("/cockpit/records/K-G4.xlsx?asof=2012-12-31").status_code == 403


def test_people_beyond_the_readers_reach_count_without_a_name(world, officer):
    """Somebody moved away since: the number of then stays, the name does not show."""
    gone = holder(30, TAOBEI, date(2012, 9, 5), "assistant")
    people.end_tie(origin="test", origin_id=30, kind="work", end=date(2013, 5, 1), by=SYSTEM, on=TODAY)
    people.tie(gone, kind="work", region_code=NANGUAN, origin="test", origin_id=31, start=date(2013, 5, 1), by=SYSTEM, on=TODAY)  # fmt: skip
    text = page(officer("leader", BAICHENG), "/cockpit/records/K-G4/?asof=2012-12-31&region=220800")
    assert "4 条" in text
    assert "不在您的权限范围" in text
    assert "王一丁" not in text


def test_a_leader_of_one_prefecture_sees_that_one_alone(world, officer):
    leader = officer("leader", BAICHENG)
    assert (
        leader.get("/cockpit/plan/?asof=2012-12-31").headers["Location"].startswith("/cockpit/plan/220800/")
    )
    assert "白城市" in page(leader, "/cockpit/plan/220800/?asof=2012-12-31")
    page(leader, "/cockpit/plan/220802/?asof=2012-12-31")
    for elsewhere in ("220000", "220100", "220102", "999999", "x"):
        page(leader, f"/cockpit/plan/{elsewhere}/?asof=2012-12-31", 404)
    page(leader, "/cockpit/records/K-G4/?region=220100", 404)
    page(leader, "/cockpit/records/K-NONE/", 404)


def test_nobody_without_the_right_sees_any_of_it(world, officer, client):
    for address in (
        "/cockpit/plan/",
        "/cockpit/plan/220800/",
        "/cockpit/records/K-G4/",
        "/cockpit/brief/201212/",
    ):
        assert client.get(address).status_code == 302
    clerk = officer("first_registrar", BAICHENG)
    for address in (
        "/cockpit/plan/",
        "/cockpit/plan/220800/",
        "/cockpit/records/K-G4/",
        "/cockpit/brief/201212/",
    ):
        assert clerk.get(address).status_code == 403


def test_a_concluded_plan_opens_at_its_last_day_and_unreadable_days_are_said(world, officer):
    leader = officer("leader", JILIN)
    assert "截至 2013-12-31" in page(leader, "/cockpit/plan/")
    assert "截至 2012-06-30" in page(leader, "/cockpit/plan/?asof=2012-06")
    wrong = page(leader, "/cockpit/plan/?asof=tomorrow")
    assert "请按 2012-12-31 或 2012-12 填写" in wrong and 'aria-invalid="true"' in wrong
    assert "截至 2013-12-31" in wrong
    assert "有数据，请选其间的日期" in page(leader, "/cockpit/plan/?asof=1999-01-01")


def test_the_page_shows_tiles_table_lines_and_no_inline_style(world, officer):
    leader = officer("leader", JILIN)
    text = page(leader, "/cockpit/plan/?asof=2012-12-31&indicator=K-G4")
    assert text.count('<rect x="') == 10
    assert 'class="fg"' in text and "▲" in text
    assert 'class="lc"' in text and 'class="plan"' in text
    assert "style=" not in text
    assert "公主岭" not in text
    table = page(leader, "/cockpit/plan/?asof=2012-12-31&indicator=K-G4&view=table")
    assert 'class="tm"' not in table
    assert "本级或所属单位不明" in table


def test_the_operators_map_is_offered_where_it_is_loaded(world, officer, settings, tmp_path):
    ring = [[122, 45], [123, 45], [123, 46], [122, 46], [122, 45]]
    feature = {
        "type": "Feature",
        "properties": {"adcode": 220800},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    file = tmp_path / "own.geojson"
    file.write_text(json.dumps({"features": [feature]}))
    settings.MAP_FILE, settings.MAP_DATE, settings.MAP_SOURCE = str(file), date(2012, 1, 1), "自然资源厅"
    leader = officer("leader", JILIN)
    shown = page(leader, "/cockpit/plan/?asof=2012-12-31&view=map")
    assert 'class="rm"' in shown and "自然资源厅" in shown
    settings.MAP_DATE = date(2021, 1, 1)
    other = page(leader, "/cockpit/plan/?asof=2012-12-31&view=map")
    assert 'class="rm"' not in other and 'class="tm"' in other
    assert "地图界线与所选日期的区划不同" in other
    settings.MAP_DATE = date(2012, 1, 1)
    file.write_text("{}")
    broken = page(leader, "/cockpit/plan/?asof=2012-12-31&view=map")
    assert 'class="tm"' in broken and "地图文件无法绘制" in broken


def test_everything_shown_comes_out_as_a_workbook(world, officer):
    leader = officer("leader", JILIN)
    content = b"".join(leader.get("/cockpit/plan.xlsx?asof=2012-12-31&indicator=K-S2012.2").streaming_content)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    named = {(row[0].partition(":")[0], row[1]): row for row in rows if len(row) > 4}
    assert named["分地区", "白城市"][3:5] == [15.0, 3.0]
    assert named["指标", "持证社会工作者 (K-G4)"][4] == 15.0
    assert any(row[0].startswith("逐月") for row in rows)
    assert any("白城市" in row[1] for row in rows if row[0] == "需要关注")


def test_a_list_comes_out_as_a_workbook_of_its_length(world, officer):
    leader = officer("leader", JILIN)
    content = b"".join(
        leader.get("/cockpit/records/K-G4.csv?asof=2012-12-31&region=220800").streaming_content
    )
    assert content.decode().count("王") == 3


def test_the_briefing_says_it_in_sentences(world, officer):
    leader = officer("leader", JILIN)
    text = words(page(leader, "/cockpit/brief/201212/"))
    assert "持证社会工作者：15 / 2,000 人，完成 0.8%" in text
    assert "比计划慢" in text
    page(leader, "/cockpit/brief/209901/", 404)
    page(leader, "/cockpit/brief/201213/", 404)
    assert "白城市" in page(leader, "/cockpit/brief/201212/?region=220800")


def test_a_page_asks_few_statements_whatever_the_number_of_units(world, officer):
    """Ten units, five counties, one township: the same statements, and not one for each unit."""
    leader = officer("leader", JILIN)
    counts = {}
    for code in ("220000", "220800", "220882"):
        address = f"/cockpit/plan/{code}/?asof=2012-12-31"
        leader.get(address)
        with CaptureQueriesContext(connection) as asked:
            leader.get(address)
        counts[code] = len(asked)
    assert max(counts.values()) <= 80, counts


# ---- forecasts and warnings ----


def test_a_target_that_will_be_missed_is_told_to_the_office_once(world):
    lead, *witnesses = (people.create_person(by=SYSTEM, on=TODAY) for _ in range(3))
    accounts.create_user(lead, username="lead", password=None, by=SYSTEM, on=TODAY)
    office = Organization.objects.get(region_code=JILIN, system="civil_affairs")
    accounts.found_grant(
        lead, role="subplan_lead", organization=office, region_code=JILIN, witnesses=tuple(witnesses), start=END, by=SYSTEM,
        on=TODAY,
    )  # fmt: skip
    first = warn(by=SYSTEM, on=date(2013, 10, 2))
    assert "K-G4" in {row.indicator for row in first}
    told = messages.Message.objects.filter(kind="programme.warning").count()
    assert told == sum(row.told for row in first) > 0
    assert warn(by=SYSTEM, on=date(2013, 10, 3)) == []
    assert messages.Message.objects.filter(kind="programme.warning").count() == told
    assert ForecastWarning.objects.count() == len(first)
    assert warn(by=SYSTEM, on=date(2014, 2, 2)) == []


def test_a_missing_target_stands_in_the_attention_list(world, officer):
    text = words(page(officer("leader", JILIN), "/cockpit/plan/?asof=2013-10-31"))
    assert "吉林省 持证社会工作者预计完不成" in text
    assert "十次有八次在内" in text
