"""What the public reads of decisions: published as policy lists, stayed during a review, withdrawn when its time is over."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from shegong.duties.conduct.actions.investigating import write
from shegong.duties.conduct.models.decisions import Decision, Publication
from shegong.duties.conduct.models.policies import sanction_policy
from shegong.duties.conduct.models.records import standing_record
from shegong.duties.conduct.rules.sanctions import shown_until
from shegong.duties.conduct.telling import tell_respondent
from shegong.duties.registry.models import Registration
from shegong.ground.people.models import names_of
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.jobs import at_start, job
from shegong.kernel.transition import transition

BLANK = {"name": "", "register_no": "", "person": None}


def publish(decision: Decision, *, by: Actor, on: date) -> Publication | None:
    """Put the fields that policy lists for this measure into the public register; None where it is never shown."""
    policy = sanction_policy(on)
    measure = policy.measure(decision.measure)
    assert measure is not None and decision.decided_on is not None
    until = shown_until(measure, decision.decided_on, decision.ends_on)
    if until is None or until <= on:
        return None
    fields = policy.shows(decision.measure)
    row = Publication.objects.create(
        decision=decision, person_id=decision.respondent_id if "name" in fields else None, number=decision.number,
        measure=decision.measure, decided_on=decision.decided_on,
        starts_on=decision.starts_on if "days" in fields else None,
        ends_on=decision.ends_on if "days" in fields else None, shown_from=on, shown_until=until,
        body=decision.body.name if decision.body and "body" in fields else "",
        grounds=decision.grounds if "ground" in fields else [], **_named(decision, fields),
    )  # fmt: skip
    write("conduct.decision.publish", decision.inquiry, by=by, rows=[row], about=decision.respondent_id,
          facts={"fields": sorted(fields)})  # fmt: skip
    return row


def _named(decision: Decision, fields: frozenset[str]) -> dict[str, str]:
    if decision.respondent_id is None:
        body = decision.respondent_body
        return {"name": body.name if body and "measure" in fields else ""}
    rows = Registration.objects.filter(
        person__in=[decision.respondent_id, standing_record(decision.respondent_id)]
    ).order_by("-id")
    number = rows.values_list("register_no", flat=True).first() or ""
    return {
        "name": names_of([decision.respondent_id]).get(decision.respondent_id, "")
        if "name" in fields
        else "",
        "register_no": number if "register_no" in fields else "",
    }


def stay(decision: Decision, *, stayed: bool, by: Actor, on: date) -> None:
    """While a review runs the public reads nothing of the decision; the caller has asked."""
    row = Publication.objects.filter(decision=decision, withdrawn_on__isnull=True).first()
    if row is None:
        return
    Publication.objects.filter(pk=row.pk).update(stayed_on=on if stayed else None)
    row.refresh_from_db()
    write(
        "conduct.decision.stay" if stayed else "conduct.decision.show_again",
        decision.inquiry,
        by=by,
        rows=[row],
    )


def withdraw(decision: Decision, *, why: str, by: Actor, on: date) -> None:
    """Take it out of the public register and empty what names anybody; the caller has asked. `why`: over, repaired, changed, annulled."""
    row = Publication.objects.filter(decision=decision, withdrawn_on__isnull=True).first()
    if row is None:
        return
    Publication.objects.filter(pk=row.pk).update(withdrawn_on=on, withdrawn_why=why, stayed_on=None, **BLANK)
    row.refresh_from_db()
    write("conduct.decision.withdraw", decision.inquiry, by=by, rows=[row], facts={"why": why})


@at_start
@job("conduct.repair", cron="10 16 * * *")
def repair_records(every: bool = False) -> int:
    """After midnight in China: decisions whose time of display is over are withdrawn, and the record is repaired. How many."""
    on = timezone.localdate()
    due = Decision.objects.filter(
        state="in_force", publication__shown_until__lte=on, publication__withdrawn_on__isnull=True
    )
    rows = list(due.order_by("pk"))
    for decision in rows:
        with transaction.atomic():
            repair(decision, on=on)
    return len(rows)


def repair(decision: Decision, *, why: str = "over", by: Actor = SYSTEM, on: date) -> Decision:
    """The end of the display: withdrawn from the public, told to the respondent; office and journal keep the decision.
    `why`: over, or repaired before its time; the caller has asked."""
    withdraw(decision, why=why, by=by, on=on)
    transition(decision, "repair")
    tell_respondent(decision.inquiry, "repaired", on=on, number=decision.number, day=on.isoformat())
    write("conduct.decision.repair", decision.inquiry, by=by, rows=[decision], about=decision.respondent_id)
    return decision
