"""A16, D25: tokens, status lists and credentials: what another party verifies without asking the register."""

import gzip
import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from fixtures.second_wall import standing
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from shegong.duties.registry.actions import proving
from shegong.duties.registry.models import Card, CardToken, StatusList
from shegong.duties.registry.models.proof import live_token
from shegong.duties.registry.models.proof_health import status_list
from shegong.duties.registry.printing import verify_url
from shegong.duties.registry.rules.token import Known, State, Verdict, packed, read, sealed, written
from shegong.duties.registry.tokens import opened_list, verdict_on
from shegong.kernel import signing
from shegong.kernel.models import Message

pytestmark = pytest.mark.clause("T4.2.e")


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.SIGNING_KEYS = str(tmp_path / "signing")
    return tmp_path / "signing"


@pytest.fixture
def known(make):
    """A registered person whose card is signed."""
    row = make()
    row.token = proving.sign_card(row.card).token
    return row


def listed():
    proving.publish_list()
    return opened_list(StatusList.objects.latest("id").compact)


def verdict(token, *, now=None, states=None):
    return verdict_on(token, known=states or listed(), now=now or timezone.now())[0]


def test_a_fresh_token_says_what_the_certificate_says(known):
    found, claims = verdict_on(known.token, known=listed(), now=timezone.now())
    assert found is Verdict.VALID
    assert (claims.number, claims.name, claims.office) == ("JL2012000001", "林晓岚", "延吉市民政局")
    assert (claims.since, claims.until) == (known.term.during.lower, known.registration.valid_to)
    assert (claims.level, claims.index, claims.photo) == ("social_worker", known.card.pk, b"")


def test_the_address_in_the_qr_sends_nothing_personal(known):
    address, fragment = verify_url(known.card).split("#")
    assert fragment == known.token
    assert address.endswith(f"/v/{known.card.serial}")


@pytest.mark.parametrize("change", ["closed", "suspended", "replaced"])
def test_what_ended_is_refused_with_a_fresh_list(make, change):
    more = {"closed": {"closed": "revoked"}, "suspended": {"suspended": True}, "replaced": {}}[change]
    row = make(**more)
    token = proving.sign_card(row.card).token
    if change == "replaced":
        Card.objects.filter(pk=row.card.pk).update(replaced_at=timezone.now())
    expected = {"closed": Verdict.ENDED, "suspended": Verdict.SUSPENDED, "replaced": Verdict.REPLACED}[change]
    assert verdict(token) is expected


def test_a_list_older_than_a_day_vouches_for_nothing_but_what_it_says_has_ended(known):
    old = listed()
    later = timezone.now() + timedelta(hours=25)
    assert verdict(known.token, states=old, now=later) is Verdict.STATUS_UNKNOWN
    ended = Known(old.made_at, old.count, packed({known.card.pk: State.ENDED}, old.count))
    assert verdict(known.token, states=ended, now=later) is Verdict.ENDED
    assert verdict_on(known.token, known=None, now=timezone.now())[0] is Verdict.STATUS_UNKNOWN


def test_a_list_from_the_future_is_not_fresh(known):
    ahead = Known(timezone.now() + timedelta(hours=1), known.card.pk + 1, packed({}, known.card.pk + 1))
    assert verdict(known.token, states=ahead) is Verdict.STATUS_UNKNOWN


def test_a_card_made_after_the_list_is_not_vouched_for(known):
    short = Known(timezone.now(), known.card.pk, packed({}, known.card.pk))
    assert verdict(known.token, states=short) is Verdict.STATUS_UNKNOWN


def test_expired_not_yet_valid_and_from_the_future(known, make):
    states = listed()
    after = datetime.combine(known.registration.valid_to + timedelta(days=1), datetime.min.time(), UTC)
    assert verdict(known.token, states=states, now=after + timedelta(hours=1)) is Verdict.EXPIRED
    assert verdict(known.token, states=states, now=timezone.now() - timedelta(hours=1)) is Verdict.FUTURE


def test_valid_until_the_end_of_the_last_day_in_china(known):
    last = known.registration.valid_to
    end = datetime.combine(last, datetime.min.time(), UTC) + timedelta(hours=16)  # midnight in China
    fresh = Known(end - timedelta(minutes=1), known.card.pk + 1, packed({}, known.card.pk + 1))
    assert verdict(known.token, states=fresh, now=end - timedelta(seconds=1)) is Verdict.VALID
    assert verdict(known.token, states=fresh, now=end) is Verdict.EXPIRED


def test_no_sign_of_a_token_can_change(known):
    states = listed()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for at, sign in enumerate(known.token):
        other = letters[(letters.index(sign) + 1) % 64]
        assert verdict(known.token[:at] + other + known.token[at + 1 :], states=states) is not Verdict.VALID
    whole = urlsafe_b64decode(known.token + "=" * (-len(known.token) % 4))
    for at in range(len(whole)):
        flipped = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        assert verdict(sealed(flipped[:-64], flipped[-64:]), states=states) is not Verdict.VALID


@pytest.mark.parametrize(
    "text", ["", "A", "AQ", "林", "a b", "=" * 9, "A" * 3000, "../..", "AQE" * 60, "\x00"]
)
def test_what_is_no_token_is_said_to_be_none(folder, db, text):
    assert verdict_on(text, known=None, now=timezone.now()) == (Verdict.MALFORMED, None)


def test_a_token_copied_to_another_name_is_refused(known):
    claims, _, signature = read(known.token)
    for changed in ({"name": "王小明"}, {"number": "JL2012000002"}, {"level": "senior"}, {"index": claims.index + 1},
                    {"until": claims.until + timedelta(days=999)}):  # fmt: skip
        assert verdict(sealed(written(replace(claims, **changed)), signature)) is Verdict.SIGNATURE


def test_an_unknown_key_and_one_that_was_struck_off(known, folder):
    claims, _, signature = read(known.token)
    assert verdict(sealed(written(replace(claims, kid="AAAAAAAA")), signature)) is Verdict.UNKNOWN_KEY
    signing.strike(folder, claims.kid, "stolen")
    assert verdict(known.token) is Verdict.STRUCK_OFF


def test_a_certificate_stays_verifiable_after_a_rotation_but_the_old_key_signs_nothing_new(known, folder):
    import time_machine

    old_kid = read(known.token)[0].kid
    signing.rotate(folder, "certificate")
    assert verdict(known.token) is Verdict.VALID
    private = signing._load(folder, "certificate")[0].private
    claims = replace(read(known.token)[0], as_of=timezone.now() + timedelta(days=2))
    body = written(claims)
    r, s = signing.decode_dss_signature(private.sign(body, signing.ec.ECDSA(signing.hashes.SHA256())))
    forged = sealed(body, r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    assert claims.kid == old_kid
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert verdict(forged) is Verdict.KEY_PERIOD


def test_after_a_strike_the_job_signs_again_and_the_print_carries_the_new_token(known, folder):
    before = read(known.token)[0].kid
    signing.strike(folder, before, "stolen")
    assert live_token(known.card) is None
    assert "#" not in verify_url(known.card)
    assert proving.sign_cards() == 1
    assert CardToken.objects.filter(card=known.card).count() == 2
    fresh = verify_url(known.card).split("#")[1]
    assert verdict(fresh) is Verdict.VALID
    assert proving.sign_cards() == 0
    told = Message.objects.get(
        person_id=known.card.registration.person_id
    )  # once, and nobody whose card is new
    assert told.kind == "registry.code_renewed"


def test_no_key_on_this_machine_holds_up_no_certificate(make, settings, db):
    row = make()
    settings.PRODUCTION = True
    proving.prove(row.card)
    assert not row.card.tokens.exists()
    assert proving.sign_cards() == 0


def test_the_published_files_verify_with_another_library(known, client):
    proving.publish_list()
    keys = KeySet([ECKey.import_key(key) for key in client.get("/v/keys.json").json()["keys"]])
    for name in ("revocation", "suspension"):
        answer = client.get(f"/v/status/{name}")
        assert answer["Content-Type"] == "application/vc+jwt"
        found = jwt.decode(answer.content.decode(), keys)
        assert found.header["alg"] == "ES256"
        assert found.claims["credentialSubject"]["statusPurpose"] == name
        assert found.claims["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    compact = jwt.decode(client.get("/v/status/list.jws").content.decode(), keys)
    assert compact.claims["exp"] - compact.claims["iat"] == 86_400


def test_the_bit_of_a_revoked_card_is_set_and_no_other(make, client):
    gone, kept, paused = (
        make(closed="revoked"),
        make(name="王小明", number="JL2012000002"),
        make(name="李四", number="JL2012000003", suspended=True),
    )
    proving.publish_list()
    assert bits(client, "revocation") == {gone.card.pk}
    assert bits(client, "suspension") == {paused.card.pk}
    assert kept.card.pk not in bits(client, "revocation")


def bits(client, name):
    body = client.get(f"/v/status/{name}").content.decode().split(".")[1]
    text = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))["credentialSubject"]["encodedList"]
    assert text[0] == "u"
    field = gzip.decompress(urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)))
    assert len(field) * 8 >= 131_072
    return {n * 8 + bit for n, byte in enumerate(field) if byte for bit in range(8) if byte & 0x80 >> bit}


def test_the_application_s_role_publishes_the_list(make):
    make(closed="revoked")
    with standing():
        assert proving.publish_list() == 1


def test_behind_a_wall_that_hides_registrations_no_list_is_published(db, request):
    with connection.cursor() as cursor:  # as if row security stood on the register and let nobody through
        cursor.execute("ALTER TABLE registry_registration ENABLE ROW LEVEL SECURITY")
    request.getfixturevalue("make")(closed="revoked")
    with standing(), pytest.raises(RuntimeError, match="0 of 1 cards"):
        proving.publish_list()
    assert not StatusList.objects.exists()


@pytest.mark.parametrize("path", ["/v/keys.json", "/v/status/list.jws", "/v/status/revocation", "/v/offline.zip",
                                  "/v/offline/knowledge.js"])  # fmt: skip
def test_nothing_that_is_published_names_anybody(make, client, path):
    make(closed="revoked")
    proving.publish_list()
    answer = client.get(path)
    assert answer.status_code == 200
    for personal in ("林晓岚", "JL2012000001", "\\u6797\\u6653\\u5c9a"):
        assert personal.encode() not in answer.content


def test_without_a_list_there_is_none_to_fetch_and_the_page_knows_it(client, db):
    assert client.get("/v/status/list.jws").status_code == 404
    assert b'"list": ""' in client.get("/v/offline/knowledge.js").content
    assert client.get("/v/status/other").status_code == 404
    assert client.get("/v/offline/worker.js").status_code == 404


def test_an_unchanged_file_is_not_sent_twice(client, db):
    first = client.get("/v/keys.json")
    assert client.get("/v/keys.json", headers={"If-None-Match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("hours", "state"),
    [(None, "bad"), (0, "ok"), (3, "warn"), (25, "bad")],
    ids=["none", "fresh", "late", "too old"],
)
def test_the_health_page_watches_the_age_of_the_status_list(known, hours, state):
    if hours is not None:
        proving.publish_list()
        StatusList.objects.update(made_at=timezone.now() - timedelta(hours=hours))
    assert status_list().state == state


def test_without_certificates_no_status_list_is_missed(db):
    assert status_list().state == "off"
