"""Lists without regions: pages by key, counts that stop, columns and chips, and what a region filter may reach."""

from datetime import date
from itertools import chain

import pytest
from django.db.models import Q
from django.http import QueryDict

from shegong.kernel import listing as listing_module
from shegong.kernel.access import Actor, Authority, Range
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, RegionFilter, Scene, choice, day_limit, intersection, text
from shegong.kernel.listing_query import Cursor, Order, read_cursor
from shegong.kernel.refusal import Refused
from shegong.kernel.saved_views import MOST, SavedView, drop_view, save_view, views_of

ME = Actor(user_id=1, person_id=1)
SCENE = Scene(ME, date(2026, 11, 23), "kernel.read")

VIEWS = Listing(
    key="kernel.views",
    title="Views",
    permission="kernel.read",
    rows=lambda scene: SavedView.objects.all(),
    load=lambda ids, scene: list(SavedView.objects.filter(pk__in=ids)),
    columns=(
        Column("title", "Title", lambda r: r.title, fixed=True),
        Column("query", "Query", lambda r: r.query),
        Column("user", "User", lambda r: r.user_id, "number", shown=False),
    ),
    orders=(
        Order("title", "By title", ("title", "id")),
        Order("-title", "Backwards", ("title", "id"), descending=True),
    ),
    filters=(
        choice("list", "List", (("a", "First list"), ("b", "Second list")), "listing"),
        text("q", "Title", lambda typed, scene: (Q(title__startswith=typed),)),
        Filter(
            "half",
            "Half",
            lambda v, s: (Q(user_id=1), Q(user_id=2)),
            lambda s: (("both", "Both"),),
            default="both",
        ),
        day_limit("from", "From", "created_at__date__gte"),
    ),
    size=10,
)


def asked(query: str = "", listing: Listing = VIEWS, scene: Scene = SCENE):
    return listing.asked(QueryDict(query), scene)


@pytest.fixture
def views(db):
    """45 views of users 1 and 2, many with the same title, so that pages must tell twins apart by id."""
    rows = [
        SavedView(user_id=1 + n % 2, listing="ab"[n % 2], title=f"t{n % 7}", query=str(n)) for n in range(45)
    ]
    for n, row in enumerate(rows):
        row.listing += str(n)  # one title per user and listing
    SavedView.objects.bulk_create(rows)
    return SavedView.objects.order_by("title", "id")


def walk(query: str):
    """All pages forwards, then back again."""
    forth, back, after = [], [], ""
    while True:
        page = asked(f"{query}&after={after}")
        forth.append([row.id for row in page.rows])
        if page.slice.is_last:
            break
        after = page.cursor("last")
    while not page.slice.is_first:
        page = asked(f"{query}&before={page.cursor('first')}")
        back.append([row.id for row in page.rows])
    return forth, back


@pytest.mark.parametrize("sort", ["title", "-title"])
def test_pages_hold_every_row_once_in_order_forwards_and_backwards(views, sort):
    forth, back = walk(f"sort={sort}")
    expected = [row.id for row in (views if sort == "title" else views.reverse())]
    assert list(chain.from_iterable(forth)) == expected
    assert back[::-1] == forth[:-1]


def test_rows_are_numbered_across_pages(views):
    first = asked()
    second = asked(f"after={first.cursor('last')}")
    again = asked(f"before={second.cursor('first')}")
    assert (first.slice.first, second.slice.first, again.slice.first) == (1, 11, 1)


@pytest.mark.parametrize(
    "word", ["", "x", "W10", "!!", Cursor(3, ("a",)).word(), Cursor(1, ("t1", "x")).word()]
)
def test_a_place_that_is_none_starts_at_the_beginning(views, word):
    assert asked(f"after={word}").slice.first == 1


def test_a_cursor_reads_back_what_it_holds():
    order = VIEWS.orders[0]
    assert read_cursor(Cursor(7, ("甲", 12)).word(), SavedView, order) == Cursor(7, ("甲", 12))


def test_a_count_stops_at_the_cap(views, monkeypatch):
    assert asked().count == 45
    monkeypatch.setattr(listing_module, "COUNT_CAP", 20)
    page = asked()
    assert (page.count, page.is_counted, page.count_words) == (21, False, "20+")


def test_forks_never_count_or_show_a_row_twice(views):
    page = asked("half=both")
    assert len(page.parts) == 2
    assert page.count == len(list(page.every_row(7))) == 45


def test_a_value_that_is_not_offered_finds_nothing_and_stays_visible(views):
    page = asked("list=zzz")
    assert page.count == 0
    assert {"label": "List", "value": "zzz"}.items() <= page.chips[0].items()


def test_a_day_that_no_calendar_has_finds_nothing(views):
    assert asked("from=2026-02-30").count == 0
    assert asked("from=2000年1月1日").count == 45


def test_each_chip_leads_to_the_list_without_it(views):
    page = asked("q=t1&list=a&sort=-title&after=x")
    by_label = {chip["label"]: chip["remove_url"] for chip in page.chips}
    assert by_label == {
        "List": "?q=t1&sort=-title",
        "Title": "?list=a&sort=-title",
        "Half": "?q=t1&list=a&sort=-title&half=",
    }


def test_columns_come_from_the_address_and_fixed_ones_always_stay(views):
    assert [c.name for c in asked().columns] == ["title", "query"]
    assert [c.name for c in asked("cols=user").columns] == ["title", "user"]
    assert [c.name for c in asked("cols=user,query&cols=nonsense").columns] == ["title", "query", "user"]
    assert [c.name for c in asked("cols=nonsense").columns] == ["title", "query"]


def test_the_journal_learns_which_filters_not_what_was_typed(views):
    assert asked("q=金美玉").filter_names == ["q", "half"]


# ---- regions ----


def region_filter(units: dict[int, tuple[Range, ...]]) -> RegionFilter:
    return RegionFilter(
        "region_code",
        lambda code, day, tree: units.get(code, ()),
        lambda code, day: f"unit {code}",
        lambda scene: (),
    )


def officer(*ranges: Range) -> Scene:
    held = Authority("x", frozenset({"kernel.read"}), ranges=ranges)
    return Scene(Actor(user_id=1, authorities=(held,)), date(2026, 11, 23), "kernel.read")


COUNTY, NEIGHBOUR, PREFECTURE = (
    Range(222401000, 222402000),
    Range(222402000, 222403000),
    Range(222400000, 222500000),
)


def test_a_chosen_region_never_widens_the_reach():
    regions = region_filter({222402000: (NEIGHBOUR,), 222400000: (PREFECTURE,)})
    assert regions.within("222402", officer(COUNTY)) == ()
    assert regions.within("222400", officer(COUNTY)) == (COUNTY,)
    assert regions.within("222402000", officer(PREFECTURE)) == (NEIGHBOUR,)


@pytest.mark.parametrize("code", ["999999", "abc", "2224", "２２２４０１", "-1", "222401; drop"])
def test_an_unknown_region_reaches_nothing(code):
    assert region_filter({222401000: (COUNTY,)}).within(code, officer(PREFECTURE)) == ()


def test_who_holds_the_permission_nowhere_reaches_nothing():
    assert region_filter({}).within("", officer()) == ()


def test_an_intersection_keeps_the_holes_of_both():
    one = (Range(0, 100, holes=(5, 50)),)
    other = (Range(40, 60, holes=(45,)), Range(90, 200))
    assert intersection(one, other) == (Range(40, 60, holes=(45, 50)), Range(90, 100))


# ---- saved views ----


def test_a_view_is_its_owners_only(db):
    view = save_view("kernel.views", title="  my   view ", query="a=1", by=ME)
    other = Actor(user_id=2)
    assert view.title == "my view"
    assert views_of(other, "kernel.views") == []
    assert drop_view("kernel.views", view_id=view.id, by=other) == 0
    assert [v.query for v in views_of(ME, "kernel.views")] == ["a=1"]
    assert drop_view("kernel.views", view_id=view.id, by=ME) == 1


def test_the_same_title_replaces_the_view(db):
    save_view("kernel.views", title="v", query="a=1", by=ME)
    save_view("kernel.views", title="v", query="a=2", by=ME)
    assert [v.query for v in views_of(ME)] == ["a=2"]


@pytest.mark.parametrize("title", ["", "   ", "字" * 31])
def test_a_view_needs_a_short_title(db, title):
    with pytest.raises(Refused):
        save_view("kernel.views", title=title, query="", by=ME)


def test_the_thirteenth_view_is_refused(db):
    for n in range(MOST):
        save_view("kernel.views", title=str(n), query="", by=ME)
    with pytest.raises(Refused):
        save_view("kernel.views", title="one more", query="", by=ME)
