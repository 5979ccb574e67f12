"""Cookies and headers where people come over HTTPS: what the address in SHEGONG_PUBLIC_URL switches on (D27, ASVS 3.3, 3.4)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
answer = Client(headers={"host": "sg.example.gov.cn"}).get("/healthz", secure=True)
names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
         "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE", "SESSION_COOKIE_PATH", "SESSION_COOKIE_DOMAIN",
         "SESSION_COOKIE_AGE", "DEBUG")
print(json.dumps({"settings": {n: getattr(settings, n) for n in names}, "headers": dict(answer.headers)}))
"""


def served(tmp_path, address):
    """Settings and headers of an installation with this public address."""
    more = {
        "SHEGONG_PUBLIC_URL": address, "SHEGONG_ALLOWED_HOSTS": "sg.example.gov.cn", "SHEGONG_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "shegong.config.settings",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | more,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def https(tmp_path_factory):
    return served(tmp_path_factory.mktemp("home"), "https://sg.example.gov.cn")


def test_cookies_belong_to_this_host_alone_and_no_script_reads_them(https):
    found = https["settings"]
    assert (found["SESSION_COOKIE_NAME"], found["CSRF_COOKIE_NAME"]) == ("__Host-session", "__Host-csrf")
    assert found["SESSION_COOKIE_DOMAIN"] is None and found["SESSION_COOKIE_PATH"] == "/"
    assert all(found[n] for n in found if n.endswith(("SECURE", "HTTPONLY")))
    assert {found["SESSION_COOKIE_SAMESITE"], found["CSRF_COOKIE_SAMESITE"]} <= {"Lax", "Strict"}
    assert found["SESSION_COOKIE_AGE"] <= 12 * 3600 and found["DEBUG"] is False


def test_browsers_are_told_to_come_over_https_for_a_year_and_what_a_page_may_load(https):
    heads = {name.lower(): value for name, value in https["headers"].items()}
    assert int(heads["strict-transport-security"].partition("=")[2].partition(";")[0]) >= 31_536_000
    policy = heads["content-security-policy"]
    assert (
        "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    )
    assert "unsafe" not in policy and "*" not in policy and "http:" not in policy
    assert heads["x-content-type-options"] == "nosniff" and heads["referrer-policy"] == "same-origin"


def test_without_https_nothing_of_it_is_claimed(tmp_path):
    """The control, and a trial on one's own machine."""
    found = served(tmp_path, "http://127.0.0.1:8000")
    assert found["settings"]["SESSION_COOKIE_NAME"] == "session"
    assert "strict-transport-security" not in {name.lower() for name in found["headers"]}
