"""After hours came into the ledger: everybody is told of records in her name, and what cannot be is put before an officer.

Follows the journal (`kernel.journal_reading`), so that each record is told and looked at once, in the order of commits.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from shegong.kernel import journal, messages
from shegong.kernel.access import SYSTEM
from shegong.kernel.jobs import at_start, job
from shegong.kernel.journal import JournalEntry
from shegong.kernel.journal_reading import reading
from shegong.kernel.messages import Template
from shegong.kernel.text import N_
from shegong.work.education.actions.disputing import place_of
from shegong.work.education.models import CreditEntry
from shegong.work.education.models.integrity import Finding, limits
from shegong.work.education.models.suspicious import phones_of, records_of
from shegong.work.education.rules import in_hours
from shegong.work.education.rules.integrity import Found, impossible

VERB, READER = "education.credit.post", "education.told"
AT_ONCE = 200  # people in one transaction
SHOWN = 5
TOLD = Template(
    "education.recorded",
    N_("%(head)s"),
    N_(
        "%(lines)s\nIf you were not there, open the record and press “This is wrong”: an officer looks at it."
    ),
)
LINK = "/my/cpd/"


class _Records:
    """The records of one person as a message says them, in the language that is active."""

    def __init__(self, entries: list[CreditEntry]) -> None:
        self.entries = entries


class _Head(_Records):
    def says(self, code: str) -> str:
        """How many records there are."""
        count = len(self.entries)
        return ngettext(
            "%(count)s record of learning was entered in your name",
            "%(count)s records of learning were entered in your name",
            count,
        ) % {"count": count}


class _Lines(_Records):
    def says(self, code: str) -> str:
        """Day, hours, title and provider of each, as many as a message takes."""
        lines = []
        for one in self.entries[:SHOWN]:
            hours = gettext("%(hours)s hours") % {"hours": in_hours(one.minutes)}
            parts = (one.earned_on.isoformat(), hours, one.title, one.provider.name if one.provider else "")
            lines.append(" · ".join(filter(None, parts)))
        more = len(self.entries) - SHOWN
        return "\n".join(lines if more <= 0 else [*lines, f"… +{more}"])


def read_on(on: date) -> bool:
    """Tell and look at the next records, of one entry so many at a time; whether there may be more."""
    with reading(READER, Q(verb=VERB), most=1) as part:
        for entry in part.entries:
            keys = sorted(_keys(entry))[part.done : part.done + AT_ONCE]
            if len(keys) == AT_ONCE:
                part.stay(part.done + AT_ONCE)
            _tell(keys, on)
    return part.more


def _tell(keys: Collection[int], on: date) -> None:
    rows = CreditEntry.objects.filter(pk__in=keys).select_related("provider").order_by("earned_on", "pk")
    people: dict[int, list[CreditEntry]] = {}
    for row in rows:
        people.setdefault(row.person_id, []).append(row)
    for person_id, entries in people.items():
        messages.tell(person_id, TOLD, {"head": _Head(entries), "lines": _Lines(entries)}, link=LINK)
    look_at(people, {row.earned_on for row in rows}, on)


def _keys(entry: JournalEntry) -> Iterable[int]:
    table = f"{CreditEntry._meta.db_table}:"
    return (int(key.removeprefix(table)) for key in entry.rows if key.startswith(table))


def look_at(person_ids: Collection[int], days: Collection[date], on: date) -> list[Finding]:
    """Find what cannot be among the records of these people on these days; what was found before stays as it is."""
    if not person_ids or not days:
        return []
    bounds = limits(on)
    found = {
        _key(person, one): (person, one)
        for person, records in records_of(person_ids, days).items()
        for one in impossible(records, bounds)
    }
    found |= {_key(person, one): (person, one) for person, one in phones_of(person_ids, days, bounds)}
    for known in Finding.objects.filter(key__in=list(found)).values_list("key", flat=True):
        del found[known]
    new = Finding.objects.bulk_create(_findings(found))
    if new:
        journal.write(
            "education.finding.find", by=SYSTEM, subject=new[0], rows=new, facts={"findings": len(new)}
        )
    return new


def _key(person_id: int, found: Found) -> str:
    return f"{found.kind}:{person_id}:{found.on}:{'-'.join(map(str, sorted(found.records)))}"


def _findings(found: Mapping[str, tuple[int, Found]]) -> list[Finding]:
    """Rows to be, each with the office of its first record."""
    firsts = CreditEntry.objects.filter(pk__in={min(one.records) for _person, one in found.values()})
    places = {entry.pk: place_of(entry) for entry in firsts.select_related("provider")}
    return [
        Finding(kind=str(one.kind), key=key, on=one.on, person_id=person, region_code=places[min(one.records)],
                entries=sorted(one.records), amount=one.amount)
        for key, (person, one) in found.items()
    ]  # fmt: skip


@at_start
@job("education.follow", cron="*/2 * * * *", alone=True)
def follow(every: bool = False) -> int:
    """Every other minute: tell and look at what came into the ledger; how many steps it took."""
    steps = 1
    while read_on(timezone.localdate()):
        steps += 1
    return steps
