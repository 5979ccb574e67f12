"""Every night: what has outlived its period goes, table by table as policy/retention.toml says; and people whom no
period holds any more are proposed for erasure. Whatever this removes is named in one entry of the journal."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from shegong.duties.registry.actions.forgetting import drop_drafts, drop_orphans
from shegong.duties.registry.models import Desk, Registration
from shegong.ground.accounts.models import SignIn
from shegong.ground.intake.actions.originals import forget_originals
from shegong.ground.people.models import Contact, Person, Withheld, records_of
from shegong.kernel import journal, messages
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.idempotency import IdempotencyKey
from shegong.kernel.inventory import Period, period
from shegong.kernel.jobs import job
from shegong.kernel.listing_orders import OPEN, Export, ExportState
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.steering.privacy.actions.asking import note, place_of
from shegong.steering.privacy.actions.doors import holds_of
from shegong.steering.privacy.models import Request
from shegong.work.employment.models import Employment

AT_ONCE = 500  # people looked at in a night


def ended_before(name: str, on: date) -> date:
    """What began before this day has outlived the period on `on`."""
    rule: Period = period(name, on)
    start = on - timedelta(days=rule.days)
    month = start.month - 1 - rule.months
    year, month = start.year - rule.years + month // 12, month % 12 + 1
    while True:
        try:
            return date(year, month, start.day)
        except ValueError:  # 29 February, or a month with fewer days
            start -= timedelta(days=1)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


def _messages(on: date) -> int:
    """The text goes; that something was delivered stays as proof."""
    old = Message.objects.filter(created_at__lt=_moment(ended_before("message", on))).exclude(text=b"")
    to_addresses = old.filter(person_id=None).update(text=b"", address=b"")
    return to_addresses + old.update(text=b"", address=None, channels=[messages.SMS])


def _sign_ins(on: date) -> int:
    limit = _moment(ended_before("sign_in", on))
    return SignIn.objects.filter(Q(ended_at__lt=limit) | Q(ended_at=None, seen_at__lt=limit)).delete()[0]


def _contacts(on: date) -> int:
    never_used = Q(during__isempty=True)  # replaced on the day it was given
    return Contact.objects.filter(never_used | Q(during__endswith__lt=ended_before("contact", on))).delete()[
        0
    ]


def _exports(on: date) -> int:
    kept = [str(state) for state in (*OPEN, ExportState.READY)]
    old = Export.objects.filter(ordered_at__lt=_moment(ended_before("export", on))).exclude(state__in=kept)
    rows = list(old)
    if rows:
        Export.objects.filter(pk__in=[row.pk for row in rows]).delete()
        journal.write("privacy.exports.forget", by=SYSTEM, subject=rows[0], gone=rows)
    return len(rows)


SWEEPS: dict[str, Callable[[date], int]] = {
    "registry.application": lambda on: drop_drafts(_moment(ended_before("draft", on)), by=SYSTEM),
    "documents.file": lambda on: drop_orphans(_moment(ended_before("moment", on))),
    "sessions.session": lambda on: Session.objects.filter(expire_date__lt=_moment(on)).delete()[0],
    "accounts.signin": _sign_ins,
    "people.contact": _contacts,
    "kernel.message": _messages,
    "kernel.batch": lambda on: forget_originals(_moment(ended_before("batch", on))),
    "kernel.idempotencykey": lambda on: IdempotencyKey.objects.filter(
        created_at__lt=_moment(ended_before("moment", on))
    ).delete()[0],
    "registry.desk": lambda on: Desk.objects.filter(
        opened_at__lt=_moment(ended_before("moment", on))
    ).delete()[0],
    "kernel.export": _exports,
}


def sweep(*, by: Actor, on: date) -> dict[str, int]:
    """Remove what has outlived its period on `on`, each table in a transaction of its own; counts by table.

    Only the system. One-time codes and counters of tries go with `accounts.tidy`, files of exports with `exports.expire`.
    """
    _system(by)
    found = {}
    for table, remove in SWEEPS.items():
        with transaction.atomic():
            found[table] = remove(on)
    return {table: count for table, count in found.items() if count}


def _system(by: Actor) -> None:
    if not by.is_system:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))


def expired(on: date) -> list[Person]:
    """People whom nothing has held, and who have not signed in, since the period of the talent base. Each night looks at
    `AT_ONCE` others, by lot: those whom an archive holds for decades must not stand before the rest for ever."""
    limit = ended_before("person", on)
    seen = SignIn.objects.filter(user__person=OuterRef("pk"), seen_at__gte=_moment(limit))
    asked = Request.objects.filter(person=OuterRef("pk")).exclude(state="withdrawn")
    withheld = Withheld.objects.filter(person_id=OuterRef("pk"))
    lives = Registration.objects.filter(person=OuterRef("pk"), closed_on=None, valid_to__gte=limit)
    works = Employment.objects.current().filter(person=OuterRef("pk"))
    works = works.filter(Q(during__upper_inf=True) | Q(during__endswith__gte=limit))
    rows = Person.objects.filter(
        ~Exists(seen), ~Exists(asked), ~Exists(withheld), ~Exists(lives), ~Exists(works), merged_into=None,
        created_at__lt=_moment(limit),
    )  # fmt: skip
    return [one for one in rows.order_by("?")[:AT_ONCE] if not holds_of(records_of(one.pk), limit)]


def propose_expired(*, province: int, by: Actor, on: date) -> list[Request]:
    """Put people whom no period holds any more before the offices: two officers decide, nothing goes by itself."""
    _system(by)
    found = []
    for person in expired(on):
        with transaction.atomic():
            row = Request.objects.create(
                person=person, region_code=place_of(person, on, province), origin="retention"
            )
            row.refresh_from_db()
            note(row, "expire", by)
            found.append(row)
    return found


@job("privacy.retention", cron="10 19 * * *")
def retention() -> None:
    """Every night."""
    today = timezone.localdate()
    sweep(by=SYSTEM, on=today)
    propose_expired(province=settings.PROVINCE, by=SYSTEM, on=today)
