"""Signing keys: what is ours verifies, whatever else does not; keys follow one another and can be struck off."""

import stat
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.jwk import ECKey

from shegong.kernel import signing
from shegong.kernel.sealing import KeyFault
from shegong.kernel.signing import PURPOSES, SignatureFault, published, sign, verify

MESSAGE = "JL-2026-000123 张三".encode()


@pytest.fixture
def folder(tmp_path, settings):
    settings.SIGNING_KEYS = str(tmp_path / "signing")
    return tmp_path / "signing"


def reason(purpose, message, signed):
    with pytest.raises(SignatureFault) as fault:
        verify(purpose, message, signed.kid, signed.alg, signed.signature)
    return fault.value.reason


@pytest.mark.parametrize("purpose", PURPOSES)
def test_what_is_signed_verifies_for_its_purpose_and_for_no_other(folder, purpose):
    signed = sign(purpose, MESSAGE)
    verify(purpose, MESSAGE, signed.kid, signed.alg, signed.signature)
    for other in set(PURPOSES) - {purpose}:
        assert reason(other, MESSAGE, signed) == "unknown_key"


def test_no_bit_of_message_or_signature_can_change(folder):
    signed = sign("certificate", MESSAGE)
    for at in range(len(MESSAGE)):
        changed = MESSAGE[:at] + bytes([MESSAGE[at] ^ 1]) + MESSAGE[at + 1 :]
        assert reason("certificate", changed, signed) == "signature"
    for at in range(64):
        forged = signed.signature[:at] + bytes([signed.signature[at] ^ 128]) + signed.signature[at + 1 :]
        assert reason("certificate", MESSAGE, replace(signed, signature=forged)) == "signature"


@pytest.mark.parametrize("signature", [b"", b"\x00" * 64, b"\x00" * 63, b"\xff" * 64, b"\x01" * 65])
def test_a_signature_of_another_size_or_of_zeros_is_none(folder, signature):
    assert reason("certificate", MESSAGE, replace(sign("certificate", MESSAGE), signature=signature)) == (
        "signature"
    )


@pytest.mark.parametrize("alg", ["none", "HS256", "ES384", "EdDSA", "", "es256"])
def test_the_algorithm_is_the_keys_and_never_the_tokens(folder, alg):
    assert reason("certificate", MESSAGE, replace(sign("certificate", MESSAGE), alg=alg)) == "algorithm"


def test_another_library_verifies_with_the_published_key(folder):
    header = {"alg": "ES256"}
    token = jws.serialize_compact(header, MESSAGE, ECKey.generate_key("P-256"))
    signed_part = token.rsplit(".", 1)[0]
    signature = signing.urlsafe_b64encode(sign("certificate", signed_part.encode()).signature).rstrip(b"=")
    key = ECKey.import_key(published("certificate")[0].jwk)
    assert jws.deserialize_compact(f"{signed_part}.{signature.decode()}", key).payload == MESSAGE


def test_after_a_rotation_the_new_key_signs_and_the_old_signature_stands(folder):
    old = sign("certificate", MESSAGE)
    made = signing.rotate(folder, "certificate")
    new = sign("certificate", MESSAGE)
    assert (new.kid, old.kid) == (made.kid, published("certificate")[0].kid)
    assert new.kid != old.kid
    verify("certificate", MESSAGE, old.kid, old.alg, old.signature)
    verify("certificate", MESSAGE, new.kid, new.alg, new.signature)
    first, second = published("certificate")
    assert first.until == second.since
    assert second.until is None


def test_the_old_private_file_may_be_destroyed_after_a_rotation(folder):
    old = sign("certificate", MESSAGE)
    signing.rotate(folder, "certificate")
    (folder / "sign-certificate-0001.key").unlink()
    verify("certificate", MESSAGE, old.kid, old.alg, old.signature)


def test_a_struck_off_key_proves_nothing_and_another_signs(folder):
    old = sign("status", MESSAGE)
    purpose, struck = signing.strike(folder, old.kid, "laptop stolen")
    assert (purpose, struck.reason) == ("status", "laptop stolen")
    assert reason("status", MESSAGE, old) == "struck_off"
    new = sign("status", MESSAGE)
    assert new.kid != old.kid
    verify("status", MESSAGE, new.kid, new.alg, new.signature)
    assert [bool(key.struck_off_at) for key in published("status")] == [True, False]


def test_striking_an_older_key_keeps_the_one_that_signs(folder):
    old = sign("status", MESSAGE)
    made = signing.rotate(folder, "status")
    until = published("status")[0].until
    signing.strike(folder, old.kid, "found on a disk")
    assert sign("status", MESSAGE).kid == made.kid
    assert published("status")[0].until == until
    assert len(published("status")) == 2


def test_striking_twice_keeps_the_first_reason_and_an_unknown_key_is_said(folder):
    kid = sign("status", MESSAGE).kid
    signing.strike(folder, kid, "first")
    assert signing.strike(folder, kid, "second")[1].reason == "first"
    with pytest.raises(KeyFault, match="signing list"):
        signing.strike(folder, "nobody00", "x")


def test_production_never_makes_a_key_by_itself(folder, settings):
    settings.PRODUCTION = True
    with pytest.raises(KeyFault, match="shegong signing make"):
        sign("certificate", MESSAGE)
    assert published("certificate") == []
    assert not folder.exists()


def test_key_files_are_their_owners_alone(folder):
    sign("certificate", MESSAGE)
    path = folder / "sign-certificate-0001.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    (folder / "touched").touch()
    with pytest.raises(KeyFault, match="chmod 600"):
        sign("certificate", MESSAGE)


def test_a_key_put_beside_anothers_record_is_found(folder):
    sign("certificate", MESSAGE)
    sign("status", MESSAGE)
    (folder / "sign-certificate-0001.key").write_bytes((folder / "sign-status-0001.key").read_bytes())
    (folder / "touched").touch()
    with pytest.raises(KeyFault, match="not one key"):
        sign("certificate", MESSAGE)


def test_a_key_of_another_kind_is_refused(folder):
    sign("certificate", MESSAGE)
    other = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        signing.serialization.Encoding.PEM,
        signing.serialization.PrivateFormat.PKCS8,
        signing.serialization.NoEncryption(),
    )
    (folder / "sign-certificate-0001.key").write_bytes(other)
    (folder / "touched").touch()
    with pytest.raises(KeyFault, match="P-256"):
        sign("certificate", MESSAGE)


def test_an_id_of_a_key_is_never_taken_for_an_option_of_a_command(folder):
    """One in sixty-four would begin with a dash; of three hundred drawn blindly hardly ever none does."""
    drawn = [signing._published(signing._drawn(), "").kid for _ in range(300)]
    assert len(set(drawn)) == 300 and not [kid for kid in drawn if kid.startswith("-")]
