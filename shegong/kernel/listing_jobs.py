"""Jobs that make ordered exports, take them up again after a kill, and delete files whose time is over."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone, translation

from shegong.kernel import listing_store as store
from shegong.kernel import messages, walls_acting
from shegong.kernel.access import SYSTEM, Actor, actor_of_user
from shegong.kernel.jobs import job, later
from shegong.kernel.listing_export import Written
from shegong.kernel.listing_files import EXPORT_PAGE, Extract, NotExportable, extract_at, reach_words, record
from shegong.kernel.listing_orders import (
    Export,
    ExportState,
    _journal,
    due_to_expire,
    expire_order,
)
from shegong.kernel.listing_policy import export_policy
from shegong.kernel.refusal import Refused
from shegong.kernel.text import N_
from shegong.kernel.transition import transition

LOCK = 0x4558  # with the order's number: two workers never make one file at once
SILENT = timedelta(minutes=2)  # a job at work is heard of more often
MORE_AT_MOST, MORE_ROWS = 1.1, 100  # rows at work against rows that were ordered and agreed
READY = messages.Template(
    "kernel.export.ready",
    N_("Your export is ready"),
    N_("%(title)s: %(rows)s rows, file %(code)s. Download it until %(until)s; then it is deleted."),
)
FAILED = messages.Template(
    "kernel.export.failed", N_("Your export could not be made"), N_("%(title)s, file %(code)s: %(why)s")
)
UNDECIDED = messages.Template(
    "kernel.export.undecided",
    N_("Nobody decided on your export"),
    N_("%(title)s, file %(code)s: the time for a decision is over. Order it again if you still need it."),
)
RIGHTS = N_("Your rights no longer cover this list.")
GREW = N_("The list has grown well beyond what was ordered. Order it again.")


class Stopped(Exception):
    """The order was taken back while its file was being made."""


@contextmanager
def _alone(number: int) -> Iterator[bool]:
    """Whether this is the only worker at the order; the lock goes with the connection when a worker is killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, number])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, number])


@job("exports.make")
def make_export(export_id: int) -> None:
    """Make the file of an order. Done twice or by two, there is one file, one journal entry and one message."""
    with _alone(export_id) as mine:
        row = Export.objects.filter(pk=export_id, state=ExportState.QUEUED).first()
        if not mine or row is None:
            return
        with translation.override("zh-hans"):
            _make(row)


def _make(row: Export) -> None:
    actor = actor_of_user(row.user_id, timezone.localdate())
    try:
        extract = _extract(row, actor) if actor else None
    except (NotExportable, Refused):
        extract = None
    if extract is None:
        return _fail(row, RIGHTS)
    most = round(row.count * MORE_AT_MOST) + MORE_ROWS
    try:
        with walls_acting.acting(extract.scene.actor):  # not the system: the database shows what she may see
            if extract.count(most) > most:
                return _fail(row, GREW)
            written = extract.written(row.form, row.pk, row.reason, lambda count: _beat(row, count))
    except Stopped:
        return None
    with written.file:
        store.keep(row.pk, written.file)
    return _finish(row, extract, written)


def _extract(row: Export, actor: Actor) -> Extract:
    extract = extract_at(row.path, row.query, actor)
    return extract.unsealed(row.reason) if row.full else extract


def _beat(row: Export, count: int) -> None:
    """Progress for the page, a sign of life, and the moment to notice that the order was taken back."""
    alive = Export.objects.filter(pk=row.pk, state=ExportState.QUEUED)
    if not alive.update(written=count, beat_at=timezone.now()):
        raise Stopped


@transaction.atomic
def _finish(row: Export, extract: Extract, written: Written) -> None:
    """State, journal and message in one transaction: only one run of the job gets here."""
    actor, until = (
        extract.scene.actor,
        timezone.now() + timedelta(days=export_policy(timezone.localdate()).kept_days),
    )
    row = transition(
        row, "finish", written=written.rows, sha256=written.sha256, size=written.size, ready_at=timezone.now(),
        expires_at=until, reach=reach_words(actor, row.permission),
    )  # fmt: skip
    record(extract, row.form, written, row, reason=row.reason, rows=[row])
    values = {"title": row.title, "rows": f"{written.rows:,}", "code": row.code,
              "until": f"{timezone.localtime(until):%Y-%m-%d %H:%M}"}  # fmt: skip
    tell(row, READY, values)


@transaction.atomic
def _fail(row: Export, why: str) -> None:
    row = transition(row, "fail", answer=why)
    _journal("kernel.export.fail", row, SYSTEM)
    tell(row, FAILED, {"title": row.title, "code": row.code, "why": translation.gettext(why)})


def tell(row: Export, template: messages.Template, values: dict[str, Any]) -> None:
    """Tell whoever ordered the file, in the inbox, with the way to it; in the caller's transaction."""
    if row.person_id is not None:
        person: Any = SimpleNamespace(pk=row.person_id)  # the kernel knows people by number only
        page = reverse(EXPORT_PAGE, args=[row.pk])
        messages.send(person, template, values, channels=(messages.INBOX,), link=page)


@job("exports.resume", cron="* * * * *")
def resume_exports() -> int:
    """Each minute: orders whose worker has fallen silent are queued again; how many."""
    silent = Export.objects.filter(state=ExportState.QUEUED, beat_at__lt=timezone.now() - SILENT)
    found = list(silent.values_list("pk", flat=True))
    for number in found:
        with transaction.atomic():
            Export.objects.filter(pk=number).update(beat_at=timezone.now())
            later(make_export, export_id=number)
    return len(found)


@job("exports.expire", cron="17 * * * *")
def expire_exports() -> int:
    """Each hour: delete files whose time is over, and those that no order holds any more; how many."""
    for row in due_to_expire(timezone.localdate(), timezone.now()):
        with transaction.atomic():
            is_undecided = row.state == ExportState.PROPOSED
            expire_order(row, by=SYSTEM, on=timezone.localdate())
            if is_undecided:
                tell(row, UNDECIDED, {"title": row.title, "code": row.code})
    held = [ExportState.QUEUED, ExportState.READY]
    needed = set(Export.objects.filter(state__in=held).values_list("pk", flat=True))
    gone = [number for number in store.kept() if number not in needed]
    for number in gone:
        store.drop(number)
    return len(gone)
