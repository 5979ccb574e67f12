"""The pages: the public notice, one's own rights, a request from asking to erasure, holds."""

import re
from dataclasses import replace

import pytest
from django.test import Client

from shegong.ground.people.actions.notices import agreed, note_notice
from shegong.ground.people.models import NoticeSeen
from shegong.kernel.http import today
from shegong.kernel.inventory import notice_version
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused
from shegong.steering.privacy.models import LegalHold, Request

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.b")]
WHY = "本人已离开行业"


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_public_reads_what_is_kept_why_and_how_long_without_signing_in(offices):
    page = text(Client().get("/privacy/"))
    for words in (
        "我们保存哪些个人信息",
        "证件号码",
        "登记终止后30年",
        "待附原文",
        "民发〔2009〕44号第六条",
        notice_version(),
    ):
        assert words in page, words
    assert "散列" not in page  # keys and hashes are no information that anybody reads
    assert "/privacy/" in text(Client().get("/help/"))  # the footer leads there


def test_a_county_officer_reads_every_field_and_takes_the_file(first, worker):
    assert "出生日期" in text(first.browser.get("/office/privacy/fields/"))
    response = first.browser.get("/office/privacy/fields.csv")
    body = b"".join(response.streaming_content) if response.streaming else response.content
    assert "证件号码" in body.decode("utf-8-sig")
    assert worker.browser.get("/office/privacy/fields/").status_code == 403


def test_a_request_goes_from_asking_to_erasure_by_two_officers(worker, first, second):
    page = text(worker.browser.get("/my/privacy/deletion/"))
    assert "现在可以删除的" in page and "学历" in page
    assert worker.browser.post("/my/privacy/deletion/", {"wish": "请删除"}).status_code == 302
    row = Request.objects.get()
    address = f"/office/privacy/requests/{row.pk}/"
    asked = text(first.browser.get(address))
    assert "请删除" in asked and f"/office/people/{worker.person.token}/hold-data/" in asked

    def send(officer, choice, reason=WHY):
        row.refresh_from_db()
        return officer.browser.post(address, {"choice": choice, "reason": reason, "version": row.version})

    assert send(first, "propose", "").status_code == 422
    assert send(first, "propose").status_code == 302
    assert "另一名经办人" in text(first.browser.get(address))
    assert send(first, "erase").status_code in (200, 422)
    assert send(second, "erase").status_code == 302
    row.refresh_from_db()
    assert row.state == "erased"
    done = text(second.browser.get(address))
    assert "已删除的人员" in done and "hold-data" not in done


def test_a_held_person_sees_what_must_stay_and_the_officer_cannot_propose(registered, first):
    page = text(registered.browser.get("/my/privacy/deletion/"))
    assert "登记 JL2026000001 在有效期内" in page and "民发〔2009〕44号第三条" in page
    registered.browser.post("/my/privacy/deletion/", {"wish": ""})
    row = Request.objects.get()
    page = text(first.browser.get(f"/office/privacy/requests/{row.pk}/"))
    assert "转为只保存不使用" in page and "提议删除，由另一人决定" not in page
    registered.browser.post("/my/privacy/deletion/", {"withdraw": "1", "version": row.version})
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_deciding_and_asking_need_a_fresh_proof(worker, client):
    client.force_login(worker.user)
    assert client.post("/my/privacy/deletion/", {"wish": ""}).status_code == 302
    assert not Request.objects.exists()


def test_a_hold_is_placed_on_the_card_of_a_person_and_its_person_learns_only_that_one_stands(
    worker, first, second
):
    token = worker.person.token
    assert f"/office/people/{token}/hold-data/" in text(first.browser.get(f"/office/people/{token}/"))
    sent = {"kind": "inspection", "reason": "2026年专项检查卷宗"}
    assert first.browser.post(f"/office/people/{token}/hold-data/", sent).status_code == 302
    row = LegalHold.objects.get()
    page = text(worker.browser.get("/my/privacy/deletion/"))
    assert "其他保存义务" in page and "检查" not in page
    copy = worker.browser.post("/my/privacy/copy/", {"form": "json"}).content.decode()
    assert "专项检查" not in copy and "privacy.hold" not in copy
    address = f"/office/privacy/holds/{row.pk}/"
    first.browser.post(address, {"choice": "propose_lift", "reason": "检查已结束", "version": 0})
    assert "另一名经办人" in text(first.browser.get(address))
    second.browser.post(address, {"choice": "lift_hold", "reason": "", "version": 1})
    row.refresh_from_db()
    assert row.state == "lifted"
    assert "2026年专项检查卷宗" in text(second.browser.get(address))


def test_an_optional_use_is_off_until_agreed_and_off_again_in_the_same_request(worker, first):
    assert not agreed(worker.person.pk, "public_photo")
    worker.browser.post("/my/privacy/consents/", {"purpose": "public_photo", "agree": "1"})
    assert agreed(worker.person.pk, "public_photo")
    worker.browser.post("/my/privacy/consents/", {"purpose": "public_photo", "agree": "0"})
    assert not agreed(worker.person.pk, "public_photo")
    verbs = set(JournalEntry.objects.filter(verb__startswith="people.consent").values_list("verb", flat=True))
    assert verbs == {"people.consent.give", "people.consent.withdraw"}
    assert (
        worker.browser.post("/my/privacy/consents/", {"purpose": "nothing", "agree": "1"}).status_code == 422
    )


def test_nobody_agrees_for_somebody_else(worker, first):
    from shegong.ground.people.actions.notices import agree

    with pytest.raises(Refused):
        agree(worker.person, purpose="public_photo", by=replace(first.actor), on=today())


def test_submitting_an_application_notes_the_version_of_the_notice_once(registered):
    seen = NoticeSeen.objects.filter(person_id=registered.person.pk, form="apply")
    assert [(one.version, one.basis) for one in seen] == [
        (notice_version(), "个人信息保护法第十三条第一款第三项")
    ]
    note_notice(registered.person, form="apply", by=registered.actor, on=today())
    assert seen.count() == 1
    assert "登记申请" in text(registered.browser.get("/my/privacy/"))


def test_lists_of_requests_and_holds_show_people_whose_data_are_only_stored(worker, first):
    from shegong.steering.privacy import actions

    row = actions.ask(worker.person, province=220000000, by=worker.actor, on=today())
    actions.restrict(row, reason=WHY, by=first.actor, on=today())
    page = text(first.browser.get("/office/privacy/requests/"))
    assert "朴英姬" in page and "只保存不使用" in page
