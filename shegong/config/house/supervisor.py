"""Keep the product's processes running and stop them in order: requests and jobs first, then the database."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

from shegong.config.house.embedded import CHECKOUT

GRACE_SECONDS = 22  # of the 25 a deployment waits before it kills
TRIES = 5  # ends of one process within a minute before everything stops
DIE_WITH_PARENT = 1  # Linux: PR_SET_PDEATHSIG


def follow_parent() -> None:
    """In the child: end when the supervisor is gone, even by kill -9 (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM, 0, 0, 0)


@dataclass
class Service:
    """One process to keep running."""

    name: str
    command: list[str]
    child: "subprocess.Popen[bytes] | None" = None
    ends: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        # In the checkout: the web server puts its working folder on the path, and that may be anybody's.
        self.child = subprocess.Popen(
            self.command,
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=follow_parent,
        )

    def has_ended(self) -> bool:
        """Whether it must be started again."""
        return self.child is None or self.child.poll() is not None

    def ends_too_often(self, now: float) -> bool:
        """Note an end; True when it happened so often that starting again helps nobody."""
        self.ends = [*[end for end in self.ends if now - end < 60], now]
        return len(self.ends) >= TRIES

    def signal(self, number: int) -> None:
        """Tell the process (and for SIGKILL everything it started)."""
        if self.child is not None and self.child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                (os.killpg if number == signal.SIGKILL else os.kill)(self.child.pid, number)


class Supervisor:
    """Runs services until told to stop."""

    def __init__(self, services: list[Service]) -> None:
        """Catch Ctrl-C, SIGTERM and a closed terminal from now on."""
        self.services = services
        self.stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())

    def start(self) -> None:
        """Start every service."""
        for service in self.services:
            service.start()

    def watch(self) -> bool:
        """Start again what ends by itself; answers False when a service could not be kept running."""
        while not self.stopping.wait(0.5):
            for service in self.services:
                if service.has_ended() and not self.revive(service):
                    return False
        return True

    def revive(self, service: Service) -> bool:
        """Start an ended service again, unless it ends at once each time."""
        code = service.child.returncode if service.child else None
        if service.ends_too_often(time.monotonic()):
            print(f"The {service.name} ends at once each time (exit {code}); stopping.", file=sys.stderr)
            return False
        print(f"The {service.name} ended (exit {code}); starting it again.", file=sys.stderr)
        service.start()
        return True

    def stop(self) -> None:
        """Ask each service to finish what it has in hand, wait, and end what is left."""
        for service in self.services:
            service.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for service in self.services:
            if service.child is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    service.child.wait(max(0.1, deadline - time.monotonic()))
            service.signal(signal.SIGKILL)
