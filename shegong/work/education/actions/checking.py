"""Findings are settled and drawn records looked over, by somebody who did not vouch (T3.3)."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models.functions import Now

from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.work.education.actions.reversing import take_out
from shegong.work.education.models import CreditEntry
from shegong.work.education.models.integrity import (
    Finding,
    SpotCheck,
)
from shegong.work.education.rules import Permission
from shegong.work.education.rules.integrity import (
    CHECK_RESULTS,
    checker_obstacles,
)


@answers("T3.3")
@transaction.atomic
def settle_finding(
    row: Finding, *, taken: Collection[int], note: str, by: Actor, on: date, seen: int | None = None
) -> Finding:
    """Confirm a finding and take out the records `taken` (some of its own), or dismiss it with none; always with a reason.
    Where none of its records stands any more, it is confirmed.

    Refuses whoever vouched for one of them, and the learner.
    """
    require(by, Permission.CHECK, row.region_code)
    rows = list(CreditEntry.objects.filter(pk__in=row.entries))
    standing = [one for one in rows if one.recorded.upper is None]
    entries = [one for one in standing if one.pk in set(taken)]
    vouched = [one.vouched_by_id for one in rows]
    found = checker_obstacles(officer=by.person_id, person=row.person_id, vouched=vouched)
    found += reason_obstacles(note, "note")
    if len(entries) != len(set(taken)):
        found.append(Obstacle("stale", N_("A record was changed meanwhile. Look at it again.")))
    refuse_if(found)
    step = "confirm" if entries or not standing else "dismiss"
    row = transition(row, step, seen=seen, decided_by_id=by.person_id, decided_at=Now(), note=note.strip())
    for entry in entries:
        take_out(entry, reason=row.note, by=by)
    journal.write(f"education.finding.{step}", by=by, subject=row, about_person_id=row.person_id, rows=[row],
                  reason=row.note, region_code=row.region_code)  # fmt: skip
    return row


@answers("T3.3")
@transaction.atomic
def record_check(check: SpotCheck, *, result: str, reason: str, by: Actor, on: date) -> SpotCheck:
    """What the papers of a drawn record say; hours that they do not prove are taken out.

    Refuses a second word on the same record, whoever vouched for it, its learner, and hours taken out without a reason.
    """
    require(by, Permission.CHECK, check.draw.region_code)
    held = SpotCheck.objects.select_for_update(of=("self",)).select_related("entry", "draw").get(pk=check.pk)
    entry = held.entry
    found = checker_obstacles(officer=by.person_id, person=entry.person_id, vouched=[entry.vouched_by_id])
    if result not in CHECK_RESULTS:
        found.append(Obstacle("result", N_("Choose what you found."), "result"))
    if result == "not_proved":
        found += reason_obstacles(reason)
    if held.result:
        found.append(Obstacle("checked_before", N_("This record was looked at before.")))
    refuse_if(found)
    SpotCheck.objects.filter(pk=held.pk).update(
        result=result, reason=reason.strip(), checker_id=by.person_id, checked_at=Now()
    )
    held.refresh_from_db()
    journal.write("education.spot_check.record", by=by, subject=held, about_person_id=entry.person_id, rows=[held],
                  reason=held.reason, facts={"result": result}, region_code=held.draw.region_code)  # fmt: skip
    if result == "not_proved" and entry.recorded.upper is None:
        take_out(entry, reason=held.reason, by=by)
    return held
