"""Who is affected when an account or an office was misused: read from the journal and the files that were taken."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from shegong.ground.people.models import identities_of, names_of

CHUNK = 2000
# What lets somebody see or carry away personal data, and how much of it.
VERBS = {
    "people.identity.view": "完整证件号码",
    "privacy.copy.take": "本人全部信息",
    "people.person.export": "本人信息副本",
}
ENTRIES = """
SELECT at, verb, about_person_id, user_id, person_id, organization_id, subject_kind, subject_id, facts, request_id
FROM kernel_journalentry
WHERE at >= %(since)s AND at < %(until)s
  AND (%(user)s::bigint IS NULL OR user_id = %(user)s)
  AND (%(office)s::bigint IS NULL OR organization_id = %(office)s)
  AND (about_person_id IS NOT NULL OR verb LIKE '%%.export' OR verb = 'kernel.export.download')
ORDER BY seq
"""


@dataclass(frozen=True)
class Affected:
    """One person in one kind of act: how often, first and last, and whether the full number was seen."""

    person_id: int
    name: str
    number: str
    what: str
    times: int
    first: datetime
    last: datetime
    is_full: bool


@dataclass(frozen=True)
class Taken:
    """A list that was taken as a file: its people are those of the list at that time."""

    at: datetime
    verb: str
    rows: int
    user_id: int | None
    request_id: str


@dataclass
class Report:
    """Persons by act, and lists that were carried away."""

    affected: list[Affected]
    files: list[Taken]


def report(*, since: datetime, until: datetime, user: int | None = None, office: int | None = None) -> Report:
    """Everybody whom an account (or everybody of an office) looked at, changed or carried away in a window of time.

    Reads the journal once, by its index over days; half a million entries take some seconds.
    """
    seen: dict[tuple[int, str], list[datetime]] = {}
    files: list[Taken] = []
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, {"since": since, "until": until, "user": user, "office": office})
        for at, verb, about, user_id, person_id, _body, _kind, _subject, facts, request in _rows(cursor):
            if about is None:
                files.append(Taken(at, verb, _count(facts), user_id, request))
            elif about != person_id:
                seen.setdefault((about, verb), []).append(at)
    return Report(list(_affected(seen)), files)


def _rows(cursor: Any) -> Iterator[Sequence[Any]]:
    while chunk := cursor.fetchmany(CHUNK):
        yield from chunk


def _count(facts: object) -> int:
    held = json.loads(facts) if isinstance(facts, str) else facts
    return int(held.get("rows") or held.get("count") or 0) if isinstance(held, dict) else 0


def _affected(seen: dict[tuple[int, str], list[datetime]]) -> Iterator[Affected]:
    keys = sorted(seen)
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        people = list({person for person, _ in part})
        names, numbers = names_of(people), identities_of(people)
        for person, verb in part:
            times = seen[person, verb]
            yield Affected(
                person, names.get(person, ""), numbers.get(person, ""), VERBS.get(verb, verb), len(times), times[0],
                times[-1], verb in VERBS,
            )  # fmt: skip
