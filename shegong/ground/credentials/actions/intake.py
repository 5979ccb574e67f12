"""Certificates and degrees of many people at once, from a workbook; the rules are those of one by one."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from shegong.ground.credentials.actions.listing import verify_stated
from shegong.ground.credentials.models import Certificate, Education
from shegong.ground.credentials.rules import (
    certificate_obstacles,
    education_obstacles,
    education_text_obstacles,
    major_class,
    number_taken,
)
from shegong.ground.people import actions as people
from shegong.ground.people.models import Person
from shegong.ground.people.rules import Permission
from shegong.kernel import cube, journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.codes import canonical_management_number
from shegong.kernel.copying import among, chunks, copy_in, named_rows, open_since, reserve
from shegong.kernel.refusal import Refused, refuse_if
from shegong.kernel.temporal import close_recorded


class StatedCertificate(NamedTuple):
    """A certificate as a row states it."""

    person_id: int
    level: str
    management_no: str
    issued_on: date
    exam_year: int | None = None


class StatedEducation(NamedTuple):
    """A degree or diploma as a row states it; `school_id` where the school is one of the list."""

    person_id: int
    level: str
    degree: str = ""
    school_name: str = ""
    major: str = ""
    graduated_on: date | None = None
    school_id: int | None = None


@answers("T4.2.b")
@transaction.atomic(savepoint=False)
def take_in(
    certificates: Sequence[StatedCertificate],
    educations: Sequence[StatedEducation],
    *,
    batch_id: int,
    by: Actor,
    on: date,
    source: str = "import",
) -> None:
    """Put certificates and degrees on record that are not there yet, each with `batch_id`; one journal entry. What an
    earlier pass list confirms counts as verified at once.

    Refuses what `declare_certificate` and `state_education` refuse, and people whom `by` may not edit.
    """
    require(by, Permission.EDIT)
    whose = {row.person_id for row in certificates} | {row.person_id for row in educations}
    people.require_editors(whose, by)
    born = dict(Person.objects.filter(pk__in=among(whose)).values_list("pk", "born_on"))
    rows = _insert_certificates(certificates, born, batch_id, on, source)
    _insert_educations(educations, born, batch_id, on, source)
    facts = {"certificates": len(certificates), "educations": len(educations), "source": source}
    people.note("credentials.batch.take", batch_id, by, facts, rows)
    confirmed = verify_stated([row.management_no for row in certificates], on=on) if certificates else []
    journal.write_all(confirmed, by=by)


def _insert_certificates(
    stated: Sequence[StatedCertificate],
    born: Mapping[int, date | None],
    batch_id: int,
    on: date,
    source: str,
) -> list[Certificate]:
    keys = reserve(Certificate, len(stated))
    rows = [(key, *_certificate(row, born[row.person_id], on), False, source, "declared", 0, batch_id)
            for key, row in zip(keys, stated, strict=True)]  # fmt: skip
    try:
        copy_in(
            Certificate,
            ("id", "person_id", "level", "management_no", "exam_year", "issued_on", "local_scheme", "source", "state",
             "version", "batch_id"),
            rows,
        )  # fmt: skip
    except IntegrityError as error:  # somebody stated one of them meanwhile
        raise Refused(number_taken()) from error
    return named_rows(Certificate, keys)


def _certificate(row: StatedCertificate, born_on: date | None, on: date) -> tuple[Any, ...]:
    number = canonical_management_number(row.management_no)
    found = certificate_obstacles(level=row.level, issued_on=row.issued_on, exam_year=row.exam_year, local_scheme=False,
                                  born_on=born_on, on=on)  # fmt: skip
    if isinstance(number, list):
        raise Refused([*number, *found])
    refuse_if(found)
    return row.person_id, row.level, number.value, row.exam_year, row.issued_on


def _insert_educations(
    stated: Sequence[StatedEducation],
    born: Mapping[int, date | None],
    batch_id: int,
    on: date,
    source: str,
) -> None:
    since = open_since(timezone.now())
    for row in stated:
        refuse_if(
            education_obstacles(level=row.level, degree=row.degree, mode="", graduated_on=row.graduated_on,
                                born_on=born[row.person_id], on=on)
            + education_text_obstacles(row.school_name, row.major)
        )  # fmt: skip
    copy_in(
        Education,
        ("id", "person_id", "level", "degree", "school_id", "school_name", "major", "major_class", "mode", "graduated_on",
         "recorded", "source", "batch_id"),
        ((key, r.person_id, r.level, r.degree, r.school_id, r.school_name, r.major, major_class(r.major), "",
          r.graduated_on, since, source, batch_id)
         for key, r in zip(reserve(Education, len(stated)), stated, strict=True)),
    )  # fmt: skip


@transaction.atomic
def withdraw_batch(batch_id: int, *, by: Actor, on: date) -> None:
    """Take back what a batch put on record: certificates go, degrees of people who were known before are no longer stood by.

    Refuses people whom `by` may not edit; the database refuses while anything refers to one of the certificates.
    """
    require(by, Permission.EDIT)
    certificates = Certificate.objects.filter(batch_id=batch_id)
    whose = people.keys_of(certificates, "person_id")
    for part in chunks(whose, people.A_LINE):
        people.require_editors(set(part), by)
    gone = people.removed(Certificate, certificates)
    for part in chunks(whose, people.A_LINE):
        cube.changed("credentials.Certificate", sorted(set(part)))
    educations = Education.objects.filter(batch_id=batch_id)
    close_recorded(educations.filter(~Q(person__batch_id=batch_id) | Q(person__batch_id=None)))
    theirs = educations.filter(person__in=Person.objects.filter(batch_id=batch_id))
    theirs._raw_delete(theirs.db)
    people.write_gone("credentials.batch.withdraw", batch_id, by, gone, [])
