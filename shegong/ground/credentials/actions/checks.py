"""An office checks a certificate against a source; every check is kept."""

from datetime import date

from django.db import transaction

from shegong.ground.credentials.models import Certificate, CertificateCheck
from shegong.ground.credentials.rules import Permission, check_obstacles, own_certificate, reason_obstacles
from shegong.ground.documents.models import File
from shegong.ground.people.models import Person
from shegong.kernel import journal
from shegong.kernel.access import Actor, half
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition


@answers("T4.2.b")
@transaction.atomic
def verify_certificate(
    certificate: Certificate,
    *,
    source: str,
    by: Actor,
    on: date,
    file: File | None = None,
    seen: int | None = None,
    batch_id: int | None = None,
) -> Certificate:
    """Find that a declared certificate matches a source (`rules.CHECK_SOURCES`): it counts as verified from now on.

    `batch_id` is the pass list that confirmed it, where one did. Refuses without credentials.verify over a place the holder is tied to, one's own certificate, and other states.
    """
    return _check(certificate, "verify", source, "matches", by, on, file, seen, batch_id)


@transaction.atomic
def refute_certificate(
    certificate: Certificate,
    *,
    source: str,
    result: str = "differs",
    by: Actor,
    on: date,
    file: File | None = None,
    seen: int | None = None,
) -> Certificate:
    """Find that a declared certificate differs from a source or is not there; its number is free again."""
    return _check(certificate, "refute", source, result, by, on, file, seen)


def _check(
    certificate: Certificate,
    step: str,
    source: str,
    result: str,
    by: Actor,
    on: date,
    file: File | None,
    seen: int | None,
    batch_id: int | None = None,
) -> Certificate:
    _require(certificate, by, Permission.VERIFY)
    refuse_if(check_obstacles(source, result))
    transition(certificate, step, seen=seen)
    check = CertificateCheck.objects.create(certificate=certificate, source=source, result=result, checked_on=on,
                                            checker_id=by.person_id, file=file, batch_id=batch_id)  # fmt: skip
    journal.write(f"credentials.certificate.{step}", by=by, subject=certificate,
                  facts={"source": source, "result": result, "check": check.pk}, rows=[certificate])  # fmt: skip
    return certificate


@half
@transaction.atomic
def annul_certificate(
    certificate: Certificate, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> Certificate:
    """End a verified certificate that was obtained wrongly or given up; the number stays taken.

    Refuses without credentials.annul, one's own certificate, and by the person who verified it (four eyes).
    """
    _require(certificate, by, Permission.ANNUL)
    refuse_if(reason_obstacles(reason))
    if by.person_id and certificate.checks.filter(checker=by.person_id, result="matches").exists():
        raise Refused(
            Obstacle("four_eyes", N_("Whoever verified a certificate cannot annul it."), clause="rules B1")
        )
    transition(certificate, "annul", seen=seen)
    journal.write(
        "credentials.certificate.annul", by=by, subject=certificate, reason=reason.strip(), rows=[certificate]
    )
    return certificate


def _require(certificate: Certificate, by: Actor, permission: str) -> None:
    if by.person_id is not None and by.person_id == certificate.person_id:
        raise Refused(own_certificate())
    if not Person.objects.visible_to(by, permission).filter(pk=certificate.person_id).exists():
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this person."), clause="rules B3"))
