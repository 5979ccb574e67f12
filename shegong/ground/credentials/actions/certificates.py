"""A professional-level certificate is declared, and corrected until an office has checked it."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction

from shegong.ground.credentials.actions.listing import compared
from shegong.ground.credentials.models import Certificate
from shegong.ground.credentials.rules import certificate_obstacles, level_taken, not_editable, number_taken
from shegong.ground.people import actions as people
from shegong.ground.people.models import Person
from shegong.kernel import journal, throttle
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.codes import canonical_management_number
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition

TRIES = 10  # numbers of one's own in a day
LIVE = ("declared", "verified")


@answers("T4.2.b")
@transaction.atomic
def declare_certificate(
    person: Person,
    *,
    level: str,
    management_no: str,
    issued_on: date,
    exam_year: int | None = None,
    local_scheme: bool = False,
    by: Actor,
    on: date,
    source: str = "self",
) -> Certificate:
    """Put a certificate on record. The management number (管理号) is opaque: canonical form, held once in the register.

    Refuses a malformed number, one on somebody else's certificate (without saying whose), a second certificate of a
    level, and impossible dates. The same certificate stated again is returned as it stands. What a pass list confirms
    in everything counts as verified at once.
    """
    people.require_editor(person, by)
    held = people.hold(person)
    number = _read(held, level, management_no, issued_on, exam_year, local_scheme, on)
    _not_too_often(held, number, by)
    same = Certificate.objects.filter(person=held, level=level, management_no=number, state__in=LIVE).first()
    if same is not None and same.issued_on == issued_on:
        return same
    row = _insert(held, level, number, issued_on, exam_year, local_scheme, people.truthful(held, by, source))
    journal.write("credentials.certificate.declare", by=by, subject=row,
                  facts={"level": level, "source": row.source}, rows=[row])  # fmt: skip
    return compared(row, on)


@transaction.atomic
def correct_certificate(
    certificate: Certificate,
    *,
    level: str,
    management_no: str,
    issued_on: date,
    exam_year: int | None = None,
    local_scheme: bool = False,
    by: Actor,
    on: date,
    source: str = "self",
    seen: int | None = None,
) -> Certificate:
    """Correct a declared certificate: the old row stays as replaced, the new row is returned (point at that one).

    Refuses as `declare_certificate` does, and once an office has checked the certificate.
    """
    people.require_editor(certificate.person, by)
    held = people.hold(certificate.person)
    number = _read(held, level, management_no, issued_on, exam_year, local_scheme, on)
    _not_too_often(held, number, by)
    certificate.refresh_from_db()
    stated = (level, number, issued_on, exam_year, local_scheme)
    if certificate.state in LIVE and stated == _stated(certificate):
        return certificate
    if certificate.state != "declared":
        raise Refused(not_editable(certificate.state))
    transition(certificate, "correct", seen=seen)
    row = _insert(held, level, number, issued_on, exam_year, local_scheme, people.truthful(held, by, source))
    journal.write("credentials.certificate.correct", by=by, subject=row,
                  facts={"replaces": certificate.pk, "source": row.source}, rows=[certificate, row])  # fmt: skip
    return compared(row, on)


def _stated(row: Certificate) -> tuple[str, str, date, int | None, bool]:
    return row.level, row.management_no, row.issued_on, row.exam_year, row.local_scheme


def _read(
    person: Person,
    level: str,
    number: str,
    issued_on: date,
    exam_year: int | None,
    local_scheme: bool,
    on: date,
) -> str:
    read = canonical_management_number(number)
    found = certificate_obstacles(level=level, issued_on=issued_on, exam_year=exam_year, local_scheme=local_scheme,
                                  born_on=person.born_on, on=on)  # fmt: skip
    if isinstance(read, list):
        raise Refused([*read, *found])
    refuse_if(found)
    return read.value


def _not_too_often(person: Person, number: str, by: Actor) -> None:
    """Nobody finds out which numbers are in the register by stating one after another."""
    if by.person_id != person.pk or Certificate.objects.filter(person=person, management_no=number).exists():
        return
    if not throttle.hit(f"certificate:{person.pk}", TRIES, timedelta(days=1)).allowed:
        message = N_("Too many different numbers were entered. Try again tomorrow, or ask the office.")
        raise Refused(Obstacle("certificate_tries", message, field="management_no"))


def _insert(
    person: Person,
    level: str,
    number: str,
    issued_on: date,
    exam_year: int | None,
    local_scheme: bool,
    source: str,
) -> Certificate:
    row = Certificate(person=person, level=level, management_no=number, issued_on=issued_on, exam_year=exam_year,
                      local_scheme=local_scheme, source=source)  # fmt: skip
    if Certificate.objects.filter(person=person, level=level, state__in=LIVE).exists():
        raise Refused(level_taken(level))
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(number_taken()) from error
    return row
