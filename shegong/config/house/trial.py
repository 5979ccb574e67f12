"""Run the tests with everything they need: a database of their own, a browser and Chinese fonts."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg

from shegong.config.house import embedded
from shegong.config.house.account import HouseError
from shegong.config.house.packages import install, lacking_fonts
from shegong.config.house.postgres import Cluster

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
# Run a second time under the profile `sm`: what touches sealing, the journal or signatures.
CRYPTO = (
    "tests/kernel/test_sealing.py", "tests/kernel/test_person_keys.py", "tests/kernel/test_resealing.py",
    "tests/kernel/test_vault.py", "tests/kernel/test_audit.py", "tests/kernel/test_checkpoints.py",
    "tests/kernel/test_checkpoints_proofs.py", "tests/kernel/test_signing.py", "tests/people/test_actions.py",
    "tests/people/test_intake.py", "tests/people/test_search.py", "tests/documents/test_actions.py",
    "tests/accounts/test_factors.py", "tests/lookup/test_proof.py", "tests/credentials/test_sheets_pass_list.py",
    "tests/config/test_backup_envelope.py",
)  # fmt: skip
BROWSER_PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/snap/bin/chromium")


def browser() -> str | None:
    """The Chromium to drive: SHEGONG_CHROMIUM, or the first that this machine has."""
    named = os.environ.get("SHEGONG_CHROMIUM")
    found = [named] if named else [*map(shutil.which, BROWSERS), *BROWSER_PLACES]
    return next((path for path in found if path and Path(path).exists()), None)


def driver_starts() -> bool:
    """Whether the program between Python and the browser finds its libraries; a bare Debian lacks one."""
    found = find_spec("playwright")
    driver = Path(found.origin or "").parent / "driver" / "node" if found else None
    if driver is None or not driver.exists():
        return True  # another platform's layout; the tests will tell
    return subprocess.run([str(driver), "--version"], capture_output=True, check=False).returncode == 0


def lacking() -> list[str]:
    """Debian packages that the tests in a browser, and of workbooks in LibreOffice, still need."""
    return [
        *([] if driver_starts() else ["libatomic1"]),
        *([] if browser() else ["chromium"]),
        *([] if shutil.which("soffice") else ["libreoffice-calc-nogui"]),
        *lacking_fonts(),
    ]


def get_browser() -> None:
    """Install what the browser tests need where that is allowed, else say exactly what to run."""
    packages = lacking()
    if not packages:
        return
    install(packages, "the tests in a browser and in LibreOffice")
    if still := lacking():
        raise HouseError(
            f"Installed, but {' and '.join(still)} cannot be found; name the browser in SHEGONG_CHROMIUM."
        )


@contextlib.contextmanager
def database() -> Iterator[bool]:
    """A database server: the one DATABASE_URL names, else a fast one for this run alone; says whether it is the latter."""
    home = embedded.home() / "test"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ["SHEGONG_HOME"] = str(home)
    if os.environ.get("DATABASE_URL"):
        yield False
        return
    with (home / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HouseError(
                "Another run of the tests or checks is under way in this checkout; wait for it."
            ) from None
        cluster = Cluster(home, durable=False)
        try:
            with cluster.running() as url:
                os.environ["DATABASE_URL"] = url
                yield True
        finally:
            cluster.remove()


def migrated() -> None:
    """One database with all tables, which each test process and the served world copy: four migrations fewer a run."""
    name, address = "shegong_migrated", os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    command = [sys.executable, "-P", "-m", "shegong", "migrate", "-v0"]
    told = {"DATABASE_URL": address.rpartition("/")[0] + f"/{name}"}
    if subprocess.run(command, env=os.environ | told, check=False).returncode:
        raise HouseError("The database of the tests cannot be made; the complaint stands above.")
    os.environ["SHEGONG_TEST_TEMPLATE"] = name


def workers() -> int:
    """How many test processes: one more than processors, as each waits a quarter of its time for servers and browsers."""
    return max(2, min((os.cpu_count() or 1) + 1, 8))


def under_sm() -> int:
    """What touches sealing, the journal or signatures, once more under the other crypto profile."""
    print("Under SHEGONG_CRYPTO=sm:", flush=True)
    command = [sys.executable, "-m", "pytest", "-n", str(workers()), "--create-db", *CRYPTO]
    return subprocess.run(command, env=os.environ | {"SHEGONG_CRYPTO": "sm"}, check=False).returncode


def main() -> int:
    """Entry of bin/test: arguments go to pytest."""
    os.chdir(embedded.CHECKOUT)
    embedded.keep_bytecode()
    import pytest  # noqa: PLC0415 - only the development environment has it

    signal.signal(signal.SIGTERM, embedded.end_quietly)
    try:
        get_browser()
        os.environ["SHEGONG_CHROMIUM"] = browser() or ""
        with database() as own:
            if own:
                migrated()
            failed = int(pytest.main(["-n", str(workers()), *sys.argv[1:]]))
            return failed or (0 if sys.argv[1:] else under_sm())
    except HouseError as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
