"""Whoever runs a command at the shell says in whose name; the journal keeps that it was the shell, and whose account there.

Entries keep it where those of a page keep the number of the request: `shell:act:root`.
"""

import os
import pwd
from pathlib import Path

MARK = "shell:"
SERVICES = {"", "serve", "worker"}  # run by nobody in particular
UNSET = 2**32 - 1  # the kernel knows of no sign-in: a service, a container
_origin = ""


def came_by(command: str) -> None:
    """From now on this process writes entries for whoever runs `shegong COMMAND`."""
    global _origin
    _origin = "" if command in SERVICES else f"{MARK}{command}:{operator()}"


def origin() -> str:
    """What an entry without a request number says; "" in the service itself."""
    return _origin


def operator() -> str:
    """Who signed in at the operating system, also behind sudo where the kernel keeps it, else whose process this is."""
    number = _signed_in()
    if number is None:
        number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _signed_in() -> int | None:
    try:
        number = int(Path("/proc/self/loginuid").read_text())
    except (OSError, ValueError):
        return None
    return None if number == UNSET else number


def told(request_id: str) -> str:
    """`act, root` of such a mark, for people; "" of a request."""
    return request_id.removeprefix(MARK).replace(":", ", ", 1) if request_id.startswith(MARK) else ""
