"""Pages of official documents and of the library: three offices at work, and the public."""

import io

import pyotp
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from shegong.ground.accounts import actions as accounts
from shegong.ground.documents import actions
from shegong.ground.documents.models import OfficialDocument, PolicyDocument
from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.kernel.messages import Message

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N0"), pytest.mark.clause("P2")]
JILIN, YANBIAN, YANJI, BAICHENG = 220000000, 222400000, 222401000, 220800000
NOTICE = {
    "kind": "notice", "urgency": "", "title": "关于做好2013年社会工作人才队伍建设工作的通知",
    "body": "现将有关事项通知如下。\n一、总体要求\n各地要高度重视。\n表1 分解\n|单位|人数|\n|延边州|160|",
    "to_groups": ["units"], "to": "", "to_words": "", "cc": "吉林省教育厅", "cosigners": "",
}  # fmt: skip


@pytest.fixture
def seat(jilin, let_in):
    """`seat("leader", JILIN)`: a browser of somebody with this role in the civil affairs office there, or in `body`."""

    def enter(role, region, body=None):
        common = {"by": SYSTEM, "on": today()}
        persons = [people.create_person(**common) for _ in range(3)]
        people.state_name(persons[0], name="金美玉", source="office", **common)
        user = accounts.create_user(
            persons[0], username=f"{role}{region}{persons[0].pk}", password=None, **common
        )
        accounts.set_totp(user, secret=pyotp.random_base32(), **common)
        office = body or Organization.objects.get(region_code=region, system="civil_affairs")
        accounts.found_grant(
            persons[0], role=role, organization=office, region_code=region, witnesses=tuple(persons[1:]), start=today(), **common
        )  # fmt: skip
        browser = let_in(Client(), user)
        browser.person = persons[0]
        return browser

    return enter


@pytest.fixture
def education(jilin):
    there = Organization.objects.filter(name="吉林省教育厅").first()
    named = {"kind": "government_department", "level": 1, "region_code": JILIN, "name": "吉林省教育厅"}
    return there or Organization.objects.create(**named)


def words(browser, name, *args, status=200, **query):
    answer = browser.get(reverse(f"documents:{name}", args=args), query)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def do(browser, document, step, status=302, **typed):
    answer = browser.post(reverse("documents:official", args=[document.pk]), {"do": step, **typed})
    assert answer.status_code == status, answer.content.decode()[-3000:]
    document.refresh_from_db()
    return answer.content.decode()


def drafted(browser, **more):
    issuer = Organization.objects.get(name="吉林省民政厅")
    answer = browser.post(reverse("documents:draft"), {**NOTICE, "issuer": issuer.pk, **more})
    assert answer.status_code == 302, answer.context["form"].errors
    return OfficialDocument.objects.latest("pk")


def test_three_people_bring_a_document_from_draft_to_receipt(seat, education):
    clerk, chief = seat("subplan_lead", JILIN), seat("leader", JILIN)
    yanbian, yanji = seat("plan_officer", YANBIAN), seat("plan_officer", YANJI)
    document = drafted(clerk, cosigners="吉林省教育厅", cc="")
    assert document.addressees.count() == 10 and document.to_words == "各市（州）民政局，长白山管委会民政部门"
    do(clerk, document, "sign", status=422)
    do(clerk, document, "circulate")
    teacher = seat("department_clerk", JILIN, body=education)
    assert NOTICE["title"] in words(teacher, "officials")
    do(teacher, document, "cosign", status=422, result="objected", opinion="")
    do(teacher, document, "cosign", result="agreed", opinion="")
    do(chief, document, "sign")
    words(yanbian, "official", document.pk, status=404)
    do(clerk, document, "issue")
    assert document.number == f"吉民发〔{today().year}〕1号"
    assert NOTICE["title"] in words(yanbian, "received", receipt="waiting")
    assert NOTICE["title"] not in words(yanji, "received")
    words(yanji, "official", document.pk, status=404)
    do(yanbian, document, "acknowledge", studied_on=today().isoformat(), study_note="局务会传达")
    shown = words(clerk, "official", document.pk)
    assert "1 / 10" in shown and "局务会传达" in shown
    do(clerk, document, "remind")
    assert document.addressees.filter(reminded_on=today()).count() == 9
    do(chief, document, "recall", status=422, reason="")
    do(chief, document, "recall", reason="数字有误，另行印发")
    assert "数字有误，另行印发" in words(yanbian, "official", document.pk)


def grown_old(browser):
    """The proof of who she is lies longer back than ten minutes."""
    session = browser.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session.save()


def test_signing_asks_for_a_fresh_proof_and_taking_back_does_not(seat, education):
    clerk, chief = seat("subplan_lead", JILIN), seat("leader", JILIN)
    document = drafted(clerk, cosigners="吉林省教育厅", cc="")
    do(clerk, document, "circulate")
    teacher = seat("department_clerk", JILIN, body=education)
    for browser in (clerk, chief, teacher):
        grown_old(browser)
    address, opinion = reverse("documents:official", args=[document.pk]), "请写明经费来源"
    asked = teacher.post(address, {"do": "cosign", "result": "objected", "opinion": opinion})
    assert "/account/again/" in asked.url
    assert opinion in words(teacher, "official", document.pk), "what was typed waits"
    assert "/account/again/" in chief.post(address, {"do": "sign"}).url
    document.refresh_from_db()
    assert document.state == "cosigning" and not document.cosigns.get().result
    do(clerk, document, "take_back", reason="先补经费来源")
    assert document.state == "drafted"


def test_a_reminder_reaches_who_acknowledges_for_the_body(seat):
    clerk, chief, baicheng = (
        seat("subplan_lead", JILIN),
        seat("leader", JILIN),
        seat("plan_officer", BAICHENG),
    )
    document = drafted(clerk, cc="")
    for browser, step in ((chief, "sign"), (clerk, "issue"), (clerk, "remind")):
        do(browser, document, step)
    assert Message.objects.filter(person_id=baicheng.person.pk, kind="documents.arrived").count() == 1
    told = Message.objects.get(person_id=baicheng.person.pk, kind="documents.reminder")
    assert NOTICE["title"] in told.body and document.number in told.body


def test_names_that_nobody_or_several_bear_are_said_beside_the_field(seat):
    clerk = seat("subplan_lead", JILIN)
    answer = clerk.post(
        reverse("documents:draft"), {**NOTICE, "to_groups": [], "to": "火星市民政局，民政局", "cc": ""}
    )
    errors = answer.context["form"].errors
    assert answer.status_code == 422 and "火星市民政局" in str(errors["to"]) and "issuer" in errors


def test_a_draft_is_changed_gets_an_attachment_and_reads_back_from_its_pdf(seat):
    clerk = seat("subplan_lead", JILIN)
    document = drafted(clerk, cc="")
    out = io.BytesIO()
    Image.new("RGB", (600, 400), "white").save(out, "JPEG")
    paper = SimpleUploadedFile("b.jpg", out.getvalue())
    attach = reverse("documents:attach", args=[document.pk])
    assert clerk.post(attach, {"title": "2013年度目标分解表", "paper": paper}).status_code == 302
    answer = clerk.get(reverse("documents:official_pdf", args=[document.pk]))
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content))
    assert "2013年度目标分解表" in "".join(text.split()) and "草稿" in text
    item = document.folder.items.get()
    assert clerk.get(reverse("documents:attachment", args=[document.pk, item.pk])).status_code == 200
    edit = reverse("documents:edit", args=[document.pk])
    assert "总体要求" in clerk.get(edit).content.decode()
    changed = {**NOTICE, "title": "关于另一件事的通知", "cc": "", "version": document.version}
    assert clerk.post(edit, changed).status_code == 302
    assert clerk.post(reverse("documents:detach", args=[document.pk, item.pk])).status_code == 302
    document.refresh_from_db()
    assert document.title == "关于另一件事的通知" and not document.folder.items.present()


def test_receipts_come_out_as_a_file(seat):
    clerk, chief = seat("subplan_lead", JILIN), seat("leader", JILIN)
    document = drafted(clerk, cc="")
    do(chief, document, "sign")
    do(clerk, document, "issue")
    answer = clerk.get(reverse("documents:official_file", args=[document.pk, "csv"]))
    assert answer.status_code == 200 and "白城市民政局".encode() in b"".join(answer.streaming_content)


def test_the_library_is_loaded_once_read_by_everybody_and_searched(client, jilin):
    assert PolicyDocument.objects.count() > 25  # with the divisions
    assert actions.load_library(on=today()) == []
    shown = words(client, "policies")
    assert "社会工作者继续教育办法" in shown and "待补依据" in shown
    assert "社会工作者继续教育办法" not in words(client, "policies", q="民发[2009]44号")
    assert "职业水平证书登记办法" in words(client, "policies", q="民发[2009]44号", worth="in_force")
    plan = PolicyDocument.objects.get(title="吉林省万名社会工作人员培养计划实施方案")
    page = words(client, "policy", plan.pk)
    assert "推进人才兴业战略的实施意见" in page and "总体目标" in page
    notice = words(client, "policy", plan.under_id)
    assert plan.title in notice and "2011-05-03" in notice
    assert client.get(reverse("documents:policies_file", args=["xlsx"])).status_code == 200


@pytest.mark.clause("N1")
def test_a_county_enters_its_implementing_document_and_only_the_province_one_from_above(seat):
    actions.load_library(on=today())
    officer = seat("plan_officer", YANJI)
    plan = PolicyDocument.objects.get(title="吉林省万名社会工作人员培养计划实施方案")
    office = Organization.objects.get(name="延吉市民政局")
    typed = {
        "kind": "local_measure", "own": office.pk, "number": "延市民发[2011]8号", "title": "延吉市万名社会工作人员培养计划实施意见",
        "issued_on": "2011-7-1", "under": plan.pk, "certainty": "D",
    }  # fmt: skip
    answer = officer.post(reverse("documents:record"), typed)
    assert answer.status_code == 302, answer.context["form"].errors
    local = PolicyDocument.objects.get(number="延市民发〔2011〕8号")
    assert (local.region_code, local.issuer_name) == (YANJI, "延吉市民政局")
    assert local.title in words(officer, "library_one", plan.pk)
    assert officer.post(reverse("documents:record"), typed).status_code == 422
    assert (
        officer.post(reverse("documents:record"), {**typed, "own": "", "issuer_name": "民政部"}).status_code
        == 422
    )
    end = reverse("documents:policy_end", args=[local.pk])
    assert (
        officer.post(end, {"ends_on": today().isoformat(), "reason": "延市民发〔2026〕1号废止"}).status_code
        == 302
    )
    assert "已废止" in words(officer, "library_one", local.pk)
    assert officer.post(reverse("documents:policy_edit", args=[plan.pk]), typed).status_code == 422


def test_empty_lists_say_so(seat, client):
    officer = seat("plan_officer", YANJI)
    for name in ("officials", "received", "library"):
        words(officer, name)
    PolicyDocument.objects.update(under=None, revises=None)
    PolicyDocument.objects.all()._raw_delete("default")
    assert "文件库还是空的" in words(client, "policies")
