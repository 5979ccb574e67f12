"""From the decision to what the holder carries: a signed code on paper, a verifiable credential, both checked by others."""

import gzip
import json
from base64 import urlsafe_b64decode
from hashlib import sha256

import pypdfium2
import pytest
import zxingcpp
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from fixtures.key_orders import agreed
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey, KeySet
from procrastinate.contrib.django.models import ProcrastinateJob

from shegong.duties.registry import actions, printing
from shegong.duties.registry.actions.proving import publish_list, publish_status
from shegong.duties.registry.models import Card, StatusList
from shegong.duties.registry.models.portraits import portrait
from shegong.duties.registry.models.proof import PORTRAITS
from shegong.duties.registry.rules.token import Verdict
from shegong.duties.registry.tokens import opened_list, verdict_on
from shegong.ground.accounts import actions as accounts
from shegong.ground.documents import pictures
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.kernel.jobs import waiting

pytestmark = [pytest.mark.clause("T4.2.e"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.SIGNING_KEYS = str(tmp_path / "signing")


@pytest.fixture
def held(make_case, desks, let_in):
    """A case whose certificate was just issued, and its holder's browser."""
    case = make_case()
    for officer in (desks.county, desks.prefecture, desks.province):
        actions.pass_stage(case.application, opinion="材料齐全，同意登记。", by=officer, on=today())
    case.registration = actions.issue_certificate(case.application, by=desks.province, on=today())
    case.card = Card.objects.select_related("registration__certificate", "term").get()
    user = accounts.create_user(
        case.person, username="jin", password="correct horse 9", by=SYSTEM, on=today()
    )
    case.browser = let_in(Client(), user)
    return case


def test_the_printed_code_is_signed_from_the_moment_of_issue(held):
    publish_list()
    with pypdfium2.PdfDocument(printing.certificate_pdf(held.registration, held.card)) as pdf:
        code = zxingcpp.read_barcode(pdf[0].render(scale=100 / 72).to_pil().convert("L")).text  # a poor scan
    known = opened_list(StatusList.objects.latest("id").compact)
    verdict, claims = verdict_on(code.split("#")[1], known=known, now=timezone.now())
    assert verdict is Verdict.VALID
    assert claims.number == held.registration.register_no
    assert claims.photo == sha256(portrait(held.card)).digest()[:6]


def test_an_operator_checks_a_scanned_code_by_command(held, capsys):
    publish_list()
    call_command("signing", "check", printing.verify_url(held.card))
    assert capsys.readouterr().out.split("\t")[:2] == ["valid", held.registration.register_no]
    call_command("signing", "check", "AQEB")
    assert capsys.readouterr().out == "malformed\n"
    kid = held.card.tokens.get().kid
    agreed("sign.strike", kid)
    call_command("signing", "strike", kid, reason="found on a disk")
    call_command("signing", "affected", kid)
    assert capsys.readouterr().out.endswith(f"{held.registration.register_no}\t222401000\twaits\n")
    actions.sign_cards()
    call_command("signing", "affected", kid)
    assert capsys.readouterr().out.endswith("signed again\n")


def test_a_reprint_decodes_no_photo(held, monkeypatch):
    first = printing.certificate_page(held.registration, held.card)
    monkeypatch.setattr(pictures, "portrait", lambda *_: pytest.fail("decoded again"))
    assert printing.certificate_page(held.registration, held.card) == first


def test_without_the_kept_portrait_the_original_is_scaled_again(held):
    first = printing.certificate_page(held.registration, held.card)
    PORTRAITS.forget(held.card.tokens.get().photo)
    assert printing.certificate_page(held.registration, held.card) == first


def test_the_holder_s_credential_verifies_with_another_library_and_follows_a_revocation(held, client):
    publish_list()
    answer = held.browser.get("/my/cards/credential.json")
    assert answer["Content-Disposition"].startswith("attachment") and "no-store" in answer["Cache-Control"]
    enveloped = answer.json()
    assert enveloped["type"] == "EnvelopedVerifiableCredential"
    token = enveloped["id"].removeprefix("data:application/vc+jwt,")
    published = client.get("/v/keys.json").json()["keys"]
    keys = KeySet([ECKey.import_key(key) for key in published])
    found = jwt.decode(token, keys, algorithms=["ES256"])
    assert found.header["typ"] == "vc+jwt"
    assert found.claims["@context"] == ["https://www.w3.org/ns/credentials/v2"]
    assert found.claims["credentialSubject"]["registrationNumber"] == held.registration.register_no
    assert "identity" not in json.dumps(found.claims)
    with pytest.raises(BadSignatureError):
        jwt.decode(token[:-8] + "AAAAAAAA", keys, algorithms=["ES256"])

    entry = next(e for e in found.claims["credentialStatus"] if e["statusPurpose"] == "revocation")
    path = entry["statusListCredential"].partition("/v/")[2]
    assert not bit(client, keys, path, int(entry["statusListIndex"]))
    held.registration.closed_on, held.registration.closed_kind = today(), "revoked"
    held.registration.save()
    publish_list()
    assert bit(client, keys, path, int(entry["statusListIndex"]))
    assert held.browser.get("/my/cards/credential.json").status_code == 302


def bit(client, keys, path, index):
    listed = jwt.decode(client.get(f"/v/{path}").content.decode(), keys, algorithms=["ES256"]).claims
    text = listed["credentialSubject"]["encodedList"][1:]
    field = gzip.decompress(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return bool(field[index >> 3] & 0x80 >> (index & 7))


def test_the_page_offers_the_file_and_a_machine_without_key_says_so(held, settings, tmp_path):
    assert "/my/cards/credential.json" in held.browser.get("/my/cards/").content.decode()
    settings.PRODUCTION, settings.SIGNING_KEYS = True, str(tmp_path / "none")
    assert held.browser.get("/my/cards/credential.json").status_code == 302
    assert "请稍后再试" in held.browser.get("/my/cards/").content.decode()


def test_a_change_publishes_a_list_and_many_in_a_row_make_one(held):
    assert waiting("registry.publish_status")  # the issue asked for it
    publish_status()
    assert not StatusList.objects.exists()  # the run that waits will do it
    ProcrastinateJob.objects.filter(task_name="registry.publish_status").update(status="doing")
    publish_status()
    assert StatusList.objects.count() == 1
