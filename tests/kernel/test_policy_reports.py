"""Breaks of the content policy that browsers report are counted by words of two lists, and nothing of their text is kept."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from shegong.kernel import health, policy_reports
from shegong.kernel.http import today
from shegong.kernel.policy_reports import PolicyReport, read

OLD = {"csp-report": {
    "document-uri": "http://testserver/my/?number=990101199001011234", "blocked-uri": "inline",
    "violated-directive": "script-src-elem", "script-sample": "王小明",
}}  # fmt: skip
NEW = {"type": "csp-violation", "user_agent": "somebody's", "body": {
    "effectiveDirective": "img-src", "blockedURL": "https://evil.example/p.gif?name=x"}}  # fmt: skip


def send(sent):
    return Client(enforce_csrf_checks=True).post(
        "/policy-report/", json.dumps(sent), content_type="application/csp-report"
    )


@pytest.mark.django_db
def test_reports_of_both_forms_are_counted_without_page_address_or_text():
    assert [send(OLD).status_code, send(OLD).status_code, send([NEW, NEW]).status_code] == [204, 204, 204]
    rows = PolicyReport.objects.order_by("directive").values_list("day", "directive", "blocked", "count")
    assert list(rows) == [(today(), "img-src", "elsewhere", 2), (today(), "script-src-elem", "inline", 2)]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"csp-report": {"violated-directive": "x" * 999, "blocked-uri": "secret"}}, [("other", "other")]),
        ({"csp-report": {"effective-directive": "img-src", "blocked-uri": "moz-extension://1/x"}}, [("img-src", "extension")]),
        ({"csp-report": {"effective-directive": ["img-src"], "blocked-uri": {"a": 1}}}, [("other", "other")]),
        ({"csp-report": {"effective-directive": "img-src", "blocked-uri": "http://[::1"}}, [("img-src", "elsewhere")]),
        ({"csp-report": "no object"}, []), ([1, None, "x"], []), ("x", []), ([NEW] * 300, [("img-src", "elsewhere")] * 20),
        ([{"type": "deprecation", "body": {"id": 1}}], []),
    ],
)  # fmt: skip
def test_whatever_is_sent_the_words_come_from_two_short_lists(sent, kept):
    assert list(read(json.dumps(sent).encode())) == kept


def test_what_is_no_report_or_too_long_is_none():
    assert list(read(b"\xff{")) == [] and list(read(json.dumps([NEW] * 9999).encode())) == []


@pytest.mark.django_db
def test_every_page_names_the_address_and_many_reports_are_a_sign(client):
    for page in ("/verify/", "/account/login/"):
        assert "report-uri /policy-report/" in client.get(page)["Content-Security-Policy"]
    assert policy_reports.policy().state == health.OK
    policy_reports.count(json.dumps([NEW] * 20).encode(), today())
    found = policy_reports.policy()
    assert (found.state, found.figure, found.params["directive"]) == (health.WARN, 20, "img-src")


@pytest.mark.django_db
def test_old_counts_go():
    policy_reports.count(json.dumps(OLD).encode(), today() - timedelta(days=91))
    policy_reports.count(json.dumps(OLD).encode(), today())
    assert policy_reports.drop_old() == 1 and PolicyReport.objects.get().day == today()
