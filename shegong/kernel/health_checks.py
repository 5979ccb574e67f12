"""The kernel's own checks: what must hold for requests to be served, and what will hurt tomorrow."""

import os
import shlex
import shutil
import socket
import subprocess
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from shegong.kernel import checkpoints
from shegong.kernel.health import BAD, OFF, OK, WARN, Fact, check, stopping_file
from shegong.kernel.key_files import KINDS, KeyFault
from shegong.kernel.sealing import key_provider
from shegong.kernel.text import N_

SKEW = 1.0  # seconds
DISK_LOW, DISK_FULL = 2 * 2**30, 256 * 2**20  # bytes
QUEUE_SLOW, QUEUE_STUCK = timedelta(minutes=5), timedelta(hours=1)
WORKER_SILENT = timedelta(seconds=60)
KEY_OLD = timedelta(days=365)
SCAN_SECONDS, MAIL_SECONDS = 10, 5


# -- able to serve ---------------------------------------------------------------------------------------------------


@check("stopping", N_("Shutdown"), "", ready=True)
def stopping() -> Fact:
    """New requests go elsewhere as soon as this server was told to stop."""
    flag = stopping_file()
    if flag is not None and flag.exists():
        return Fact(BAD, 1, N_("This server is stopping."))
    return Fact(OK, 0, N_("Not stopping."))


@check("database", N_("Database"), "seconds", ready=True)
def database() -> Fact:
    """The database answers, and how fast."""
    began = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as problem:
        if not connection.in_atomic_block:
            connection.close()  # the next check or request begins with a new one
        todo = N_(
            "Start the database server, or check DATABASE_URL and the network. Nothing here needs a restart."
        )
        return Fact(
            BAD,
            -1,
            N_("The database does not answer (%(problem)s)."),
            {"problem": type(problem).__name__},
            todo,
        )
    return Fact(OK, round(time.monotonic() - began, 4), N_("The database answers."))


@check("clock", N_("Clock"), "seconds", ready=True, database=True)
def clock() -> Fact:
    """Deadlines are judged by two clocks that must agree: this machine's and the database's."""
    with connection.cursor() as cursor:
        before = timezone.now()
        cursor.execute("SELECT clock_timestamp()")
        (there,) = cursor.fetchone()
        after = timezone.now()
    skew = max((before - there).total_seconds(), (there - after).total_seconds(), 0.0)
    if skew > SKEW:
        text = N_("This machine's clock and the database's differ by %(seconds)s seconds.")
        return Fact(
            BAD,
            round(skew, 3),
            text,
            {"seconds": round(skew, 1)},
            N_("Set both by the same time service (NTP)."),
        )
    return Fact(OK, round(skew, 3), N_("This machine's clock and the database's agree."))


_mine: set[tuple[str, str]] = set()


@check("migrations", N_("Schema"), "count", ready=True, database=True)
def migrations() -> Fact:
    """The database has every migration this program needs; it may have later ones, of a newer program beside this."""
    if not _mine:
        _mine.update(MigrationLoader(None).disk_migrations)
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        lacking = _mine - set(cursor.fetchall())
    if lacking:
        text = N_("The database lacks %(count)s migrations that this program needs.")
        return Fact(BAD, len(lacking), text, {"count": len(lacking)}, N_("Run: shegong migrate"))
    return Fact(OK, 0, N_("The database has every migration that this program needs."))


@check("keys", N_("Encryption keys"), "days", ready=True)
def keys() -> Fact:
    """The keys are there and whole, in files or at the key service; an old sealing key is due for its successor."""
    try:
        held = key_provider()
        missing = [kind for kind in KINDS if not any(name.startswith(kind) for name in held.load())]
        if missing:
            raise KeyFault(f"no {missing[0]} key")
        age = timedelta(seconds=max(0.0, held.age()))
    except (KeyFault, OSError) as problem:
        reason = type(problem).__name__
        todo = N_(
            "Put the key files back from the keys' own backup, and give the service's account the right to read them."
        )
        return Fact(BAD, -1, N_("The keys cannot be read (%(problem)s)."), {"problem": reason}, todo)
    params = {"days": age.days}
    if age > KEY_OLD:
        return Fact(
            WARN,
            age.days,
            N_("The sealing key is %(days)s days old."),
            params,
            N_("Make the next one: shegong keys rotate, then shegong keys reseal"),
        )
    return Fact(OK, age.days, N_("The keys can be read; the sealing key is %(days)s days old."), params)


@check("disk", N_("Disk"), "bytes", ready=True)
def disk() -> Fact:
    """There is room to write, and the file system takes it."""
    home = Path(settings.SHEGONG_HOME)
    free, params = shutil.disk_usage(home).free, {"home": str(home)}
    params["free"] = f"{free / 2**30:.1f}"
    todo = N_("Free space on the disk that holds %(home)s: old backups, old logs.")
    if not os.access(home, os.W_OK):
        return Fact(
            BAD,
            0,
            N_("%(home)s cannot be written."),
            params,
            N_("Make the file system writable again; look at the disk's own log."),
        )
    if free < DISK_FULL:
        return Fact(BAD, free, N_("The disk is full: %(free)s GB left."), params, todo)
    if free < DISK_LOW:
        return Fact(WARN, free, N_("The disk is nearly full: %(free)s GB left."), params, todo)
    return Fact(OK, free, N_("%(free)s GB free."), params)


# -- what will hurt tomorrow -----------------------------------------------------------------------------------------


def _one(query: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return tuple(cursor.fetchone())


@check("worker", N_("Job worker"), "seconds", database=True)
def worker() -> Fact:
    """Somebody does the queued work."""
    (age,) = _one(
        "SELECT extract(epoch FROM clock_timestamp() - max(last_heartbeat))::float FROM procrastinate_workers"
    )
    todo = N_("Start it: shegong serve, or shegong worker. Work waits in the queue; nothing is lost.")
    if age is None:
        return Fact(BAD, -1, N_("No job worker runs."), {}, todo)
    if age > WORKER_SILENT.total_seconds():
        return Fact(
            BAD,
            age,
            N_("No job worker has given a sign of life for %(seconds)s seconds."),
            {"seconds": int(age)},
            todo,
        )
    return Fact(OK, round(age, 1), N_("The job worker is alive."))


DUE = """
SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(coalesce(j.scheduled_at,
  (SELECT min(e.at) FROM procrastinate_events e WHERE e.job_id = j.id))))::float, 0)
FROM procrastinate_jobs j
WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= clock_timestamp()) AND j.queue_name {} 'messages'
"""


@check("queue", N_("Job queue"), "seconds", database=True)
def queue() -> Fact:
    """How long the oldest job that is due has waited."""
    waiting, age = _one(DUE.format("<>"))
    params = {"count": waiting, "minutes": int(age // 60)}
    text = N_("%(count)s jobs wait, the oldest for %(minutes)s minutes.")
    todo = N_(
        "See whether the worker runs and what its log says; more work at one time: shegong worker --concurrency 4."
    )
    if age > QUEUE_STUCK.total_seconds():
        return Fact(BAD, age, text, params, todo)
    if age > QUEUE_SLOW.total_seconds():
        return Fact(WARN, age, text, params, todo)
    return Fact(OK, round(age, 1), N_("No job waits for long."))


FAILING = """
SELECT count(*), coalesce(max(attempts), 0) FROM procrastinate_jobs
WHERE queue_name = 'messages' AND ((status = 'todo' AND attempts > 0) OR status = 'failed')
"""


@check("outbox", N_("Outgoing messages"), "seconds", database=True)
def outbox() -> Fact:
    """Messages that are due are delivered; those that failed are tried again."""
    waiting, age = _one(DUE.format("="))
    failing, _attempts = _one(FAILING)
    params = {"count": waiting, "minutes": int(age // 60), "failing": failing}
    todo = N_(
        "See whether the mail server and the SMS provider answer. Messages are kept and tried again by themselves."
    )
    if failing:
        return Fact(WARN, age, N_("%(failing)s messages could not be delivered so far."), params, todo)
    if age > QUEUE_SLOW.total_seconds():
        return Fact(
            WARN, age, N_("%(count)s messages wait, the oldest for %(minutes)s minutes."), params, todo
        )
    return Fact(OK, round(age, 1), N_("Every message that was due has been delivered."))


@check("checkpoint", N_("Checkpoint of the journal"), "seconds", database=True)
def checkpoint() -> Fact:
    """The journal's head lies outside the database, signed, and not from long ago."""
    todo = N_(
        "Name two places outside in SHEGONG_CHECKPOINTS and see whether they can be written (docs/operations.md)."
    )
    if not settings.CHECKPOINTS and not settings.PRODUCTION:
        return Fact(OFF, -1, N_("No places for checkpoints are set up."), {}, todo)
    fresh = checkpoints.freshness()
    age = fresh.age.total_seconds() if fresh.age is not None else -1
    if fresh.age is None:
        return Fact(
            BAD if fresh.is_stale else WARN, age, N_("No checkpoint lies outside the database yet."), {}, todo
        )
    params = {"hours": int(age // 3600)}
    if fresh.is_stale:
        return Fact(
            BAD, age, N_("The last checkpoint outside the database is %(hours)s hours old."), params, todo
        )
    return Fact(OK, round(age), N_("A fresh checkpoint lies outside the database."))


@check("scanner", N_("Virus scanner"), "", costly=True)
def scanner() -> Fact:
    """The scanner takes a harmless file; while it does not, no upload is taken either."""
    command = settings.SCAN_COMMAND
    if not command:
        state = WARN if settings.PRODUCTION else OFF
        return Fact(
            state,
            0,
            N_("Uploads are not scanned for viruses."),
            {},
            N_("Name a scanner in SHEGONG_SCAN_COMMAND."),
        )
    todo = N_("Start the scanner. Until then uploads are refused and everything else works.")
    try:
        words = shlex.split(command)  # the operator's own setting
        done = subprocess.run(words, input=b"clean", capture_output=True, timeout=SCAN_SECONDS, check=False)  # noqa: S603
        answer = str(done.returncode)
    except (OSError, subprocess.TimeoutExpired) as problem:
        answer = type(problem).__name__
    if answer != "0":
        return Fact(BAD, 0, N_("The virus scanner does not work (%(answer)s)."), {"answer": answer}, todo)
    return Fact(OK, 1, N_("The virus scanner works."))


@check("mail", N_("Mail server"), "", costly=True)
def mail() -> Fact:
    """The mail server greets."""
    if not settings.SMTP:
        return Fact(
            WARN if settings.PRODUCTION else OFF,
            0,
            N_("No mail server is set up."),
            {},
            N_("Name it in SHEGONG_SMTP."),
        )
    try:
        with socket.create_connection((settings.EMAIL_HOST, settings.EMAIL_PORT), MAIL_SECONDS) as line:
            line.settimeout(MAIL_SECONDS)
            is_alive = line.recv(3) == b"220"
    except OSError:
        is_alive = False
    if not is_alive:
        todo = N_(
            "Start the mail server or check SHEGONG_SMTP. Messages are kept and tried again by themselves."
        )
        return Fact(WARN, 0, N_("The mail server does not answer."), {}, todo)
    return Fact(OK, 1, N_("The mail server answers."))
