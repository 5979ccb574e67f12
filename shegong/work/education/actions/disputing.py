"""“This is wrong”: a learner disputes a record in her name; an officer who did not vouch for it decides (peers demand 24)."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from shegong.kernel import journal, messages
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.messages import Template
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.work.education.actions.reversing import take_out
from shegong.work.education.models import CreditEntry
from shegong.work.education.models.integrity import Dispute, limits
from shegong.work.education.rules import Permission
from shegong.work.education.rules.integrity import DisputeState, checker_obstacles

ANSWERED = Template(
    "education.dispute",
    N_("Your dispute about hours was decided"),
    N_("%(title)s of %(day)s: %(answer)s"),
)


def place_of(entry: CreditEntry) -> int:
    """Whose officers look at a record: where it was held, else where its provider sits, else the province."""
    provider = entry.provider.region_code if entry.provider else None
    return entry.region_code or provider or settings.PROVINCE


@answers("T3.3")
@transaction.atomic
def dispute(entry: CreditEntry, *, text: str, by: Actor, on: date) -> Dispute:
    """Say that a record in one's own name is wrong, and why. Refuses others' records, one that was reversed, a second
    dispute while one waits, and silence."""
    if by.person_id != entry.person_id:
        raise Refused(Obstacle("not_own", N_("Only the learner disputes a record in her name.")))
    if entry.recorded.upper is not None:
        raise Refused(Obstacle("reversed_before", N_("This record was reversed before. Look at the ledger again.")))  # fmt: skip
    if entry.disputes.filter(state=str(DisputeState.RAISED)).exists():  # type: ignore[attr-defined]
        raise Refused(Obstacle("disputed_before", N_("You have disputed this record; an officer looks at it.")))  # fmt: skip
    refuse_if(reason_obstacles(text, "text"))
    due = calendar_in_force().add_working_days(on, limits(on).dispute_working_days)
    row = Dispute.objects.create(
        entry=entry, person_id=entry.person_id, provider_id=entry.provider_id, region_code=place_of(entry),
        text=text.strip(), due_on=due.on,
    )  # fmt: skip
    journal.write("education.dispute.raise", by=by, subject=row, about_person_id=row.person_id, rows=[row],
                  region_code=row.region_code)  # fmt: skip
    return row


@transaction.atomic
def withdraw_dispute(row: Dispute, *, by: Actor, on: date, seen: int | None = None) -> Dispute:
    """The learner takes it back: the record was right."""
    if by.person_id != row.person_id:
        raise Refused(Obstacle("not_own", N_("Only the learner disputes a record in her name.")))
    row = transition(row, "withdraw", seen=seen)
    journal.write("education.dispute.withdraw", by=by, subject=row, about_person_id=row.person_id, rows=[row])
    return row


@answers("T3.3")
@transaction.atomic
def decide_dispute(
    row: Dispute, *, uphold: bool, answer: str, by: Actor, on: date, seen: int | None = None
) -> Dispute:
    """Take the hours out, or let them stand, with the reason that the learner reads. Refuses whoever vouched."""
    require(by, Permission.CHECK, row.region_code)
    entry = row.entry
    refuse_if(
        [
            *checker_obstacles(officer=by.person_id, person=row.person_id, vouched=[entry.vouched_by_id]),
            *reason_obstacles(answer, "answer"),
        ]
    )
    step = "uphold" if uphold else "reject"
    row = transition(
        row, step, seen=seen, decided_by_id=by.person_id, decided_at=Now(), answer=answer.strip()
    )
    if uphold and CreditEntry.objects.current().filter(pk=entry.pk).exists():  # else another look took it out
        take_out(entry, reason=row.answer, by=by, tell=False)
    journal.write(f"education.dispute.{step}", by=by, subject=row, about_person_id=row.person_id, rows=[row],
                  reason=row.answer, region_code=row.region_code)  # fmt: skip
    said = {"title": entry.title, "day": entry.earned_on.isoformat(), "answer": row.answer}
    messages.tell(row.person_id, ANSWERED, said, link="/my/cpd/")
    return row
