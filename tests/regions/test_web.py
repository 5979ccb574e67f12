"""Pages of divisions and of the calendar, as officers use them."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shegong.ground.regions.models import tree
from shegong.kernel.calendar import fixed_holidays
from shegong.kernel.holidays import calendar_in_force, on_year_imported

YANJI, SIPING, CHANGCHUN, ANTU, AREA = 222401000, 220300000, 220100000, 222426000, 229900000
TODAY = date(2026, 11, 23)


def page_of(client, name, *args, status=200, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_county_officer_reads_the_divisions_and_may_not_change_them(officer):
    browser = officer("first_registrar", YANJI)
    assert "吉林省" in page_of(browser, "regions:list")
    page_of(browser, "regions:change", YANJI, status=403)
    page_of(browser, "regions:calendar_import", status=403)


def test_without_signing_in_nothing_is_shown(jilin, client):
    assert client.get(reverse("regions:list")).status_code == 302


def test_the_page_of_siping_as_of_2013_lists_gongzhuling_and_today_does_not(officer):
    browser = officer("first_registrar", YANJI)
    assert "公主岭市" in page_of(browser, "regions:one", SIPING, asof="2013-06")
    assert "公主岭市" not in page_of(browser, "regions:one", SIPING)
    assert "公主岭市" in page_of(browser, "regions:one", CHANGCHUN)


@pytest.mark.parametrize("typed, shown", [
    ("2013-06", "2013-06-30"), ("2013", "2013-12-31"), ("2013年6月", "2013-06-30"), ("2013-6-5", "2013-06-05"),
    ("2013-13", None), ("nonsense", None), ("0000", None),
])  # fmt: skip
def test_a_day_may_be_typed_as_a_year_a_month_or_a_day(officer, typed, shown):
    from shegong.kernel.http import today

    text = page_of(officer("first_registrar", YANJI), "regions:one", SIPING, asof=typed)
    assert (shown or today().isoformat()) in text


def test_a_former_name_leads_to_the_division_of_today_and_says_so(officer):
    browser = officer("first_registrar", YANJI)
    answer = browser.get(reverse("regions:list"), {"q": "九台市"}, follow=True)
    text = answer.content.decode()
    assert "九台区" in text and "220181" in text and "2014-10-20" in text
    assert "曾用名" in page_of(browser, "regions:list", q="九台市", asof="2026-11-23")


def test_changbaishan_says_which_tree_it_belongs_to(officer):
    browser = officer("first_registrar", YANJI)
    assert "池北区" in page_of(browser, "regions:one", AREA)
    assert "池北区" in page_of(browser, "regions:one", ANTU)
    assert "池北区" not in page_of(browser, "regions:one", ANTU, tree="reporting").split("</nav>")[-1]
    assert "长白山保护开发区" in page_of(browser, "regions:one", 222426120)


def test_an_unknown_code_is_not_found(officer):
    page_of(officer("first_registrar", YANJI), "regions:one", 999999999, status=404)


def test_the_province_enters_a_change_by_document(officer):
    browser = officer("final_registrar", 220000000)
    form = {"kind": "renamed", "name": "延吉新市", "code": "222411", "effective": "2026-12-1", "document": ""}
    refused = browser.post(reverse("regions:change", args=[YANJI]), form)
    assert refused.status_code == 422 and "延吉新市" in refused.content.decode()
    done = browser.post(reverse("regions:change", args=[YANJI]), form | {"document": "国函〔2026〕1号"})
    assert done.status_code == 302 and done.url == reverse("regions:one", args=[222411000])
    assert tree().at(YANJI, date(2026, 12, 1)).code == 222411000
    assert tree().parent(222411000, date(2026, 12, 1)) == 222400000


@pytest.mark.parametrize("changed, field", [
    ({"kind": "nothing"}, "kind"), ({"code": "22"}, "code"), ({"code": ""}, "code"), ({"effective": "2026-2-30"}, "effective"),
    ({"name": ""}, "name"), ({"code": "220104"}, "code"), ({"code": "999999"}, "__all__"),
])  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_lost(officer, changed, field):
    form = {
        "kind": "renamed",
        "name": "延吉新市",
        "code": "222411",
        "effective": "2026-12-1",
        "document": "国函",
    } | changed
    answer = officer("final_registrar", 220000000).post(reverse("regions:change", args=[YANJI]), form)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "国函" in answer.content.decode()


def test_a_day_of_the_calendar_opens_its_form_for_who_may_set_it_only(officer):
    link = "/office/calendar/day/?day=2026-10-01"
    text = page_of(officer("system_admin", 220000000), "regions:calendar", year="2026")
    assert text.count(link) == 2  # in its month, and in the list of special days
    assert "/office/calendar/day/" not in page_of(
        officer("first_registrar", YANJI), "regions:calendar", year="2026"
    )


def test_the_calendar_says_when_a_year_is_not_published(officer):
    browser = officer("first_registrar", YANJI)
    assert "2026-10-01" in page_of(browser, "regions:calendar", year="2026")
    assert 'class="box warn"' in page_of(browser, "regions:calendar", year="2027")
    assert 'class="box warn"' not in page_of(browser, "regions:calendar", year="2026")
    page_of(browser, "regions:calendar", year="abc")


def schedule(year, *extra):
    lines = [
        "date,kind,name",
        *(f"{date(year, m, d)},holiday,x" for m, d in sorted(fixed_holidays(year))),
        *extra,
    ]
    return SimpleUploadedFile("schedule.csv", "\n".join(lines).encode(), content_type="text/csv")


def test_an_imported_year_makes_its_deadlines_firm_and_tells_whoever_keeps_them(officer):
    told = []
    on_year_imported.append(lambda year, by, on: told.append(year))
    try:
        browser = officer("final_registrar", 220000000)
        assert calendar_in_force().add_working_days(TODAY, 30).provisional
        answer = browser.post(
            reverse("regions:calendar_import"),
            {
                "year": "2027",
                "source": "国办发明电〔2026〕9号",
                "file": schedule(2027, "2027-02-08,holiday,春节"),
            },
        )
        assert answer.status_code == 302
        assert told == [2027]
        assert not calendar_in_force().add_working_days(TODAY, 30).provisional
        assert not calendar_in_force().is_working_day(date(2027, 2, 8))
    finally:
        on_year_imported.pop()


@pytest.mark.parametrize("content", [
    b"\xff\xfe\x00", b"day,what\n2027-01-01,holiday", b"date,kind,name\n2027-13-01,holiday,x",
    b"date,kind,name\n2027-01-01,party,x", b"date,kind,name\n2027-01-01,holiday,x", b"x" * 300_000,
])  # fmt: skip
def test_a_wrong_schedule_is_refused_and_nothing_is_changed(officer, content):
    before = calendar_in_force().years
    answer = officer("final_registrar", 220000000).post(
        reverse("regions:calendar_import"),
        {"year": "2027", "source": "x", "file": SimpleUploadedFile("a.csv", content)},
    )
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors
    assert calendar_in_force().years == before


def test_the_tree_costs_one_tiny_query_once_it_is_kept(jilin, django_assert_num_queries):
    tree()
    with django_assert_num_queries(1):
        assert tree().name(YANJI, TODAY - timedelta(days=1)) == "延吉市"


def test_the_province_sets_one_day_and_the_county_may_not(officer, client):
    address = reverse("regions:calendar_day")
    page_of(officer("first_registrar", YANJI), "regions:calendar_day", status=403)
    client.logout()
    browser = officer("final_registrar", 220000000)
    typed = {"day": "2026-6-3", "kind": "holiday", "name": "防汛放假", "reason": ""}
    refused = browser.post(address, typed)
    assert refused.status_code == 422 and "防汛放假" in refused.content.decode()
    done = browser.post(address, typed | {"reason": "省政府办公厅通知"})
    assert done.status_code == 302 and done.url.endswith("?year=2026")
    assert "防汛放假" in page_of(browser, "regions:calendar", year="2026")
    assert "防汛放假" in page_of(browser, "regions:calendar_day", day="2026-6-3")
    assert (
        browser.post(address, {"day": "2026-6-3", "kind": "ordinary", "reason": "通知撤回"}).status_code
        == 302
    )
    assert calendar_in_force().is_working_day(date(2026, 6, 3))


def test_a_prefecture_that_may_edit_its_divisions_may_not_edit_the_provinces_calendar(officer):
    browser = officer("system_admin", 222400000)
    assert reverse("regions:calendar_day") not in page_of(browser, "regions:calendar")
    for name in ("regions:calendar_day", "regions:calendar_import"):
        page_of(browser, name, status=403)
        assert browser.post(reverse(name), {"day": "2026-6-3"}).status_code == 403
