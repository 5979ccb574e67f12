"""Ordered exports: what is too large, or too sensitive, for an answer becomes a job; above a cap another person agrees.

The order keeps the address, not the rows: the job asks it again as the one who ordered, with the authority of that
moment (`kernel/listing_jobs`). Number, words and file are for people; the journal holds codes only.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from shegong.kernel import journal, quota
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.jobs import later
from shegong.kernel.listing_export import TYPES, mark_code
from shegong.kernel.listing_policy import ExportPolicy, export_policy
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.kernel.walls_rows import Wall
from shegong.kernel.workflow import Workflow, step

if TYPE_CHECKING:
    from shegong.kernel.listing_files import Extract  # pages; a model cannot wait for them

SHORTEST_REASON, LONGEST_REASON = 4, 200
MOST_COUNTED = 10_000_000


class ExportState(StrEnum):
    """States of an ordered export."""

    PROPOSED = "proposed"
    QUEUED = "queued"
    READY = "ready"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    EXPIRED = "expired"


OPEN = (ExportState.PROPOSED, ExportState.QUEUED)
STATE_NAMES = {
    ExportState.PROPOSED: N_("Waits for approval"),
    ExportState.QUEUED: N_("Being made"),
    ExportState.READY: N_("Ready"),
    ExportState.REFUSED: N_("Not approved"),
    ExportState.WITHDRAWN: N_("Taken back"),
    ExportState.FAILED: N_("Not possible"),
    ExportState.EXPIRED: N_("Deleted after its time"),
}
EXPORTS = Workflow(
    ExportState,
    ExportState.PROPOSED,
    [
        step("queue", "proposed", "queued"),
        step("approve", "proposed", "queued", "D19"),
        step("refuse", "proposed", "refused", "D19"),
        step("withdraw", OPEN, "withdrawn"),
        step("finish", "queued", "ready"),
        step("fail", "queued", "failed"),
        step("expire", ["proposed", "ready"], "expired"),
    ],
)


class ExportQuerySet(ScopedQuerySet):
    """Reads of orders."""

    def own(self, actor: Actor) -> Self:
        """The orders of this account, newest first."""
        own = self.filter(user_id=actor.user_id) if actor.user_id else self.none()
        return own.order_by("-id")

    def waiting(self) -> Self:
        """Those that another person must decide, oldest first."""
        return self.filter(state=ExportState.PROPOSED).order_by("id")


class Export(models.Model):
    """One order: who wants which rows of which list and why, what became of it. `path` and `query` are the address."""

    user_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    region_code = models.IntegerField(null=True)
    listing = models.TextField()
    title = models.TextField()
    path = models.TextField()
    query = models.TextField(blank=True)
    filters = models.TextField(blank=True)
    columns = ArrayField(models.TextField())
    permission = models.TextField()
    form = models.TextField()
    full = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    count = models.IntegerField()
    state = models.TextField(default="proposed")
    version = models.IntegerField(default=0)
    ordered_at = models.DateTimeField(db_default=Now())
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    written = models.IntegerField(default=0)
    beat_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    sha256 = models.TextField(blank=True)
    size = models.BigIntegerField(default=0)
    reach = models.TextField(blank=True)

    objects = ExportQuerySet.as_manager()
    workflow = EXPORTS
    journalled = (
        "user_id", "person_id", "listing", "path", "query", "form", "full", "reason", "count", "state",
        "decided_by_id", "sha256",
    )  # fmt: skip
    wall = Wall(region="region_code", person="person_id", own=True)

    class Meta:
        app_label = "kernel"
        constraints = [
            models.CheckConstraint(name="export_state", condition=Q(state__in=[str(s) for s in ExportState])),
            models.CheckConstraint(name="export_form", condition=Q(form__in=list(TYPES))),
            models.CheckConstraint(
                name="export_four_eyes",
                condition=Q(decided_by_id__isnull=True) | Q(person_id__isnull=True) | ~Q(decided_by_id=F("person_id")),
            ),
            models.CheckConstraint(
                name="export_full_was_agreed",
                condition=Q(full=False) | ~Q(state__in=["queued", "ready"]) | Q(decided_by_id__isnull=False),
            ),
            models.CheckConstraint(
                name="export_ready_has_a_file", condition=~Q(state="ready") | (~Q(sha256="") & Q(expires_at__isnull=False))
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["user_id", "-id"], name="export_own"),
            models.Index(fields=["region_code"], condition=Q(state="proposed"), name="export_waiting"),
        ]

    @property
    def code(self) -> str:
        """The number printed in the file."""
        return mark_code(self.pk)

    @property
    def state_name(self) -> str:
        """English words of the state, to translate."""
        return STATE_NAMES[ExportState(self.state)]

    @property
    def percent(self) -> int:
        """How far the job is."""
        return min(100, self.written * 100 // max(self.count, 1))


def order_obstacles(
    extract: "Extract",
    rows: int,
    *,
    reason: str,
    needs_approval: bool,
    full: bool,
    open_orders: int,
    policy: ExportPolicy,
) -> list[Obstacle]:
    """Why the file may not be ordered: no rows, no reason where one is needed, too many full numbers, too many orders."""
    found = []
    if not rows:
        found.append(Obstacle("no_rows", N_("This list has no rows to export.")))
    if needs_approval and len(reason.strip()) < SHORTEST_REASON:
        message = N_("Say what the file is needed for, in at least %(least)s characters.")
        found.append(Obstacle("export_reason", message, field="reason", params={"least": SHORTEST_REASON}))
    if len(reason) > LONGEST_REASON:
        found.append(Obstacle("export_reason_long", N_("At most 200 characters."), field="reason"))
    if full and not extract.may_unseal:
        found.append(Obstacle("not_allowed", N_("Your role does not cover this."), field="full"))
    if full and rows > policy.full_rows:
        message = N_("With full identity numbers at most %(most)s rows. Narrow the list with a filter.")
        found.append(Obstacle("full_most", message, field="full", params={"most": f"{policy.full_rows:,}"}))
    if open_orders >= policy.open_orders:
        message = N_("%(most)s of your exports are unfinished. Wait for them, or take one back.")
        found.append(Obstacle("open_orders", message, params={"most": policy.open_orders}))
    return found


@transaction.atomic
def order_export(
    extract: "Extract", *, path: str, query: str, form: str, reason: str, full: bool, by: Actor, on: date
) -> Export:
    """Order the file of an address: a job makes it, at once or when another person has agreed (D19).

    Refuses what `order_obstacles` says, and an address too long to keep.
    """
    policy, rows = export_policy(on), extract.count(MOST_COUNTED)
    quota.hold(by)  # two orders at once would each find room in the day for itself
    mine = Export.objects.own(by).filter(state__in=OPEN).count()
    needs = policy.needs_approval(rows, full=full, taken=quota.taken(by))
    refuse_if(
        order_obstacles(
            extract, rows, reason=reason, needs_approval=needs, full=full, open_orders=mine, policy=policy
        )
    )
    if len(query) > 4000:
        raise Refused(Obstacle("view_query", N_("This list has too many conditions to export.")))
    row = Export.objects.create(
        user_id=by.user_id, person_id=by.person_id, region_code=extract.place, listing=extract.key, title=extract.title,
        path=path, query=query, filters=extract.filters, columns=[str(c.title) for c in extract.columns],
        permission=extract.scene.permission, form=form, full=full, reason=reason.strip(), count=rows,
    )  # fmt: skip
    if not needs:
        quota.take(by, rows)
        row = _queue(transition(row, "queue", beat_at=Now()))
    _journal("kernel.export.order", row, by, reason=row.reason)
    return row


def _queue(row: Export) -> Export:
    from shegong.kernel.listing_jobs import make_export  # noqa: PLC0415  the job builds on the orders

    later(make_export, export_id=row.pk)
    return row


def _journal(verb: str, row: Export, by: Actor, reason: str = "") -> None:
    facts: dict[str, Any] = {"list": row.listing, "form": row.form, "rows": row.count, "full": row.full}
    authority = next(iter(by.with_permission(row.permission)), None)
    journal.write(
        verb, by=by, subject=row, region_code=row.region_code, reason=reason, facts=facts, rows=[row], authority=authority
    )  # fmt: skip


def decision_obstacles(row: Export, by: Actor) -> list[Obstacle]:
    """Why this person may not decide the order: it is their own (D19)."""
    if by.person_id is None or by.person_id == row.person_id or by.user_id == row.user_id:
        return [Obstacle("four_eyes", N_("Another person than the one who ordered the file must decide."))]
    return []


@transaction.atomic
def approve_order(row: Export, *, seen: int | None, by: Actor, on: date) -> Export:
    """Agree: the job may make the file. The caller has checked the permission over `row.region_code`."""
    refuse_if(decision_obstacles(row, by))
    row = transition(row, "approve", seen=seen, decided_by_id=by.person_id, decided_at=Now(), beat_at=Now())
    _journal("kernel.export.approve", _queue(row), by)
    return row


@transaction.atomic
def refuse_order(row: Export, *, reason: str, seen: int | None, by: Actor, on: date) -> Export:
    """Do not agree, with the reason. The caller has checked the permission over `row.region_code`."""
    refuse_if(decision_obstacles(row, by))
    if not reason.strip():
        raise Refused(Obstacle("reason", N_("Give the reason."), field="reason"))
    row = transition(
        row, "refuse", seen=seen, decided_by_id=by.person_id, decided_at=Now(), answer=reason.strip()
    )
    _journal("kernel.export.refuse", row, by, reason=row.answer)
    return row


@transaction.atomic
def withdraw_order(row: Export, *, by: Actor, on: date) -> Export:
    """Take one's own unfinished order back; a job at work notices and stops."""
    if by.user_id != row.user_id:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    row = transition(row, "withdraw")
    _journal("kernel.export.withdraw", row, by)
    return row


@transaction.atomic
def expire_order(row: Export, *, by: Actor, on: date) -> Export:
    """Past its time: nobody decided, or the file was kept long enough. The caller deletes the file after commit."""
    row = transition(row, "expire")
    _journal("kernel.export.expire", row, by)
    return row


def note_download(row: Export, *, by: Actor) -> None:
    """The finished file leaves the house. The caller has checked whose it is."""
    facts = {"list": row.listing, "form": row.form, "rows": row.written, "full": row.full, "file": row.code}
    authority = next(iter(by.with_permission(row.permission)), None)
    journal.write(
        "kernel.export.download", by=by, subject=row, region_code=row.region_code, facts=facts, authority=authority
    )  # fmt: skip


def due_to_expire(on: date, now: Any) -> list[Export]:
    """Files whose time is over, and orders that nobody decided in time."""
    late = now - timedelta(days=export_policy(on).decide_days)
    over = Q(state=ExportState.READY, expires_at__lte=now) | Q(
        state=ExportState.PROPOSED, ordered_at__lte=late
    )
    return list(Export.objects.filter(over).order_by("id"))
