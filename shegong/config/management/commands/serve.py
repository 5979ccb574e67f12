"""`shegong serve`: migrate, then run web server and job worker until Ctrl-C or SIGTERM.

Without DATABASE_URL it runs the embedded PostgreSQL and, the first time, loads Jilin and a demo world. With
DATABASE_URL it is a real deployment: that database, no demo, and no start while `check --deploy` has a complaint.
"""

import contextlib
import fcntl
import http.client
import os
import re
import shutil
import signal
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
from shegong.config.house.supervisor import UP_SECONDS, Service, Supervisor
from shegong.kernel import walls

READY_SECONDS = 90
BACKLOG = 1024  # connections that wait to be accepted


def fresh_run(home: Path) -> Path:
    """The folder through which this start speaks with its processes; what an earlier one left is removed."""
    run = home / "run"
    shutil.rmtree(run, ignore_errors=True)
    (run / "metrics").mkdir(parents=True, mode=0o700)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(run / "metrics")  # all processes count together
    return run


def replacement_note(home: Path) -> Path:
    """Says how the last replacement went."""
    return home / "run" / "replaced"


def running(home: Path) -> int | None:
    """Process of the supervisor that holds the house's lock; None when nobody does."""
    try:
        with (home / "serve.lock").open("r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                found = re.search(r"process (\d+);", lock.read())
                return int(found[1]) if found else None
    except FileNotFoundError:
        pass
    return None


class Command(BaseCommand):
    """Starts the whole product."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen and with how many workers."""
        parser.add_argument("--host", default=settings.SHEGONG_HOST, help="address to listen on")
        parser.add_argument("--port", type=int, default=settings.SHEGONG_PORT, help="port to listen on")
        parser.add_argument("--workers", type=int, default=max(2, os.cpu_count() or 2), help="web processes")
        parser.add_argument(
            "--reload",
            action="store_true",
            help="after an update: new processes for the running server, nobody refused",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring everything up in order, run, and take it down in order."""
        self.host, self.port = options["host"], options["port"]
        if options["reload"]:
            self.replace()
            return
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
        """The web server, on a socket that stays when its processes change, and the job worker."""
        python = [sys.executable, "-P", "-m"]
        line = self.listen()
        web = [
            *python,
            "shegong.config.house.web_server",
            "--descriptor",
            str(line.fileno()),
            "--workers",
            str(workers),
        ]
        run = fresh_run(Path(settings.SHEGONG_HOME))
        return [
            Service("web server", web, run=run, descriptors=(line.fileno(),), announces=workers),
            Service("job worker", [*python, "shegong", "worker"], run=run, announces=1),
        ]

    def listen(self) -> socket.socket:
        """The socket of this house; what its line holds waits while processes change."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self.line = socket.create_server((self.host, self.port), family=family, backlog=BACKLOG)
        return self.line

    def run_until_stopped(self, workers: int) -> bool:
        """Run the services; False when one of them would not stay up."""
        paths = [str(embedded.CHECKOUT), *filter(None, [os.environ.get("PYTHONPATH")])]
        os.environ["PYTHONPATH"] = os.pathsep.join(paths)
        supervisor = Supervisor(self.services(workers), self.replaced)
        try:
            supervisor.start()
            if self.wait_until_ready(supervisor):
                self.say(self.greeting())
            return supervisor.watch()
        finally:
            self.say("Stopping")
            self.line.close()  # its line is with the web server's processes; when they have gone nobody waits in vain
            supervisor.stop()

    def replaced(self, done: bool) -> None:
        """Say how a replacement went, here and to whoever asked for it."""
        self.say("The new processes are at work" if done else "Not replaced: the old processes go on")
        note = replacement_note(Path(settings.SHEGONG_HOME))
        note.with_suffix(".new").write_text("done" if done else "failed")
        note.with_suffix(".new").replace(note)

    def replace(self) -> None:
        """What `--reload` does: schema and files first, then new processes one after the other under the old socket."""
        home = Path(settings.SHEGONG_HOME)
        pid = running(home)
        if pid is None:
            raise CommandError("Nothing runs here to be reloaded; start it: shegong serve")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        note = replacement_note(home)
        note.unlink(missing_ok=True)
        os.kill(pid, signal.SIGUSR1)
        deadline = time.monotonic() + 2 * UP_SECONDS
        while not note.exists():
            if time.monotonic() > deadline or running(home) != pid:
                raise CommandError("The running server does not say that it was reloaded; look at its log.")
            time.sleep(0.2)
        if note.read_text() != "done":
            raise CommandError(
                "The new processes do not come up; the old ones go on. Look at the server's log."
            )
        self.say("Reloaded: new processes are at work, nobody was refused")

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
