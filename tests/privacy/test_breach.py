"""Who is affected by what an account did: from the journal, quickly, as CSV (个人信息保护法 art. 57)."""

import csv
import io
import time
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from shegong.ground.people import actions as people
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.steering.privacy.models.breach import report

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.e")]
# So many entries of one account as a busy month of a province; hashes play no part in reading them.
MANY = """
INSERT INTO kernel_journalentry (seq, at, verb, person_id, user_id, role, organization_id, subject_kind, subject_id,
  about_person_id, reason, facts, rows, request_id, previous, hash)
SELECT 1000000 + n, now() - interval '1 hour', 'people.identity.view', 1, %(user)s, '', NULL, 'people.identity', n,
  %(base)s + n %% 20000, '', '{}', '{}', '', ''::bytea, ''::bytea FROM generate_series(1, 30000) n
"""


def listed(*arguments):
    out = io.StringIO()
    call_command("breach", *arguments, stdout=out)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_a_look_at_a_number_and_a_list_taken_away_are_listed_and_nobody_else(worker, first, second, said):
    people.reveal_identity(worker.person.identities.get(), reason="核对证件", by=first.actor, on=today())
    first.browser.get("/office/people.csv")
    since = (timezone.now() - timedelta(hours=1)).isoformat()
    lines = listed("--since", since, "--user", first.user.username)
    persons = [line for line in lines if line["类别"] == "人员"]
    assert [(one["姓名"], one["事项"], one["完整内容"]) for one in persons] == [
        (said.name, "完整证件号码", "是")
    ]
    assert said.number not in str(lines)
    assert len([line for line in lines if line["类别"] == "文件"]) == 1
    assert listed("--since", since, "--user", second.user.username) == []


def test_an_office_is_asked_by_its_name_and_a_window_ends(worker, first):
    people.reveal_identity(worker.person.identities.get(), reason="核对证件", by=first.actor, on=today())
    assert listed("--since", "2020-01-01", "--office", "延吉市民政局")
    assert listed("--since", "2020-01-01", "--until", "2020-02-01", "--office", "延吉市民政局") == []
    assert JournalEntry.objects.filter(verb="privacy.breach.list").count() == 2


def test_neither_account_nor_office_or_an_unknown_one_is_refused(offices):
    for arguments in ([], ["--user", "nobody"], ["--office", "没有的局"]):
        with pytest.raises(CommandError):
            call_command("breach", "--since", "2026-01-01", *arguments)


def test_thirty_thousand_entries_are_read_within_a_minute(worker, first):
    """Measured in seconds; the demand is under 60 s."""
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"user": first.user.pk, "base": 10_000_000})
    started = time.monotonic()
    found = report(since=timezone.now() - timedelta(days=1), until=timezone.now(), user=first.user.pk)
    assert len(found.affected) >= 20_000
    assert time.monotonic() - started < 60
