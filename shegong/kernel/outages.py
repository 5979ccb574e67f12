"""When the platform could not be used, declared by a person and never taken back; deadlines get those hours again.

The worker's pulse shows gaps by itself: a gap is proposed, a person declares it an outage or says why it was none.
Outages are published at /outages/. A later, longer one is a row of its own: hours that overlap count once.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import overload

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from shegong.kernel import journal
from shegong.kernel import lost_time as time_lost
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.jobs import job
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.walls_rows import Open

GAP = timedelta(minutes=15)  # so long without a pulse is proposed as an outage; a restart takes less
BACK = timedelta(days=30)  # an outage is declared while people still remember it
SHOWN = timedelta(days=7)  # the banner stays so long after the time given back
KEPT = timedelta(minutes=1)
NAMED, NONE = "declared", "none"

# Whoever keeps deadlines adds a function (outage, by, on) here: it runs in the transaction of the declaration and queues
# a job that looks at what ended in the days before.
on_declared: list[Callable[["Outage", Actor, date], object]] = []


class Outage(models.Model):
    """Hours in which people could not act; append-only. `notice_*` is what everybody reads."""

    during = DateTimeRangeField()
    notice_zh = models.TextField()
    notice_en = models.TextField(blank=True)
    declared_by = models.BigIntegerField()
    declared_at = models.DateTimeField(db_default=Now())
    gap = models.ForeignKey("ServiceGap", models.PROTECT, null=True, related_name="outages")

    journalled = ("during", "notice_zh", "notice_en", "declared_by")
    wall = Open("Published for everybody.")

    class Meta:
        app_label = "kernel"
        constraints = [
            models.CheckConstraint(
                name="outage_has_hours", condition=Q(during__upper_inf=False, during__lower_inf=False)
            )
        ]

    @property
    def hours(self) -> float:
        """How long, in hours."""
        return round((self.during.upper - self.during.lower).total_seconds() / 3600, 1)

    @property
    def given_back_until(self) -> datetime:
        """A deadline that fell at the end of this outage now ends here: that moment and the hours lost."""
        return self.during.upper + (self.during.upper - self.during.lower)  # type: ignore[no-any-return]


class ServiceGap(models.Model):
    """A time without a pulse, found by the worker: proposed as an outage until a person has answered."""

    during = DateTimeRangeField()
    found_at = models.DateTimeField(db_default=Now())
    answer = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    answered_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    journalled = ("during", "answer", "reason", "answered_by")
    wall = Open("Times of the machine; concerns nobody in particular.")

    class Meta:
        app_label = "kernel"
        constraints = [
            models.CheckConstraint(name="service_gap_answer", condition=Q(answer__in=["", NAMED, NONE]))
        ]


class Pulse(models.Model):
    """One row: when the worker and the database last worked together."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()

    wall = Open("The time of one row; concerns nobody in particular.")

    class Meta:
        app_label = "kernel"


def lost_time() -> tuple[time_lost.Lost, ...]:
    """Every outage declared, as spans of time."""
    rows = Outage.objects.order_by("id").values_list("during", flat=True)
    return tuple((during.lower, during.upper) for during in rows)


@overload
def extended(deadline: datetime, *, opened: date | None = None) -> datetime: ...
@overload
def extended(deadline: date, *, opened: date | None = None) -> date: ...
def extended(deadline: date, *, opened: date | None = None) -> date:
    """A deadline for acting with the hours of outages since its window `opened` given back (a day: whole days)."""
    return time_lost.extended(deadline, lost_time(), opened=opened)


def declare(
    *, start: datetime, end: datetime, notice_zh: str, notice_en: str = "", gap: ServiceGap | None = None,
    by: Actor, on: date,
) -> Outage:  # fmt: skip
    """Declare that nobody could act from `start` to `end`; deadlines that ran then follow. Never taken back.

    Refuses hours of no length, hours to come, and what lies more than thirty days back.
    """
    refuse_if(outage_obstacles(start, end, notice_zh, timezone.now()))
    with transaction.atomic():
        if gap is not None:
            _answer(gap, NAMED, notice_zh, by)
        row = Outage.objects.create(
            during=DateTimeTZRange(start, end, "[)"), notice_zh=notice_zh.strip(), notice_en=notice_en.strip(),
            declared_by=by.person_id or 0, gap=gap,
        )  # fmt: skip
        facts = {"from": start.isoformat(), "to": end.isoformat(), "gap": gap.pk if gap else None}
        journal.write(
            "kernel.outage.declare", by=by, subject=row, rows=[row, *([gap] if gap else [])], facts=facts
        )
        for follow in on_declared:
            follow(row, by, on)
        transaction.on_commit(forget_banner)
    return row


def outage_obstacles(start: datetime, end: datetime, notice: str, now: datetime) -> list[Obstacle]:
    """Why these hours cannot be declared at `now`."""
    found = []
    if end <= start:
        found.append(Obstacle("ends_before_start", N_("The outage must end after it began."), "end"))
    if end > now:
        found.append(
            Obstacle("not_over", N_("Declare it when it is over: only then the hours are known."), "end")
        )
    if start < now - BACK:
        found.append(Obstacle("too_old", N_("An outage is declared within thirty days."), "start"))
    if len(notice.strip()) < 4:
        found.append(Obstacle("notice_needed", N_("Say in Chinese what people could not do."), "notice_zh"))
    return found


@transaction.atomic
def dismiss(gap: ServiceGap, *, reason: str, by: Actor, on: date) -> ServiceGap:
    """Say why a gap was no outage for people, as when only the worker stood still."""
    refuse_if(reason_obstacles(reason))
    _answer(gap, NONE, reason, by)
    journal.write("kernel.gap.dismiss", by=by, subject=gap, reason=reason.strip(), rows=[gap])
    return gap


def _answer(gap: ServiceGap, answer: str, reason: str, by: Actor) -> None:
    waiting = ServiceGap.objects.filter(pk=gap.pk, answer="")
    if not waiting.update(answer=answer, reason=reason.strip(), answered_by=by.person_id, answered_at=Now()):
        raise Refused(Obstacle("gap_answered", N_("Somebody has answered this already.")))
    gap.refresh_from_db()


def open_gaps() -> "models.QuerySet[ServiceGap]":
    """Gaps that nobody has answered yet, the latest first."""
    return ServiceGap.objects.filter(answer="").order_by("-id")


def shown_now(now: datetime) -> Outage | None:
    """The outage that the banner tells of: the latest whose time given back ended less than a week ago."""
    rows = Outage.objects.filter(during__endswith__gt=now - BACK - SHOWN).order_by("-during")
    return next((row for row in rows if row.given_back_until + SHOWN > now), None)


_banner: tuple[datetime, Outage | None] | None = None


def banner(now: datetime) -> Outage | None:
    """The same for pages: asked once a minute in each process."""
    global _banner
    if _banner is None or not timedelta() <= now - _banner[0] < KEPT:
        _banner = (now, shown_now(now))
    return _banner[1]


def forget_banner() -> None:
    """Ask again at the next page."""
    global _banner
    _banner = None


def notice_in(outage: Outage, language: str | None) -> str:
    """What was declared, in the reader's language where it was given."""
    return outage.notice_en or outage.notice_zh if (language or "").startswith("en") else outage.notice_zh


def beat(now: datetime) -> ServiceGap | None:
    """Note that the house works; a gap since the last time is proposed as an outage."""
    with transaction.atomic():
        last = Pulse.objects.select_for_update().filter(pk=1).first()
        Pulse.objects.update_or_create(pk=1, defaults={"at": now})
        if last is None or now - last.at < GAP:
            return None
        gap = ServiceGap.objects.create(during=DateTimeTZRange(last.at, now, "[)"))
        journal.write("kernel.gap.find", by=SYSTEM, subject=gap, rows=[gap])
        return gap


@job("kernel.pulse", cron="* * * * *", attempts=1)
def pulse() -> int:
    """Each minute: the pulse."""
    return int(beat(timezone.now()) is not None)
