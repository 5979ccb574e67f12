"""The document that shows a milestone is met: named, and taken away with a reason."""

from datetime import date

from django.db import transaction

from shegong.ground.documents.models import PolicyDocument
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import reason_obstacles, refuse_if
from shegong.steering.programme.models.subplans import Milestone
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.evidence import evidence_obstacles


@answers("S2011", "S2012.b", "S2013.a")
@transaction.atomic
def name_evidence(milestone: Milestone, *, document: PolicyDocument | None, by: Actor, on: date) -> Milestone:
    """A document of the library shows that a milestone is met at its place, since its day of issue.

    Refuses a milestone that a figure shows, a second document, and one of the future or of another place.
    """
    require(by, Permission.ENTER, milestone.region_code)
    row = Milestone.objects.select_for_update().get(pk=milestone.pk)
    place = document.region_code if document else None
    refuse_if(
        evidence_obstacles(
            is_counted=bool(row.indicator), has_one=row.evidence_id is not None,
            issued_on=document.issued_on if document else None, document_place=place, place=row.region_code, on=on,
        )
    )  # fmt: skip
    return _changed(row, document, "name_evidence", by)


@transaction.atomic
def drop_evidence(milestone: Milestone, *, reason: str, by: Actor, on: date) -> Milestone:
    """The document shows it no more, with the reason."""
    require(by, Permission.ENTER, milestone.region_code)
    refuse_if(reason_obstacles(reason))
    row = Milestone.objects.select_for_update().get(pk=milestone.pk)
    return _changed(row, None, "drop_evidence", by, reason=reason.strip())


def _changed(
    row: Milestone, document: PolicyDocument | None, step: str, by: Actor, reason: str = ""
) -> Milestone:
    row.evidence, row.met_on = document, document.issued_on if document else None
    Milestone.objects.filter(pk=row.pk).update(evidence=row.evidence, met_on=row.met_on)
    journal.write(
        f"programme.milestone.{step}", by=by, subject=row, region_code=row.region_code, rows=[row], reason=reason,
        facts={"milestone": row.key},
    )  # fmt: skip
    return row
