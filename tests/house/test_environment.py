"""bin/setup: what makes an environment current, and what a person reads when it cannot be made."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shegong.config.house import environment

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def house(tmp_path, monkeypatch):
    """An empty checkout with two locks."""
    for name, value in {
        "HOUSE": tmp_path, "VENV": tmp_path / ".venv", "PYTHON": tmp_path / ".venv" / "bin" / "python",
        "STAMP": tmp_path / ".venv" / "stamp.json", "UNFINISHED": tmp_path / ".venv" / "unfinished",
        "LOG": tmp_path / ".venv" / "setup.log",
    }.items():  # fmt: skip
        monkeypatch.setattr(environment, name, value)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / "requirements.txt").write_text("a==1\n")
    (tmp_path / "requirements-dev.txt").write_text("a==1\nb==1\n")
    return tmp_path


def finish(house: Path, dev: bool) -> None:
    """Leave what a complete set-up leaves."""
    environment.PYTHON.symlink_to(sys.executable)
    stamp = {"run": environment.fingerprint(house / "requirements.txt")}
    if dev:
        stamp["dev"] = environment.fingerprint(house / "requirements-dev.txt")
    environment.STAMP.write_text(environment.json.dumps(stamp))


def test_a_finished_environment_is_current_until_its_lock_changes(house):
    assert not environment.is_current(dev=False)
    finish(house, dev=False)
    assert environment.is_current(dev=False)
    assert not environment.is_current(dev=True)
    (house / "requirements.txt").write_text("a==2\n")
    assert not environment.is_current(dev=False)


def test_the_environment_of_the_tests_serves_the_product_too(house):
    finish(house, dev=True)
    assert environment.is_current(dev=False)
    assert environment.is_current(dev=True)


def test_an_install_that_was_killed_is_thrown_away_and_made_again(house):
    finish(house, dev=False)
    environment.UNFINISHED.touch()
    assert not environment.is_current(dev=False)
    environment.remove_broken()
    assert list(environment.VENV.iterdir()) == []


def test_an_environment_whose_python_vanished_is_made_again(house):
    finish(house, dev=False)
    environment.PYTHON.unlink()
    environment.PYTHON.symlink_to("/no/such/python")
    assert not environment.is_current(dev=False)


@pytest.mark.parametrize(
    ("output", "line"),
    [
        (
            "Retrying after NewConnectionError('…: [Errno 101] Network is unreachable')\nERROR: none",
            "No network",
        ),
        ("error: Failed to fetch: `…`\n  Caused by: dns error", "No network"),
        ("after connection broken by 'SSLError(… CERTIFICATE_VERIFY_FAILED] …)'", "No trusted network"),
        ("OSError: [Errno 28] No space left on device", "Not enough disk"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "DO NOT MATCH THE HASHES"),
    ],
)
def test_an_installers_output_becomes_one_line(output, line):
    explained = str(environment.explained(output))
    assert line in explained
    assert "\n" not in explained


def test_a_full_disk_is_named_before_anything_starts(house, monkeypatch):
    monkeypatch.setattr(environment, "NEEDED_BYTES", 10**18)
    with pytest.raises(environment.Failure, match="Not enough disk"):
        environment.check_disk()


def old_machine(folder: Path, version: str) -> dict[str, str]:
    """An environment whose every Python is an old one, or an empty shim."""
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14", "python"):
        program = folder / name
        program.write_text(f'#!/bin/sh\ncase "$2" in *print*) echo {version};; *) exit 1;; esac\n' if version
                           else "#!/bin/sh\nexit 127\n")  # fmt: skip
        program.chmod(0o755)
    return {"PATH": f"{folder}:{os.defpath}", "HOME": str(folder), "SHEGONG_PYTHON": str(folder / "python3")}


def test_an_old_python_is_refused_in_one_line(tmp_path):
    script = (ROOT / "bin" / "setup").read_text().replace("/usr/bin/python3", "")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "setup").write_text(script)
    done = subprocess.run(
        ["sh", tmp_path / "bin" / "setup"],
        env=old_machine(tmp_path, "3.9"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Shegong needs Python 3.11 or newer; found only an older one:")
    assert "is 3.9" in done.stderr
    assert done.stderr.count("\n") == 1


def test_scripts_are_executable_and_parse_as_plain_sh():
    for name in ("setup", "serve", "test", "check"):
        path = ROOT / "bin" / name
        assert os.access(path, os.X_OK)
        assert subprocess.run(["sh", "-n", path], check=False).returncode == 0
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
