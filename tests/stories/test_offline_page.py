"""A16, D25: the page that verifies without network, in a real browser with the network off, beside the Python verifier."""

import io
import json
import random
import zipfile
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import digest
from types import SimpleNamespace

import pytest
import time_machine
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from django.test import Client
from django.utils import timezone
from fixtures.registered import make, places
from fixtures.screens import width
from PIL import Image

from shegong.duties.registry.actions import proving
from shegong.duties.registry.models import StatusList
from shegong.duties.registry.printing import verify_url
from shegong.duties.registry.rules.token import EPOCH, read, sealed, written
from shegong.duties.registry.tokens import opened_list, verdict_on
from shegong.kernel import signing
from shegong.kernel.signed_json import b64, signed_json, unb64
from shegong.kernel.signing import SignatureFault

__all__ = ["make", "places"]
pytestmark = [pytest.mark.browser, pytest.mark.clause("T4.2.e"), pytest.mark.django_db(transaction=True)]


# True as soon as the browser has kept the page and lets it answer.
KEPT = """navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller
    || new Promise(done => navigator.serviceWorker.addEventListener("controllerchange", done))).then(() => true)"""


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.SIGNING_KEYS = str(tmp_path / "signing")
    return tmp_path / "signing"


@pytest.fixture
def served(live_server, settings):
    settings.PUBLIC_URL = live_server.url
    return live_server.url


@pytest.fixture
def phone(chromium, served):
    """A phone that can lose its network: `page`, `lose()`."""
    context = chromium.new_context(viewport={"width": 375, "height": 740}, locale="zh-CN")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
    yield SimpleNamespace(page=page, context=context, lose=lambda: context.set_offline(True))
    context.close()
    assert faults == []


def knowledge() -> dict:
    """What the page knows: as it is served."""
    return json.loads(
        Client().get("/v/offline/knowledge.js").content.decode()[len("window.KNOWLEDGE = ") :].rstrip(";\n")
    )


def both(page, token: str, known: dict, now: datetime) -> str:
    """The verdict of page and Python, which must agree. Python knows the same list, if it is genuine."""
    with suppress(SignatureFault):
        known |= {"opened": opened_list(known["list"])}
    mine = verdict_on(token, known=known.pop("opened", None), now=now)[0]
    code = "([token, known, now]) => Token.judge(token, known, now).then(found => found.verdict)"
    theirs = page.evaluate(code, [token, known, int(now.timestamp() * 1000)])
    assert theirs == mine, (theirs, mine, token)
    return str(mine)


def der_free(key: ec.EllipticCurvePrivateKey, message: bytes, how: hashes.HashAlgorithm, size: int) -> bytes:
    r, s = utils.decode_dss_signature(key.sign(message, ec.ECDSA(how)))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def test_no_forged_changed_or_old_token_passes_the_page_or_the_server(make, phone, served, folder):
    known_card = make()
    row = proving.sign_card(known_card.card)
    gone, paused = (
        make(name="王小明", number="JL2012000002", closed="revoked"),
        make(name="李四", number="JL2012000003", suspended=True),
    )
    others = [proving.sign_card(one.card).token for one in (gone, paused)]
    proving.publish_list()
    phone.page.goto(f"{served}/v/offline/")
    phone.lose()
    page, known, now, token = phone.page, knowledge(), timezone.now(), row.token
    claims, body, signature = read(token)

    def verdict(text: str, *, know: dict | None = None, at: datetime | None = None) -> str:
        return both(page, text, dict(know or known), at or now)

    assert verdict(token) == "valid"
    assert [verdict(one) for one in others] == ["ended", "suspended"]

    whole = body + signature
    for at in range(len(whole)):  # every byte, one bit of it
        flipped = whole[:at] + bytes([whole[at] ^ 1 << random.randrange(8)]) + whole[at + 1 :]
        assert verdict(sealed(flipped[:-64], flipped[-64:])) in (
            "malformed", "signature", "unknown_key",
        )  # fmt: skip
    for text in ("", "A", token[:-1], token + "A", token + "=", "." + token, token[::-1], "A" * 3000):
        assert verdict(text) == "malformed"

    for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".replace(token[-1], ""):
        assert verdict(token[:-1] + sign) != "valid"  # some of these are the same bytes, written otherwise

    # Another name, number, level, card, validity under the same signature.
    for changed in ({"name": "王小明"}, {"number": "JL2012000002"}, {"level": "senior"}, {"index": gone.card.pk},
                    {"until": claims.until + timedelta(days=900)}, {"office": "长春市民政局"}):  # fmt: skip
        assert verdict(sealed(written(replace(claims, **changed)), signature)) == "signature"

    # Other algorithms: none at all, the public key as a secret, another curve, another kind of key.
    public = json.dumps(known["keys"][0]).encode()
    for forged in (b"\0" * 64, digest(public, body, "sha512"), digest(public, body, "sha256") * 2,
                   der_free(ec.generate_private_key(ec.SECP384R1()), body, hashes.SHA384(), 48)[:64],
                   der_free(ec.generate_private_key(ec.SECP256R1()), body, hashes.SHA256(), 32)):  # fmt: skip
        assert verdict(sealed(body, forged)) == "signature"
    assert verdict(b64(body)) == "malformed"
    assert (
        verdict(sealed(body, der_free(ec.generate_private_key(ec.SECP384R1()), body, hashes.SHA384(), 48)))
        == "malformed"
    )
    for alg in (0, 2, 255):
        assert verdict(sealed(body[:1] + bytes([alg]) + body[2:], signature)) == "malformed"
    assert verdict(sealed(written(replace(claims, kid="AAAAAAAA")), signature)) == "unknown_key"
    status_key = next(key["kid"] for key in known["keys"] if key["purpose"] == "status")
    assert verdict(sealed(written(replace(claims, kid=status_key)), signature)) == "unknown_key"

    # The clock: expired, from the future, a list older than a day, none.
    after = now + timedelta(days=401)
    assert verdict(token, at=after) == "expired"
    assert verdict(token, at=now - timedelta(minutes=6)) == "future"
    assert verdict(token, at=now + timedelta(hours=23)) == "valid"
    assert verdict(token, at=now + timedelta(hours=25)) == "status_unknown"
    assert verdict(others[0], at=now + timedelta(hours=25)) == "ended"
    assert verdict(token, know=known | {"list": ""}) == "status_unknown"

    later_card = make(name="赵六", number="JL2012000004")
    assert verdict(proving.sign_card(later_card.card).token) == "status_unknown"  # newer than the list

    # A list that somebody made himself: without signature, with the public key as secret, by another key, of another kind.
    parts = known["list"].split(".")
    payload = json.loads(unb64(parts[1])) | {"iat": int((now + timedelta(hours=30)).timestamp())}
    text = b64(json.dumps(payload).encode())
    today = payload | {"iat": int(now.timestamp())}
    # A status kept beyond the printed end: a fresh list says until when, and not a day longer.
    kept = {str(claims.index): (after.date() + timedelta(days=1) - EPOCH).days}
    for moment, word in ((after, "valid"), (after + timedelta(days=3), "expired")):
        held = payload | {"iat": int(moment.timestamp()), "held": kept}
        listed = known | {"list": signed_json("status", held, typ="shegong-status+jwt")}
        assert verdict(token, know=listed, at=moment) == word
    assert verdict(token, at=after) == "expired"

    for header, secret in (({"alg": "none"}, b""), ({"alg": "HS256"}, public), ({"alg": "ES384"}, public)):
        head = b64(json.dumps(header | {"kid": status_key, "typ": "shegong-status+jwt"}).encode())
        made = b64(digest(secret or b"x", f"{head}.{text}".encode(), "sha256")) if secret else ""
        assert (
            verdict(token, know=known | {"list": f"{head}.{text}.{made}"}, at=now + timedelta(hours=30))
            == "status_unknown"
        )
    assert verdict(token, know=known | {"list": f"{parts[0]}.{text}.{parts[2]}"}) == "status_unknown"
    assert (
        verdict(token, know=known | {"list": signed_json("status", today, typ="vc+jwt")}) == "status_unknown"
    )
    assert (
        verdict(token, know=known | {"list": signed_json("certificate", today, typ="shegong-status+jwt")})
        == "status_unknown"
    )

    # Keys: a rotated one proves what it signed and nothing later; a struck-off one proves nothing.
    signing.rotate(folder, "certificate")
    rotated = knowledge()
    assert verdict(token, know=rotated) == "valid"
    private = signing._load(folder, "certificate")[0].private
    late = written(replace(claims, as_of=now + timedelta(hours=2)))
    assert (
        verdict(
            sealed(late, der_free(private, late, hashes.SHA256(), 32)),
            know=rotated,
            at=now + timedelta(hours=3),
        )
        == "key_period"
    )
    signing.strike(folder, claims.kid, "stolen")
    assert verdict(token, know=knowledge()) == "struck_off"
    proving.publish_list()  # a page with old keys and the new list knows it too
    newest = StatusList.objects.latest("id").compact
    assert page.evaluate("([t, k, n]) => Token.judge(t, k, n).then(f => f.verdict)",
                         [token, known | {"list": newest}, int(now.timestamp() * 1000)]) == "struck_off"  # fmt: skip


def test_after_one_visit_the_scanned_address_opens_without_network(make, phone, served):
    row = make()
    proving.sign_card(row.card)
    proving.publish_list()
    code, page = verify_url(row.card), phone.page
    assert code.startswith(f"{served}/v/{row.card.serial}#")
    page.goto(code)
    assert "登记有效" in page.inner_text("main")
    page.evaluate(KEPT)
    phone.lose()
    page.goto("about:blank")
    page.goto(code)
    page.wait_for_selector("#answer[data-verdict=valid]")
    said = page.inner_text("main")
    assert "登记有效" in said and "林晓岚" in said and "延吉市民政局" in said
    assert "名单截至" in said and "不到 1 分钟前" in said
    assert page.url == f"{served}/v/offline/"  # the code stays in no history
    assert width(page) <= 375
    page.fill("#code", code.replace("#", "\n #\n"))
    page.click(".btn")
    page.click("#language")
    assert "Registration valid" in page.inner_text("#answer")
    page.fill("#code", code[:-4])
    page.click(".btn")
    page.wait_for_selector("#answer[data-verdict=malformed]")
    assert "林晓岚" not in page.inner_text("main")


# Stands for the reader that phones bring and this Chromium lacks; the page around it is the real one.
READER = """window.BarcodeDetector = class { static async getSupportedFormats() { return ["qr_code"]; }
    async detect(image) { return image.width > 100 ? [{ rawValue: window.CODE }] : []; } };"""


def test_a_photo_of_the_code_is_read_where_the_browser_can(make, phone, served, tmp_path):
    row = make()
    proving.sign_card(row.card)
    proving.publish_list()
    page = phone.page
    page.goto(f"{served}/v/offline/")
    assert page.locator("#no_reader").is_visible() and not page.locator("#photo_field").is_visible()
    page.add_init_script(f"window.CODE = {json.dumps(verify_url(row.card))}; {READER}")
    page.goto(f"{served}/v/offline/?lang=en")
    for size, expected in ((50, "No code was found"), (200, "Registration valid")):
        Image.new("RGB", (size, size)).save(tmp_path / f"{size}.png")
        page.set_input_files("#photo", tmp_path / f"{size}.png")
        page.wait_for_selector(f"text={expected}")


def test_a_revocation_shows_online_at_once_and_offline_with_the_next_list(make, phone, served):
    row = make()
    proving.sign_card(row.card)
    proving.publish_list()
    code, page = verify_url(row.card), phone.page
    page.goto(code)
    page.evaluate(KEPT)
    row.registration.closed_on, row.registration.closed_kind = timezone.localdate(), "revoked"
    row.registration.save()
    page.goto("about:blank")
    page.goto(code)
    assert "登记已撤销" in page.inner_text("main")
    proving.publish_list()
    page.goto(f"{served}/v/offline/")
    page.wait_for_selector(".known.ok")
    phone.lose()
    page.goto(code)
    page.wait_for_selector("#answer[data-verdict=ended]")
    assert "注销或撤销" in page.inner_text("#answer")


def test_the_folder_verifies_on_a_computer_that_never_had_a_network(make, chromium, served, tmp_path, client):
    row = make()
    token = proving.sign_card(row.card).token
    with time_machine.travel(timezone.now() - timedelta(hours=30)):
        proving.publish_list()
    zipfile.ZipFile(io.BytesIO(client.get("/v/offline.zip").content)).extractall(tmp_path)
    context = chromium.new_context(viewport={"width": 1024, "height": 768})
    context.set_offline(True)
    page = context.new_page()
    page.goto(f"file://{tmp_path}/hexian/index.html")
    page.fill("#code", f"https://somewhere.example/v/x#{token}")
    page.click(".btn")
    page.wait_for_selector("#answer[data-verdict=status_unknown]")
    said = page.inner_text("main")
    assert "签名真实；状态未知，名单已过期" in said and "30 小时前" in said and "林晓岚" in said
    assert page.locator(".banner.warn svg").get_attribute("aria-label") == "注意"
    context.close()


def test_the_files_are_the_same_wherever_they_are_read(client, db):
    with zipfile.ZipFile(io.BytesIO(client.get("/v/offline.zip").content)) as packed:
        for name in ("index.html", "token.js", "words.js", "verifier.js", "verifier.css"):
            assert (
                sha256(packed.read(f"hexian/{name}")).digest()
                == sha256(client.get(f"/v/offline/{name}").content).digest()
            )
