"""`shegong serve`: migrate, then run web server and job worker until Ctrl-C or SIGTERM.

Without DATABASE_URL it runs the embedded PostgreSQL and, the first time, loads Jilin and a demo world. With
DATABASE_URL it is a real deployment: that database, no demo, and no start while `check --deploy` has a complaint.
"""

import contextlib
import fcntl
import http.client
import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shegong.config.house import embedded, first_run
from shegong.config.house.account import HouseError
from shegong.config.house.packages import install, lacking_fonts
from shegong.config.house.supervisor import Service, Supervisor
from shegong.kernel import walls

READY_SECONDS = 90
THREADS = 4  # a worker answers this many requests at once, each with its own database connection


class Command(BaseCommand):
    """Starts the whole product."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen and with how many workers."""
        parser.add_argument("--host", default=settings.SHEGONG_HOST, help="address to listen on")
        parser.add_argument("--port", type=int, default=settings.SHEGONG_PORT, help="port to listen on")
        parser.add_argument("--workers", type=int, default=max(2, os.cpu_count() or 2), help="web processes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring everything up in order, run, and take it down in order."""
        self.host, self.port = options["host"], options["port"]
        with self.alone():
            self.refuse_taken_port()
            self.prepare()
            if not self.run_until_stopped(options["workers"]):
                raise CommandError(
                    "Shegong stopped because a part of it does not run; its last words are above."
                )

    def say(self, text: str) -> None:
        """A line of progress."""
        self.stdout.write(text)
        self.stdout.flush()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the house's lock, or say which address already serves it."""
        path = Path(settings.SHEGONG_HOME) / "serve.lock"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise CommandError(
                    f"Shegong already runs here: {lock.read().strip() or 'starting'}"
                ) from None
            lock.truncate(0)
            lock.write(f"{self.address()} (process {os.getpid()}; stop it with: kill {os.getpid()})")
            lock.flush()
            yield

    def address(self) -> str:
        """The address to open in a browser on this machine."""
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{shown}:{self.port}{settings.FORCE_SCRIPT_NAME or ''}/"

    def refuse_taken_port(self) -> None:
        """Say at once, and not after minutes of loading, that the port cannot be had."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as problem:
                raise CommandError(
                    f"Cannot listen on {self.host}:{self.port} ({problem.strerror}). "
                    f"Choose another port: bin/serve --port {self.port + 1}"
                ) from None

    def prepare(self) -> None:
        """Database, first load, static files; in production the deployment check first."""
        home = Path(settings.SHEGONG_HOME)
        if settings.PRODUCTION:
            call_command("check", deploy=True, fail_level="WARNING")
        first_run.forget_unfinished(home, self.say)
        self.say("Bringing the database up to date")
        call_command("migrate", interactive=False, verbosity=0)
        for gap in walls.gaps():
            if settings.PRODUCTION:
                raise CommandError(gap)
            self.say(f"Note: {gap}")
        if embedded.is_embedded() and settings.DEMO:
            first_run.load(home, self.say)
        call_command("collectstatic", interactive=False, verbosity=0)
        self.get_fonts()

    def get_fonts(self) -> None:
        """Certificates are typeset with the machine's Chinese fonts; without them all but the PDF works."""
        if not (packages := lacking_fonts()):
            return
        try:
            if not embedded.is_embedded():
                raise HouseError(f"Certificates (PDF) need the packages {' and '.join(packages)}.")
            install(packages, "certificates (PDF)")
        except HouseError as problem:
            self.say(f"Note: {problem}")

    def services(self, workers: int) -> list[Service]:
        """The web server and the job worker."""
        python = [sys.executable, "-P", "-m"]
        listen = [
            "--host",
            self.host,
            "--port",
            str(self.port),
            "--http",
            "1",
            "--no-ws",
            "--log-level",
            "warning",
        ]
        size = ["--workers", str(workers), "--blocking-threads", str(THREADS)]
        care = ["--respawn-failed-workers", "--respawn-interval", "1", "--workers-kill-timeout", "20"]
        web = [
            *python,
            "granian",
            "--interface",
            "wsgi",
            *listen,
            *size,
            *care,
            "shegong.config.wsgi:application",
        ]
        return [Service("web server", web), Service("job worker", [*python, "shegong", "worker"])]

    def run_until_stopped(self, workers: int) -> bool:
        """Run the services; False when one of them would not stay up."""
        paths = [str(embedded.CHECKOUT), *filter(None, [os.environ.get("PYTHONPATH")])]
        os.environ["PYTHONPATH"] = os.pathsep.join(paths)
        supervisor = Supervisor(self.services(workers))
        try:
            supervisor.start()
            if self.wait_until_ready(supervisor):
                self.say(self.greeting())
            return supervisor.watch()
        finally:
            self.say("Stopping")
            supervisor.stop()

    def wait_until_ready(self, supervisor: Supervisor) -> bool:
        """Wait for the first answer; False when it was stopped or nothing came."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and not supervisor.stopping.wait(0.2):
            if any(service.has_ended() for service in supervisor.services):
                return False
            if self.answers():
                return True
        return False

    def answers(self) -> bool:
        """Whether /healthz answers."""
        host = self.address().removeprefix("http://").partition("/")[0]
        connection = http.client.HTTPConnection(host, timeout=5)
        try:
            connection.request("GET", f"{settings.FORCE_SCRIPT_NAME or ''}/healthz")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def greeting(self) -> str:
        """What a person needs next: the address, who to sign in as, how to stop."""
        is_demo = settings.DEMO and embedded.is_embedded()
        return "\n".join(
            [
                "",
                f"Shegong runs: {self.address()}",
                *(first_run.invitation(Path(settings.SHEGONG_HOME)) if is_demo else []),
                "",
                f"Stop it with Ctrl-C (or: kill {os.getpid()})",
                "",
            ]
        )
