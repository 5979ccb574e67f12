"""The embedded PostgreSQL of a checkout: one private cluster on loopback whose password only this house knows.

Several programs may use it at once (the server, a command, a test run). Each holds a shared lock on a file; the last
one to leave stops the server. Locks die with their process, so a `kill -9` leaves nothing to clean up by hand.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from shegong.config.house import account
from shegong.config.house.account import HouseError, Place
from shegong.config.house.traces import clear_stale_pid, free_port, is_free, last_line

USUAL_PORT = 54320
OWNER = "shegong"  # database of the product and the role that owns its tables; not a superuser
APPLICATION = "shegong_app"  # the role of web server and worker: changes rows, never tables


@dataclass
class Facts:
    """What a house remembers about its cluster, in one file of mode 0600."""

    identity: str
    port: int
    password: str
    admin_password: str
    application_password: str = ""  # houses from before there were two roles get one at the next start


class Cluster:
    """One PostgreSQL cluster of a house; `durable=False` trades safety at a power cut for speed, for tests."""

    def __init__(
        self, home: Path, name: str = "pg", durable: bool = True, state: Path = account.STATE
    ) -> None:
        """Remember where; nothing is made or started yet."""
        self.home, self.name, self.durable, self.state = home, name, durable, state

    def facts(self) -> Facts:
        """Identity, port and passwords, made at first use."""
        path = self.home / f"{self.name}.json"
        if path.exists():
            return Facts(**json.loads(path.read_text()))
        password, admin_password, application_password = (secrets.token_urlsafe(24) for _ in range(3))
        fresh = Facts(secrets.token_hex(8), USUAL_PORT, password, admin_password, application_password)
        self.remember(fresh)
        return fresh

    def remember(self, facts: Facts) -> None:
        """Write the facts so that a power cut leaves the old or the new file, never half of one."""
        fresh = self.home / f"{self.name}.json.new"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(facts), file)
        fresh.replace(self.home / f"{self.name}.json")

    def place(self) -> Place:
        """Where the cluster lives and as whom it runs."""
        return account.choose(self.home, self.name, self.facts().identity, self.state)

    def url(self) -> str:
        """The address as the owner of the tables: migrations, and test runs."""
        facts = self.facts()
        return f"postgresql://{OWNER}:{facts.password}@127.0.0.1:{facts.port}/{OWNER}"

    def application_url(self) -> str:
        """The address as the role that web server, worker and commands work under."""
        facts = self.facts()
        return f"postgresql://{APPLICATION}:{facts.application_password}@127.0.0.1:{facts.port}/{OWNER}"

    def admin(self, database: str = "postgres") -> psycopg.Connection:
        """A connection as the cluster's own superuser, for making databases."""
        facts = self.facts()
        return psycopg.connect(
            host="127.0.0.1", port=facts.port, user="postgres", password=facts.admin_password, dbname=database,
            autocommit=True, connect_timeout=5,
        )  # fmt: skip

    @contextlib.contextmanager
    def running(self) -> Iterator[str]:
        """Start the cluster or join the one that runs; stop it when nobody uses it any more."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.lock_file("users") as users:
            with self.starting():
                fcntl.flock(users, fcntl.LOCK_SH)
                if not self.is_up():
                    self.start()
                self.make_database()
            try:
                yield self.url()
            finally:
                with self.starting(), contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self.stop()

    @contextlib.contextmanager
    def lock_file(self, name: str) -> Iterator[int]:
        """An open file to hold a lock on; not inherited by the programs we start."""
        descriptor = os.open(self.home / f"{self.name}.{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def starting(self) -> Iterator[None]:
        """Let one process at a time start or stop the cluster."""
        with self.lock_file("start") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def remove(self) -> None:
        """Delete the stopped cluster with everything in it; for test runs."""
        shutil.rmtree(self.place().folder)
        (self.home / f"{self.name}.json").unlink()

    def is_up(self) -> bool:
        """Whether our own cluster answers on its port; the password tells it from a stranger's."""
        if not (self.place().folder / "data" / "postmaster.pid").exists():
            return False
        try:
            self.admin().close()
        except psycopg.Error:
            return False
        return True

    def start(self) -> None:
        """Start the cluster, made first if need be, on its remembered port or on a free one."""
        place = self.place()
        data = place.folder / "data"
        if not data.exists():
            self.make_cluster(place)
        self.check_version(place)
        clear_stale_pid(data)
        for _attempt in range(3):
            self.settle_port()
            self.write_settings(data)
            if self.launch(place):
                return
        raise HouseError(f"PostgreSQL does not start: {last_line(place.folder / 'postgres.log')}")

    def launch(self, place: Place) -> bool:
        """One try with pg_ctl, which waits until the server accepts connections."""
        log = place.folder / "postgres.log"
        if log.exists() and log.stat().st_size > 20_000_000:
            log.unlink()
        done = place.account.run(
            place.programs / "pg_ctl", "start", "--wait", "--timeout=60", "-D", place.folder / "data", "-l", log,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return done.returncode == 0 and self.is_up()

    def stop(self) -> None:
        """Stop the cluster, ending what is still connected, and wait for it."""
        place = self.place()
        place.account.run(
            place.programs / "pg_ctl", "stop", "--mode=fast", "--wait", "--timeout=20", "-D", place.folder / "data",
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def make_cluster(self, place: Place) -> None:
        """initdb beside its final place, then rename: a start that was killed leaves no half-made cluster."""
        fresh = place.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        password = place.folder / "password"
        password.unlink(missing_ok=True)
        with os.fdopen(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self.facts().admin_password)
        place.account.own(password)
        done = place.account.run(
            place.programs / "initdb", "-D", fresh, "--username=postgres", f"--pwfile={password}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--no-instructions", *([] if self.durable else ["--no-sync"]),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        password.unlink()
        if done.returncode:
            raise HouseError(
                f"The database cannot be made in {place.folder}: {done.stdout.strip().splitlines()[-1]}"
            )
        fresh.rename(place.folder / "data")

    def check_version(self, place: Place) -> None:
        """Refuse a cluster of another major version, which this server could not read."""
        made_by = (place.folder / "data" / "PG_VERSION").read_text().strip()
        has = place.account.run(place.programs / "postgres", "--version", capture_output=True).stdout.split()[
            -1
        ]
        if has.partition(".")[0] != made_by:
            raise HouseError(
                f"{place.folder} was made by PostgreSQL {made_by}, this is {has}. Restore a backup into a new "
                "SHEGONG_HOME (docs/operations.md)."
            )

    def settle_port(self) -> None:
        """Keep the remembered port, or choose and remember a free one when something else listens there."""
        facts = self.facts()
        if not is_free(facts.port):
            facts.port = free_port()
            self.remember(facts)

    def write_settings(self, data: Path) -> None:
        """Our settings, read after the cluster's own; written anew at each start."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.facts().port,
            "unix_socket_directories": "",
            "max_connections": 100,
            "shared_buffers": f"{max(64, min(512, memory // 8))}MB",
            "effective_cache_size": f"{max(256, memory // 2)}MB",
            "work_mem": "16MB",
            "maintenance_work_mem": "128MB",
            "random_page_cost": 1.1,
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        (data / "shegong.conf").write_text(
            "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        )
        main = data / "postgresql.conf"
        if "shegong.conf" not in (text := main.read_text()):
            main.write_text(text + "\ninclude = 'shegong.conf'\n")
        (data / "shegong.conf").chmod(0o644)  # inside a folder of mode 0700

    def make_database(self) -> None:
        """The product's two roles and its database, unless they are there."""
        name = sql.Identifier(OWNER)
        with self.admin() as admin:
            self.make_role(admin, OWNER, self.facts().password, "CREATEDB CREATEROLE")
            self.make_application_role(admin)
            if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [OWNER]).fetchone():
                return
            if not self.durable:  # tests empty append-only tables between runs; the product may not
                admin.execute(sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}").format(name))
            admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))

    def make_role(self, admin: psycopg.Connection, name: str, password: str, powers: str) -> None:
        """A role that signs in with this password, unless it is there."""
        if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
            create = sql.SQL("CREATE ROLE {} LOGIN " + powers + " PASSWORD {}")
            admin.execute(create.format(sql.Identifier(name), sql.Literal(password)))

    def make_application_role(self, admin: psycopg.Connection) -> None:
        """The role without powers; a house from before there were two roles gets it now, its data stays."""
        facts = self.facts()
        if not facts.application_password:
            facts.application_password = secrets.token_urlsafe(24)
            self.remember(facts)
        self.make_role(admin, APPLICATION, facts.application_password, "NOCREATEDB NOCREATEROLE")

    def empty_database(self) -> None:
        """Throw the product's database away and make it anew; only for a first start that did not finish."""
        with self.admin() as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(OWNER)))
        self.make_database()
