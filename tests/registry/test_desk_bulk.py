"""Many cases at once, and the special rounds of the province."""

import re
from datetime import timedelta
from html import unescape

from django.db.models.functions import Now

from shegong.duties.registry.models import Application, RegistrationRound
from shegong.kernel.http import today

JILIN, YANBIAN, YANJI, TUMEN = 220000000, 222400000, 222401000, 222402000
BULK = "/office/queue/registration/bulk/"
ROUND = {
    "title": "2026年补登记", "basis": "吉民函〔2026〕9号", "region": JILIN, "kinds": ["first"], "opens_on": "", "closes_on": "2026-6-30",
}  # fmt: skip


def words(response):
    return unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))


def picks_of(*applications):
    return [f"{one.token}.{one.version}" for one in applications]


def test_every_clean_case_is_shown_with_three_to_look_at_before_they_pass(make_clerk, make_case):
    cases = [make_case(name).application for name in ("金美玉", "方秋月", "赵雪", "朴正男")]
    Application.objects.filter(pk=cases[3].pk).update(clean=False)
    county = make_clerk("yanji", YANJI).browser
    page = county.get(BULK)
    assert "批量通过 3 件" in words(page) and "朴正男" not in words(page)
    assert page.content.decode().count('<li class="card pad">') == 3
    only = county.get(BULK, {"pick": [cases[0].token, cases[3].token]})
    assert "批量通过 1 件" in words(only) and "金美玉" in words(only)
    done = county.post(BULK, {"pick": picks_of(*cases[:3]), "opinion": "同意上报。"})
    assert "已通过 3 件" in words(done)
    assert Application.objects.filter(state="first_passed").count() == 3


def test_a_case_that_changed_or_is_not_clean_is_left_and_the_table_says_why(make_clerk, make_case):
    good, changed, doubtful = (make_case(name).application for name in ("金美玉", "方秋月", "赵雪"))
    picks = picks_of(good, changed, doubtful)
    Application.objects.filter(pk=changed.pk).update(version=changed.version + 1)
    Application.objects.filter(pk=doubtful.pk).update(clean=False)
    said = words(make_clerk("yanji", YANJI).browser.post(BULK, {"pick": picks}))
    assert "已通过 1 件" in said and "2 件没有通过" in said
    assert "打开列表后本件有变化" in said and "自动核对未全部通过" in said
    assert list(Application.objects.filter(state="first_passed")) == [good]


def test_what_fails_since_it_was_handed_in_is_left_for_somebody_to_look_at(make_clerk, make_case):
    """The list says how the checks stood on the day of handing in; nothing passes unseen on that alone."""
    good, late = (make_case(name).application for name in ("金美玉", "方秋月"))
    late.folder.items.update(removed_at=Now())
    county = make_clerk("yanji", YANJI).browser
    assert words(county.get("/office/queue/registration/")).count("提交时核对通过") >= 2
    said = words(county.post(BULK, {"pick": picks_of(good, late)}))
    assert "已通过 1 件" in said and "1 件没有通过" in said and "自动核对未全部通过" in said
    assert list(Application.objects.filter(state="first_passed")) == [good]


def test_a_form_sent_twice_passes_once_and_shows_the_same_table(make_clerk, make_case):
    case, county = make_case().application, make_clerk("yanji", YANJI).browser
    sent = {"pick": picks_of(case), "_once": "k" * 20}
    tables = [words(county.post(BULK, sent)) for _ in range(2)]
    assert tables[0] == tables[1] and "已通过 1 件" in tables[0] and case.decisions.count() == 1


def test_another_countys_case_cannot_be_slipped_in(make_clerk, make_case):
    case = make_case().application
    answer = make_clerk("tumen", TUMEN).browser.post(BULK, {"pick": picks_of(case)})
    assert "已通过 0 件" in words(answer) and case.number not in words(answer)
    case.refresh_from_db()
    assert case.state == "submitted"
    leader = make_clerk("leader", YANJI, role="leader").browser.post(BULK, {"pick": picks_of(case)})
    assert "1 件没有通过" in words(leader)


def test_the_province_opens_a_round_and_applicants_read_of_it(make_clerk, client):
    province = make_clerk("sheng", JILIN)
    sent = ROUND | {
        "levels": ["assistant"], "opens_on": today().isoformat(), "closes_on": (today() + timedelta(days=30)).isoformat(),
        "issued_from": "2012-1-1", "issued_to": "20151231",
    }  # fmt: skip
    answer = province.browser.post("/office/rounds/new/", sent)
    assert answer.url == "/office/rounds/"
    said = words(province.browser.get(answer.url))
    assert "2026年补登记" in said and "吉民函〔2026〕9号" in said and "助理社会工作师" in said
    start = words(province.browser.get("/my/registration/"))
    assert "2026年补登记" in start and "2012-01-01 至 2015-12-31" in start


def test_a_round_without_its_document_or_ending_before_it_begins_is_refused_with_what_was_typed(make_clerk):
    province = make_clerk("sheng", JILIN).browser
    backwards = ROUND | {"opens_on": "2030-2-1", "closes_on": "2030年1月1日"}
    answer = province.post("/office/rounds/new/", backwards)
    assert answer.status_code == 422 and 'value="2030年1月1日"' in answer.content.decode()
    assert "截止日期要晚于开始日期" in words(answer)
    bare = ROUND | {"opens_on": "2030-2-1", "closes_on": "2030-3-1", "basis": " "}
    answer = province.post("/office/rounds/new/", bare)
    assert answer.status_code == 422 and "写明依据的文件" in words(answer)
    impossible = province.post("/office/rounds/new/", ROUND | {"opens_on": "2030-2-30"})
    assert impossible.status_code == 422 and 'value="2030-2-30"' in impossible.content.decode()
    assert not RegistrationRound.objects.exists()


def test_only_the_province_opens_rounds(make_clerk):
    county = make_clerk("yanji", YANJI).browser
    for address in ("/office/rounds/", "/office/rounds/new/"):
        assert county.get(address).status_code == 403 and county.post(address, ROUND).status_code in (
            403,
            405,
        )
