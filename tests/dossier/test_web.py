"""Officers see likely duplicates in their reach, compare them, propose, decide and part them on the pages."""

import pytest
from django.urls import reverse

from shegong.ground.people.models import Person
from shegong.kernel.http import today
from shegong.kernel.sheets.tables import Batch
from shegong.steering.dossier import actions
from shegong.steering.dossier.models import DuplicateCase

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.b")]
LIST = "/office/duplicates/"
JILIN, YANJI, TUMEN, BAICHENG, DAAN = 220000000, 222401000, 222402000, 220800000, 220882000


@pytest.fixture
def case(pair):
    actions.look(None, today())
    return DuplicateCase.objects.get()


def url(case):
    return reverse("dossier:case", args=[case.pk])


def send(officer, case, **values):
    case.refresh_from_db()
    return officer.browser.post(url(case), {"version": case.version, **values})


def test_the_list_names_both_the_reasons_and_the_place(case, first):
    text = first.browser.get(LIST).content.decode()
    assert "金美玉 / 金美玉" in text and "姓名、出生日期" in text and "延吉市" in text


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_the_list_goes_out_as_a_file(case, first, form):
    assert first.browser.get(f"/office/duplicates.{form}").status_code == 200


@pytest.mark.parametrize("asked", ["?state=merged", "?reason=phone", "?place=222402", "?q=王"])
def test_filters_that_do_not_fit_leave_nothing(case, first, asked):
    assert "金美玉 / 金美玉" not in first.browser.get(LIST + asked).content.decode()


@pytest.mark.parametrize("asked", ["?state=found", "?reason=name_birth", "?place=222401", "?q=金美"])
def test_filters_that_fit_keep_the_pair(case, first, asked):
    assert "金美玉 / 金美玉" in first.browser.get(LIST + asked).content.decode()


def test_who_reaches_only_one_of_the_two_does_not_see_the_pair(make_person, make_officer, make_number):
    make_person(number=make_number(124), region=YANJI)
    make_person(number=make_number(126), region=DAAN)
    actions.look(None, today())
    found = DuplicateCase.objects.get()
    baicheng, province = make_officer(BAICHENG), make_officer(JILIN)
    assert baicheng.browser.get(url(found)).status_code == 404
    assert "金美玉" not in baicheng.browser.get(LIST).content.decode()
    assert province.browser.get(url(found)).status_code == 200


def test_a_county_proposes_for_its_own_people_and_never_decides(case, make_officer, first):
    county, beside = make_officer(YANJI), make_officer(TUMEN)
    assert beside.browser.get(url(case)).status_code == 404
    assert "金美玉" not in beside.browser.get(LIST).content.decode()
    assert send(county, case, choice="first", reason="电话核实为同一人").status_code == 302
    colleague = make_officer(YANJI, "另一人")
    send(colleague, case, choice="merge")
    case.refresh_from_db()
    assert case.state == "proposed"
    assert send(first, case, choice="merge").status_code == 302
    case.refresh_from_db()
    assert case.state == "merged"


def test_one_proposes_the_other_merges_and_the_page_says_what_was_moved(case, pair, first, second):
    assert send(first, case, choice="first", reason="电话核实为同一人").status_code == 302
    shown = first.browser.get(url(case)).content.decode()
    assert "由另一名经办人审批" in shown and "withdraw" in shown
    assert send(second, case, choice="merge").status_code == 302
    shown = second.browser.get(url(case)).content.decode()
    assert "已合并" in shown and "合并时转移的信息" in shown
    pair[1].refresh_from_db()
    assert pair[1].merged_into_id == pair[0].pk


def test_a_proposal_without_a_reason_comes_back_with_the_error_beside_the_field(case, first):
    answer = send(first, case, choice="first", reason="")
    assert answer.status_code == 422
    answer = send(first, case, choice="first", reason="是")
    assert answer.status_code == 422 and "写明理由，至少 4 个字" in answer.content.decode()


def test_the_proposer_is_offered_no_decision_and_gets_none_by_hand(case, pair, first):
    send(first, case, choice="first", reason="电话核实为同一人")
    assert send(first, case, choice="merge").status_code in (200, 422)
    case.refresh_from_db()
    assert case.state == "proposed"


def test_a_decision_asks_for_the_second_factor_again_after_ten_minutes(case, pair, first, second):
    send(first, case, choice="first", reason="电话核实为同一人")
    session = second.browser.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session.save()
    answer = send(second, case, choice="merge")
    assert answer.status_code == 302 and "/account/again" in answer.url
    case.refresh_from_db()
    assert case.state == "proposed"


def test_parting_on_the_pages(case, pair, first, second):
    send(first, case, choice="first", reason="电话核实为同一人")
    send(second, case, choice="merge")
    assert send(second, case, reason="是双胞胎，两个人").status_code == 302
    assert send(first, case, choice="part").status_code == 302
    pair[1].refresh_from_db()
    assert pair[1].merged_into_id is None


def test_an_officer_puts_two_records_together_by_hand(make_person, first):
    one, other = make_person("朴英子"), make_person("朴英姬")
    card = first.browser.get(reverse("people:card", args=[one.token])).content.decode()
    address = reverse("dossier:pair", args=[one.token])
    assert address in card
    found = first.browser.post(address, {"q": "朴英"})
    assert (
        other.token in found.content.decode() and one.token not in found.content.decode().split("<table")[1]
    )
    assert first.browser.post(address, {"other": other.token}).status_code == 302
    assert DuplicateCase.objects.get().reasons.get().code == "by_hand"


def test_the_card_of_a_merged_record_leads_to_the_kept_one(case, pair, first, second):
    send(first, case, choice="first", reason="电话核实为同一人")
    send(second, case, choice="merge")
    answer = first.browser.get(reverse("people:card", args=[pair[1].token]), follow=True)
    assert answer.status_code == 200 and pair[0].token in answer.request["PATH_INFO"]


def test_what_was_typed_before_a_fresh_proof_stands_in_the_form_again(case, first, let_in):
    browser = first.browser
    session = browser.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**record, "at": 1} for record in records]
    session.save()
    reason = "电话核实为同一人，第二个号码录错" * 40
    asked = send(first, case, choice="second", reason=reason)
    assert asked.status_code == 302 and "/account/again/" in asked.url
    case.refresh_from_db()
    assert case.state == "found"
    unsent = browser.session["unsent"]
    assert reason not in str(unsent)  # sealed
    let_in(browser, first.user)
    session = browser.session
    session["unsent"] = unsent
    session.save()
    page = browser.get(url(case)).content.decode()
    assert f">\n{reason}</textarea>" in page and page.count(" checked") == 1
    assert page.split(" checked")[0].endswith('value="second" id="id_choice_1"')
    assert reason not in browser.get(url(case)).content.decode(), "once"
    assert send(first, case, choice="second", reason=reason[:100]).status_code == 302
    case.refresh_from_db()
    assert case.state == "proposed"


def test_a_batch_says_which_of_its_people_may_be_in_the_register_already(case, pair, first):
    """The clerk who took a workbook in finds the pairs on its page, and the list holds these alone."""
    person = first.person
    batch = Batch.objects.create(
        number="PC-2026-000077", layout="roster", file_name="花名册.xlsx", sha256="0" * 64, size=1, user_id=first.user.pk,
        person_id=person.pk, organization_id=first.actor.authorities[0].organization_id, region_code=222400000,
        state="taken", total=1, taken=1,
    )  # fmt: skip
    address = f"{LIST}?batch={batch.number}"
    page = first.browser.get(f"/office/intake/batches/{batch.number}/")
    assert page.status_code == 200 and address not in page.content.decode(), "none of its people yet"
    assert "金美玉 / 金美玉" not in first.browser.get(address).content.decode()
    Person.objects.filter(pk=pair[1].pk).update(batch_id=batch.pk)
    text = first.browser.get(f"/office/intake/batches/{batch.number}/").content.decode()
    assert "有 1 人可能已在册" in text and address in text
    assert "金美玉 / 金美玉" in first.browser.get(address).content.decode()
    assert send(first, case, choice="apart", reason="是双胞胎姐妹，两个人").status_code == 302
    assert address in first.browser.get(f"/office/intake/batches/{batch.number}/").content.decode(), (
        "waits for another"
    )
    DuplicateCase.objects.update(state="settled")
    assert address not in first.browser.get(f"/office/intake/batches/{batch.number}/").content.decode()
