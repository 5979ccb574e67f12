"""The tile map, the operator's own map and lines over time: places, shades, what is refused."""

import json
from datetime import date

import pytest
from django.core.checks import run_checks
from django.template.loader import render_to_string

from shegong.ui.charts import Line, line_chart
from shegong.ui.region_map import MapFile, map_can_be_drawn, region_map, shapes
from shegong.ui.tiles import SHADES, Unit, brief, places, tile_map

BAICHENG, SONGYUAN, AREA = 220800000, 220700000, 229900000


def unit(code, name="白城市", shade=2, **more):
    return Unit(code, name, "58.6%", shade, f"/there/{code}/", **more)


def square(code, west, south, **more):
    ring = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1], [west, south]]
    return {"type": "Feature", "properties": {"adcode": code, **more},
            "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip


@pytest.fixture
def own_map(tmp_path):
    path = tmp_path / "own.geojson"
    found = [square(220800, 122, 45), square(220700, 123, 45)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": found}))
    return MapFile(str(path), date(2012, 1, 1), "吉S(2012)001号", "自然资源厅")


def test_units_of_jilin_lie_where_they_lie():
    assert places([BAICHENG, SONGYUAN, AREA]) == [(0, 0), (1, 0), (4, 3)]


def test_units_elsewhere_fill_rows_of_five():
    assert places([210100000, 210200000]) == [(0, 0), (1, 0)]
    assert places(list(range(330100000, 330107000, 1000)))[5:] == [(0, 1), (1, 1)]


@pytest.mark.parametrize(("name", "short"), [
    ("延边朝鲜族自治州", "延边"), ("长白山保护开发区", "长白山"), ("白城市", "白城"), ("辉县", "辉县"),
])  # fmt: skip
def test_tiles_carry_short_names(name, short):
    assert brief(name) == short


def test_a_tile_says_name_figure_and_lag_and_leads_somewhere():
    html = render_to_string(
        "ui/tile_map.html", {"map": tile_map([unit(BAICHENG, flag=True), unit(SONGYUAN, shade=None)])}
    )
    assert html.count('href="/there/') == 2
    assert html.count('class="fg"') == 1
    assert ">白城<" in html and ">58.6%<" in html
    assert SHADES[2][0] in html and 'fill="#FFFFFF"' in html
    assert "style=" not in html


def test_the_operators_map_is_drawn_with_links(own_map):
    found = region_map(own_map, [unit(BAICHENG, flag=True), unit(SONGYUAN), unit(AREA, "长白山保护开发区")])
    html = render_to_string("ui/region_map.html", {"map": found})
    assert [area["name"] for area in found["areas"]] == ["白城", "白城"]
    assert [area["name"] for area in found["beside"]] == ["长白山"]
    assert html.count("<a href=") == 3
    assert "style=" not in html


def test_outlines_are_read_by_six_digits_with_or_without_the_countrys_number(tmp_path):
    path = tmp_path / "m.geojson"
    path.write_text(json.dumps({"features": [square(None, 1, 1, gb="156220800"), square("nothing", 3, 3)]}))
    assert list(shapes(str(path))[0]) == [220800]


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"features": [{}]}', '{"features": [{"properties": null}]}']
)
def test_what_is_no_map_is_not_drawn(tmp_path, text):
    path = tmp_path / "bad.geojson"
    path.write_text(text)
    assert region_map(MapFile(str(path)), [unit(BAICHENG)]) is None
    assert region_map(MapFile(str(tmp_path / "none")), [unit(BAICHENG)]) is None


def test_a_map_without_a_review_number_is_not_for_the_public(own_map):
    assert own_map.is_public
    assert not MapFile(own_map.path, own_map.boundaries_of).is_public


def test_a_line_runs_from_left_to_right_and_more_lies_higher():
    days = [date(2011, 5, 31), date(2012, 12, 31), date(2013, 12, 31)]
    found = Line("found", [(days[0], 0), (days[1], 500)])
    chart = line_chart(
        [found, Line("plan", [(days[0], 0), (days[2], 1000)])], since=days[0], until=days[2], ticks=[0, 500, 1000],
        band=[(days[1], 500, 500), (days[2], 700, 900)], end_words="500",
    )  # fmt: skip
    html = render_to_string("ui/line_chart.html", {"chart": chart, "label": "x"})
    assert [one["css"] for one in chart["lines"]] == ["found", "plan"]
    assert [mark["day"] for mark in chart["marks"]] == [days[0], date(2012, 1, 1), date(2013, 1, 1), days[2]]
    assert chart["rows"][0]["y"] > chart["rows"][2]["y"]
    assert ">500<" in html and 'class="bd"' in html and "style=" not in html


def test_a_map_that_no_page_can_show_is_said_to_the_operator(own_map, settings, tmp_path):
    def said():
        return [one.id for one in run_checks(tags=["shegong"]) if one.id in ("shegong.W070", "shegong.W071")]

    settings.MAP_FILE, settings.MAP_DATE = "", None
    assert said() == []
    settings.MAP_FILE = own_map.path
    assert said() == ["shegong.W071"]
    settings.MAP_DATE = own_map.boundaries_of
    assert said() == []
    for words in ("{}", "[]", "no map", '{"features": [{"properties": {"adcode": 220800}}]}'):
        (tmp_path / "own.geojson").write_text(words)
        (fault,) = map_can_be_drawn(None)
        assert fault.id == "shegong.W070"
    settings.MAP_FILE = str(tmp_path / "nowhere")
    assert said() == ["shegong.W070"]
