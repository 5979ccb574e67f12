"""Sealed values: they open at their own place only, and the index tells nothing without its key."""

import os
import stat
import subprocess
import sys
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shegong.kernel import sealing
from shegong.kernel.key_files import make_key
from shegong.kernel.sealing import KeyFault, SealError, ensure_keys, load_keyring

PLACE = ("people_person", "identity", "5f0c")
NUMBER = b"99010219900101123X"

pytestmark = pytest.mark.clause("T4.2.b")


@pytest.fixture(scope="module", params=["intl", "sm"])
def ring(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    ensure_keys(folder)
    return load_keyring(folder, request.param)


@given(value=st.binary(max_size=200), row=st.uuids())
def test_a_sealed_value_opens_at_its_own_place(ring, value, row):
    place = ("people_person", "identity", str(row))
    assert ring.open(ring.seal(value, place), place) == value


def test_one_value_sealed_twice_looks_different_and_never_holds_the_text(ring):
    one, other = ring.seal(NUMBER, PLACE), ring.seal(NUMBER, PLACE)
    assert one != other
    assert NUMBER not in one


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_value_copied_to_another_table_column_or_row_does_not_open(ring, part):
    elsewhere = tuple(name + "x" if i == part else name for i, name in enumerate(PLACE))
    with pytest.raises(SealError, match="changed or moved"):
        ring.open(ring.seal(NUMBER, PLACE), elsewhere)


def test_the_parts_of_a_place_cannot_be_shifted_into_each_other(ring):
    with pytest.raises(SealError):
        ring.open(ring.seal(NUMBER, ("ab", "c", "1")), ("a", "bc", "1"))


def test_no_byte_of_an_envelope_can_be_changed_unnoticed(ring):
    envelope = ring.seal(NUMBER, PLACE)
    for i in range(len(envelope)):
        damaged = envelope[:i] + bytes([envelope[i] ^ 1]) + envelope[i + 1 :]
        with pytest.raises(SealError):
            ring.open(damaged, PLACE)


@pytest.mark.parametrize("length", [0, 3, 31])
def test_a_truncated_envelope_is_refused(ring, length):
    with pytest.raises(SealError, match="not a sealed value"):
        ring.open(ring.seal(NUMBER, PLACE)[:length], PLACE)


def test_either_profile_opens_what_the_other_sealed(tmp_path):
    ensure_keys(tmp_path)
    intl, sm = load_keyring(tmp_path, "intl"), load_keyring(tmp_path, "sm")
    assert sm.open(intl.seal(NUMBER, PLACE), PLACE) == NUMBER
    assert intl.open(sm.seal(NUMBER, PLACE), PLACE) == NUMBER
    assert intl.index("identity", "x") != sm.index("identity", "x")


def test_after_a_new_key_old_values_open_and_new_ones_use_it(tmp_path):
    ensure_keys(tmp_path)
    old = load_keyring(tmp_path, "intl")
    envelope = old.seal(NUMBER, PLACE)
    assert make_key(tmp_path, "seal") == "seal-0002"
    new = load_keyring(tmp_path, "intl")
    assert new.active == 2
    assert new.open(envelope, PLACE) == NUMBER
    with pytest.raises(SealError, match="key 0002 is missing"):
        old.open(new.seal(NUMBER, PLACE), PLACE)


def test_the_index_is_equal_for_equal_values_of_one_kind_only(ring):
    assert ring.index("identity", "990102") == ring.index("identity", "990102")
    assert len(ring.index("identity", "990102")) == 32
    assert ring.index("identity", "990102") != ring.index("phone", "990102")
    assert ring.index("ab", "c") != ring.index("a", "bc")


def test_the_index_of_another_installation_differs(tmp_path):
    for name in ("one", "other"):
        ensure_keys(tmp_path / name)
    one, other = (load_keyring(tmp_path / name, "intl") for name in ("one", "other"))
    assert one.index("identity", "990102") != other.index("identity", "990102")
    with pytest.raises(SealError):
        other.open(one.seal(NUMBER, PLACE), PLACE)


def test_keys_are_private_files_and_are_never_replaced(tmp_path):
    folder = tmp_path / "keys"
    ensure_keys(folder)
    before = {path.name: path.read_text() for path in folder.iterdir()}
    ensure_keys(folder)
    assert {path.name: path.read_text() for path in folder.iterdir()} == before
    assert sorted(before) == ["index-0001.key", "seal-0001.key"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_processes_that_start_together_agree_on_one_key(tmp_path):
    code = (
        "import sys; from pathlib import Path; from shegong.kernel.sealing import ensure_keys, load_keyring;"
        "ensure_keys(Path(sys.argv[1])); print(load_keyring(Path(sys.argv[1]), 'intl').index('a', 'b').hex())"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "keys")]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert len({run.communicate()[0] for run in runs}) == 1
    assert all(run.returncode == 0 for run in runs)


def test_keys_that_everybody_can_read_are_refused(tmp_path):
    ensure_keys(tmp_path)
    os.chmod(tmp_path / "seal-0001.key", 0o644)
    with pytest.raises(KeyFault, match="chmod 600"):
        load_keyring(tmp_path, "intl")


@pytest.mark.parametrize(("content", "complaint"), [("not hex", "64 hexadecimal"), ("ab" * 16, "16 bytes")])
def test_a_damaged_key_file_says_how_to_go_on(tmp_path, content, complaint):
    ensure_keys(tmp_path)
    (tmp_path / "index-0001.key").write_text(content)
    with pytest.raises(KeyFault, match=complaint):
        load_keyring(tmp_path, "intl")


def test_an_unknown_profile_and_a_missing_folder_say_so(tmp_path):
    with pytest.raises(KeyFault, match="intl, sm"):
        load_keyring(tmp_path, "rot13")
    with pytest.raises(KeyFault, match="key backup"):
        load_keyring(tmp_path / "nothing", "intl")


@pytest.fixture
def installation(tmp_path, settings):
    settings.SHEGONG_HOME, settings.SHEGONG_CRYPTO, settings.PRODUCTION = tmp_path, "intl", False
    settings.SHEGONG_KEYS = ""
    return tmp_path


def test_text_is_sealed_for_a_row_and_opened_from_what_the_database_returns(installation):
    row = uuid.uuid4()
    envelope = sealing.seal("220102199001011234", table="people_person", column="identity", row=row)
    opened = sealing.open_sealed(memoryview(envelope), table="people_person", column="identity", row=str(row))
    assert opened == "220102199001011234"


def test_a_process_learns_of_a_key_that_another_one_added(installation, settings):
    sealing.seal("x", table="t", column="c", row="1")  # this process has read its keys
    make_key(installation / "keys", "seal")
    other = load_keyring(installation / "keys", "intl").seal(b"fresh", ("t", "c", "1"))
    assert sealing.open_sealed(other, table="t", column="c", row="1") == "fresh"


def test_values_under_an_old_key_or_profile_are_found_for_resealing(installation, settings):
    envelope = sealing.seal("x", table="t", column="c", row="1")
    assert not sealing.needs_resealing(envelope)
    settings.SHEGONG_CRYPTO = "sm"
    assert sealing.needs_resealing(envelope)


def test_production_never_makes_keys_by_itself(installation, settings):
    settings.PRODUCTION = True
    with pytest.raises(KeyFault, match="no keys"):
        sealing.blind_index("identity", "x")
    assert not (installation / "keys").exists()
