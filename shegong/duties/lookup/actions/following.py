"""From the journal and the clock to alerts: each change once for each watch, also when the job is killed or runs twice.

One transaction reads what the journal tells since the last time (`kernel.journal_reading`) and writes the alerts with
whom they are for. Days are taken the same way, one by one: whoever comes second waits for the row of the mark.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from shegong.duties.lookup.actions.audience import Audience
from shegong.duties.lookup.models import Alert, Due, Following
from shegong.duties.lookup.rules.news import NEWS, What
from shegong.duties.registry.models import Application, Registration, Restriction
from shegong.duties.registry.models.policies import registration_policy
from shegong.kernel.journal import JournalEntry
from shegong.kernel.journal_reading import reading
from shegong.work.employment.models import Employment

READER, CLOCK = "lookup.alerts", "clock"
HELD, HINDSIGHT = "registry.hold.place", timedelta(days=31)
TOLD = Q(verb__in=[*NEWS, HELD]) | Q(verb__startswith="employment.")
REGISTERED, RESTRICTED = Registration._meta.db_table, Restriction._meta.db_table
WORKING = Employment._meta.db_table
STILL = (".move", ".part", ".forget")  # rows that change hands, not what they say


@dataclass(frozen=True)
class News:
    """What happened to a registration; `body`: for the staff watch of this body alone; `away`: for whoever watches the
    place that it left."""

    registration_id: int
    what: What
    on: date
    until: date | None
    cause: str
    body: int | None = None
    away: int | None = None


def hold(name: str) -> Following:
    """The mark, taken until commit."""
    Following.objects.get_or_create(name=name)
    return Following.objects.select_for_update().get(name=name)


def follow_journal(on: date) -> bool:
    """Write alerts for the next entries; whether there may be more."""
    with reading(READER, TOLD) as part:
        record([*_of_register(part.entries), *_of_jobs(part.entries)], on)
    return part.more


@transaction.atomic
def follow_clock(on: date) -> bool:
    """Write alerts for what the next day brought by itself; whether a day is left. The first run begins today."""
    mark = hold(CLOCK)
    day = mark.day + timedelta(days=1) if mark.day else on
    if day > on:
        return False
    record([*_by_validity(day), *_by_suspension(day)], on)
    Following.objects.filter(pk=mark.pk).update(day=day)
    return day < on


def _keys(entry: JournalEntry, table: str) -> list[int]:
    return [int(key.rpartition(":")[2]) for key in entry.rows if key.startswith(f"{table}:")]


def _of_register(entries: Sequence[JournalEntry]) -> Iterator[News]:
    for entry in entries:
        what = NEWS.get(entry.verb)
        if entry.verb == HELD:
            yield from _stands_after_all(entry)
        elif what in (What.SUSPENDED, What.LIFTED):
            yield from _of_restriction(entry, what)
        elif what is not None:
            for row in Registration.objects.filter(pk__in=_keys(entry, REGISTERED)):
                if (row.closed_on is None) == (what not in (What.CANCELLED, What.REVOKED)):
                    day = row.closed_on or _began(row, what, entry)
                    yield News(row.pk, what, day, row.valid_to, f"j{entry.seq}")
                    yield from _moved_away(row, day, entry)


def _moved_away(row: Registration, day: date, entry: JournalEntry) -> Iterator[News]:
    """With a change or a renewal the registration went to another county: the one that it left hears of it once."""
    asked = Application.objects.filter(number=entry.facts.get("application") or None, registration=row)
    left, to = asked.values_list("from_region_code", "region_code").first() or (None, None)
    if left is not None and left != to:
        yield News(row.pk, What.MOVED, day, row.valid_to, f"j{entry.seq}", away=left)


def _stands_after_all(entry: JournalEntry) -> Iterator[News]:
    """A status kept in hindsight, as when an outage was declared late: who was told of a lapse is told that there is none."""
    rows = Registration.objects.filter(pk__in=_keys(entry, REGISTERED), closed_on__isnull=True)
    for row in rows:
        told = Alert.objects.filter(registration=row, what=What.LAPSED, on__lte=row.valid_to, at__lt=entry.at)
        last = told.order_by("-id").first()
        if last is not None and last.at > entry.at - HINDSIGHT:
            yield News(row.pk, What.REINSTATED, last.on, row.valid_to, f"j{entry.seq}")


def _began(row: Registration, what: What, entry: JournalEntry) -> date:
    return row.admitted_on if what is What.ADMITTED else timezone.localdate(entry.at)


def _of_restriction(entry: JournalEntry, what: What) -> Iterator[News]:
    """Suspensions alone: other sanctions do not bear on the status. What was imposed and lifted at once is told twice; one
    that was only shortened still holds, and is told with its new days; where another took its place, that one is told."""
    rows = list(Restriction.objects.filter(pk__in=_keys(entry, RESTRICTED), kind="suspended").order_by("pk"))
    mine = _open_of(row.person_id for row in rows[:1])
    if not rows or rows[0].person_id not in mine:
        return
    day, registration = timezone.localdate(entry.at), mine[rows[0].person_id]
    holds = [
        row for row in rows if entry.at in row.recorded and row.stayed_on is None and row.during.upper > day
    ]
    if what is What.LIFTED and not holds:
        others = Restriction.objects.current().filter(
            person=rows[0].person_id, kind="suspended", stayed_on=None
        )
        if not others.filter(during__contains=day).exists():
            yield News(registration.pk, What.LIFTED, day, None, f"j{entry.seq}")
    elif (during := (holds or rows)[-1].during).upper > day:  # not what had passed when it was written down
        yield News(
            registration.pk, What.SUSPENDED, during.lower, during.upper - timedelta(days=1), f"j{entry.seq}"
        )


def _open_of(person_ids: Iterable[int]) -> dict[int, Registration]:
    rows = Registration.objects.filter(person__in=list(person_ids), closed_on__isnull=True)
    return {row.person_id: row for row in rows}


def _of_jobs(entries: Sequence[JournalEntry]) -> Iterator[News]:
    """Who left an employer: an entry closes a row and stands by another of the same job that ends earlier."""
    for entry in entries:
        if not entry.verb.startswith("employment.") or entry.verb.endswith(STILL):
            continue
        rows = list(Employment.objects.filter(pk__in=_keys(entry, WORKING)))
        ended = [row for row in rows if row.recorded.upper_inf and row.during.upper and _cut(row, rows)]
        mine = _open_of(row.person_id for row in ended)
        for row in ended:
            if held := mine.get(row.person_id):
                yield News(held.pk, What.LEFT, row.during.upper, None, f"e{row.pk}", row.employer_id)


def _cut(row: Employment, rows: Sequence[Employment]) -> bool:
    def before(other: Employment) -> bool:
        same = (other.person_id, other.employer_id) == (row.person_id, row.employer_id)
        return (
            same
            and not other.recorded.upper_inf
            and (other.during.upper is None or other.during.upper > row.during.upper)
        )

    return any(map(before, rows))


def _by_validity(day: date) -> Iterator[News]:
    policy, yesterday = registration_policy(day), day - timedelta(days=1)
    steps = [(What.EXPIRING, day + timedelta(days=policy.expiring_days - 1)),
             (What.LAPSED, yesterday - timedelta(days=policy.grace_days))]  # fmt: skip
    if policy.grace_days:
        steps.append((What.GRACE, yesterday))
    for what, last in steps:
        rows = Registration.objects.filter(closed_on__isnull=True, valid_to=last, admitted_on__lt=day)
        for pk in rows.values_list("pk", flat=True):
            yield News(pk, what, day, last, f"d{day}")


def _by_suspension(day: date) -> Iterator[News]:
    """Suspensions whose last day was yesterday, and that nobody lifted."""
    ended = Restriction.objects.current().filter(
        kind="suspended", stayed_on=None, during__endswith=day, recorded__startswith__date__lt=day
    )
    people = list(ended.values_list("person_id", flat=True))
    again = set(
        Restriction.objects.current().on(day).filter(kind="suspended", stayed_on=None, person__in=people)
        .values_list("person_id", flat=True)
    )  # fmt: skip
    for person_id, row in _open_of(set(people) - again).items():
        if row.valid_to >= day:
            yield News(row.pk, What.OVER, day, row.valid_to, f"d{day}:{person_id}")


def record(news: Sequence[News], on: date) -> int:
    """Write an alert for each watch, with whom it is for and when he is due; how many. Its mark is held by the caller."""
    if not news:
        return 0
    found = Registration.objects.in_bulk([one.registration_id for one in news])
    audience = Audience(list(found.values()), on)
    wanted = {}
    for one in news:
        row = found[one.registration_id]
        found_by = audience.watches(row, one.body) if one.away is None else audience.left(row, one.away)
        for watch in found_by:
            wanted[watch.pk, row.pk, str(one.what), one.cause] = Alert(
                watch=watch, body_id=watch.body_id, region_code=watch.region_code, registration=row, what=one.what,
                on=one.on, until=one.until, cause=one.cause,
            )  # fmt: skip
    known = Alert.objects.filter(cause__in={one.cause for one in news})
    for key in known.values_list("watch_id", "registration_id", "what", "cause"):
        wanted.pop(key, None)
    written = Alert.objects.bulk_create(wanted.values(), batch_size=1000)
    Due.objects.bulk_create(_dues(written, audience), batch_size=1000)
    return len(written)


def _dues(alerts: Iterable[Alert], audience: Audience) -> Iterator[Due]:
    now = timezone.localtime()
    for alert in alerts:
        for person_id, due, channels in audience.readers(alert.watch, alert.what, now):
            yield Due(alert=alert, person_id=person_id, due_at=due, channels=" ".join(channels))
