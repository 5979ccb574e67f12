"""What other programs and earlier runs left on the machine: taken ports, stale pid files, last words."""

import socket
import subprocess
import time
from pathlib import Path

from shegong.config.house.account import HouseError


def is_free(port: int) -> bool:
    """Whether nothing listens on a loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clear_stale_pid(data: Path) -> None:
    """Remove a pid file whose process is gone or is by now something else, as after a kill -9 or a power cut."""
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        pid_file.unlink(missing_ok=True)
        return
    deadline = time.monotonic() + 10
    while is_postgres(pid, data):
        if time.monotonic() > deadline:
            raise HouseError(
                f"A PostgreSQL that does not answer holds {data}. End process {pid} and start again."
            )
        time.sleep(0.2)
    pid_file.unlink(missing_ok=True)


def is_postgres(pid: int, data: Path) -> bool:
    """Whether that process is a server of this very cluster."""
    try:
        shown = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        if Path("/proc/self").exists():
            return False
        done = subprocess.run(
            ["ps", "-p", str(pid), "-o", "args="], capture_output=True, text=True, check=False
        )
        shown = done.stdout
    return "postgres" in shown and str(data) in shown


def last_line(log: Path) -> str:
    """The last thing the server said."""
    try:
        return log.read_text(errors="replace").strip().splitlines()[-1]
    except (OSError, IndexError):
        return "it said nothing"
