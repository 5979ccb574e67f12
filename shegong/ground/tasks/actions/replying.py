"""The responsible body replies with proof; the helping bodies co-sign before it counts (N7, N12)."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from shegong.ground.documents import actions as documents
from shegong.ground.documents.models import Folder
from shegong.ground.organizations.models import Organization
from shegong.ground.tasks.actions.taking_part import (
    helpers_of,
    hold,
    note,
    people_of,
    require_part,
    tell,
    write,
)
from shegong.ground.tasks.models import ReplySignature, Task, TaskReply
from shegong.ground.tasks.rules import Event, Part, State, reason_obstacles, reply_obstacles
from shegong.kernel.access import Actor, half
from shegong.kernel.clauses import answers
from shegong.kernel.messages import Template
from shegong.kernel.refusal import Obstacle, Refused, Stale, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition

PROOF = "proof"
REPLIED = Template(
    "tasks.replied",
    N_("A task was replied to"),
    N_("%(body)s replied to “%(title)s”. Check the proof and close it."),
)
TO_SIGN = Template(
    "tasks.to_sign",
    N_("A reply waits for your co-signature"),
    N_("%(body)s replied to “%(title)s”. Read it and co-sign it, or say what is missing."),
)
OBJECTED = Template(
    "tasks.objected",
    N_("A reply was not co-signed"),
    N_("%(helper)s did not co-sign the reply to “%(title)s”: %(reason)s. Write another reply."),
)


@half
@answers("N12")
@transaction.atomic
def reply(
    task: Task,
    *,
    text: str,
    papers: Sequence[tuple[str, bytes]] = (),
    by: Actor,
    on: date,
    seen: int | None = None,
) -> TaskReply:
    """Report what was done, with proof: `papers` are (file name, content) of photos and PDFs.

    Where other bodies help, the reply counts once each of them has co-signed it. A task that was not acknowledged is so
    with the reply. Refuses an empty text, papers that cannot be stored, and a reply while one waits for co-signatures.
    """
    body = require_part(by, Part.RESPONSIBLE, task.responsible)
    task = _ready(hold(task), seen, by, on)
    helpers = helpers_of(task)
    refuse_if(reply_obstacles(text=text, papers=len(papers), is_waiting=waiting_for(task) is not None))
    row = TaskReply.objects.create(
        task=task, text=text.strip(), folder=_folder(task, by, on) if papers else None, organization=body,
        written_by_id=by.person_id, written_on=on,
    )  # fmt: skip
    for filename, content in papers:
        documents.add_paper(row.folder, kind=PROOF, content=content, filename=filename, by=by, on=on)
    if helpers:
        note(task, Event.SUBMIT, by, on, organization=body, note=row.text, reply=row)
        write(task, "submit_reply", by, [row])
        tell(task, TO_SIGN, people_of(Part.HELPER, helpers, on, by))
        return row
    _count(task, row, by, on)
    return row


def _ready(task: Task, seen: int | None, by: Actor, on: date) -> Task:
    """Held, as the writer saw it, and acknowledged."""
    if seen is not None and task.version != seen:
        raise Stale()
    if task.state == State.ASSIGNED:
        task = transition(task, "acknowledge", accepted_on=on)
        note(task, Event.ACKNOWLEDGE, by, on, organization=task.responsible)
        write(task, "acknowledge", by)
    if task.state not in (State.ACCEPTED, State.RETURNED):
        raise Refused(Obstacle("wrong_state", N_("This cannot be done any more: the case has moved on.")))
    return task


def _folder(task: Task, by: Actor, on: date) -> Folder:
    return documents.open_folder(title=task.title[:80], by=by, on=on)


def _count(task: Task, row: TaskReply, by: Actor, on: date) -> Task:
    """The reply counts: it is the issuer's turn."""
    task = transition(task, "reply", replied_on=on, replied_by_id=row.written_by_id)
    note(
        task,
        Event.REPLY,
        by,
        on,
        organization=row.organization,
        note=row.text,
        reply=row,
        person_id=row.written_by_id,
    )
    write(task, "reply", by, [row])
    tell(task, REPLIED, people_of(Part.ISSUER, [task.issuer], on, by))
    return task


def waiting_for(task: Task) -> TaskReply | None:
    """The reply that waits for co-signatures: the newest, written since the task came back, with nobody against it."""
    if task.state not in (State.ACCEPTED, State.RETURNED):
        return None
    row = TaskReply.objects.latest(task)
    if row is None or row.objected or not helpers_of(task):  # type: ignore[attr-defined]
        return None
    counted = task.events.filter(name=Event.REPLY, reply=row).exists()
    return None if counted else row


def _sign(
    task: Task, agrees: bool, words: str, by: Actor, on: date
) -> tuple[Task, TaskReply, ReplySignature]:
    task = hold(task)
    row = waiting_for(task)
    if row is None:
        raise Refused(Obstacle("nothing_to_sign", N_("No reply waits for a co-signature."), clause="N7"))
    signed = set(row.signatures.values_list("organization", flat=True))
    left = [body for body in helpers_of(task) if body.pk not in signed]
    body = require_part(by, Part.HELPER, *left)
    signature = ReplySignature.objects.create(
        reply=row,
        organization=body,
        agrees=agrees,
        note=words.strip(),
        signed_by_id=by.person_id,
        signed_on=on,
    )
    name = Event.SIGN if agrees else Event.OBJECT
    note(task, name, by, on, organization=body, note=words.strip(), reply=row)
    return task, row, signature


@half
@answers("N7")
@transaction.atomic
def sign_reply(task: Task, *, text: str = "", by: Actor, on: date) -> Task:
    """A helping body co-signs (会签) the reply; with the last of them the reply counts."""
    task, row, signature = _sign(task, True, text, by, on)
    write(task, "sign_reply", by, [signature])
    if not _missing(task, row):
        task = _count(task, row, by, on)
    return task


def _missing(task: Task, row: TaskReply) -> list[Organization]:
    signed = set(row.signatures.values_list("organization", flat=True))
    return [body for body in helpers_of(task) if body.pk not in signed]


@answers("N7")
@transaction.atomic
def object_reply(task: Task, *, reason: str, by: Actor, on: date) -> Task:
    """A helping body does not co-sign and says why; the responsible body writes another reply."""
    refuse_if(reason_obstacles(reason))
    task, _row, signature = _sign(task, False, reason, by, on)
    write(task, "object_reply", by, [signature], reason=reason.strip())
    people = people_of(Part.RESPONSIBLE, [task.responsible], on, by)
    tell(task, OBJECTED, people, helper=signature.organization.name, reason=reason.strip())
    return task
