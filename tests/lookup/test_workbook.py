"""Registrations checked by workbook: the same rows back with the register's answer, and nothing about who exists."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from shegong.duties.lookup.web import workbook as page
from shegong.duties.lookup.workbook import MOST_ROWS, Asked, asked_in
from shegong.kernel import listing_xlsx
from shegong.kernel.journal import JournalEntry

pytestmark = pytest.mark.clause("T4.2.e")


def workbook(rows, heads=("序号", "登记证号", "姓名")):
    file = io.BytesIO()
    book = listing_xlsx.Book(
        "名单", ["某中心名单", "2026年"], [(h, "text") for h in heads], "x", timezone.now()
    )
    listing_xlsx.write(book, rows, file)
    return SimpleUploadedFile("names.xlsx", file.getvalue())


def send(client, upload, url="/verify/workbook/", **more):
    return client.post(url, {"file": upload, "as_of": "", **more})


def answer(response):
    assert response.status_code == 200, response.content.decode()[:3000]
    content = b"".join(response.streaming_content)
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_the_same_rows_come_back_with_the_answer(make, client):
    one, gone = make(), make("金美玉", "JL2012000002", closed="cancelled")
    rows = [
        [1, one.number, one.name],
        [2, "JL2012000001", "别人"],
        [3, gone.number, gone.name],
        [4, "JL999", "林晓岚"],
        [5, "", "无号"],
    ]
    sheet = answer(send(client, workbook(rows)))
    head = next(n for n, row in enumerate(sheet) if row[1] == "登记证号")
    assert sheet[head] == [
        "序号",
        "登记证号",
        "姓名",
        "核验结果",
        "登记级别",
        "有效期至",
        "登记机关",
        "核验基准日",
    ]
    found = sheet[head + 1 :]
    assert [row[:3] for row in found] == [[float(r[0]), r[1], r[2]] for r in rows]
    assert found[0][3] == "登记有效" and isinstance(found[0][5], date) and found[0][6] == "延吉市民政局"
    assert found[1][3:] == found[3][3:]
    assert found[1][3] == "没有查到"
    assert found[2][3] != found[1][3]
    assert found[4][3:] == ["", "", "", "", ""]


def test_the_answer_goes_back_in_and_is_answered_anew(make, client):
    one = make()
    first = b"".join(send(client, workbook([[1, one.number, one.name]])).streaming_content)
    again = answer(send(client, SimpleUploadedFile("a.xlsx", first)))
    assert again[4].count("核验结果") == 1
    assert len(again[4]) == 8


def test_the_register_answers_as_of_a_day(make, client):
    one = make(closed="revoked")
    day = timezone.localdate() - timedelta(days=30)
    then = answer(send(client, workbook([[1, one.number, one.name]]), as_of=day.isoformat()))[-1]
    now = answer(send(client, workbook([[1, one.number, one.name]])))[-1]
    assert then[3] == "登记有效" and then[7] == day
    assert now[3] != then[3]
    later = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert send(client, workbook([[1, one.number, one.name]]), as_of=later).status_code == 422


def test_csv_in_gbk_is_read(make, client):
    one = make()
    text = f"姓名,登记证号\r\n{one.name},{one.number}\r\n".encode("gbk")
    assert answer(send(client, SimpleUploadedFile("a.csv", text)))[-1][2] == "登记有效"


def test_guesses_end_where_those_of_the_form_end(make, client, monkeypatch):
    one = make()
    monkeypatch.setattr(page, "MISSES", 5)
    rows = [[n, f"JL20120{n:05d}", "林晓岚"] for n in range(2, 10)] + [[10, one.number, one.name]]
    found = answer(send(client, workbook(rows)))[5:]
    assert [row[3] for row in found[:5]] == ["没有查到"] * 5
    assert all(row[3].startswith("未核验") for row in found[5:])


def test_a_hidden_or_hostile_file_is_refused_with_a_sentence(make, client):
    for content in (b"\x89PNG\r\n\x1a\n" + b"x" * 100, b"", b"PK\x03\x04broken"):
        assert send(client, SimpleUploadedFile("a.xlsx", content)).status_code == 422
    assert send(client, workbook([[1, "2"]], heads=("甲", "乙"))).status_code == 422
    assert send(client, workbook([])).status_code == 422


def test_no_more_than_a_thousand(make, client):
    rows = [[n, f"X{n}", "名字"] for n in range(MOST_ROWS + 1)]
    refused = send(client, workbook(rows))
    assert refused.status_code == 422
    assert "1,000" in refused.content.decode()


def test_the_template_names_the_columns_that_are_read(client):
    content = b"".join(client.get("/verify/workbook/template.xlsx").streaming_content)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    found = asked_in([*rows, ["JL1", "林晓岚"]], ())
    assert isinstance(found, Asked)


def test_nothing_is_kept(make, client, settings, tmp_path):
    settings.SHEGONG_HOME = tmp_path
    one = make()
    answer(send(client, workbook([[1, one.number, one.name]])))
    assert not JournalEntry.objects.filter(verb__startswith="lookup").exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".key"] == []


# ---- the clerk of a body ----


@pytest.fixture
def clerk(make, let_in):
    from shegong.ground.accounts import actions as accounts
    from shegong.ground.organizations.models import Organization
    from shegong.ground.people import actions as people
    from shegong.kernel.access import SYSTEM
    from shegong.kernel.http import today

    body = Organization.objects.create(kind="centre", region_code=222401000, name="延吉市救助站")
    person, *witnesses = [people.create_person(by=SYSTEM, on=today()) for _ in range(3)]
    user = accounts.create_user(person, username="clerk", password="correct horse 9", by=SYSTEM, on=today())
    accounts.set_totp(user, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", by=SYSTEM, on=today())
    accounts.found_grant(
        person, role="org_clerk", organization=body, region_code=222401000, witnesses=tuple(witnesses), start=today(),
        by=SYSTEM, on=today(),
    )  # fmt: skip
    browser = let_in(Client(), user)
    browser.url = f"/org/{body.pk}/check/"
    return browser


def test_a_clerk_checks_for_her_own_body_and_the_journal_says_how_many(make, clerk):
    one = make()
    assert "核验登记" in clerk.get(clerk.url).content.decode()
    found = answer(send(clerk, workbook([[1, one.number, one.name], [2, "X", "别人"]]), url=clerk.url))
    assert found[-2][3] == "登记有效"
    entry = JournalEntry.objects.get(verb="lookup.workbook.check")
    assert entry.facts["rows"] == 2 and entry.facts["matches"] == 1
    assert one.number not in str(entry.facts)
    assert clerk.get("/org/999/check/").status_code == 404
    assert Client().get(clerk.url).status_code == 302
