"""The public door and the queue, page by page, without script: seven screens, a code in no address, nothing kept."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from fixtures.accused import accused, act, bench, offices
from fixtures.complaining import TEXT, lodge, photo
from fixtures.registered import make, places

from shegong.duties.conduct import actions
from shegong.duties.conduct.models import Complaint, ComplaintDraft, Exchange
from shegong.duties.conduct.sealed_text import opened
from shegong.kernel.idempotency import IdempotencyKey
from shegong.kernel.throttle import Throttle

__all__ = ["accused", "act", "bench", "make", "offices", "places"]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.f")]
CODE = re.compile(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]{2}")


@pytest.fixture
def phone():
    return Client(enforce_csrf_checks=True)


def upload(name="a.jpg"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(f"李秀英-{name}", photo(), "image/jpeg")


def walk(phone, **contact):
    """Through the screens; the answers on the way."""
    where = ["/complaints/new/"]

    def send(address, data):
        answer = phone.post(address, data)
        assert answer.status_code == 303, answer.content.decode()[-3000:]
        where.append(answer["Location"])
        return phone.get(answer["Location"]) if "sent" not in answer["Location"] else answer

    send("/complaints/new/", {"whom_kind": "worker", "register_no": "JL2012000001", "whom": "林晓岚"})
    send("/complaints/new/what/", {"matter": "conduct", "duty": "privacy", "text": TEXT})
    send("/complaints/new/where/", {"region_code": "222401000", "when": "上个月"})
    send("/complaints/new/papers/", {"papers": upload()})
    send("/complaints/new/contact/", contact or {"kind": "anonymous"})
    send("/complaints/new/check/", {})
    return where


def test_seven_screens_on_a_phone_end_with_a_number_and_a_code(phone, accused, offices):
    where = walk(phone)
    assert where == [
        "/complaints/new/", "/complaints/new/what/", "/complaints/new/where/", "/complaints/new/papers/",
        "/complaints/new/contact/", "/complaints/new/check/", "/complaints/sent/",
    ]  # fmt: skip
    page = phone.get("/complaints/sent/")
    body = page.content.decode()
    row = Complaint.objects.get()
    assert row.number in body and page["Cache-Control"] == "no-store" and row.respondent == accused.person
    code = CODE.search(body)[0]
    assert (
        CODE.search(phone.get("/complaints/sent/").content.decode())[0] == code
    )  # a lost answer loses nothing
    phone.post("/complaints/sent/", {"copied": "1"})
    assert phone.get("/complaints/sent/").status_code == 303
    assert actions.tracked(code) == row


def test_nothing_of_it_is_kept_beside_the_case(phone, accused, offices):
    walk(phone, kind="confidential", name="李秀英", contact="13900001111")
    assert (
        not Session.objects.exists()
        and not IdempotencyKey.objects.exists()
        and not ComplaintDraft.objects.exists()
    )
    assert set(phone.cookies) == {"complaint"}
    cookie = phone.cookies["complaint"]
    assert (cookie["samesite"], cookie["httponly"], cookie["path"]) == ("Strict", True, "/complaints/")
    assert [p.title for p in actions.papers_of(Complaint.objects.get().folder_id)] == ["1"]


def test_what_was_typed_wrong_stands_in_the_form_after_the_phone_was_off(phone, accused, offices):
    phone.post("/complaints/new/", {"whom_kind": "worker", "whom": "林"})
    answer = phone.post("/complaints/new/what/", {"matter": "conduct", "text": "短"})
    assert answer.status_code == 422 and "短" in answer.content.decode()
    assert "短" in phone.get("/complaints/new/what/").content.decode()
    back = phone.post("/complaints/new/what/", {"matter": "", "text": "还没写完，先回去", "go": "whom"})
    assert back["Location"] == "/complaints/new/"
    assert "还没写完" in phone.get("/complaints/new/what/").content.decode()
    check = phone.get("/complaints/new/check/").content.decode()
    assert "还没写完" in check
    assert phone.post("/complaints/new/check/").status_code == 422 and not Complaint.objects.exists()
    phone.post("/complaints/sent/")
    assert not ComplaintDraft.objects.exists()


def test_from_the_page_of_a_verification_number_and_name_come_along_in_no_address(phone, accused, offices):
    answer = phone.post(
        "/complaints/new/", {"from_verification": "1", "no": "JL2012000001", "name": "林晓岚"}
    )
    assert answer["Location"] == "/complaints/new/"
    body = phone.get("/complaints/new/").content.decode()
    assert "JL2012000001" in body and "林晓岚" in body


def test_a_second_complaint_of_the_same_browser_is_another_one(phone, accused, offices):
    walk(phone)
    walk(phone)
    assert Complaint.objects.count() == 2
    assert len(set(Complaint.objects.values_list("number", flat=True))) == 2


def test_by_the_code_it_is_followed_answered_and_taken_back(phone, accused, bench, offices):
    made = lodge()
    on = timezone.localdate()
    actions.write(made.complaint, text="请问是哪几天？", asks=True, by=bench.officer, on=on)
    body = phone.post("/complaints/track/", {"code": made.code.lower().replace("-", " ")}).content.decode()
    assert made.complaint.number in body and "请问是哪几天" in body
    sent = phone.post(
        "/complaints/track/", {"code": made.code, "do": "answer", "text": "三月八日", "papers": upload()}
    )
    assert sent.status_code == 200 and "三月八日" in sent.content.decode()
    assert opened(Exchange.objects.get(side="complainant"), "text") == "三月八日"
    assert (
        phone.post("/complaints/track/", {"code": made.code, "do": "answer", "text": ""}).status_code == 422
    )
    phone.post("/complaints/track/", {"code": made.code, "do": "withdraw"})
    assert Complaint.objects.get().state == "closed"


def test_every_wrong_code_gets_the_same_answer_and_guessing_is_held_back(phone, accused, offices):
    lodge()
    pages = [phone.post("/complaints/track/", {"code": code}) for code in ("7K3F", "A" * 26, "Z" * 90)]
    seen = {re.sub(r'value="[^"]*"', "", page.content.decode()) for page in pages}
    assert len(seen) == 1 and {page.status_code for page in pages} == {422}
    found = [phone.post("/complaints/track/", {"code": "A" * 26}).status_code for _ in range(9)]
    assert found[-1] == 429 and found[0] == 422
    assert (
        phone.post("/complaints/track/", {"code": lodge().code}).status_code == 200
    )  # a right one is never slowed
    assert all(b"127.0.0" not in bytes(one.key) for one in Throttle.objects.all())


def test_lodging_is_held_back_and_what_was_typed_is_kept(phone, accused, offices):
    for _ in range(6):
        walk(phone)
        phone.post("/complaints/sent/", {"copied": "1"})
    with pytest.raises(AssertionError):
        walk(phone)
    assert Complaint.objects.count() == 6 and ComplaintDraft.objects.count() == 1


def test_labour_matters_learn_at_once_where_to_go(phone, accused, offices):
    made = lodge(matter="labour")
    body = phone.post("/complaints/track/", {"code": made.code}).content.decode()
    assert "12333" in body and 'value="review"' in body


def test_the_code_of_ethics_is_read_in_the_version_that_somebody_signed(phone, places):
    assert "歧视" in phone.get("/complaints/new/what/").content.decode()
    assert "知情权" in phone.get("/ethics/").content.decode()
    assert phone.get("/ethics/2012/").status_code == 200 and phone.get("/ethics/1900/").status_code == 404
