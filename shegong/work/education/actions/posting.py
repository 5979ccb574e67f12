"""Hours into the ledger: one record, or a class of thousands in one statement (T3.3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from shegong.ground.documents.models import Folder
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.copying import Keyed, among, insert_new
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.work.education.models import CreditEntry
from shegong.work.education.models.policies import entering, table_of, year_obstacles
from shegong.work.education.rules import Permission
from shegong.work.education.rules.late import entry_obstacles, equivalent_obstacles

TWO_ROOMS = "credit_not_in_two_rooms"
SHOWN = 20  # clashes that a refusal of many names


@dataclass(frozen=True)
class NewEntry:
    """One record to be: `during` from and to, where the times are known."""

    person_id: int
    minutes: int
    kind: str
    earned_on: date
    source: str
    source_id: int
    during: tuple[datetime, datetime] | None = None
    passed: bool = True
    credit_code: str = ""
    provider_id: int | None = None
    title: str = ""
    region_code: int | None = None
    folder_id: int | None = None
    vouched_by_id: int | None = None


def new_entry(
    person: Person, *, minutes: int, kind: str, earned_on: date, source: str, source_id: int,
    during: tuple[datetime, datetime] | None = None, passed: bool = True, credit_code: str = "",
    provider: Organization | None = None, title: str = "", region_code: int | None = None,
    folder: Folder | None = None, by: Actor,
) -> NewEntry:  # fmt: skip
    """A record of rows instead of keys; whoever acts vouches."""
    return NewEntry(
        person.pk, minutes, kind, earned_on, source, source_id, during, passed, credit_code,
        provider.pk if provider else None, title.strip(), region_code, folder.pk if folder else None, by.person_id,
    )  # fmt: skip


@answers("T3.3")
@transaction.atomic
def post(
    person: Person, *, minutes: int, kind: str, earned_on: date, source: str, source_id: int,
    during: tuple[datetime, datetime] | None = None, passed: bool = True, credit_code: str = "",
    provider: Organization | None = None, title: str = "", region_code: int | None = None,
    folder: Folder | None = None, by: Actor, on: date,
) -> CreditEntry:  # fmt: skip
    """Enter hours of a person. The same source again gives the record that is there.

    Refuses a locked year (two people: `propose_late`), impossible days, times at which the person sat elsewhere, and
    an officer's own hours.
    """
    require(by, Permission.ENTER, region_code)
    entry = new_entry(
        person, minutes=minutes, kind=kind, earned_on=earned_on, source=source, source_id=source_id, during=during,
        passed=passed, credit_code=credit_code, provider=provider, title=title, region_code=region_code,
        folder=folder, by=by,
    )  # fmt: skip
    return enter([entry], by=by, on=on)[0]


@answers("T3.3")
@transaction.atomic
def post_many(rows: Sequence[NewEntry], *, by: Actor, on: date) -> list[int]:
    """Enter hours of many people at once, in one statement a thousand and one journal entry; what is there already is
    skipped. Refuses as `post` does, all together or nothing. Gives the keys of the records that are new."""
    for region in {row.region_code for row in rows}:
        require(by, Permission.ENTER, region)
    return write(rows, by=by, on=on)


def enter(rows: Sequence[NewEntry], *, by: Actor, on: date, late: bool = False) -> list[CreditEntry]:
    """As `write`, and what was there already is given back too. For actions that have asked for the right."""
    fresh = CreditEntry.objects.filter(pk__in=among(write(rows, by=by, on=on, late=late)))
    new = {(row.source, row.source_id): row for row in fresh}
    found = []
    for row in rows:
        known = new.get((row.source, row.source_id)) or CreditEntry.objects.current().filter(
            source=row.source, source_id=row.source_id
        ).first()  # fmt: skip
        if known is None or known.person_id != row.person_id:
            message = N_("This source already gave hours to somebody else.")
            raise Refused(Obstacle("source_taken", message))
        found.append(known)
    return found


def write(rows: Sequence[NewEntry], *, by: Actor, on: date, late: bool = False) -> list[int]:
    """The door to the ledger for actions that have asked for the right: keys of the records that are new, and no rows, for
    ten thousand of them take as long to make as to insert. `late`: two people have let the hours in."""
    refuse_if(list(obstacles(rows, by=by, on=on, late=late)))
    if not rows:
        return []
    keys = _insert(sorted(rows, key=lambda row: (row.person_id, row.earned_on, row.source, row.source_id)))
    if not keys:
        return []
    one, alone = rows[0], len({row.person_id for row in rows}) == 1
    about = one.person_id if alone else None
    first = CreditEntry(pk=keys[0], person_id=about, region_code=one.region_code)
    journal.write(
        "education.credit.post", by=by, subject=first, rows=[Keyed(CreditEntry, keys)],
        about_person_id=about,
        region_code=one.region_code,
        facts={"records": len(keys), "source": one.source, "late": late},
    )  # fmt: skip
    return keys


def obstacles(rows: Sequence[NewEntry], *, by: Actor, on: date, late: bool) -> Iterator[Obstacle]:
    """What stands against these records, each sort of row asked once."""
    rules = entering(on)
    sorts = {(r.minutes, r.kind, r.earned_on, r.during, r.title, r.credit_code, r.region_code) for r in rows}
    for minutes, kind, earned_on, during, title, code, region in sorted(sorts, key=str):
        yield from entry_obstacles(minutes=minutes, kind=kind, earned_on=earned_on, on=on, entering=rules,
                                   during=during, title=title)  # fmt: skip
        yield from equivalent_obstacles(kind, code, minutes, table_of(region, on))
    if not late and not by.is_system:
        for year_day in {date(row.earned_on.year, 1, 1) for row in rows}:
            yield from year_obstacles(year_day, on)
    if by.person_id is not None and any(row.person_id == by.person_id for row in rows):
        yield Obstacle("own_hours", N_("These are your own hours. Somebody else decides."))


_COLUMNS = (
    "person_id", "minutes", "kind", "passed", "credit_code", "earned_on", "during", "source", "source_id",
    "provider_id", "title", "region_code", "folder_id", "vouched_by_id",
)  # fmt: skip
ONCE = "(source, source_id) WHERE upper_inf(recorded)"


def _insert(rows: Sequence[NewEntry]) -> list[int]:
    """Keys of the rows that are new."""
    _wait_for_their_turn({row.person_id for row in rows})
    try:
        with transaction.atomic():
            return insert_new(CreditEntry, _COLUMNS, map(_values, rows), unless=ONCE)
    except IntegrityError as error:
        if TWO_ROOMS not in str(error):
            raise
    raise Refused(list(clashes(rows)))


LOCK, BUCKETS = 0x4543_4845, 64
TURN = "SELECT pg_advisory_xact_lock(%s, b) FROM (SELECT unnest(%s::int[]) AS b ORDER BY b OFFSET 0) s"


def _wait_for_their_turn(people: set[int]) -> None:
    """Two who enter hours of one person go one after the other: two speculative insertions under an exclusion constraint
    wait for each other for ever. By buckets in one order, so that a class of thousands takes few locks and nobody locks up."""
    with connection.cursor() as cursor:
        cursor.execute(TURN, [LOCK, list({person % BUCKETS for person in people})])


def _values(row: NewEntry) -> tuple[Any, ...]:
    during = f"[{row.during[0].isoformat()},{row.during[1].isoformat()})" if row.during else None
    return (
        row.person_id, row.minutes, str(row.kind), row.passed, row.credit_code, row.earned_on, during, row.source,
        row.source_id, row.provider_id, row.title, row.region_code, row.folder_id, row.vouched_by_id,
    )  # fmt: skip


def clashes(rows: Sequence[NewEntry]) -> Iterator[Obstacle]:
    """Those who sat elsewhere at the same time, as the ledger has it or as these rows themselves say."""
    timed = [row for row in rows if row.during]
    there = CreditEntry.objects.current().filter(
        person__in={row.person_id for row in timed}, during__isnull=False
    ).values_list("person_id", "during", "source", "source_id")  # fmt: skip
    taken: dict[int, list[tuple[datetime, datetime, tuple[str, int]]]] = {}
    for person, during, source, source_id in there:
        taken.setdefault(person, []).append((during.lower, during.upper, (source, source_id)))
    left = SHOWN
    for row in timed:
        start, end = row.during  # type: ignore[misc]
        mine = taken.setdefault(row.person_id, [])
        if left and any(a < end and start < b and key != (row.source, row.source_id) for a, b, key in mine):
            left -= 1
            yield two_rooms(row)
        mine.append((start, end, (row.source, row.source_id)))


def two_rooms(row: NewEntry) -> Obstacle:
    """Nobody sits in two rooms."""
    message = N_("On %(day)s somebody sat in another class at the same time; the hours of both cannot count.")
    params = {"day": row.earned_on.isoformat(), "person": row.person_id, "source_id": row.source_id}
    return Obstacle("two_rooms", message, "during", params=params)
