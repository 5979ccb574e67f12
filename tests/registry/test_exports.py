"""Large and sensitive exports: ordered, agreed to by a second person, made once by a job, downloaded by their owner, deleted."""

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from shegong.ground.accounts.models import Grant
from shegong.ground.people import actions as people
from shegong.kernel import jobs, listing_jobs, quota
from shegong.kernel import listing_store as store
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.audit import verify
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.listing_orders import Export
from shegong.kernel.listing_policy import export_policy
from shegong.kernel.messages import Message
from shegong.kernel.sealing import SealError

YANBIAN, YANJI, TUMEN = 222400000, 222401000, 222402000
FILE, PAGE = "/office/people.xlsx", "/my/exports/"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.SHEGONG_HOME = tmp_path


@pytest.fixture
def limits(monkeypatch):
    """`limits(direct_rows=3)`: another policy."""

    def change(**values):
        policy = replace(export_policy(today()), **values)
        for module in ("listing_files", "listing_orders", "listing_jobs"):
            monkeypatch.setattr(f"shegong.kernel.{module}.export_policy", lambda day: policy)
        monkeypatch.setattr("shegong.ground.accounts.web.exports.export_policy", lambda day: policy)

    return change


@pytest.fixture
def people_of(make_registrations):
    """Registrations of people with names and identity numbers: 6 in Yanji, 2 in Tumen."""
    day = today()
    rows = make_registrations(
        {"region_code": region, "admitted_on": day, "valid_to": day + timedelta(days=300)}
        for region in [YANJI] * 6 + [TUMEN] * 2
    )
    for order, row in enumerate(rows):
        person = row.person
        people.state_name(person, name=f"金美{'甲乙丙丁戊己庚辛'[order]}", by=SYSTEM, on=day)
        people.state_identity(person, kind="resident", number=number_of(order), by=SYSTEM, on=day)
        people.tie(
            person, kind="work", region_code=row.region_code, origin="test", origin_id=row.pk, start=day, by=SYSTEM, on=day
        )  # fmt: skip
    return rows


def number_of(order):
    from stdnum.cn.ric import calc_check_digit

    body = f"990101198503010{order:02d}"
    return body + calc_check_digit(body + "0")


@pytest.fixture
def lin(make_clerk):
    return make_clerk("lin", YANJI, name="林清", role="first_registrar")


@pytest.fixture
def chief(make_clerk):
    return make_clerk("chief", YANJI, name="崔明哲", role="leader")


def order(browser, query="", reason="年度核对名册", **more):
    address = f"{PAGE}new/?{urlencode({'list': FILE, 'query': query})}"
    return browser.post(address, {"form": "xlsx", "reason": reason, **more})


def sheet_of(response):
    content = b"".join(response.streaming_content)
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def work():
    for number in Export.objects.filter(state="queued").values_list("pk", flat=True):
        listing_jobs.make_export(export_id=number)


@pytest.mark.clause("T4.2.b")
def test_a_large_list_is_ordered_made_by_the_job_and_downloaded(people_of, lin, limits):
    limits(direct_rows=3)
    assert lin.browser.get(FILE).status_code == 302
    shown = lin.browser.get(lin.browser.get(FILE)["Location"]).content.decode()
    assert "申请导出" in shown and ">6<" in shown
    made = order(lin.browser)
    row = Export.objects.get()
    assert (made.status_code, row.state, row.count) == (302, "queued", 6)
    assert "Refresh" in lin.browser.get(made["Location"])
    work()
    row.refresh_from_db()
    assert (row.state, row.written) == ("ready", 6)
    sheet = sheet_of(lin.browser.get(f"{PAGE}{row.pk}/content/"))
    assert sheet[3][0].endswith(f"文件编号 {row.code} · 用途：年度核对名册")
    assert "林清" in sheet[3][0]
    assert len(sheet) == 6 + 6
    assert {cell[6:14] for cell in (line[1] for line in sheet[6:])} == {"********"}
    told = Message.objects.get(person_id=row.person_id, kind="kernel.export.ready")
    assert row.code in told.body


def test_a_small_file_comes_at_once_and_leaves_its_number_in_the_journal(people_of, lin, make_clerk):
    answer = lin.browser.get(FILE)
    code = answer["X-Export-Number"]
    assert code in sheet_of(answer)[3][0]
    auditor = make_clerk("shen", YANBIAN, name="审计员", role="auditor").browser
    page = auditor.get(f"/office/journal/?file={code.lower()}").content.decode()
    assert "导出登记名册" in page or "导出名册" in page or "林清" in page
    assert "林清" not in auditor.get("/office/journal/?file=DC-999999").content.decode()
    entry = JournalEntry.objects.get(verb="registry.register.export")
    assert len(entry.facts["sha256"]) == 64
    assert not Export.objects.exists()


def test_the_file_kept_is_the_file_in_the_journal_and_sealed_on_disk(people_of, lin, limits, tmp_path):
    import hashlib

    limits(direct_rows=3)
    order(lin.browser)
    work()
    row = Export.objects.get()
    content = b"".join(store.read(row.pk))
    entry = JournalEntry.objects.get(verb="registry.register.export")
    assert hashlib.sha256(content).hexdigest() == row.sha256 == entry.facts["sha256"]
    (kept,) = [path for path in (tmp_path / "exports").iterdir()]
    assert b"PK\x03\x04" not in kept.read_bytes()
    kept.write_bytes(kept.read_bytes()[:-1] + b"x")
    with pytest.raises(SealError):
        b"".join(store.read(row.pk))


# Abuse A20: insider exports all 50,000 people at night
@pytest.mark.clause("T4.2.b")
def test_above_the_cap_another_person_agrees(people_of, lin, chief, limits):
    limits(direct_rows=3, approved_rows=5)
    assert order(lin.browser, reason="").status_code == 422
    order(lin.browser)
    row = Export.objects.get()
    assert row.state == "proposed"
    work()
    assert not store.kept()
    page = f"/office/exports/{row.pk}/"
    assert lin.browser.get(page).status_code == 403
    listed = chief.browser.get("/office/exports/").content.decode()
    assert row.code in listed and "林清" in listed
    shown = chief.browser.get(page).content.decode()
    assert "年度核对名册" in shown and "林清" in shown
    assert chief.browser.post(page, {"decision": "approve", "version": row.version}).status_code == 302
    work()
    row.refresh_from_db()
    assert (row.state, row.decided_by_id) == ("ready", chief.user.person_id)
    verbs = list(JournalEntry.objects.order_by("seq").values_list("verb", flat=True))
    assert [v for v in verbs if "export" in v] == [
        "kernel.export.order",
        "kernel.export.approve",
        "registry.register.export",
    ]


def test_a_refusal_says_why_and_makes_no_file(people_of, lin, chief, limits):
    limits(direct_rows=3, approved_rows=5)
    order(lin.browser)
    row = Export.objects.get()
    page = f"/office/exports/{row.pk}/"
    assert (
        chief.browser.post(page, {"decision": "refuse", "version": row.version, "reason": ""}).status_code
        == 422
    )
    chief.browser.post(page, {"decision": "refuse", "version": row.version, "reason": "用途不明"})
    work()
    assert not store.kept()
    assert "用途不明" in lin.browser.get(f"{PAGE}{row.pk}/").content.decode()
    told = Message.objects.get(person_id=row.person_id, kind="kernel.export.refused")
    assert "用途不明" in told.body and told.link == f"{PAGE}{row.pk}/"


def test_slices_do_not_add_up_to_the_whole_without_another_person(people_of, lin, limits):
    limits(daily_rows=13)
    for _ in range(2):
        assert lin.browser.get(FILE).status_code == 200
    ordered = lin.browser.get(FILE)
    assert (
        ordered.status_code == 302
        and "一天内已导出 12 行" in lin.browser.get(ordered["Location"]).content.decode()
    )
    order(lin.browser)
    assert Export.objects.get().state == "proposed"
    limits(daily_rows=1000)  # the same without the bound
    assert lin.browser.get(FILE).status_code == 200


def test_whoever_may_agree_is_told_and_nobody_else(people_of, lin, chief, make_clerk, limits):
    far = make_clerk("far", TUMEN, name="外县领导", role="leader")
    limits(direct_rows=3, approved_rows=5)
    order(lin.browser)
    row, told = Export.objects.get(), Message.objects.filter(kind="kernel.export.waits")
    whom = set(told.values_list("person_id", flat=True))
    assert chief.user.person_id in whom and not whom & {lin.user.person_id, far.user.person_id}
    said = told.get(person_id=chief.user.person_id)
    assert "林清" in said.body and row.code in said.body and "年度核对名册" in said.body
    assert chief.browser.get(said.link).status_code == 200


def test_every_download_is_in_the_journal(people_of, lin, limits):
    limits(direct_rows=3)
    order(lin.browser)
    work()
    row = Export.objects.get()
    for _ in range(2):
        lin.browser.get(f"{PAGE}{row.pk}/content/")
    entries = JournalEntry.objects.filter(verb="kernel.export.download")
    assert [(e.person_id, e.facts["file"], e.facts["rows"]) for e in entries] == [
        (row.person_id, row.code, 6)
    ] * 2


def test_nobody_agrees_to_an_order_of_his_own(people_of, make_clerk, limits):
    limits(direct_rows=1, approved_rows=1)
    both = make_clerk("both", YANBIAN, name="李四", role="second_registrar")
    order(both.browser)
    row = Export.objects.get()
    answer = both.browser.post(f"/office/exports/{row.pk}/", {"decision": "approve", "version": row.version})
    assert answer.status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.filter(pk=row.pk).update(state="queued", decided_by_id=row.person_id)


def test_the_neighbours_leader_does_not_see_the_order(people_of, lin, make_clerk, limits):
    limits(direct_rows=3, approved_rows=5)
    order(lin.browser)
    other = make_clerk("other", TUMEN, name="外县领导", role="leader").browser
    number = Export.objects.get().pk
    assert other.get(f"/office/exports/{number}/").status_code == 404
    assert "DC-" not in other.get("/office/exports/").content.decode()


@pytest.mark.clause("T4.2.b")
def test_full_numbers_need_agreement_and_everybody_in_the_file_can_see_it(people_of, lin, chief):
    order(lin.browser, full="on")
    row = Export.objects.get()
    assert (row.state, row.full) == ("proposed", True)
    chief.browser.post(f"/office/exports/{row.pk}/", {"decision": "approve", "version": row.version})
    work()
    numbers = {line[1] for line in sheet_of(lin.browser.get(f"{PAGE}{row.pk}/content/"))[6:]}
    assert numbers == {number_of(order) for order in range(6)}
    entry = JournalEntry.objects.get(verb="registry.register.export")
    assert "identity" in entry.facts["personal"]
    seen = JournalEntry.objects.filter(verb="people.identity.view")
    assert set(seen.values_list("about_person_id", flat=True)) == {r.person_id for r in people_of[:6]}
    assert set(seen.values_list("reason", flat=True)) == {"年度核对名册"}
    assert not [n for n in numbers if n in str(list(JournalEntry.objects.values_list("facts", flat=True)))]


def test_too_many_full_numbers_are_refused(people_of, lin, limits):
    limits(full_rows=5)
    answer = order(lin.browser, full="on")
    assert answer.status_code == 422
    assert "最多 5 行" in answer.content.decode()


def test_who_may_not_reveal_is_not_offered_full_numbers(people_of, make_clerk):
    browser = make_clerk("lead", YANBIAN, name="领导", role="leader").browser
    assert browser.get(f"{PAGE}new/?{urlencode({'list': FILE})}").status_code == 404


@pytest.mark.parametrize(
    "where", ["/office/people/", "/my/exports/1/content/", "https://elsewhere/", "/nothing.xlsx"]
)
def test_only_addresses_of_files_can_be_ordered(people_of, lin, where):
    assert lin.browser.get(f"{PAGE}new/?{urlencode({'list': where})}").status_code == 404


def test_the_job_counts_with_the_rights_of_the_moment(people_of, lin, limits):
    limits(direct_rows=3)
    order(lin.browser)
    Grant.objects.filter(person=lin.user.person_id).update(ended_by=None, during="empty")
    work()
    row = Export.objects.get()
    assert row.state == "failed"
    assert not store.kept()
    assert Message.objects.get(person_id=row.person_id, kind="kernel.export.failed")


def test_a_file_is_only_for_who_still_has_the_reach(people_of, lin, limits):
    limits(direct_rows=3)
    order(lin.browser)
    work()
    number = Export.objects.get().pk
    Grant.objects.filter(person=lin.user.person_id).update(region=TUMEN)
    answer = lin.browser.get(f"{PAGE}{number}/content/")
    assert answer.status_code == 422
    assert "权限有变动" in answer.content.decode()


def test_nobody_else_sees_or_downloads_it(people_of, lin, make_clerk, limits):
    limits(direct_rows=3)
    order(lin.browser)
    work()
    number = Export.objects.get().pk
    other = make_clerk("wu", YANJI, name="吴敏", role="first_registrar").browser
    assert [other.get(f"{PAGE}{number}/{tail}").status_code for tail in ("", "content/")] == [404, 404]
    assert Client().get(f"{PAGE}{number}/").status_code == 302


def test_a_worker_killed_in_the_middle_leaves_one_file_one_entry_one_message(
    people_of, lin, limits, monkeypatch
):
    limits(direct_rows=3)
    order(lin.browser)
    row = Export.objects.get()

    class Killed(BaseException):
        pass

    def die(*arguments, **values):
        raise Killed

    for place in ("store.keep", "_finish", "messages.send"):
        with monkeypatch.context() as broken, pytest.raises(Killed):
            broken.setattr(f"shegong.kernel.listing_jobs.{place}", die)
            listing_jobs.make_export(export_id=row.pk)
    Export.objects.filter(pk=row.pk).update(beat_at=timezone.now() - timedelta(minutes=3))
    assert listing_jobs.resume_exports() == 1
    for _ in range(3):
        listing_jobs.make_export(export_id=row.pk)
    row.refresh_from_db()
    assert row.state == "ready"
    assert store.kept() == [row.pk]
    assert JournalEntry.objects.filter(verb="registry.register.export").count() == 1
    assert Message.objects.filter(kind="kernel.export.ready").count() == 1


def test_an_order_taken_back_stops_the_job(people_of, lin, limits):
    limits(direct_rows=3)
    order(lin.browser)
    row = Export.objects.get()
    assert lin.browser.post(f"{PAGE}{row.pk}/").status_code == 302
    work()
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert not store.kept()
    assert lin.browser.post(f"{PAGE}{row.pk}/").status_code == 422


def test_a_list_that_grew_beyond_what_was_agreed_is_not_exported(people_of, lin, limits, monkeypatch):
    limits(direct_rows=3)
    order(lin.browser)
    Export.objects.update(count=1)  # as if five had come since
    monkeypatch.setattr(listing_jobs, "MORE_ROWS", 0)
    work()
    assert Export.objects.get().state == "failed"


def test_files_are_deleted_after_their_time_and_orders_lapse(people_of, lin, limits):
    limits(direct_rows=3, approved_rows=100)
    order(lin.browser)
    work()
    limits(direct_rows=3, approved_rows=3)
    order(lin.browser)
    Export.objects.filter(state="ready").update(expires_at=timezone.now() - timedelta(seconds=1))
    Export.objects.filter(state="proposed").update(ordered_at=timezone.now() - timedelta(days=8))
    store.keep(999, io.BytesIO(b"left behind"))
    listing_jobs.expire_exports()
    assert set(Export.objects.values_list("state", flat=True)) == {"expired"}
    assert store.kept() == []
    row = Export.objects.order_by("pk").first()
    assert lin.browser.get(f"{PAGE}{row.pk}/content/").status_code == 422


def test_an_order_that_nobody_decided_on_tells_who_asked(people_of, lin, limits):
    limits(direct_rows=3, approved_rows=5)
    order(lin.browser)
    Export.objects.update(ordered_at=timezone.now() - timedelta(days=400))
    listing_jobs.expire_exports()
    assert Export.objects.get().state == "expired"
    assert Message.objects.filter(kind="kernel.export.undecided", person_id=lin.user.person_id).count() == 1


def test_the_sixth_unfinished_order_is_refused(people_of, lin, limits):
    limits(direct_rows=3, open_orders=2)
    assert [order(lin.browser).status_code for _ in range(3)] == [302, 302, 422]


def test_ready_orders_stand_in_ones_own_list_and_the_list_is_a_file_too(people_of, lin, limits):
    limits(direct_rows=3)
    order(lin.browser)
    code = Export.objects.get().code
    assert code in lin.browser.get(PAGE).content.decode()
    assert sheet_of(lin.browser.get("/my/exports.xlsx"))[6][0] == code


def test_pieces_of_a_file_cannot_be_swapped_or_cut_off(tmp_path):
    content = bytes(range(256)) * 10_000
    store.keep(7, io.BytesIO(content))
    assert b"".join(store.read(7)) == content
    path = tmp_path / "exports" / "000000007"
    whole = path.read_bytes()
    size = int.from_bytes(whole[:4], "big") + 4
    for broken in (whole[:size], whole[size:], whole[:4], b""):
        path.write_bytes(broken)
        with pytest.raises(SealError):
            b"".join(store.read(7))


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_it_from_the_queue_and_the_chain_holds(people_of, lin, limits):
    limits(direct_rows=3)
    order(lin.browser)
    jobs.work(once=True)
    row = Export.objects.get()
    assert row.state == "ready"
    with zipfile.ZipFile(io.BytesIO(b"".join(store.read(row.pk)))) as book:
        assert row.code in book.read("docProps/core.xml").decode()
    assert [one for one in verify() if one.kind != "row_unknown"] == []


SLOW = """
import time, django
django.setup()
from shegong.kernel import jobs, listing_jobs, listing_store
def keep(number, file):
    print("at work", flush=True)
    time.sleep(60)
listing_store.keep = keep
jobs.work(once=True)
"""


@pytest.mark.django_db(transaction=True)
def test_after_kill_nine_another_worker_makes_the_file_once(people_of, lin, limits, tmp_path):
    limits(direct_rows=3)
    order(lin.browser)
    row = Export.objects.get()
    held = connection.settings_dict
    door = f"{quote(held['USER'])}:{quote(held['PASSWORD'], safe='')}@{held['HOST']}:{held['PORT']}"
    env = os.environ | {
        "DATABASE_URL": f"postgresql://{door}/{held['NAME']}", "SHEGONG_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "shegong.config.settings",
    }  # fmt: skip
    with subprocess.Popen([sys.executable, "-c", SLOW], env=env, stdout=subprocess.PIPE) as worker:
        assert worker.stdout.readline() == b"at work\n"
        listing_jobs.make_export(
            export_id=row.pk
        )  # the killed one still holds the order: this one lets it be
        row.refresh_from_db()
        assert row.state == "queued"
        worker.kill()
    Export.objects.update(beat_at=timezone.now() - timedelta(minutes=3))
    patience = time.monotonic() + 20  # PostgreSQL notices the broken connection, and lets the order go
    while row.state == "queued" and time.monotonic() < patience:
        listing_jobs.resume_exports()
        jobs.work(once=True)
        Export.objects.filter(state="queued").update(beat_at=timezone.now() - timedelta(minutes=3))
        row.refresh_from_db()
    assert row.state == "ready"
    assert store.kept() == [row.pk]
    assert JournalEntry.objects.filter(verb="registry.register.export").count() == 1
    assert Message.objects.filter(kind="kernel.export.ready").count() == 1


# ---- the shell ----


def shell(*arguments):
    out = io.StringIO()
    call_command("sheet", "export", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_shell_exports_what_the_page_shows_this_person(people_of, lin, tmp_path):
    target = tmp_path / "names.xlsx"
    said = shell("registry:register", str(target), "cols=number", "status=", "--as", "lin")
    assert (said["rows"], said["state"]) == (6, "written")
    sheet = CalamineWorkbook.from_path(target).get_sheet_by_index(0).to_python()
    assert sheet[5] == ["姓名", "登记证号"]
    assert said["number"] in sheet[3][0]
    entry = JournalEntry.objects.get(verb="registry.register.export")
    assert (entry.facts["sha256"], entry.user_id) == (said["sha256"], lin.user.pk)


def test_the_shell_orders_what_another_person_must_agree_to(people_of, lin, limits, monkeypatch, tmp_path):
    limits(approved_rows=3)
    policy = replace(export_policy(today()), approved_rows=3)
    monkeypatch.setattr("shegong.config.management.sheet_export.export_policy", lambda day: policy)
    with pytest.raises(CommandError):
        shell("registry:register", str(tmp_path / "a.csv"), "--as", "lin")
    said = shell("registry:register", str(tmp_path / "a.csv"), "--as", "lin", "--reason", "年度核对")
    assert (said["state"], said["file"]) == ("proposed", "")
    assert not (tmp_path / "a.csv").exists()


@pytest.mark.parametrize("looked_before", [False, True])
def test_at_the_shell_too_slices_do_not_add_up_to_the_whole(
    people_of, lin, limits, monkeypatch, tmp_path, looked_before
):
    """Two files of 6 rows fit into a day of 13; pages and shell count together. The third is ordered even where it was asked
    for before the second was counted."""
    limits(daily_rows=13)
    policy = replace(export_policy(today()), daily_rows=13)
    monkeypatch.setattr("shegong.config.management.sheet_export.export_policy", lambda day: policy)
    assert lin.browser.get(FILE).status_code == 200
    asked = ["registry:register", str(tmp_path / "b.csv"), "--as", "lin", "--reason", "年度核对"]
    assert shell(*asked)["state"] == "written"
    (tmp_path / "b.csv").unlink()
    if looked_before:
        needs, looked = type(policy).needs_approval, iter([False])
        monkeypatch.setattr(
            type(policy),
            "needs_approval",
            lambda *asked, **more: next(looked, True) and needs(*asked, **more),
        )
    said = shell(*asked)
    assert said["state"] == "proposed" and not (tmp_path / "b.csv").exists()
    assert quota.taken(Actor(user_id=lin.user.pk)) == 12


def test_an_order_counts_what_another_one_took_while_it_waited(people_of, lin, limits, monkeypatch):
    """Room in the day is looked for behind the hold; there a file of 8 rows was counted just now."""
    limits(direct_rows=3, daily_rows=13)
    monkeypatch.setattr(quota, "hold", lambda by: quota.take(by, 8))
    order(lin.browser)
    assert Export.objects.get().state == "proposed"


def test_a_page_s_file_asked_for_before_the_last_one_was_counted_is_ordered(
    people_of, lin, limits, monkeypatch
):
    limits(daily_rows=7)
    monkeypatch.setattr("shegong.kernel.listing_files._fits", lambda *asked: True)
    assert [lin.browser.get(FILE).status_code for _ in range(2)] == [200, 302]


@pytest.mark.parametrize("wrong", [["nothing:there", "a.xlsx"], ["accounts:journal", "a.xlsx"], ["registry:register", "a.pdf"],
                                   ["registry:register", "a.xlsx", "level"], ["registry:organisation", "a.xlsx"]])  # fmt: skip
def test_the_shell_refuses_what_is_not_there_or_not_allowed(people_of, lin, tmp_path, monkeypatch, wrong):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError):
        shell(*wrong, "--as", "lin")
    assert list(tmp_path.glob("a.*")) == []
