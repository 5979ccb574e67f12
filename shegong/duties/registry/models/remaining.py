"""Hours of continuing education that holders still need by the national rule, for any number of them. Reads only."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Count

from shegong.duties.registry.models.register import Registration, Term
from shegong.ground.credentials.models import Certificate
from shegong.work.education.models import CreditEntry, Leave, in_period
from shegong.work.education.models.reckoning import Facts, levels_of, line_of


def missing_minutes(rows: Sequence[Registration], on: date) -> dict[int, int]:
    """Minutes missing in the last full term, by registration: the verdict that gates its renewal."""
    people = {row.person_id for row in rows}
    lines = defaultdict(list)
    for entry in CreditEntry.objects.of(people).known_at(None):
        lines[entry.person_id].append(line_of(entry))
    leave = defaultdict(list)
    for person, during in Leave.objects.current().filter(person__in=people).values_list("person", "during"):
        leave[person].append((during.lower, during.upper))
    spans, several = _terms(rows), _several_levels(people)
    found = {}
    for row in rows:
        if row.pk not in spans:
            continue
        person = row.person_id
        levels = levels_of(person, row.level) if person in several else ()
        first, last = spans[row.pk]
        last = last if on <= row.valid_to else on  # after a lapse, what was earned since counts too
        facts = Facts(row.level, lines[person], levels, leave[person])
        found[row.pk] = in_period(facts, (first, last + timedelta(days=1)), on).missing
    return found


def _terms(rows: Sequence[Registration]) -> dict[int, tuple[date, date]]:
    """First and last day of the last full term."""
    terms = Term.objects.current().filter(registration__in=[row.pk for row in rows], kind="full")
    return {
        key: (during.lower, during.upper - timedelta(days=1))
        for key, during in terms.order_by("during").values_list("registration_id", "during")
        if during.upper
    }


def _several_levels(people: set[int]) -> set[int]:
    rows = (
        Certificate.objects.filter(person__in=people, state="verified")
        .values("person")
        .annotate(n=Count("id"))
    )
    return set(rows.filter(n__gt=1).values_list("person", flat=True))
