"""Pairs of records that may be one human: found by a nightly look, by news in the journal, or put together by hand."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from shegong.ground.credentials.models import Certificate
from shegong.ground.people.models import Identity, Person, PersonName
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.clauses import answers
from shegong.kernel.jobs import at_start, job
from shegong.kernel.journal import JournalEntry
from shegong.kernel.journal_reading import reading
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.steering.dossier.models import (
    DuplicateCase,
    DuplicateReason,
    candidates,
    facts_of,
    merge_policy,
)
from shegong.steering.dossier.rules import Permission, Reason, State, reasons_between
from shegong.work.employment.models import Employment

NEWS = (
    "people.person.create", "people.identity.state", "people.name.state", "people.contact.state", "people.person.merge",
    "people.person.part", "credentials.certificate.declare", "credentials.certificate.correct",
    "employment.employment.declare",
)  # fmt: skip
BATCHES = ("people.batch.take", "credentials.batch.take", "employment.batch.take")
READER = "dossier.duplicates"
CHUNK = 500


def reach_both(by: Actor, permission: str, *people: Person) -> None:
    """Refuse unless every one of these people is in the actor's reach."""
    seen = Person.objects.visible_to(by, permission).filter(pk__in=[person.pk for person in people])
    if not by.is_system and seen.count() < len({person.pk for person in people}):
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover both of these people.")))


@answers("T4.2.b")
@transaction.atomic
def suspect(
    first: Person, second: Person, *, reasons: Collection[str] = (Reason.BY_HAND,), by: Actor, on: date
) -> DuplicateCase:
    """Put two records side by side for officers to look at; an open case gets the further reasons.

    Officers reach both people; imports and jobs act as the system. Refuses one record given twice and merged ones.
    """
    reach_both(by, Permission.PROPOSE, first, second)
    if first.pk == second.pk:
        raise Refused(Obstacle("same_record", N_("This is one record, not two."), "second"))
    if first.merged_into_id or second.merged_into_id:
        raise Refused(Obstacle("merged_before", N_("One of the two was merged with another record already.")))
    found = reasons_between(*(facts_of([first.pk, second.pk])[one.pk] for one in (first, second)))
    return _note(first.pk, second.pk, [*dict.fromkeys([*reasons, *found])], by, on)


def _note(first: int, second: int, reasons: Iterable[str], by: Actor, on: date) -> DuplicateCase:
    low, high = sorted((first, second))
    case, is_new = DuplicateCase.objects.get_or_create(first_id=low, second_id=high)
    case = DuplicateCase.objects.select_for_update().get(pk=case.pk)
    fresh = _with_reasons(case, [str(reason) for reason in reasons], on)
    if case.state == State.SETTLED:
        case = transition(case, "find_again")
    elif not is_new and not fresh:
        return case
    journal.write("dossier.case.find", by=by, subject=case, about_person_id=low, rows=[case],
                  facts={"reasons": fresh, "with": high})  # fmt: skip
    return case


def _with_reasons(case: DuplicateCase, codes: list[str], on: date) -> list[str]:
    """Add what is new and weigh the case again; answers with what was added."""
    weights, held = merge_policy(on).weights, set(case.reasons.values_list("code", flat=True))
    fresh = [code for code in codes if code not in held]
    DuplicateReason.objects.bulk_create(
        DuplicateReason(case=case, code=code, weight=weights.get(code, 0)) for code in fresh
    )
    if fresh:
        case.weight = merge_policy(on).weight([*held, *fresh])
        case.save(update_fields=["weight"])
    return fresh


def look(person_ids: Collection[int] | None, on: date) -> int:
    """Look for likely duplicates, of these records or of all; how many cases were found or grew.

    Pairs that officers have kept apart, or that are decided, are left alone.
    """
    policy = merge_policy(on)
    known = set(
        DuplicateCase.objects.exclude(state__in=[State.FOUND, State.SETTLED]).values_list("first", "second")
    )
    pairs = sorted(candidates(policy.crowd, person_ids) - known)
    count = 0
    for start in range(0, len(pairs), CHUNK):
        chunk = pairs[start : start + CHUNK]
        facts = facts_of({pk for pair in chunk for pk in pair})
        for first, second in chunk:
            reasons = reasons_between(facts[first], facts[second])
            if policy.weight(reasons) >= policy.threshold:
                with transaction.atomic():
                    _note(first, second, reasons, SYSTEM, on)
                count += 1
    return count


@job("dossier.look", cron="40 18 * * *")
def find_duplicates() -> None:
    """Every night: drop cases about people whom a withdrawn batch took along, then look through all records."""
    drop_orphans()
    look(None, timezone.localdate())


@transaction.atomic
def drop_orphans() -> int:
    """Remove cases of which a record is gone; how many."""
    cases = DuplicateCase.objects.annotate(
        one=Exists(Person.objects.filter(pk=OuterRef("first"))),
        other=Exists(Person.objects.filter(pk=OuterRef("second"))),
    )
    gone = list(cases.filter(Q(one=False) | Q(other=False)))
    for case in gone:
        pk = case.pk
        case.delete()
        case.pk = pk
        journal.write("dossier.case.drop", by=SYSTEM, subject=case, gone=[case])
    return len(gone)


@at_start
@job("dossier.follow", cron="*/5 * * * *")
def follow_news(every: bool = False) -> None:
    """Every five minutes: look at the records of which the journal tells news since the last time."""
    more = True
    while more:
        with reading(READER, Q(verb__in=[*NEWS, *BATCHES])) as part:
            people = {entry.about_person_id for entry in part.entries if entry.verb in NEWS} - {None}
            people |= _of_batches([entry for entry in part.entries if entry.verb in BATCHES])
        # After the place is kept: a look takes the journal's lock for each case, and the nightly one covers a lost run.
        if people:
            look(people, timezone.localdate())
        more = part.more


def _of_batches(news: Iterable[JournalEntry]) -> set[int]:
    """The people of whom batches brought something: their entries name rows, not persons."""
    keys: dict[str, list[int]] = {}
    for entry in news:
        for table, _, key in (name.partition(":") for name in entry.rows):
            keys.setdefault(table, []).append(int(key))
    found = set(keys.get(Person._meta.db_table, []))
    for model in (PersonName, Identity, Certificate, Employment):
        rows = model._base_manager.filter(pk__in=keys.get(model._meta.db_table, []))
        found |= set(rows.values_list("person_id", flat=True))
    return found
