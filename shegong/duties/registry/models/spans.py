"""The registration period that hours are counted for: the last full term that has begun."""

from collections.abc import Iterable
from datetime import date, timedelta

from shegong.duties.registry.models.register import Registration, Term
from shegong.kernel.prepared import fetch
from shegong.work.education.models.reckoning import STANDING, Facts, facts_from

Span = tuple[date, date]

# Everything that the verdicts on one registration rest on, in one question: her records, leave and levels, and the terms.
READ = f"""{STANDING}
UNION ALL SELECT 'term', id, '', 0, lower(during), upper(during), true, '', NULL
  FROM {Term._meta.db_table} WHERE registration_id = %(registration)s AND upper_inf(recorded) AND kind = 'full'
"""  # noqa: S608 - names of our own tables


def period_of(registration: Registration, on: date) -> Span:
    """First day, and the day after the last, of the full term that runs on `on` or last began before it; of a register
    without terms, the days of the registration."""
    terms = Term.objects.current().filter(registration=registration, kind="full")
    return _period(
        ((one.lower, one.upper) for one in terms.values_list("during", flat=True)), registration, on
    )


def hours_read(registration: Registration, on: date) -> tuple[Facts, Span]:
    """What both verdicts look at, and the period, as they stand now."""
    rows = fetch(READ, {"person": registration.person_id, "registration": registration.pk})
    terms = ((since, until) for of, _, _, _, since, until, *_ in rows if of == "term")
    facts = facts_from(rows, level=registration.level, registered=registration.admitted_on)
    return facts, _period(terms, registration, on)


def _period(terms: Iterable[Span], registration: Registration, on: date) -> Span:
    found = sorted(terms)
    begun = [term for term in found if term[0] <= on]
    if found:
        return begun[-1] if begun else found[0]
    return registration.admitted_on, registration.valid_to + timedelta(days=1)
