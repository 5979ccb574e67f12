"""Keep the product's processes running, replace them without a visitor noticing, and stop them in order.

A replacement starts beside the old process, says that it is up, and only then is the old one told to finish. What a
process of one generation says and hears goes through a folder of that generation: `up-…` from it, `stopping` to it.
"""

import contextlib
import ctypes
import itertools
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from shegong.config.house.embedded import CHECKOUT

GRACE_SECONDS = 22  # of the 25 a deployment waits before it kills
DRAIN_SECONDS = 2  # at most, before a stop: a load balancer learns that this server is not ready any more
UP_SECONDS = 90  # a replacement that is not up by then is given up
TRIES = 5  # ends of one process within a minute before everything stops
DIE_WITH_PARENT = 1  # Linux: PR_SET_PDEATHSIG


def follow_parent() -> None:
    """In the child: end when the supervisor is gone, even by kill -9 (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM, 0, 0, 0)


@dataclass
class Service:
    """One process to keep running. `announces`: how many of its processes say that they are up; 0 when none does."""

    name: str
    command: list[str]
    child: "subprocess.Popen[bytes] | None" = None
    ends: list[float] = field(default_factory=list)
    run: Path | None = None
    descriptors: tuple[int, ...] = ()
    announces: int = 0
    folder: Path | None = None
    _generations: "itertools.count[int]" = field(default_factory=itertools.count)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        environment = dict(os.environ)
        if self.run is not None:
            self.folder = self.run / f"{self.name.replace(' ', '-')}-{next(self._generations)}"
            self.folder.mkdir(parents=True, mode=0o700)
            environment["SHEGONG_RUN"] = str(self.folder)
        # In the checkout: the web server puts its working folder on the path, and that may be anybody's.
        self.child = subprocess.Popen(
            self.command,
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=follow_parent,
            pass_fds=self.descriptors,
        )

    def has_ended(self) -> bool:
        """Whether it must be started again."""
        return self.child is None or self.child.poll() is not None

    def is_up(self) -> bool:
        """Whether all of it says that it can work."""
        return self.folder is None or len(list(self.folder.glob("up-*"))) >= self.announces

    def say_stopping(self) -> None:
        """It is unready from now on."""
        if self.folder is not None:
            with contextlib.suppress(OSError):
                (self.folder / "stopping").touch()

    def ends_too_often(self, now: float) -> bool:
        """Note an end; True when it happened so often that starting again helps nobody."""
        self.ends = [*[end for end in self.ends if now - end < 60], now]
        return len(self.ends) >= TRIES

    def signal(self, number: int) -> None:
        """Tell the process (and for SIGKILL everything it started)."""
        if self.child is not None and self.child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                (os.killpg if number == signal.SIGKILL else os.kill)(self.child.pid, number)

    def finish(self, seconds: float) -> None:
        """Wait until it has finished what it has in hand, and end it when it has not by then."""
        if self.child is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.child.wait(max(0.1, seconds))
        self.signal(signal.SIGKILL)
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def retired(self) -> "Service":
        """The process of now as a service of its own, to be finished while this one goes on with another."""
        return Service(self.name, self.command, self.child, folder=self.folder)


class Supervisor:
    """Runs services until told to stop."""

    def __init__(self, services: list[Service], told: Callable[[bool], None] = lambda done: None) -> None:
        """Catch Ctrl-C, SIGTERM and a closed terminal from now on. `told` hears how a replacement went."""
        self.services, self.told = services, told
        self.stopping, self.replacing = threading.Event(), threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stopping.set())
        signal.signal(signal.SIGUSR1, lambda *_: self.replacing.set())
        # Without a terminal SIGHUP asks for new processes, as everywhere; a terminal that is closed ends its programs.
        hung_up = self.stopping if sys.stdin is not None and sys.stdin.isatty() else self.replacing
        signal.signal(signal.SIGHUP, lambda *_: hung_up.set())

    def start(self) -> None:
        """Start every service."""
        for service in self.services:
            service.start()

    def watch(self) -> bool:
        """Start again what ends by itself; answers False when a service could not be kept running."""
        while not self.stopping.wait(0.5):
            if self.replacing.is_set():
                self.replacing.clear()
                self.told(self.replace())
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

    def replace(self) -> bool:
        """Each service in turn: a new process beside the old, the old one finished when the new one is up."""
        return all([self.replace_one(service) for service in self.services])

    def replace_one(self, service: Service) -> bool:
        """False, with the old process still at work, when the new one does not come up."""
        old = service.retired()
        service.start()
        deadline = time.monotonic() + UP_SECONDS
        while not service.is_up():
            if service.has_ended() or time.monotonic() > deadline or self.stopping.wait(0.1):
                print(f"The new {service.name} does not come up; the old one goes on.", file=sys.stderr)
                service.signal(signal.SIGKILL)
                service.child, service.folder = old.child, old.folder
                return False
        old.say_stopping()
        self.stopping.wait(1)  # connections that are kept open end with their next answer
        old.signal(signal.SIGTERM)
        old.finish(GRACE_SECONDS)
        return True

    def stop(self) -> None:
        """Ask each service to finish what it has in hand, wait, and end what is left."""
        for service in self.services:
            service.say_stopping()
        time.sleep(min(DRAIN_SECONDS, float(os.environ.get("SHEGONG_DRAIN_SECONDS", "0"))))
        for service in self.services:
            service.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for service in self.services:
            service.finish(deadline - time.monotonic())
