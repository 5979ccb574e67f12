"""The whole under a sub-path of a host site, behind a proxy: signed in, decided, verified; no link leads out of it."""

import http.client
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pyotp
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from shegong.config.wsgi import PublicHandler, dispatch
from shegong.duties.registry.models import Application

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
YANJI, SECRET = 222401000, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NAMES = ("FORCE_SCRIPT_NAME", "STATIC_URL", "SESSION_COOKIE_PATH", "CSRF_COOKIE_PATH")
READ = f"import json; from shegong.config import settings as s; print(json.dumps({{n: getattr(s, n) for n in {NAMES}}}))"


class Threaded(ThreadingMixIn, WSGIServer):
    """A web server of the machine's own library, a thread a request."""

    daemon_threads = True


class Silent(WSGIRequestHandler):
    """Writes no log."""

    def log_message(self, *args):
        pass


def house(prefix):
    """What `SHEGONG_PREFIX` makes of the settings."""
    said = subprocess.run(
        [sys.executable, "-c", READ],
        env=os.environ | {"SHEGONG_PREFIX": prefix},
        capture_output=True,
        check=True,
    )
    return json.loads(said.stdout)


@pytest.mark.parametrize("typed", ["sw", "/sw", "/sw/"])
def test_the_prefix_may_be_written_with_or_without_its_slashes(typed):
    assert house(typed) == dict(zip(NAMES, ("/sw", "/sw/static/", "/sw/", "/sw/"), strict=True))
    assert house("") == dict(zip(NAMES, (None, "/static/", "/", "/"), strict=True))


def proxy_to(port, cut):
    """The host site: /sw/ goes to Shegong, with the prefix left on or cut off; everything else is its own."""

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def log_message(self, *args):
            pass

        def _pass(self):
            if not self.path.startswith("/sw/"):
                self.send_error(404)
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            inner = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            headers = {**self.headers, "X-Forwarded-For": self.client_address[0], "Connection": "close"}
            inner.request(self.command, self.path[3:] if cut else self.path, body, headers)
            answer = inner.getresponse()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("connection", "transfer-encoding"):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.read())

        do_GET = do_POST = do_HEAD = _pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Proxy)


@pytest.fixture(params=[False, True], ids=["prefix left on", "prefix cut off"])
def site(request, settings, world):
    """Address of the host site that serves us under /sw/."""
    for name, value in house("/sw").items():
        setattr(settings, name, value)
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.WHITENOISE_USE_FINDERS = True
    inner = Threaded(("127.0.0.1", 0), Silent)
    inner.set_app(_closing(dispatch(WSGIHandler(), PublicHandler(), "/sw")))
    outer = proxy_to(inner.server_port, request.param)
    for server in (inner, outer):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{outer.server_port}"
    for server in (outer, inner):
        server.shutdown()
        server.server_close()


def _closing(application):
    """Threads of this server leave no connection to the test database behind."""

    def wrapped(environ, start_response):
        try:
            return list(application(environ, start_response))
        finally:
            connections.close_all()

    return wrapped


@pytest.fixture
def page(chromium, site):
    """A browser at the host site; faults, and whatever was asked for outside /sw/, are collected."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=site, locale="zh-CN")
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    strays = []
    opened.on("response", lambda got: strays.append(f"{got.status} {got.url}")
              if got.status >= 400 or not got.url.startswith(f"{site}/sw/") else None)  # fmt: skip
    opened.on("pageerror", lambda error: strays.append(str(error)))
    yield opened
    leading_out = opened.eval_on_selector_all(
        "a[href^='/'], form[action^='/']",
        "all => all.map(e => e.getAttribute('href') || e.getAttribute('action'))",
    )
    context.close()
    assert [one for one in leading_out if not one.startswith("/sw/")] == []
    assert strays == []


def test_an_officer_signs_in_and_decides_and_a_citizen_verifies_under_the_sub_path(
    page, make_clerk, make_case
):
    make_case("金美玉")
    make_clerk("yanji", YANJI, name="王海")
    page.goto("/sw/account/login/")
    page.fill("[name=name]", "yanji")
    page.fill("[name=password]", "correct horse 9")
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/sw/account/login/code/**")
    page.fill("[name=code]", pyotp.TOTP(SECRET).now())
    page.press("[name=code]", "Enter")
    page.wait_for_url("**/sw/office/**")
    assert {(one["name"], one["path"]) for one in page.context.cookies()} >= {
        ("session", "/sw/"), ("csrf", "/sw/"),
    }  # fmt: skip
    page.goto("/sw/office/queue/registration/")
    page.click("a:has-text('金美玉')")
    page.wait_for_url("**/sw/office/cases/**")
    assert page.evaluate("getComputedStyle(document.body).fontFamily").strip(), "style sheets came"
    paper = page.request.get(page.locator("main img").first.get_attribute("src"))
    assert paper.ok and paper.headers["content-type"] == "image/jpeg" and "/sw/office/" in paper.url
    page.keyboard.press("a")
    page.wait_for_selector("text=全部办完")
    assert Application.objects.get().state == "first_passed"
    page.goto("/sw/verify/")
    page.fill("#no", "JL2026999999")
    page.fill("#name", "金美玉")
    page.press("#name", "Enter")
    page.wait_for_selector("text=没有查到")
    assert page.url.startswith(f"{page.url.split('/sw/')[0]}/sw/verify/")
