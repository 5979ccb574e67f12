"""Certificates are compared with the pass lists of the examination; what agrees in everything counts as verified."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import F

from shegong.ground.credentials.actions.checks import verify_certificate
from shegong.ground.credentials.models import Certificate, CertificateCheck, PassListEntry, as_held
from shegong.ground.credentials.rules import differences
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM, Actor, Authority
from shegong.kernel.clauses import answers
from shegong.kernel.copying import among
from shegong.kernel.journal import Line

SOURCE = "exam_list"


@answers("T4.2.b")
@transaction.atomic
def compare_with_list(certificate: Certificate, *, by: Actor, on: date) -> Certificate:
    """Verify a declared certificate whose number, holder, level and date a pass list confirms; else it stays as it is.

    Refuses who may state nothing about the holder.
    """
    people.require_editor(certificate.person, by)
    return compared(certificate, on)


def compared(certificate: Certificate, on: date) -> Certificate:
    """The same for an action that has asked."""
    if certificate.state != "declared":
        return certificate
    entry = PassListEntry.objects.filter(management_no=certificate.management_no).first()
    if entry is None or differences(entry.listed, as_held([certificate])[certificate.pk]):
        return certificate
    return verify_certificate(certificate, source=SOURCE, by=SYSTEM, on=on, batch_id=entry.batch_id)


def verify_listed(
    entries: Sequence[PassListEntry], *, batch_id: int | None, seat: Authority | None, by: Actor, on: date
) -> list[Line]:
    """Verify every declared certificate that these lines confirm, but nobody's own; what to write in the journal.

    For `take_pass_list`, which has asked whether `by` may.
    """
    by_number = {entry.management_no: entry for entry in entries}
    found = Certificate.objects.filter(management_no__in=among(by_number), state="declared")
    declared = list(found.exclude(person=by.person_id).order_by("pk").select_for_update(no_key=True))
    held = as_held(declared)
    agreed = [row for row in declared if not differences(by_number[row.management_no].listed, held[row.pk])]
    move(agreed, "verified")
    note(agreed, "matches", batch_id=batch_id, by=by, on=on)
    return [
        Line("credentials.certificate.verify", row, facts={"source": SOURCE, "result": "matches"}, rows=[row],
             authority=seat)
        for row in agreed
    ]  # fmt: skip


def verify_stated(numbers: Sequence[str], *, on: date) -> list[Line]:
    """Verify the certificates of these management numbers, just put on record, that lines of earlier pass lists confirm;
    what to write in the journal. For `take_in`, which has asked whether they may be stated."""
    lists: dict[int | None, list[PassListEntry]] = defaultdict(list)
    for entry in PassListEntry.objects.filter(management_no__in=among(numbers)):
        lists[entry.batch_id].append(entry)
    return [
        line
        for batch_id, entries in lists.items()
        for line in verify_listed(entries, batch_id=batch_id, seat=None, by=SYSTEM, on=on)
    ]


def move(rows: Iterable[Certificate], state: str) -> None:
    """Many certificates, locked by the caller, from one state to another; the database refuses unknown steps."""
    keys = [row.pk for row in rows]
    if keys:
        Certificate.objects.filter(pk__in=among(keys)).update(state=state, version=F("version") + 1)


def note(rows: Iterable[Certificate], result: str, *, batch_id: int | None, by: Actor, on: date) -> None:
    """The evidence: what was compared with which list, and what came of it."""
    CertificateCheck.objects.bulk_create(
        CertificateCheck(certificate=row, source=SOURCE, result=result, checked_on=on, checker_id=by.person_id,
                         batch_id=batch_id)
        for row in rows
    )  # fmt: skip
