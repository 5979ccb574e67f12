"""A complaint comes in: from a draft, in the name of nobody, to a body that has no side in it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from shegong.duties.conduct.actions import drafts, stages
from shegong.duties.conduct.actions.closing import end_rounds
from shegong.duties.conduct.actions.drafts import WHY, code_from, tracking_hash
from shegong.duties.conduct.actions.noting import note
from shegong.duties.conduct.actions.routing import place
from shegong.duties.conduct.actions.telling_complainant import tell_office
from shegong.duties.conduct.models import ComplainantVault, Complaint, ComplaintDraft, EarlierComplaint
from shegong.duties.conduct.models.intake_policies import conduct_policy
from shegong.duties.conduct.models.secrets import hash_of, hash_of_contact
from shegong.duties.conduct.models.timing import review_until
from shegong.duties.conduct.rules import Kind, Stage, State
from shegong.duties.conduct.rules.intake import Told, lodge_obstacles
from shegong.duties.conduct.sealed_text import closed
from shegong.duties.registry.models import Registration
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import names_of
from shegong.kernel.access import ANONYMOUS, unguarded
from shegong.kernel.characters import plain
from shegong.kernel.clauses import answers
from shegong.kernel.numbering import next_number
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.kernel.walls_acting import lifted


@dataclass(frozen=True)
class Lodged:
    """What whoever complained is shown: the number, and the code that nobody keeps."""

    complaint: Complaint
    code: str


def lodged_from(key: str) -> Complaint | None:
    """The complaint that was sent with this browser's key; None before that."""
    with lifted(WHY):
        return Complaint._base_manager.filter(tracking_hash=tracking_hash(code_from(key))).first()


@answers("T4.2.f")
@unguarded("a public door: anyone may complain")
@transaction.atomic
def lodge(key: str, *, on: date) -> Lodged:
    """Send the draft of this key. The same key again gives the same complaint, so nothing is lost with the answer.

    Refuses what is incomplete. The journal says that a complaint came in, not from whom.
    """
    with lifted("who complains acts as nobody; where it goes is decided by the register"):
        before = lodged_from(key)
        if before is not None:
            return Lodged(before, code_from(key))
        told, draft = drafts.read_draft(key)
        if draft is None:
            raise Refused(Obstacle("no_draft", N_("Begin again: what was typed is older than we keep it.")))
        policy = conduct_policy(on)
        duties = [one.code for one in policy.ethics.duties]
        refuse_if(lodge_obstacles(told, duties=duties, longest=policy.longest_text))
        complaint = _written(told, draft, code_from(key), on)
        rows = [*_vaulted(complaint, told), *_earlier(complaint, told, on), *place(complaint, on=on)]
        note("conduct.complaint.lodge", complaint, by=ANONYMOUS, rows=rows, facts={"state": complaint.state})
        if complaint.routed_to_id is not None:
            tell_office(complaint, on=on)
        ComplaintDraft.objects.filter(pk=draft.pk).delete()
    return Lodged(complaint, code_from(key))


def _written(told: Told, draft: ComplaintDraft, code: str, on: date) -> Complaint:
    policy = conduct_policy(on)
    row = Complaint(
        tracking_hash=tracking_hash(code), kind=told.kind, matter=told.matter, duty=told.duty,
        ethics_version=policy.ethics.version if told.duty else "", region_code=told.region_code, received_on=on,
        folder_id=draft.folder_id,
    )  # fmt: skip
    row.registration, row.respondent_id, row.respondent_body_id = _respondent(told)
    whom = "\n".join(filter(None, (told.whom.strip(), told.unit.strip(), told.register_no.strip())))
    when_where = "\n".join(filter(None, (told.when.strip(), told.place.strip())))
    for column, text in (("text", told.text.strip()), ("whom", whom), ("circumstances", when_where)):
        setattr(row, column, closed(Complaint, column, row.seal_id, text) if text else b"")
    row.number = next_number(policy.number, year=on.year)
    row.save(force_insert=True)
    return row


def _respondent(told: Told) -> tuple[Registration | None, int | None, int | None]:
    """Who is meant, where the register knows it beyond doubt: number and name belong together, or one body has the name.
    Everything else is left to the office."""
    if told.whom_kind == "worker" and told.register_no.strip():
        number = plain(told.register_no).upper()
        found = Registration.objects.filter(register_no=number).order_by("pk").first()
        if found is not None and plain(told.whom) == plain(
            names_of([found.person_id]).get(found.person_id, "")
        ):
            return found, found.person_id, None
    if told.whom_kind == "body" and told.whom.strip():
        bodies = list(Organization.objects.filter(name=told.whom.strip(), dissolved_on=None)[:2])
        if len(bodies) == 1:
            return None, None, bodies[0].pk
    return None, None, None


def _vaulted(complaint: Complaint, told: Told) -> list[ComplainantVault]:
    """Who complained, apart and under other keys; nothing at all for an anonymous complaint."""
    if told.kind == Kind.ANONYMOUS:
        return []
    row = ComplainantVault(
        complaint=complaint,
        tell=told.tell_me,
        same=hash_of_contact(told.contact),
        who=hash_of(told.person_id),
    )
    texts = {"name": told.name.strip(), "contact": told.contact.strip(), "person": str(told.person_id or "")}
    for column, text in texts.items():
        setattr(row, column, closed(ComplainantVault, column, row.seal_id, text) if text else b"")
    row.save(force_insert=True)
    return []


def _earlier(complaint: Complaint, told: Told, on: date) -> list[EarlierComplaint]:
    """What the same hand complained of before, about the same side, and what came of it: evidence, not a refusal."""
    if told.kind == Kind.ANONYMOUS or not (complaint.respondent_id or complaint.respondent_body_id):
        return []
    hand = ComplainantVault.objects.filter(same=hash_of_contact(told.contact)).exclude(complaint=complaint)
    side = Q(respondent=complaint.respondent_id) if complaint.respondent_id else Q(
        respondent_body=complaint.respondent_body_id
    )  # fmt: skip
    since = on - timedelta(days=conduct_policy(on).earlier_days)
    before = Complaint._base_manager.filter(side, pk__in=hand.values("complaint"), received_on__gte=since)
    return [
        EarlierComplaint.objects.create(complaint=complaint, before=one, why="same_complainant")
        for one in before.order_by("pk")
    ]


@unguarded("whoever has the code")
@transaction.atomic
def ask_review(complaint: Complaint, *, on: date) -> Complaint:
    """Whoever complained asks the body above to look at a refusal or a transfer again, within the days set."""
    with lifted("who complained acts as nobody; she has shown the code"):
        row = Complaint._base_manager.select_for_update().get(pk=complaint.pk)
        if on > review_until(row):
            days = conduct_policy(on).review_ask_days
            message = N_("A review can be asked for within %(days)s days; they are over.")
            raise Refused(Obstacle("review_late", message, params={"days": days}))
        from_body = row.routed_to_id
        rows = place(row, on=on, step="review", above_body=from_body, stage=Stage.REVIEW)
        if row.state != State.ROUTED:
            raise Refused(Obstacle("no_body", N_("There is no body above that could take it.")))
        note("conduct.complaint.review", row, by=ANONYMOUS, rows=rows)
        tell_office(row, on=on)
    return row


@unguarded("whoever has the code")
@transaction.atomic
def withdraw(complaint: Complaint, *, on: date) -> Complaint:
    """Whoever complained takes it back before anything was decided; what was found stays."""
    with lifted("who complained acts as nobody; she has shown the code"):
        row = Complaint._base_manager.select_for_update().get(pk=complaint.pk)
        changed = stages.end(row, on=on)
        transition(row, "withdraw", reason_code="withdrawn", closed_on=on, due_on=None)
        note("conduct.complaint.withdraw", row, by=ANONYMOUS, rows=changed)
        end_rounds(row, why="withdrawn", by=ANONYMOUS, on=on)
    return row
