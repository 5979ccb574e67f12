"""Set up `.venv` from the hash-locked requirements; run by bin/setup with any Python >= 3.11, standard library only."""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

HOUSE = Path(__file__).resolve().parents[3]
VENV = HOUSE / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "shegong-stamp.json"
UNFINISHED = VENV / "shegong-unfinished"
LOG = VENV / "setup.log"
NEEDED_BYTES = 1_200_000_000

NO_NETWORK = re.compile(
    r"NewConnectionError|name resolution|Name or service not known|ConnectTimeout|NetworkUnreachable|ProxyError"
    r"|Network is unreachable|Connection refused|dns error|error sending request|Failed to fetch|Read timed out",
    re.IGNORECASE,
)
NO_SPACE = re.compile(r"No space left on device|os error 28", re.IGNORECASE)


class Failure(Exception):
    """Something the person at the keyboard must mend; the text is the one line to show."""


class Unreachable(Failure):
    """The registry did not answer; installers fetch everything first, so nothing was changed yet."""


def say(text: str) -> None:
    """Show progress without disturbing what a program reads from standard output."""
    print(text, file=sys.stderr, flush=True)


def wanted(dev: bool) -> Path:
    """The lock file to install."""
    return HOUSE / ("requirements-dev.txt" if dev else "requirements.txt")


def fingerprint(lock: Path) -> str:
    """What an environment was made from: the lock and the place, since scripts in it hold their own path."""
    return hashlib.sha256(lock.read_bytes() + bytes(VENV)).hexdigest()


def stamps() -> dict[str, str]:
    """Which locks the environment holds; empty when unknown."""
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def is_current(dev: bool) -> bool:
    """True when nothing has to be installed: the lock (or the larger development lock) is in already."""
    have = stamps()
    runs = have.get("run") == fingerprint(wanted(dev=False))
    tests = have.get("dev") == fingerprint(wanted(dev=True))
    return not UNFINISHED.exists() and runs and (tests or not dev) and python_works()


def python_works() -> bool:
    """Whether the environment's own Python still starts and is new enough."""
    test = [str(PYTHON), "-I", "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    try:
        return subprocess.run(test, capture_output=True, check=False, timeout=60).returncode == 0
    except OSError:
        return False


def remove_broken() -> None:
    """Throw away an environment that a stopped install or a vanished Python left unusable."""
    leftovers = [entry for entry in VENV.iterdir() if entry.name != "setup.lock"]
    if leftovers and (UNFINISHED.exists() or not python_works()):
        say("Setting up: an earlier set-up did not finish, starting it again")
        for entry in leftovers:
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()


def check_disk() -> None:
    """Refuse to start what cannot finish."""
    free = shutil.disk_usage(HOUSE).free
    if free < NEEDED_BYTES:
        raise Failure(
            f"Not enough disk: {HOUSE} has {free // 10**6} MB free, setting up needs {NEEDED_BYTES // 10**6} MB."
        )


def run(command: list[str], title: str, total: int = 0) -> None:
    """Run a step with its output in the log and a progress line every few packages."""
    started = time.monotonic()
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {shlex.join(command)}\n")
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True
        ) as child:
            output = follow(child, log, total)
    if child.returncode:
        raise explained(output)
    say(f"Setting up: {title} ({time.monotonic() - started:.0f} s)")


def follow(child: "subprocess.Popen[str]", log: TextIO, total: int) -> str:
    """Copy a child's output to the log, counting packages for the person who waits."""
    lines, packages, said = [], set(), 0
    for line in child.stdout or ():
        lines.append(line)
        log.write(line)
        if found := re.match(r"\s*(?:Collecting|Downloading|Downloaded) ([A-Za-z0-9_.]+?)(?:[-= ]|$)", line):
            packages.add(found[1].lower().replace("_", "-"))
        if total and len(packages) >= said + 20:
            said = len(packages)
            say(f"Setting up: {min(said, total)} of {total} packages")
    return "".join(lines)


def explained(output: str) -> Failure:
    """Turn an installer's pages of output into one line."""
    if NO_SPACE.search(output):
        return Failure(
            "Not enough disk: the install stopped because the disk is full. Free some and run it again."
        )
    if "CERTIFICATE_VERIFY_FAILED" in output:
        return Unreachable(
            "No trusted network: the package registry shows a certificate this machine does not know. Name your "
            "organization's certificates in PIP_CERT (for uv: SSL_CERT_FILE) and run this again."
        )
    if NO_NETWORK.search(output):
        return Unreachable(
            "No network: the package registry cannot be reached. Check the connection (or the index-url setting of "
            "pip) and run this again; it goes on from here."
        )
    last = next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "no output")
    return Failure(f"The install failed: {last} (all of it: {LOG})")


def make_venv() -> None:
    """Create the environment with uv, or with the standard library where uv is not there."""
    if PYTHON.exists():
        return
    if uv := shutil.which("uv"):
        run([uv, "venv", "--allow-existing", "--python", sys.executable, str(VENV)], "made .venv with uv")
        return
    try:
        run([sys.executable, "-m", "venv", str(VENV)], "made .venv")
    except Failure:
        install_ensurepip()
        run([sys.executable, "-m", "venv", "--clear", str(VENV)], "made .venv")


def install_ensurepip() -> None:
    """Debian splits ensurepip off into python3-venv: install it where that is allowed, else name the command."""
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if not shutil.which("apt-get"):
        raise Failure(f"This Python ({sys.executable}) has no venv module; install it, or install uv.")
    if os.geteuid() != 0:
        raise Failure(f"This Python has no venv module. Run once: sudo apt-get install -y {package}")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run(["apt-get", "update", "-q"], "read the package lists")
    run(["apt-get", "install", "-y", "-q", "--no-install-recommends", package], f"installed {package}")


def installers() -> Iterator[list[str]]:
    """The ways to install, best first."""
    if uv := shutil.which("uv"):
        yield [uv, "pip", "install", "--python", str(PYTHON), "--require-hashes", "--no-progress"]
    pip = [str(PYTHON), "-m", "pip"]
    if subprocess.run(
        [*pip, "--version"], capture_output=True, check=False
    ).returncode:  # uv makes it without
        run([str(PYTHON), "-m", "ensurepip"], "added pip")
    yield [
        *pip,
        "install",
        "--require-hashes",
        "--no-input",
        "--disable-pip-version-check",
        "--progress-bar",
        "off",
    ]


def install(lock: Path) -> None:
    """Install exactly the lock; a registry that only pip is configured for still works when uv fails."""
    total = len(re.findall(r"^[a-z0-9][a-z0-9._-]*==", lock.read_text(), re.MULTILINE))
    failure = None
    for command in installers():
        try:
            run([*command, "-r", str(lock)], f"installed {total} packages", total)
            return
        except Failure as problem:
            failure = failure or problem
    raise failure or Failure("Neither uv nor pip is there.")


def link_project() -> None:
    """Put the project on the environment's path and make the `shegong` command, without building anything."""
    site = next((VENV / "lib").glob("python3*/site-packages"))
    (site / "shegong.pth").write_text(f"{HOUSE}\n", encoding="utf-8")
    command = VENV / "bin" / "shegong"
    # Through sh, because a #! line cannot hold a path with spaces; -P, so that no file beside the user is imported.
    command.write_text(
        '#!/bin/sh\nexec "$(CDPATH="" cd -- "$(dirname -- "$0")" && pwd)/python" -P -m shegong "$@"\n'
    )
    command.chmod(0o755)


def compile_translations() -> None:
    """Make the .mo files that pages read; does nothing when they are newer than their sources."""
    done = subprocess.run(
        [str(PYTHON), "-P", "-m", "shegong.config.house.translations"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failure(
            f"A translation does not compile: {(done.stderr.strip().splitlines() or ['unknown'])[-1]}"
        )


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one set-up at a time work on this environment."""
    VENV.mkdir(exist_ok=True)
    with (VENV / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Setting up: another set-up is running here, waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def renew(dev: bool) -> None:
    """Make or mend the environment and note what it now holds."""
    remove_broken()
    check_disk()
    if not PYTHON.exists():
        say("Setting up: the first time takes a few minutes")
    UNFINISHED.touch()
    make_venv()
    try:
        install(wanted(dev))
    except Unreachable:
        UNFINISHED.unlink()
        raise
    have = {"run": fingerprint(wanted(dev=False))} | ({"dev": fingerprint(wanted(dev=True))} if dev else {})
    STAMP.write_text(json.dumps(have))
    UNFINISHED.unlink()


def set_up(dev: bool) -> None:
    """Bring the environment to the lock and the translations to their sources."""
    with alone():
        if not is_current(dev):
            renew(dev)
        link_project()
        compile_translations()


def main() -> int:
    """Entry of bin/setup."""
    try:
        set_up(dev="--dev" in sys.argv[1:])
    except Failure as problem:
        say(str(problem))
        return 1
    except PermissionError as problem:
        say(f"Cannot write {problem.filename}: this folder belongs to another user. Clone it into your own.")
        return 1
    except KeyboardInterrupt:
        say("Stopped; run it again to go on.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
