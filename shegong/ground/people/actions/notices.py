"""Which notice a person had before her, and what she agreed to beyond it and may take back (个人信息保护法 arts 14, 15, 17)."""

from datetime import date

from django.db import transaction
from django.db.models.functions import Now

from shegong.ground.people.models import NoticeSeen, Person, records_of
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.inventory import notice_version
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_

# What a form rests on: statutory duty needs no consent, but the notice (art. 35).
DUTY = "个人信息保护法第十三条第一款第三项"
CONSENT = "个人信息保护法第十三条第一款第一项"
# Uses that nobody needs for a duty: off until the person agrees, and off again in the transaction of her withdrawal.
OPTIONAL = {
    "public_photo": N_("Show my photo where the public verifies my certificate"),
    "employers": N_("Let employers that look for staff see my name, level and county"),
}


def note_notice(person: Person, *, form: str, by: Actor, on: date) -> None:
    """Note that the notice in force stood before the person when she sent `form`; once a version and form.

    A step of the action that the form leads to, inside its transaction, which has asked for the right.
    """
    NoticeSeen.objects.get_or_create(
        person_id=person.pk, form=form, version=notice_version(), withdrawn_at=None, defaults={"basis": DUTY}
    )


def _own(person: Person, purpose: str, by: Actor) -> None:
    if by.person_id != person.pk:
        raise Refused(Obstacle("not_allowed", N_("Only the person herself agrees or withdraws.")))
    if purpose not in OPTIONAL:
        raise Refused(Obstacle("purpose_unknown", N_("Choose one from the list."), field="purpose"))


@transaction.atomic
def agree(person: Person, *, purpose: str, by: Actor, on: date) -> None:
    """Agree to an optional use (a key of `OPTIONAL`); only the person herself."""
    _own(person, purpose, by)
    if agreed(person.pk, purpose):
        return
    row = NoticeSeen.objects.create(
        person_id=person.pk, form=purpose, version=notice_version(), basis=CONSENT, is_optional=True
    )
    journal.write(
        "people.consent.give", by=by, subject=row, about_person_id=person.pk, facts={"purpose": purpose}
    )


@transaction.atomic
def withdraw(person: Person, *, purpose: str, by: Actor, on: date) -> None:
    """Withdraw an agreement: the use ends in this transaction. Only the person herself."""
    _own(person, purpose, by)
    rows = NoticeSeen.objects.filter(person_id__in=records_of(person.pk), form=purpose, withdrawn_at=None)
    for row in rows.filter(is_optional=True).select_for_update():
        NoticeSeen.objects.filter(pk=row.pk).update(withdrawn_at=Now())
        journal.write(
            "people.consent.withdraw",
            by=by,
            subject=row,
            about_person_id=person.pk,
            facts={"purpose": purpose},
        )


def agreed(person_id: int, purpose: str) -> bool:
    """Whether the person agrees to an optional use now. Whoever uses her data so asks this each time."""
    rows = NoticeSeen.objects.filter(person_id__in=records_of(person_id), form=purpose, is_optional=True)
    return rows.filter(withdrawn_at=None).exists()
