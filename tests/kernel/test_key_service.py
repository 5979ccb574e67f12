"""Keys held by another process: sealed values open through it, and its keys stand in no file, page or log of ours."""

import os
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import pytest

from shegong.kernel import sealing
from shegong.kernel.key_files import KeyFault, ensure_keys, key_files, make_key
from shegong.kernel.key_providers import provider

PLACE = {"table": "t", "column": "c", "row": "1"}
pytestmark = pytest.mark.clause("T4.2.b")


@pytest.fixture
def vaulted(tmp_path):
    """A folder that only the service is told of."""
    return tmp_path / "service"


@pytest.fixture
def socket_path():
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # a socket's path is short
        yield Path(folder) / "keys.sock"


@pytest.fixture
def service(vaulted, socket_path):
    """`shegong keys serve` in a process of its own."""
    running = subprocess.Popen(
        [sys.executable, "-m", "shegong", "keys", "serve", "--socket", str(socket_path)],
        env={**os.environ, "SHEGONG_KEYS": f"file:{vaulted}"}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    for line in running.stdout:
        if line.startswith("Answering"):
            break
    for _ in range(100):
        if socket_path.exists():
            break
        time.sleep(0.05)
    yield running
    running.kill()
    running.wait()
    running.stdout.close()


@pytest.fixture
def served(service, socket_path, settings, tmp_path):
    """An installation without a key of its own."""
    settings.SHEGONG_HOME, settings.PRODUCTION = tmp_path / "home", True
    settings.SHEGONG_KEYS = f"service:unix:{socket_path}"
    yield service
    sealing.look_again()


def test_values_are_sealed_with_keys_that_another_process_holds(served, vaulted, settings, socket_path):
    envelope = sealing.seal("13812345678", **PLACE)
    assert sealing.open_sealed(envelope, **PLACE) == "13812345678"
    assert not settings.SHEGONG_HOME.exists()
    assert sealing.load_keyring(vaulted, "intl").indexing == sealing.keyring().indexing
    assert os.stat(socket_path).st_mode & 0o777 == 0o660

    sealing.key_provider().make("seal")
    assert sorted(key_files(vaulted, "seal")) == [1, 2]
    sealing.look_again()
    assert sealing.keyring().active == 2
    assert sealing.open_sealed(envelope, **PLACE) == "13812345678"

    served.kill()
    served.wait()
    sealing._held[""].until = 0.0  # time to look again, and nobody answers
    assert sealing.open_sealed(envelope, **PLACE) == "13812345678"
    sealing.look_again()  # as a process that starts now
    with pytest.raises(KeyFault, match="does not answer"):
        sealing.keyring()


def test_a_program_may_hold_the_keys_too(tmp_path, settings):
    folder, program = tmp_path / "held", tmp_path / "keys.py"
    ensure_keys(folder)
    program.write_text(
        textwrap.dedent(f"""
        import json, pathlib, sys
        assert json.loads(sys.stdin.readline())["do"] == "load"
        keys = {{p.stem: p.read_text().strip() for p in pathlib.Path({str(folder)!r}).glob("*.key")}}
        print(json.dumps({{"keys": keys, "age": 60}}))
        """)
    )
    settings.SHEGONG_HOME, settings.PRODUCTION = tmp_path / "home", True
    settings.SHEGONG_KEYS = f"command:{sys.executable} {program}"
    try:
        assert sealing.open_sealed(sealing.seal("x", **PLACE), **PLACE) == "x"
    finally:
        sealing.look_again()


@pytest.mark.parametrize("setting", ["vault:x", "file:", "service:tcp:host", "command:"])
def test_a_setting_that_names_no_provider_is_refused(setting, tmp_path):
    with pytest.raises(KeyFault, match="SHEGONG_KEYS is"):
        provider(setting, tmp_path)


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ('{"error": "locked"}', "refuses: locked"), ("", "does not answer"), ('{"keys": {"seal-0001": "abcd"}}', "32 bytes"),
        ('{"keys": {"seal-0001": 5}}', "hexadecimal"), ('{"keys": {}}', "no keys in the key program"), ("[]", "refuses"),
    ],
)  # fmt: skip
def test_a_bad_answer_is_named_and_never_repeated(said, complaint, settings, tmp_path):
    settings.SHEGONG_HOME, settings.PRODUCTION = tmp_path, True
    settings.SHEGONG_KEYS = f"command:/bin/echo '{said}'"
    sealing.look_again()
    with pytest.raises(KeyFault, match=complaint) as caught:
        sealing.keyring()
    assert "abcd" not in str(caught.value)
    sealing.look_again()


def test_keys_never_show_in_what_objects_say_of_themselves(tmp_path):
    ensure_keys(tmp_path)
    make_key(tmp_path, "seal")
    ring = sealing.load_keyring(tmp_path, "intl")
    said = repr(ring) + str(vars(ring).keys())
    for key in (*ring.sealing.values(), ring.indexing):
        assert key.hex() not in said and repr(key) not in said
