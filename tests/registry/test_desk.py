"""The officer's desk: what he sees, decides, takes back; what others cannot see, guess or change."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application, Decision
from shegong.duties.registry.models.facts import ground_of
from shegong.duties.registry.web import case as case_pages
from shegong.duties.registry.web import decide
from shegong.duties.registry.web.case import usual_opinion
from shegong.ground.credentials import actions as credentials
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused

JILIN, YANBIAN, YANJI, TUMEN, DAAN = 220000000, 222400000, 222401000, 222402000, 220882000
QUEUE = "/office/queue/registration/"
KEY = "k" * 20


@pytest.fixture
def county(make_clerk):
    return make_clerk("yanji", YANJI, name="王海")


def at(application, page="case", **more):
    return reverse(f"registry:{page}", args=[application.token, *more.values()])


def names_in(response):
    return re.findall(r'<span><a href="[^"]*"[^>]*>([^<]+)</a>', response.content.decode())


def words(response):
    return unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))


def decision_of(application, **more):
    application.refresh_from_db()
    return {"version": application.version, **more}


# ---- the queue -------------------------------------------------------------------------------------------------------


def test_the_queue_holds_what_waits_for_the_officers_own_stage_by_remaining_time(
    county, make_clerk, make_case
):
    late, soon = make_case("金美玉").application, make_case("方秋月").application
    Application.objects.filter(pk=soon.pk).update(due_on=today() + timedelta(days=1))
    Application.objects.filter(pk=late.pk).update(due_on=today() - timedelta(days=9))
    page = county.browser.get(QUEUE)
    assert names_in(page) == ["金美玉", "方秋月"]
    assert 'class="left late"' in page.content.decode() and "超期" in words(page)
    prefecture = make_clerk("zhou", YANBIAN)
    assert names_in(prefecture.browser.get(QUEUE)) == []
    county.browser.post(at(late, "case_pass"), decision_of(late, opinion="同意上报。"))
    assert names_in(prefecture.browser.get(QUEUE)) == ["金美玉"]
    assert names_in(county.browser.get(QUEUE)) == ["方秋月"]
    assert names_in(county.browser.get(QUEUE + "?tab=passed")) == ["金美玉"]


def counted_in_menu(officer):
    page = officer.browser.get(QUEUE).content.decode()
    entry = re.search(r'<a href="/office/queue/registration/"[^>]*>(.*?)</a>', page, re.S)
    return re.sub(r"\D", "", re.sub(r"<[^>]+>", "", entry[1]))


def test_the_menu_counts_only_what_the_officer_must_do(county, make_clerk, make_case):
    make_case()
    assert counted_in_menu(county) == "1"
    assert counted_in_menu(make_clerk("zhou", YANBIAN)) == ""


def test_the_queue_is_filtered_by_check_and_by_county(make_clerk, make_case):
    _clean, other = make_case("金美玉").application, make_case("方秋月").application
    Application.objects.filter(pk=other.pk).update(clean=False, region_code=TUMEN)
    prefecture = make_clerk("zhou", YANBIAN).browser
    assert sorted(names_in(prefecture.get(QUEUE + "?tab=all"))) == ["方秋月", "金美玉"]
    assert names_in(prefecture.get(QUEUE + "?tab=all&clean=yes")) == ["金美玉"]
    assert names_in(prefecture.get(f"{QUEUE}?tab=all&region={TUMEN // 1000}")) == ["方秋月"]
    assert names_in(prefecture.get(f"{QUEUE}?tab=all&region={DAAN // 1000}")) == []


def test_the_flag_says_how_many_checks_did_not_pass(county, make_case):
    make_case("金美玉")
    assert "核对通过" in words(county.browser.get(QUEUE))
    namesake = make_case("金美玉", submit=False)
    held = namesake.application.certificate
    corrected = credentials.correct_certificate(
        held,
        level=held.level,
        management_no="2012062201",
        issued_on=held.issued_on,
        by=namesake.me,
        on=today(),
    )
    with pytest.raises(Refused) as refused:
        actions.submit_application(namesake.application, by=namesake.me, on=today())
    assert [o.code for o in refused.value.obstacles] == ["certificate_replaced"]
    actions.choose_certificate(namesake.application, corrected, by=namesake.me, on=today())
    actions.submit_application(namesake.application, by=namesake.me, on=today())
    assert "2 项需人工判断" in words(county.browser.get(QUEUE))


def test_the_export_has_exactly_the_rows_of_the_filtered_queue(county, make_case):
    make_case("金美玉"), make_case("方秋月")
    page = county.browser.get(QUEUE)
    assert "导出 2 行" in words(page)
    rows = county.browser.get("/office/queue/registration.json").getvalue()
    assert rows.decode().count("ZC-222401") == 2
    assert (
        county.browser.get("/office/queue/registration.json?clean=no").getvalue().decode().count("ZC-222401")
        == 0
    )


def test_the_cases_around_the_open_one_are_listed_with_its_number(county, make_case):
    cases = [make_case(name).application for name in ("金美玉", "方秋月", "赵雪")]
    page = county.browser.get(at(cases[1]))
    assert "第 2 / 3 件" in words(page)
    assert f'href="{at(cases[2])}" data-key="j"' in page.content.decode()
    assert f'href="{at(cases[0])}" data-key="k"' in page.content.decode()


# ---- the case --------------------------------------------------------------------------------------------------------


def test_a_case_shows_stated_beside_recorded_checks_papers_and_remaining_days(county, make_case):
    application = make_case().application
    said = words(county.browser.get(at(application)))
    for expected in ("金美玉", "990101********", "延吉市北山街道社会救助服务中心", "选自单位名录", "管理号为 18 位", "材料齐全",
                     "剩余 5 个工作日", "身份证正反面", "办理过程"):  # fmt: skip
        assert expected in said
    assert not re.search(r"990101\d{8}", said)


def test_a_certificate_stated_wrong_is_marked(county, make_case):
    application = make_case().application
    type(application.certificate).objects.filter(pk=application.certificate_id).update(management_no="12345")
    page = county.browser.get(at(application))
    assert 'class="diff"' in page.content.decode() and "5 位，不是 18 位" in words(page)
    assert "1 处不一致" in words(page)


def test_late_deciding_does_not_make_a_timely_application_late(county, make_case):
    application = make_case().application
    moved = timezone.now() - timedelta(days=400)
    Application.objects.filter(pk=application.pk).update(submitted_at=moved, handed_in_on=moved.date())
    issued = moved.date() - timedelta(days=60)
    type(application.certificate).objects.filter(pk=application.certificate_id).update(issued_on=issued)
    said = words(county.browser.get(at(application)))
    assert "首次登记应在" not in said and "在一年期限内申请" in said


def test_a_paper_is_shown_large_and_turned_without_any_style(county, make_case):
    application = make_case().application
    item = application.folder.items.first()
    page = county.browser.get(f"{at(application)}?paper={item.pk}&turn=90&zoom=2").content.decode()
    assert 'viewBox="0 0 480 640"' in page and "rotate(90)" in page and 'width="200%"' in page
    assert "style=" not in page
    picture = county.browser.get(at(application, "case_file", item=item.pk))
    assert picture.status_code == 200 and picture["Content-Type"] == "image/jpeg"


def test_the_ready_opinion_says_what_is_decided_and_nothing_of_another_office(make_case):
    application = make_case().application
    ground = ground_of(application, today())
    assert usual_opinion(application, ground) == "材料齐全，信息与证件一致，同意上报。", (
        "at every office below the last"
    )
    application.state = "second_passed"
    ends = {
        "first": "同意登记。",
        "renewal": "同意再登记。",
        "change": "同意变更登记。",
        "cancel": "同意注销登记。",
        "reissue": "补发登记证书。",
    }
    for kind, end in ends.items():
        application.kind = kind
        assert usual_opinion(application, ground).endswith(end)


def test_passing_opens_the_next_case_at_once_and_offers_to_take_it_back(county, make_case):
    first, second = make_case("金美玉").application, make_case("方秋月").application
    answer = county.browser.post(at(first, "case_pass"), decision_of(first, opinion="材料齐全，同意上报。"))
    assert (answer.status_code, answer.url) == (302, at(second))
    page = county.browser.get(answer.url)
    assert at(first, "case_recall") in page.content.decode() and "已通过" in words(page)
    decision = Decision.objects.get()
    assert (decision.step, decision.opinion, decision.officer_id) == (
        "pass_first",
        "材料齐全，同意上报。",
        county.person.pk,
    )
    timeline = words(county.browser.get(at(first)))
    assert "延吉市民政局 王海" in timeline


def test_the_filter_of_the_queue_goes_along_to_the_next_case(county, make_case):
    first, second = make_case("金美玉").application, make_case("方秋月").application
    answer = county.browser.post(at(first, "case_pass") + "?clean=yes", decision_of(first))
    assert answer.url == at(second) + "?clean=yes"


def test_after_the_last_case_the_queue_is_empty(county, make_case):
    application = make_case().application
    answer = county.browser.post(at(application, "case_pass"), decision_of(application))
    assert answer.url == QUEUE
    assert "全部办完" in words(county.browser.get(answer.url))


def test_accepting_starts_the_clock_and_keeps_the_case_open(county, make_case):
    application = make_case().application
    answer = county.browser.post(at(application, "case_accept"), decision_of(application))
    assert answer.url == at(application)
    application.refresh_from_db()
    assert application.state == "accepted" and application.accepted_on == today()
    assert "30 个工作日" in words(county.browser.get(answer.url))


def test_the_same_click_twice_decides_once(county, make_case):
    first, _second = make_case("金美玉").application, make_case("方秋月").application
    sent = decision_of(first, _once=KEY)
    answers = [county.browser.post(at(first, "case_pass"), sent) for _ in range(2)]
    assert answers[0].url == answers[1].url and Decision.objects.count() == 1


# ---- return and refuse -----------------------------------------------------------------------------------------------


def test_what_is_marked_goes_back_with_its_sentences(county, make_case):
    application = make_case().application
    form = county.browser.get(at(application, "case_return"))
    assert "证书照片看不清管理号或批准日期" in words(form)
    sent = decision_of(
        application, why_paper_certificate=["certificate_blurred"], text_identity="姓名少一个字，请更正。"
    )
    assert county.browser.post(at(application, "case_return"), sent).status_code == 302
    items = dict(application.return_items.values_list("item", "text"))
    assert items == {
        "paper:certificate": "证书照片看不清管理号或批准日期，请重拍。", "identity": "姓名少一个字，请更正。",
    }  # fmt: skip
    application.refresh_from_db()
    assert application.state == "returned"


def test_a_return_without_a_mark_is_told_so_and_too_few_words_stay_in_the_form(county, make_case):
    application = make_case().application
    nothing = county.browser.post(at(application, "case_return"), decision_of(application))
    assert nothing.status_code == 422 and "勾选需要补正的项目" in words(nothing)
    assert "<title>有误：" in nothing.content.decode()
    short = county.browser.post(at(application, "case_return"), decision_of(application, text_identity="改"))
    page = short.content.decode()
    assert short.status_code == 422 and 'value="改"' in page and 'href="#id_text_identity"' in page
    application.refresh_from_db()
    assert application.state == "submitted" and not application.return_items.exists()


def test_a_refusal_needs_a_reason_and_a_sentence_and_keeps_what_was_typed(county, make_case):
    application = make_case().application
    wrong = county.browser.post(
        at(application, "case_fail"), decision_of(application, opinion="证书核验不符")
    )
    assert wrong.status_code == 422 and "证书核验不符" in words(wrong) and "选择原因" in words(wrong)
    sent = decision_of(application, opinion="证书核验不符", reason_code="no_certificate")
    assert county.browser.post(at(application, "case_fail"), sent).status_code == 302
    application.refresh_from_db()
    assert application.state == "failed"


# ---- taking back, issuing --------------------------------------------------------------------------------------------


def test_a_decision_is_taken_back_while_its_time_runs(county, make_case):
    application = make_case().application
    county.browser.post(at(application, "case_pass"), decision_of(application))
    page = county.browser.get(at(application, "case_recall"))
    assert "还剩 30 分钟" in words(page)
    answer = county.browser.post(at(application, "case_recall"), decision_of(application, reason="点错了"))
    assert answer.url == at(application)
    application.refresh_from_db()
    assert application.state == "accepted" and Decision.objects.get().recall_reason == "点错了"


def test_after_thirty_minutes_it_is_too_late(county, make_case):
    application = make_case().application
    county.browser.post(at(application, "case_pass"), decision_of(application))
    Decision.objects.update(decided_at=timezone.now() - timedelta(minutes=31))
    assert "撤回决定（" not in words(county.browser.get(at(application)))
    late = county.browser.post(at(application, "case_recall"), decision_of(application))
    assert late.status_code == 422 and "30 分钟内撤回" in words(late)


def test_the_decider_may_issue_at_once_and_nobody_else(county, make_clerk, make_case):
    application = make_case().application
    prefecture, province = make_clerk("zhou", YANBIAN), make_clerk("sheng", JILIN)
    for officer in (county, prefecture, province):
        officer.browser.post(at(application, "case_pass"), decision_of(application))
    application.refresh_from_db()
    assert application.state == "admitted"
    refused = county.browser.post(at(application, "case_issue"), decision_of(application))
    assert refused.status_code == 422 and "只有作出决定的人可以提前出证" in words(refused)
    assert "立即出证" in words(province.browser.get(at(application)))
    province.browser.post(at(application, "case_issue"), decision_of(application))
    application.refresh_from_db()
    assert (
        application.state == "issued"
        and application.certificate.registrations.get().register_no.startswith("JL")
    )


# ---- two officers ----------------------------------------------------------------------------------------------------


def test_the_second_officer_is_told_who_has_the_case_open(county, make_clerk, make_case):
    application, colleague = make_case().application, make_clerk("yanji2", YANJI, name="朴春姬")
    assert words(county.browser.post(at(application, "case_desk"))).strip() == ""
    told = words(colleague.browser.post(at(application, "case_desk")))
    assert "王海（延吉市民政局）也打开了本件" in told
    assert county.browser.get(at(application, "case_desk")).status_code == 405


def test_the_slower_officer_is_told_who_decided_what_and_nothing_is_overwritten(
    county, make_clerk, make_case
):
    application, colleague = make_case().application, make_clerk("yanji2", YANJI, name="朴春姬")
    sent = decision_of(application, opinion="同意")
    county.browser.post(at(application, "case_pass"), sent)
    for page in ("case_pass", "case_accept", "case_return", "case_fail"):
        answer = colleague.browser.post(at(application, page), sent)
        said = words(answer)
        assert answer.status_code == 409 and "初审通过" in said and "延吉市民政局 王海" in said, page
        assert at(application) in answer.content.decode()
    assert Decision.objects.count() == 1


def test_a_form_that_does_not_say_what_it_saw_decides_nothing(county, make_case):
    application = make_case().application
    for version in ("", "-1", "x", "99", "٣"):
        assert county.browser.post(at(application, "case_pass"), {"version": version}).status_code == 409
    assert not Decision.objects.exists()


# ---- who may not -----------------------------------------------------------------------------------------------------


def test_nobody_is_offered_his_own_case(county, make_case):
    application = make_case().application
    Application.objects.filter(pk=application.pk).update(person=county.person)
    page = county.browser.get(at(application))
    assert "这是本人的申请" in words(page) and 'data-key="a"' not in page.content.decode()
    refused = county.browser.post(
        at(application, "case_pass"), decision_of(application, opinion="给自己通过")
    )
    assert refused.status_code == 422 and "这是本人的申请" in words(refused)
    assert county.browser.get(at(application, "case_return")).url == at(application)


def test_who_reviewed_it_first_does_not_review_it_again(county, make_clerk, make_case):
    application = make_case().application
    county.browser.post(at(application, "case_pass"), decision_of(application))
    both = make_clerk("both", YANBIAN, person=county.person)
    page = both.browser.get(at(application))
    assert "本环节须由他人办理" in words(page)
    assert both.browser.post(at(application, "case_pass"), decision_of(application)).status_code == 422
    application.refresh_from_db()
    assert application.state == "first_passed"


def test_a_leader_reads_and_decides_nothing(make_clerk, make_case):
    application = make_case().application
    leader = make_clerk("leader", YANJI, role="leader")
    page = leader.browser.get(at(application))
    assert page.status_code == 200 and 'data-key="a"' not in page.content.decode()
    assert leader.browser.post(at(application, "case_pass"), decision_of(application)).status_code == 422
    assert leader.browser.get("/office/queue/registration.xlsx").status_code == 403


def every_case_address(application):
    item = application.folder.items.first()
    for pattern in (*case_pages.urlpatterns, *decide.urlpatterns):
        more = [item.pk] if "item" in pattern.pattern.converters else []
        yield reverse(f"registry:{pattern.name}", args=[application.token, *more])


def test_for_the_neighbouring_county_the_case_does_not_exist_at_any_address_by_any_method(
    make_clerk, make_case
):
    application = make_case().application
    neighbour = make_clerk("tumen", TUMEN).browser
    entries = JournalEntry.objects.count()
    for address in every_case_address(application):
        for method in ("get", "post", "head"):
            answer = getattr(neighbour, method)(address, decision_of(application))
            assert answer.status_code in (404, 405), f"{method} {address}"
        assert neighbour.put(address).status_code == 405 and neighbour.delete(address).status_code == 405
    assert names_in(neighbour.get(QUEUE + "?tab=all")) == []
    assert names_in(neighbour.get(f"{QUEUE}?tab=all&region={YANJI // 1000}")) == []
    assert b"ZC-222401" not in neighbour.get("/office/queue/registration.json?tab=all").getvalue()
    bulk = neighbour.post(QUEUE + "bulk/", {"pick": f"{application.token}.{application.version}"})
    assert application.number not in words(bulk)
    application.refresh_from_db()
    assert application.state == "submitted"
    verbs = set(JournalEntry.objects.filter(seq__gt=entries).values_list("verb", flat=True))
    assert verbs <= {"registry.queue.export"}


def test_without_signing_in_and_without_a_role_there_is_no_desk(client, let_in, make_clerk, make_case):
    application = make_case().application
    assert client.get(at(application)).url.startswith("/account/login/")
    clerk = make_clerk("org", YANJI, role="org_clerk")
    for address in every_case_address(application):
        assert clerk.browser.get(address).status_code in (403, 405)
        assert clerk.browser.post(address).status_code in (403, 405)


def test_a_draft_is_the_applicants_own(county, make_case):
    application = make_case(submit=False).application
    assert county.browser.get(at(application)).status_code == 404


def test_looking_changes_nothing(county, make_case):
    application = make_case().application
    before = (JournalEntry.objects.count(), Application.objects.get().version)
    for address in (*every_case_address(application), QUEUE, QUEUE + "bulk/"):
        county.browser.get(address)
    assert (JournalEntry.objects.count(), Application.objects.get().version) == before
    assert not application.desks.exists()


def test_every_state_of_a_case_has_its_page(county, make_clerk, make_case):
    application = make_case().application
    said = {}

    def look(state):
        application.refresh_from_db()
        assert application.state == state
        page = county.browser.get(at(application))
        assert page.status_code == 200
        said[state] = words(page)

    look("submitted")
    county.browser.post(
        at(application, "case_return"), decision_of(application, text_identity="姓名少一个字")
    )
    look("returned")
    assert "尚未补正" in said["returned"] and "本件目前无需审核" in said["returned"]
    county.browser.post(at(application, "case_recall"), decision_of(application))
    county.browser.post(at(application, "case_accept"), decision_of(application))
    look("accepted")
    for officer, state in ((county, "first_passed"), (make_clerk("zhou", YANBIAN), "second_passed"),
                           (make_clerk("sheng", JILIN), "admitted")):  # fmt: skip
        officer.browser.post(at(application, "case_pass"), decision_of(application))
        look(state)
    officer.browser.post(at(application, "case_issue"), decision_of(application))
    look("issued")
    assert "已登记，已出证" in said["issued"]


def test_who_only_reads_is_nobody_to_agree_with(county, make_clerk, make_case):
    application = make_case().application
    leader = make_clerk("leader", YANJI, role="leader").browser
    assert leader.post(at(application, "case_desk")).status_code == 200
    assert words(county.browser.post(at(application, "case_desk"))).strip() == ""
