"""Signing in through OpenID Connect, against a real provider in a process of its own on loopback."""

import re
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import requests
from allauth.mfa.models import Authenticator

from shegong.ground.accounts import actions
from shegong.ground.accounts.actions.bound import subject_index
from shegong.ground.accounts.models import BoundIdentity
from shegong.ground.accounts.providers import NarrowSession, read_providers
from shegong.kernel.access import Actor
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused

PROVIDER = Path(__file__).parents[1] / "fixtures" / "oidc_provider.py"
BACK = "http://testserver/account/services/provincial/back/"
GO, BIND = "/account/services/provincial/", "/my/account/services/bind/"


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def issuer():
    port = _free_port()
    running = subprocess.Popen([sys.executable, PROVIDER, str(port), BACK], stdout=subprocess.PIPE, text=True)
    assert running.stdout.readline() == "ready\n"
    yield f"http://127.0.0.1:{port}/o"
    running.kill()
    running.wait()


def providers_file(folder, issuer, secret="client-secret-of-tests"):
    (folder / "secret").write_text(secret + "\n")
    path = folder / "oidc.toml"
    path.write_text(
        f'[provincial]\nzh = "省统一身份认证"\nen = "Provincial identity service"\nissuer = "{issuer}"\n'
        f'client_id = "shegong"\nclient_secret_file = "{folder}/secret"\n'
    )
    return str(path)


@pytest.fixture
def provincial(issuer, settings, tmp_path):
    settings.OIDC = read_providers(providers_file(tmp_path, issuer))


class Visitor:
    """A browser: our site by the test client, the provider over the network."""

    def __init__(self, client, who="chen"):
        self.client, self.who, self.there = client, who, requests.Session()

    def at_provider(self, url, allow=True):
        """Sign in and consent there; where it sends the browser back to."""
        page = self.there.get(url)
        if 'name="password"' in page.text:
            page = self.there.post(
                page.url, data=self._form(page, username=self.who, password="provider-word")
            )
        answer = {"allow": "Authorize"} if allow else {}
        return self.there.post(page.url, data=self._form(page, **answer), allow_redirects=False).headers[
            "Location"
        ]

    def _form(self, page, **values):
        hidden = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page.text)
        return {name: value for name, value in hidden} | values

    def through(self, process="login", allow=True):
        """From our button to the provider and back; our answer to the way back."""
        leaving = self.client.post(GO, {"process": process})
        assert leaving.status_code == 302, leaving.content
        back = self.at_provider(leaving["Location"], allow)
        assert back.startswith(BACK)
        return self.client.get(back.removeprefix("http://testserver"))

    def bind(self):
        """Bind the account there to the account here; our answer to the confirmation."""
        assert self.through("connect")["Location"] == BIND
        assert "省统一身份认证" in self.client.get(BIND).content.decode()
        return self.client.post(BIND)


@pytest.fixture
def lin(make_user):
    """A worker, whose account has no second factor."""
    user = make_user("lin")
    Authenticator.objects.filter(user=user).delete()
    return user


def test_who_bound_her_account_there_comes_in_with_it(client, let_in, lin, provincial):
    assert Visitor(let_in(client, lin)).bind()["Location"] == "/my/account/"
    row = BoundIdentity.objects.get()
    assert b"chen" not in bytes(row.subject_index) and row.user == lin
    client.logout()
    assert "用省统一身份认证登录" in client.get("/account/login/").content.decode()
    answer = Visitor(client).through()
    assert answer["Location"] == "/account/start/"
    assert client.get("/my/account/").status_code == 200
    entry = JournalEntry.objects.get(verb="accounts.bound.add")
    assert entry.facts == {"provider": "provincial"} and entry.user_id == lin.pk


def test_an_unbound_account_there_opens_nothing_here(client, lin, provincial):
    answer = Visitor(client, "wu").through()
    assert answer.status_code == 403 and "尚未绑定" in answer.content.decode()
    assert client.get("/my/account/").status_code == 302
    assert not BoundIdentity.objects.exists()


def test_an_officer_still_gives_her_second_factor(client, let_in, make_user, places, provincial):
    officer = make_user("officer", role="first_registrar", region=places.yanji)
    Visitor(let_in(client, officer)).bind()
    client.logout()
    answer = Visitor(client).through()
    assert answer["Location"] == "/account/login/code/"
    assert client.get("/office/grants/").status_code == 302


def test_refusing_consent_there_changes_nothing(client, lin, provincial):
    answer = Visitor(client).through(allow=False)
    assert answer.status_code == 401 and "没有成功" in answer.content.decode()


def test_an_answer_without_our_state_or_with_a_used_code_is_refused(client, lin, provincial):
    visitor = Visitor(client)
    leaving = client.post(GO, {"process": "login"})
    back = visitor.at_provider(leaving["Location"]).removeprefix("http://testserver")
    forged = re.sub(r"state=[^&]+", "state=another", back)
    assert client.get(forged).status_code == 401
    assert client.get(back).status_code == 403  # unbound, but believed
    assert client.get(back).status_code == 401


def test_binding_needs_a_fresh_proof_and_a_button_of_ours(client, let_in, lin, provincial):
    visitor = Visitor(let_in(client, lin))
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session.save()
    visitor.through("connect")
    assert not BoundIdentity.objects.exists()
    assert "/account/again/" in client.post(BIND)["Location"]
    assert not BoundIdentity.objects.exists()


def test_one_account_there_lets_in_one_user_and_ending_it_shuts_the_door(
    client, let_in, make_user, lin, provincial
):
    Visitor(let_in(client, lin)).bind()
    other = make_user("other")
    refused = Visitor(let_in(client, other)).bind()
    assert refused.status_code == 422 and "其他用户" in refused.content.decode()
    row = BoundIdentity.objects.get()
    assert client.post(f"/my/account/services/{row.pk}/end/").status_code == 404
    let_in(client, lin)
    assert client.post(f"/my/account/services/{row.pk}/end/").status_code == 302
    client.logout()
    assert Visitor(client).through().status_code == 403


def test_nobody_binds_for_somebody_else(lin, make_user, db):
    with pytest.raises(Refused):
        actions.bind_identity(
            lin, provider="provincial", service="x", index=subject_index("provincial", "1"),
            by=Actor(user_id=make_user("other").pk), on=today(),
        )  # fmt: skip


def test_a_wrong_client_secret_or_a_dead_or_confused_provider_is_told_plainly(
    client, lin, issuer, settings, tmp_path
):
    settings.OIDC = read_providers(providers_file(tmp_path, issuer, secret="wrong"))
    assert Visitor(client).through().status_code == 401
    settings.OIDC = read_providers(providers_file(tmp_path, f"http://127.0.0.1:{_free_port()}/o"))
    answer = client.post(GO, {"process": "login"})
    assert answer.status_code == 401 and "没有成功" in answer.content.decode()
    settings.OIDC = read_providers(providers_file(tmp_path, issuer.replace("/o", "/login")))
    assert client.post(GO, {"process": "login"}).status_code == 401


def test_a14_metadata_that_names_another_host_is_never_followed(client, lin, settings, tmp_path):
    asked = []

    class Canary(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.path)
            self.send_response(500)
            self.end_headers()

        do_GET = do_POST

    canary = HTTPServer(("127.0.0.1", 0), Canary)

    class Lying(BaseHTTPRequestHandler):
        def do_GET(self):
            other = f"http://127.0.0.1:{canary.server_port}"
            here = f"http://127.0.0.1:{lying.server_port}/o"
            body = (
                f'{{"issuer": "{here}", "authorization_endpoint": "{here}/authorize",'
                f' "token_endpoint": "{other}/token", "jwks_uri": "{other}/keys"}}'
            ).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Say nothing."""

    lying = HTTPServer(("127.0.0.1", 0), Lying)
    for server in (canary, lying):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.OIDC = read_providers(providers_file(tmp_path, f"http://127.0.0.1:{lying.server_port}/o"))
    leaving = client.post(GO, {"process": "login"})
    state = re.search(r"state=([^&]+)", leaving["Location"])[1]
    answer = client.get(f"/account/services/provincial/back/?code=x&state={state}")
    assert answer.status_code == 401 and asked == []
    with pytest.raises(requests.RequestException):
        requests.get(f"http://127.0.0.1:{canary.server_port}/control", timeout=5).raise_for_status()
    assert asked == ["/control"]  # the canary does sing when it is asked
    with pytest.raises(requests.RequestException):
        NarrowSession(frozenset({"id.example"})).get(f"http://127.0.0.1:{canary.server_port}/")
    assert asked == ["/control"]
    for server in (canary, lying):
        server.shutdown()


def test_a_file_that_lacks_something_says_what(tmp_path):
    path = tmp_path / "oidc.toml"
    path.write_text('[provincial]\nzh = "省统一身份认证"\n')
    with pytest.raises(ValueError, match="has no client_id, client_secret_file, en, issuer"):
        read_providers(str(path))
    assert read_providers("") == {}
