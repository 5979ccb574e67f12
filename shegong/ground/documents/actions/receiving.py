"""Addressees acknowledge a document and say when they studied it; who has not yet is reminded."""

from datetime import date

from django.db import transaction

from shegong.ground.documents.actions.drafting import note, require_for
from shegong.ground.documents.actions.telling import REMINDER, tell
from shegong.ground.documents.models.official import Addressee, OfficialDocument
from shegong.ground.documents.rules.official import Permission, State, study_obstacles
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_


@answers("N5")
@transaction.atomic
def acknowledge(
    addressee: Addressee, *, by: Actor, on: date, studied_on: date | None = None, study_note: str = ""
) -> Addressee:
    """Sign for the receipt (签收) for one's body; `studied_on` the day on which it was studied or passed on (学习传达),
    which may be said later. The first day of receipt stays. Refuses before the issue and after a recall."""
    require_for(by, addressee.organization_id, Permission.ACKNOWLEDGE)
    addressee.refresh_from_db(from_queryset=Addressee.objects.select_for_update(of=("self",)))
    document = addressee.document
    if document.state != State.ISSUED:
        raise Refused(Obstacle("not_issued", N_("This document is not in force."), clause="N5"))
    refuse_if(study_obstacles(studied_on=studied_on, issued_on=document.issued_on, day=on))
    values: dict[str, object] = {}
    if addressee.acknowledged_on is None:
        values |= {"acknowledged_on": on, "acknowledged_by": by.person_id, "acknowledger": by.name}
    if studied_on is not None:
        values |= {"studied_on": studied_on, "study_note": study_note.strip()}
    if values:
        Addressee.objects.filter(pk=addressee.pk).update(**values)
        addressee.refresh_from_db()
        journal.write(
            "documents.official.acknowledge", by=by, subject=document, region_code=addressee.region_code,
            rows=[addressee], facts={"body": addressee.organization_id, "studied": bool(studied_on)},
        )  # fmt: skip
    return addressee


@answers("N5")
@transaction.atomic
def remind(document: OfficialDocument, *, by: Actor, on: date) -> int:
    """Remind the bodies that have not acknowledged, once a day at most; how many people were told."""
    require_for(by, document.issuer_id, Permission.ISSUE)
    if document.state != State.ISSUED:
        raise Refused(Obstacle("not_issued", N_("This document is not in force."), clause="N5"))
    late = list(document.addressees.filter(acknowledged_on__isnull=True).exclude(reminded_on=on))
    told = tell(document, REMINDER, [one.organization_id for one in late], Permission.ACKNOWLEDGE, on)
    Addressee.objects.filter(pk__in=[one.pk for one in late]).update(reminded_on=on)
    if late:
        note("remind", document, Permission.ISSUE, by, facts={"bodies": len(late), "people": told})
    return told
