"""Taking a roster's batch back: who has built on it since, and what goes."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from shegong.duties.registry.models import Application, Registration, Restriction
from shegong.ground.accounts.models import Grant, User
from shegong.ground.credentials import actions as credentials
from shegong.ground.credentials.models import Certificate, CertificateCheck, Education
from shegong.ground.people import actions as people
from shegong.ground.people.models import Contact, Identity, Person, PersonName, Skill, Tie, names_of
from shegong.kernel import journal
from shegong.kernel.journal import JournalEntry
from shegong.kernel.masking import mask
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.sheets.layout import Taking
from shegong.kernel.text import N_
from shegong.work.employment import actions as employment
from shegong.work.employment.models import Employment

FACTS: tuple[Any, ...] = (Identity, PersonName, Tie, Contact, Education, Certificate, Employment)
BUILT_ON: tuple[Any, ...] = (Application, Registration, Restriction, User, Grant, Skill)
NAMED = 3
CHANGED = N_(
    "Since then %(count)s people of this batch were changed or used elsewhere (%(names)s): it stays."
)
MERGED = N_(
    "Since then %(count)s people of this batch were merged with another record (%(names)s), so the batch cannot be undone as "
    "a whole. Correct single people on their own pages."
)


def undo(taking: Taking) -> None:
    """Remove what the batch made and close what it added to people who were known; the mechanism has asked `touched`."""
    batch, by, on = taking.batch_id, taking.by, taking.on
    with journal.together(
        by, at_once=people.LINES_AT_ONCE
    ):  # a large batch takes minutes; nobody waits for the chain
        employment.withdraw_batch(batch, by=by, on=on)
        credentials.withdraw_batch(batch, by=by, on=on)
        people.withdraw_batch(batch, by=by, on=on)
        _settled()


def _settled() -> None:
    try:  # whatever still refers to one of them speaks now, not when the transaction ends
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as error:
        message = N_(
            "Other records refer to somebody of this batch meanwhile, so it cannot be undone as a whole. Correct single "
            "people on their own pages."
        )
        raise Refused(Obstacle("batch_touched", message)) from error


def touched(taking: Taking) -> Sequence[Obstacle]:
    """One obstacle when somebody has stated, checked, merged or built upon anything that the batch made."""
    if merged := _merged(taking.batch_id):
        return [_kept(merged, MERGED)]
    found: set[int] = set()
    for some in _changed(taking.batch_id):
        found.update(some)
    if not found:
        return []
    return [_kept(found, CHANGED)]


def _kept(people_ids: set[int], message: str) -> Obstacle:
    names = names_of(sorted(people_ids)[:NAMED])
    params = {"count": len(people_ids), "names": "、".join(mask("name", name) for name in names.values())}
    return Obstacle("batch_touched", message, params=params)


def _merged(batch_id: int) -> set[int]:
    """People of the batch who were merged with another record since, parted again or not."""
    made = Person.objects.filter(batch_id=batch_id).values("pk")
    told = JournalEntry.objects.filter(verb="people.person.merge")
    kept = told.filter(about_person_id__in=made).values_list("about_person_id", flat=True)
    gone = told.filter(subject_kind="people.person", subject_id__in=made).values_list("subject_id", flat=True)
    return set(kept) | set(gone)


def _changed(batch_id: int) -> Iterator[QuerySet[Any] | set[int]]:
    """Keys of people, kind of change by kind of change."""
    made = Person.objects.filter(batch_id=batch_id)
    yield made.filter(Q(version__gt=0) | Q(merged_into__isnull=False) | Q(died_on__isnull=False)).values_list(
        "pk", flat=True
    )
    yield Person.objects.filter(merged_into__batch_id=batch_id).values_list("merged_into_id", flat=True)
    for model in FACTS:  # somebody else stated something about them
        rows = model._base_manager.filter(person=OuterRef("pk")).exclude(
            batch_id=batch_id, batch_id__isnull=False
        )
        yield made.filter(Exists(rows)).values_list("pk", flat=True)
    for model in BUILT_ON:
        yield made.filter(Exists(model._base_manager.filter(person=OuterRef("pk")))).values_list(
            "pk", flat=True
        )
    yield from _rows_changed(batch_id)
    filled = people.filled_by(batch_id)
    now = dict(Person.objects.filter(pk__in=filled).values_list("pk", "version"))
    yield {pk for pk, (version, _) in filled.items() if now.get(pk) != version}


def _rows_changed(batch_id: int) -> Iterator[QuerySet[Any]]:
    """People of whom a row of the batch itself was closed, checked, corrected or used."""
    mine = {"batch_id": batch_id}
    closed = Q(recorded__upper_inf=False)
    certificate = Certificate.objects.filter(**mine)
    yield Identity.objects.filter(verified_on__isnull=False, **mine).values_list("person_id", flat=True)
    for model in (PersonName, Tie, Education, Employment):
        yield model._base_manager.filter(closed, **mine).values_list("person_id", flat=True)
    yield Contact.objects.filter(
        Q(verified_at__isnull=False) | Q(during__upper_inf=False), **mine
    ).values_list("person_id", flat=True)
    listed = Exists(CertificateCheck.objects.filter(certificate=OuterRef("pk"), source="exam_list"))
    touched = certificate.exclude(state="declared", version=0).exclude(listed, state="verified", version=1)
    yield touched.values_list(
        "person_id", flat=True
    )  # what a pass list verified by itself nobody has touched
    for user in (Application, Registration):
        yield certificate.filter(Exists(user._base_manager.filter(certificate=OuterRef("pk")))).values_list(
            "person_id", flat=True
        )
    used = Application.objects.filter(workplace=OuterRef("pk"))
    yield Employment.objects.filter(Exists(used), **mine).values_list("person_id", flat=True)
