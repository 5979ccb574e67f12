"""The officers' register: reach, filters, pages, files that match the page, and the queries behind them."""

import csv
import io
import json
from datetime import date, timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone
from python_calamine import CalamineWorkbook

from shegong.duties.registry.models.totals import registered_now
from shegong.duties.registry.web.cockpit import units_of
from shegong.duties.registry.web.register import REGISTER
from shegong.ground.accounts.models import Grant, User
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM, Actor, Authority, Range
from shegong.kernel.journal import JournalEntry
from shegong.kernel.listing_filters import Scene
from shegong.kernel.saved_views import SavedView
from shegong.kernel.temporal import days

JILIN, YANBIAN, YANJI, TUMEN, DAAN = 220000000, 222400000, 222401000, 222402000, 220882000


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def register(make_registrations, today):
    """Yanji 60 in force and 3 closed, Tumen 5, Daan 4; levels and last days spread."""

    def some(n, region, **more):
        return [
            {
                "region_code": region, "admitted_on": today - timedelta(days=700 + i), "valid_to": today + timedelta(days=10 + i // 2),
                "level": ("assistant", "social_worker", "senior")[i % 3], **more,
            }
            for i in range(n)
        ]  # fmt: skip

    closed = {"closed_on": today - timedelta(days=1), "closed_kind": "cancelled"}
    return make_registrations([*some(60, YANJI), *some(3, YANJI, **closed), *some(5, TUMEN), *some(4, DAAN)])


@pytest.fixture
def officer_client(client, let_in, offices):
    """Signs in an officer with a grant of a role over a region."""

    def make(role, region, name="officer"):
        person, first, second = (
            people.create_person(by=SYSTEM, on=date(2026, 1, 1), source="office") for _ in range(3)
        )
        people.state_name(person, name="崔明哲", by=SYSTEM, on=date(2026, 1, 1))
        user = User.objects.create_user(name, "a long password", person=person)
        Grant.objects.create(
            person=person, role=role, organization=offices[region], region_code=region, proposed_by=first,
            approved_by=second, during=days(date(2026, 1, 1)),
        )  # fmt: skip
        return let_in(client, user)

    return make


def asked(query: str, today, *ranges: Range, region: int | None = None, level: int = 3):
    held = Authority("x", frozenset({"registry.read", "registry.export"}), ranges, region, level)
    return REGISTER.asked(
        QueryDict(query), Scene(Actor(user_id=1, authorities=(held,)), today, "registry.read")
    )


COUNTY, PREFECTURE, PROVINCE = (
    Range(YANJI, YANJI + 1000),
    Range(YANBIAN, YANBIAN + 100_000),
    Range(JILIN, JILIN + 10**7),
)


@pytest.mark.clause("T4.2.b")
@pytest.mark.parametrize(
    ("ranges", "count"),
    [((COUNTY,), 60), ((PREFECTURE,), 65), ((PROVINCE,), 69), ((), 0), ((COUNTY, Range(DAAN, DAAN + 1000)), 64),
     ((Range(YANBIAN, YANBIAN + 100_000, holes=(YANJI,)),), 5), ((Range(YANJI, YANJI + 1),), 60)],
)  # fmt: skip
def test_the_list_ends_where_the_reach_ends(register, today, ranges, count):
    page = asked("", today, *ranges)
    assert (page.count, len(list(page.every_row(7)))) == (count, count)


@pytest.mark.parametrize("sort", ["expires", "-expires", "region"])
def test_pages_over_several_ranges_are_in_order_and_complete(register, today, sort):
    ranges = (COUNTY, Range(DAAN, DAAN + 1000))
    keys = {"expires": lambda r: (r.valid_to, r.id), "region": lambda r: (r.region_code, r.valid_to, r.id)}
    expected = sorted(
        (r for r in register if r.region_code in (YANJI, DAAN) and not r.closed_on),
        key=keys[sort.lstrip("-")],
    )
    first = asked(f"sort={sort}", today, *ranges)
    second = asked(f"sort={sort}&after={first.cursor('last')}", today, *ranges)
    shown = [row.id for row in (*first.rows, *second.rows)]
    assert shown == [r.pk for r in (reversed(expected) if sort[0] == "-" else expected)]
    assert second.slice.is_last


@pytest.mark.parametrize(
    ("query", "count"),
    [("level=senior", 20), ("status=", 63), ("status=cancelled", 3), ("status=expiring", 60), ("expires=30", 42),
     ("level=senior&status=expiring", 20), ("status=nonsense", 0), ("region=222402", 0), ("from=2026-13-01", 0)],
)  # fmt: skip
def test_filters_narrow_the_list(register, today, query, count):
    assert asked(query, today, COUNTY).count == count


def test_people_are_found_by_a_piece_of_the_name_pinyin_or_number(register, today):
    person = register[0].person
    people.state_name(person, name="欧阳春晓", by=SYSTEM, on=today)
    for typed in ("春晓", "欧阳", "ouyang", "oycx", register[0].register_no, register[0].register_no.lower()):
        page = asked(urlencode({"q": typed}), today, COUNTY)
        assert [row.name for row in page.rows] == ["欧阳春晓"], typed
    assert asked(urlencode({"q": "春晓"}), today, Range(TUMEN, TUMEN + 1000)).count == 0
    assert asked(urlencode({"q": "。"}), today, COUNTY).count == 0


def plan_of(part) -> str:
    with connection.cursor() as cursor:
        # Few rows: without this the planner sorts them. With it, a Sort is left only where no index has the order.
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"
        )
        sql, params = part.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize(
    ("one", "index"),
    [
        (COUNTY, "registration_open_county"),
        (PREFECTURE, "registration_open_prefecture"),
        (PROVINCE, "registration_open_all"),
    ],
)
def test_a_page_is_one_scan_of_one_index_without_sorting(register, today, one, index):
    with connection.cursor() as cursor:
        cursor.execute(
            "REINDEX TABLE registry_registration"
        )  # earlier tests left room in one index and not in the other
        cursor.execute("ANALYZE registry_registration")
        for cheap_for_few_rows in ("seqscan", "bitmapscan", "sort"):  # what a table of this size tempts to
            cursor.execute(f"SET LOCAL enable_{cheap_for_few_rows} = off")
    page = asked("level=senior", today, one)
    plan = plan_of(page.order.sorted(page.parts[0], backwards=False).values_list(*page.order.keys)[:51])
    assert index in plan
    assert "Sort" not in plan


def test_a_page_costs_the_same_queries_however_many_rows(register, today, django_assert_num_queries):
    assert asked("", today, COUNTY).rows  # the tree of regions is read once in a process
    page = asked("", today, PROVINCE)
    # keys, rows with names, stamp of the tree of regions, people whose data are only stored
    with django_assert_num_queries(4):
        assert len(page.rows) == 50


# ---- the page and its files ----


@pytest.mark.clause("T4.2.b")
def test_an_officer_sees_the_register_of_the_county_and_no_other(register, officer_client):
    page = officer_client("first_registrar", YANJI).get("/office/people/?sort=region")
    text = page.content.decode()
    assert page.status_code == 200
    assert "导出 60 行" in text
    assert register[0].register_no in text
    assert not any(r.register_no in text for r in register if r.region_code != YANJI)
    assert page.headers["Cache-Control"].startswith("max-age=0")


def test_a_neighbours_row_opens_no_card(register, officer_client):
    desk = officer_client("first_registrar", YANJI)
    mine, theirs = register[0], next(r for r in register if r.region_code == TUMEN)
    assert mine.register_no in desk.get(f"/office/people/?card={mine.pk}&q=nobody").content.decode()
    assert theirs.register_no not in desk.get(f"/office/people/?card={theirs.pk}&q=nobody").content.decode()
    assert desk.get("/office/people/?card=' OR 1=1").status_code == 200


def test_files_hold_the_rows_and_columns_of_the_page(register, officer_client):
    desk = officer_client("first_registrar", YANJI)
    query = "level=senior&cols=number,expires&sort=-expires"
    shown = [r.register_no for r in asked(query, timezone.localdate(), COUNTY).rows]
    book = b"".join(desk.get(f"/office/people.xlsx?{query}").streaming_content)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert sheet[5] == ["姓名", "登记证号", "有效期至"]
    assert [row[1] for row in sheet[6:]] == shown
    assert isinstance(sheet[6][2], date)
    text = b"".join(desk.get(f"/office/people.csv?{query}").streaming_content).decode("utf-8-sig")
    assert [row[1] for row in list(csv.reader(io.StringIO(text)))[6:]] == shown
    found = json.loads(b"".join(desk.get(f"/office/people.json?{query}").streaming_content))
    assert [row["number"] for row in found["rows"]] == shown
    assert "崔明哲" in found["exported_by"]


def test_an_export_is_journalled_as_a_reading_without_what_was_typed(register, officer_client):
    desk = officer_client("first_registrar", YANJI)
    b"".join(
        desk.get(f"/office/people.csv?{urlencode({'q': '王小明', 'level': 'senior'})}").streaming_content
    )
    entry = JournalEntry.objects.get(verb="registry.register.export")
    assert entry.facts["filters"] == ["level", "status", "q"]
    assert (entry.facts["form"], entry.facts["rows"], entry.region_code) == ("csv", 0, YANJI)
    assert entry.facts["personal"] == ["employer", "identity_masked", "name"]
    assert "王小明" not in json.dumps(entry.facts, ensure_ascii=False)


def test_an_export_of_picked_rows_stays_within_the_reach(register, officer_client):
    desk = officer_client("first_registrar", YANJI)
    theirs = next(r for r in register if r.region_code == TUMEN)
    picked = f"pick={register[0].pk}&pick={theirs.pk}&pick=x"
    found = json.loads(b"".join(desk.get(f"/office/people.json?{picked}").streaming_content))
    assert [row["number"] for row in found["rows"]] == [register[0].register_no]


def test_too_many_rows_lead_to_the_page_that_orders_the_file(register, officer_client, monkeypatch):
    monkeypatch.setattr(
        "shegong.kernel.listing_files.export_policy",
        lambda day: SimpleNamespace(direct_rows=10, daily_rows=1000),
    )
    page = officer_client("first_registrar", YANJI).get("/office/people.xlsx?level=senior&status=")
    assert page.status_code == 302
    asked = parse_qs(urlsplit(page["Location"]).query)
    assert asked == {"list": ["/office/people.xlsx"], "query": ["level=senior&status="]}
    assert not JournalEntry.objects.filter(verb="registry.register.export").exists()


def test_a_leader_reads_but_does_not_export(register, officer_client):
    desk = officer_client("leader", YANBIAN)
    page = desk.get("/office/people/").content.decode()
    assert "65" in page
    assert "people.xlsx" not in page
    assert desk.get("/office/people.xlsx").status_code == 403


def test_nobody_reads_it_without_signing_in(client, register):
    for address in (
        "/office/people/",
        "/office/people.xlsx",
        "/office/applications/",
        "/office/",
        "/cockpit/",
    ):
        assert client.get(address).status_code == 302
    assert client.get("/office/people.exe").status_code in (302, 404)


def test_a_file_of_an_unknown_kind_does_not_exist(register, officer_client):
    assert officer_client("first_registrar", YANJI).get("/office/people.exe").status_code == 404


def test_a_view_is_saved_shown_with_its_count_and_deleted(register, officer_client):
    desk = officer_client("first_registrar", YANJI)
    answer = desk.post("/office/people/?level=senior&after=abc", {"title": "高级", "_once": "0" * 32})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/office/people/?level=senior")
    text = desk.get("/office/people/").content.decode()
    assert "高级&nbsp;20" in text
    assert "高级" in desk.get("/office/").content.decode()
    view = SavedView.objects.get()
    desk.post("/office/people/", {"drop_view": str(view.pk), "_once": "1" * 32})
    assert not SavedView.objects.exists()


# ---- home, overview: every number is the length of its list ----


@pytest.mark.clause("T4.2.b")
def test_every_number_of_the_overview_is_the_length_of_its_list(register, officer_client):
    held = Authority("leader", frozenset({"registry.read"}), (PROVINCE,), JILIN, 1)
    actor, day = Actor(user_id=1, authorities=(held,)), timezone.localdate()
    units = units_of(held, registered_now(actor, "registry.read", day), day)
    assert {(u.name, u.total) for u in units} == {("延边州", 65), ("白城市", 4)}
    for unit in units:
        links = [(unit.total, unit.url), *((n, url) for _, n, url in unit.counts)]
        for number, url in links:
            page = REGISTER.asked(QueryDict(url.partition("?")[2]), Scene(actor, day, "registry.read"))
            assert page.count == number
    page = officer_client("leader", JILIN).get("/cockpit/").content.decode()
    assert ">69<" in page


def test_a_card_opens_beside_the_list_where_it_stands(register, officer_client):
    desk = officer_client("first_registrar", YANJI)
    second = asked("level=senior&sort=-expires", timezone.localdate(), COUNTY)
    text = desk.get(
        f"/office/people/?level=senior&sort=-expires&after={second.cursor('first')}"
    ).content.decode()
    assert f"?level=senior&amp;sort=-expires&amp;after={second.cursor('first')}&amp;card=" in text


def test_export_of_selected_rows_without_a_selection_is_refused(register, officer_client):
    page = officer_client("first_registrar", YANJI).get("/office/people.xlsx?only=picked")
    assert page.status_code == 422
    assert "先勾选" in page.content.decode()
