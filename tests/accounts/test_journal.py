"""操作记录: the auditor reads within reach, exports leave their entry, and a verification finds what SQL changed."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from shegong.contexts import CONTEXTS
from shegong.ground.accounts import actions
from shegong.ground.accounts.actions import journal as accounts_journal
from shegong.ground.accounts.authority import actor_for
from shegong.ground.accounts.journal_words import KINDS, VERBS
from shegong.ground.people.models import PersonName
from shegong.kernel import audit_chain
from shegong.kernel.audit import journalled_models
from shegong.kernel.audit_checks import SILENT, JournalCheck
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.journal_health import UNVERIFIED, verification
from shegong.kernel.messages import Message

PACKAGE = Path(__file__).resolve().parents[2] / "shegong"
VERB = re.compile(rf"({'|'.join(c.label for c in CONTEXTS)}|kernel)(\.[a-z_]+){{1,2}}")


@pytest.fixture
def auditor(make_user, places):
    return make_user("auditor", role="auditor", region=places.jilin, name="郑计")


def written() -> set[str]:
    """Every verb that the code passes to the journal as a whole string."""
    found = set()
    for file in PACKAGE.rglob("*.py"):
        calls = (n for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.Call) and n.args)
        names = [(getattr(c.func, "attr", getattr(c.func, "id", "")), c.args[0]) for c in calls]
        found |= {
            first.value
            for name, first in names
            if name in ("write", "Line", "_journal")
            and isinstance(first, ast.Constant)
            and VERB.fullmatch(str(first.value))
        }
    return found


def test_every_verb_of_the_code_has_words():
    assert len(written()) > 30
    assert written() - VERBS.keys() == set()


def test_every_kind_of_object_that_begins_a_story_has_words():
    assert {"registry.application", "people.person", "accounts.grant"} <= {
        m._meta.label_lower for m in journalled_models()
    } & KINDS.keys()


def test_the_auditor_of_the_province_sees_who_did_what_for_which_office(client, enter, auditor, make_user):
    make_user("lin", role="first_registrar", region=222401000, name="林晓岚")
    enter(auditor)
    page = client.get("/office/journal/").content.decode()
    assert "授予系统初始权限" in page and "延吉市" in page and "创建账号" in page
    english = client.get("/office/journal/?lang=en").content.decode()
    assert "Made an account" in english and "创建账号" not in english


def test_a_prefecture_auditor_sees_his_prefecture_and_nothing_without_a_place(
    client, enter, make_user, places
):
    make_user("lin", role="first_registrar", region=places.yanji)
    make_user("zhang", role="leader", region=places.jilin)
    enter(make_user("auditor", role="auditor", region=places.yanbian))
    page = client.get("/office/journal/").content.decode()
    assert page.count("授予系统初始权限</td>") == 2  # the clerk's grant and his own, not the province's
    assert "创建账号</td>" not in page
    assert "立即校验" not in page
    assert client.get("/office/journal/?region=220000").content.decode().count("授予系统初始权限</td>") == 2
    assert client.post("/office/journal/verify/").status_code == 403


def test_filters_by_area_person_verb_and_day(client, enter, auditor):
    enter(auditor)

    def shown(query):
        return client.get(f"/office/journal/?{query}").content.decode().count('<th scope="row">')

    assert shown("area=accounts") == JournalEntry.objects.filter(verb__startswith="accounts.").count()
    assert shown("verb=people.name.state") == 1
    assert shown("kind=accounts.grant") == 1
    assert shown("from=1999-01-01&to=1999-12-31") == 0
    assert shown("from=2026-01-01") == JournalEntry.objects.count()
    assert shown("from=tomorrow") == shown("who=nobody") == 0


def test_nobody_else_reads_the_journal(client, enter, make_user, places):
    for role, region in (
        ("security_admin", places.jilin),
        ("final_registrar", places.jilin),
        ("first_registrar", places.yanji),
    ):
        client.cookies.clear()
        enter(make_user(role, role=role, region=region))
        for address in ("/office/journal/", "/office/journal.xlsx", "/office/journal.json"):
            assert client.get(address).status_code == 403, (role, address)
        assert client.post("/office/journal/verify/").status_code == 403


def test_an_export_of_the_journal_is_in_the_journal(client, enter, auditor):
    enter(auditor)
    assert client.get("/office/journal.csv").status_code == 200
    last = JournalEntry.objects.latest("seq")
    assert (last.verb, last.role, last.region_code) == ("accounts.journal.export", "auditor", 220000000)


@pytest.mark.django_db(transaction=True)
def test_a_verification_on_demand_finds_a_row_changed_by_sql(client, enter, auditor):
    enter(auditor)
    assert client.post("/office/journal/verify/").status_code == 200
    row = PersonName.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_personname SET name = '别人' WHERE id = %s", [row.pk])
    page = client.post("/office/journal/verify/").content.decode()
    assert f"people_personname:{row.pk}</td>" in page and "数据行绕过系统被修改" in page
    noted = JournalEntry.objects.filter(verb="accounts.journal.verify").order_by("seq")
    before, after = (entry.facts["deviations"] for entry in noted)
    assert after == before + 1  # the places of this test were made without the journal and count in both
    again = client.get("/office/journal/verify/").content.decode()
    assert f"{PersonName._meta.db_table}:{row.pk}</td>" in again and "auditor" not in again


@pytest.mark.django_db(transaction=True)
def test_a_long_journal_is_verified_by_the_worker_and_the_page_says_how_far_it_is(
    client, enter, auditor, monkeypatch
):
    monkeypatch.setattr(accounts_journal, "AT_ONCE", 1)
    monkeypatch.setattr(audit_chain, "TOLD", 1)
    enter(auditor)
    by = actor_for(auditor, today())
    check = actions.verify_journal(region_code=220000000, by=by, on=today(), at_once=1)
    assert check.ended_at is None
    assert actions.verify_journal(region_code=220000000, by=by, on=today(), at_once=1) == check
    assert "等待后台开始校验" in client.get("/office/journal/verify/").content.decode()
    JournalCheck.objects.filter(pk=check.pk).update(read=check.entries // 2)
    assert "正在校验" in client.get("/office/journal/").content.decode()

    accounts_journal.go_on(check_id=check.pk)
    accounts_journal.go_on(check_id=check.pk)
    check.refresh_from_db()
    assert check.ended_at and check.read == check.entries
    assert JournalEntry.objects.filter(verb="accounts.journal.verify").count() == 1
    page = client.get("/office/journal/").content.decode()
    assert f"校验到第 {check.entries} 条" in page and "JournalCheck" not in page


@pytest.mark.django_db(transaction=True)
def test_each_night_it_is_verified_unasked_and_what_was_changed_is_told_and_turns_health_bad(
    client, enter, auditor
):
    assert verification().state == "off"
    before = accounts_journal.verify_nightly()  # the places of this test were made without the journal
    row = PersonName.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_personname SET name = '别人' WHERE id = %s", [row.pk])
    assert accounts_journal.verify_nightly() == before + 1
    told = Message.objects.filter(kind=accounts_journal.CHANGED.kind, person_id=auditor.person_id)
    assert told.count() == (2 if before else 1)
    assert verification().state == "bad"
    last = JournalEntry.objects.filter(verb="accounts.journal.verify").latest("seq")
    assert (last.role, last.facts["deviations"]) == ("system", before + 1)
    JournalCheck.objects.update(deviations=0)
    assert verification().state == "ok"
    JournalCheck.objects.update(ended_at=timezone.now() - UNVERIFIED - timedelta(hours=1))
    assert verification().state == "warn"
    enter(auditor)
    assert "没有发现改动" in client.get("/office/journal/verify/").content.decode()


def test_a_verification_that_stopped_half_way_says_nothing_and_can_be_started_again(client, enter, auditor):
    enter(auditor)
    gone = timezone.now() - SILENT
    check = JournalCheck.objects.create(region_code=220000000, entries=9, read=3)
    JournalCheck.objects.filter(pk=check.pk).update(heard_at=gone)
    page = client.get("/office/journal/verify/").content.decode()
    assert "校验中断" in page and "没有发现改动" not in page and 'http-equiv="refresh"' not in page
    assert not JournalCheck.objects.running().exists()
