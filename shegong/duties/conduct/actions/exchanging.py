"""What passes between the office and whoever complained, by the code alone: questions, answers, further papers."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from shegong.duties.conduct.actions import stages
from shegong.duties.conduct.actions.claiming import claim
from shegong.duties.conduct.actions.drafts import add_photos, tracking_hash
from shegong.duties.conduct.actions.noting import note
from shegong.duties.conduct.actions.telling_complainant import tell_complainant
from shegong.duties.conduct.models import Complaint, Exchange
from shegong.duties.conduct.models.intake_policies import conduct_policy
from shegong.duties.conduct.rules import Permission, State
from shegong.duties.conduct.rules.intake import canonical_code, message_obstacles
from shegong.duties.conduct.sealed_text import closed
from shegong.ground.documents import actions as documents
from shegong.kernel.access import ANONYMOUS, Actor, unguarded
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.walls_acting import lifted

OFFICERS = (Permission.RECEIVE, Permission.INVESTIGATE)
AS_NOBODY = "who complained acts as nobody; she has shown the code"


def tracked(code: str) -> Complaint | None:
    """The complaint that belongs to a code as typed; None for every other."""
    known = canonical_code(code)
    with lifted(AS_NOBODY):
        rows = Complaint._base_manager.select_related("routed_to")
        # An impossible code is looked up like any other: the answer takes as long.
        return rows.filter(tracking_hash=tracking_hash(known)).first()


def written(complaint: Complaint, side: str, kind: str, text: str, *, on: date) -> Exchange:
    """One message, sealed; the caller journals it."""
    row = Exchange(complaint=complaint, side=side, kind=kind, written_on=on)
    row.text = closed(Exchange, "text", row.seal_id, text.strip())
    row.save(force_insert=True)
    return row


@answers("T4.2.f")
@transaction.atomic
def write(
    complaint: Complaint, *, text: str, asks: bool, by: Actor, on: date, seen: int | None = None
) -> Exchange:
    """Write to whoever complained; `asks`: the clock rests until she answers."""
    row = claim(complaint, *OFFICERS, by=by, on=on, seen=seen)
    refuse_if(message_obstacles(text, longest=conduct_policy(on).longest_text))
    message = written(row, "office", "question" if asks else "message", text, on=on)
    changed = stages.rest(row, why="complainant", on=on) if asks else []
    tell_complainant(row, on=on)
    note("conduct.exchange.write", row, by=by, rows=[message, *changed],
         facts={"asks": asks})  # fmt: skip
    return message


@answers("T4.2.f")
@unguarded("whoever has the code")
@transaction.atomic
def answer(complaint: Complaint, *, text: str, photos: Sequence[bytes], on: date) -> Exchange:
    """Whoever complained answers, adds or asks back; a clock that rested for her runs on."""
    refuse_if(message_obstacles(text, papers=len(photos), longest=conduct_policy(on).longest_text))
    with lifted(AS_NOBODY):
        row = Complaint._base_manager.select_for_update().get(pk=complaint.pk)
        changed: list[object] = []
        if row.state == State.CLOSED:
            raise Refused(
                Obstacle("case_closed", N_("This complaint is closed. Begin another one for something new."))
            )
        if photos:
            if row.folder_id is None:
                row.folder = documents.open_folder(title="", by=ANONYMOUS, on=on)
                row.save(update_fields=["folder"])
            add_photos(row.folder, photos, on=on)  # type: ignore[arg-type]
        message = written(row, "complainant", "papers" if photos else "message", text, on=on)
        changed = [message, *stages.run_on(row, on=on, only="complainant")]
        note("conduct.exchange.answer", row, by=ANONYMOUS, rows=changed, facts={"photos": len(photos)})
    return message
