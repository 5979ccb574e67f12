"""The person's hours on the phone: both rules, why a record counts less, hours stated elsewhere."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from shegong.ground.accounts import actions as accounts
from shegong.kernel.access import SYSTEM
from shegong.work.education import actions
from shegong.work.education.models import CreditEntry, HoursStatement

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T3.3")]
YANJI = 222401000


@pytest.fixture
def lin(make):
    return make(left=60)


@pytest.fixture
def phone(client, let_in, lin):
    user = accounts.create_user(
        lin.person, username="lin", password="correct horse 9", by=SYSTEM, on=timezone.localdate()
    )
    return let_in(client, user)


def learned(person, number, hours, day, **more):
    return actions.post(
        person, minutes=hours * 60, kind="class", earned_on=day, source="education.attendance", source_id=number,
        title="个案工作", region_code=YANJI, by=SYSTEM, on=timezone.localdate(), **more,
    )  # fmt: skip


def photo():
    content = BytesIO()
    Image.new("RGB", (900, 700), "white").save(content, "JPEG")
    return SimpleUploadedFile("a.jpg", content.getvalue(), "image/jpeg")


def test_both_rules_stand_side_by_side_with_what_is_missing(phone, lin):
    today = timezone.localdate()
    for n in range(8):
        learned(lin.person, n, 8, today - timedelta(days=500 - n))
    learned(lin.person, 90, 8, today - timedelta(days=400), passed=False)
    learned(lin.person, 91, 8, today - timedelta(days=700))
    page = phone.get("/my/cpd/").content.decode()
    assert "再登记还差26小时" in page  # 90 asked for, 64 counted
    assert "没有合格证明" in page and "在登记有效期之前" in page and "国家规定" in page and "本省计划" in page
    assert "按目前进度" in page


def test_the_pages_own_menu_leads_to_it_and_an_empty_ledger_says_so(phone):
    assert 'href="/my/cpd/"' in phone.get("/my/").content.decode()
    assert "暂无学习记录" in phone.get("/my/cpd/").content.decode()


def test_hours_obtained_elsewhere_wait_for_an_officer_and_may_be_taken_back(phone, lin):
    day = date(timezone.localdate().year, 1, 5)
    said = {
        "title": "督导研修",
        "kind": "class",
        "earned_on": day.isoformat(),
        "hours": "6.5",
        "passed": "on",
    }
    refused = phone.post("/my/cpd/new/", said)
    assert refused.status_code == 422
    assert phone.post("/my/cpd/new/", said | {"paper": photo()}).status_code == 302
    row = HoursStatement.objects.get(person=lin.person)
    assert (row.minutes, row.region_code, row.state) == (390, YANJI, "stated")
    page = phone.get("/my/cpd/").content.decode()
    assert "督导研修" in page and "等待经办人员确认" in page and not CreditEntry.objects.exists()
    phone.post("/my/cpd/back/", {"statement": str(row.pk)})
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_the_same_numbers_come_over_http(phone, lin):
    learned(lin.person, 1, 8, timezone.localdate() - timedelta(days=500))
    learned(lin.person, 2, 8, timezone.localdate() - timedelta(days=400), passed=False)
    found = phone.get("/api/my/hours").json()
    national = found["verdicts"][0]
    assert (national["rule"], national["required"], national["counted"]) == ("CE-NAT2009", 5400, 480)
    assert [(r["minutes"], r["counted"]) for r in found["records"]] == [(480, 0), (480, 480)]
