"""The inquiry: plan, investigators and their recusal, disclosure, statements, evidence."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from shegong.duties.conduct.actions.claiming import claim, investigates
from shegong.duties.conduct.actions.guarding import partial_obstacles, telling_obstacles
from shegong.duties.conduct.models import Complaint, StageDate
from shegong.duties.conduct.models.evidence import EVIDENCE, Evidence, EvidenceRead
from shegong.duties.conduct.models.inquiry import Inquiry, Investigator, Statement
from shegong.duties.conduct.models.policies import sanction_policy
from shegong.duties.conduct.models.sides import member_of, parts_of, respondent_of
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.rules.inquiry import Side, disclosure_obstacles, text_obstacles
from shegong.duties.conduct.rules.recusal import conflicts, investigator_obstacles
from shegong.duties.conduct.sealed_text import closed
from shegong.duties.conduct.telling import tell_respondent
from shegong.ground.documents import actions as documents
from shegong.ground.people.models import Person
from shegong.kernel import journal
from shegong.kernel.access import Actor, in_person
from shegong.kernel.clauses import answers
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition

OFFICERS = (Permission.INVESTIGATE,)


@answers("T4.2.f")
@transaction.atomic
def open_inquiry(complaint: Complaint, *, plan: str, by: Actor, on: date, seen: int | None = None) -> Inquiry:
    """Begin to look into an accepted complaint, with a plan; who begins leads. Refuses who has a side."""
    row = claim(complaint, *OFFICERS, by=by, on=on, seen=seen)
    refuse_if(text_obstacles(plan, "plan"))
    transition(row, "investigate", investigator_id=by.person_id)
    return begin_round(row, plan=plan, by=by, on=on)


def begin_round(
    complaint: Complaint, *, plan: str, by: Actor, on: date, clock: Sequence[StageDate] = ()
) -> Inquiry:
    """A round of inquiry with its first investigator; the caller has claimed and moved the complaint."""
    number = complaint.inquiries.count() + 1
    inquiry = Inquiry(
        complaint=complaint, round=number, respondent_id=complaint.respondent_id,
        respondent_body_id=complaint.respondent_body_id, opened_on=on, opened_by_id=by.person_id,
    )  # fmt: skip
    inquiry.plan = closed(Inquiry, "plan", inquiry.seal_id, plan.strip())
    inquiry.save(force_insert=True)
    lead = Investigator.objects.create(
        inquiry=inquiry, person_id=by.person_id, leads=True, named_on=on, named_by_id=by.person_id
    )
    write(
        "conduct.inquiry.open",
        inquiry,
        by=by,
        rows=[complaint, inquiry, lead, *clock],
        facts={"round": number},
    )
    return inquiry


@answers("T4.2.f")
@transaction.atomic
def name_investigator(inquiry: Inquiry, person: Person, *, by: Actor, on: date) -> Investigator:
    """Add an investigator. Refuses the person complained of, relatives, people of the same unit, panel members, and
    whoever complained."""
    row = claim(inquiry.complaint, *OFFICERS, by=by, on=on)
    parts = parts_of(row, inquiry)
    refuse_if(
        conflicts(member_of(person.pk, on), respondent_of(row, on)) + investigator_obstacles(person.pk, parts)
        or partial_obstacles(row, person.pk, by=by, on=on)
    )
    found, made = Investigator.objects.get_or_create(
        inquiry=inquiry, person=person, defaults={"named_on": on, "named_by_id": by.person_id}
    )
    if not made and found.left_on is not None:
        raise Refused(Obstacle("recused_before", N_("This person was recused from this case.")))
    if made:
        write("conduct.investigator.name", inquiry, by=by, rows=[found])
    return found


@answers("T4.2.f")
@transaction.atomic
def recuse_investigator(investigator: Investigator, *, why: str, by: Actor, on: date) -> Investigator:
    """An investigator steps back, or is taken off the case; the reason stays. The last one cannot leave alone."""
    inquiry = investigator.inquiry
    row = claim(inquiry.complaint, *OFFICERS, Permission.RECEIVE, by=by, on=on)
    refuse_if(reason_obstacles(why, "why"))
    rest = inquiry.investigators.filter(left_on__isnull=True).exclude(pk=investigator.pk)
    if not rest.exists():
        raise Refused(Obstacle("last_one", N_("Name another investigator first.")))
    if not Investigator.objects.filter(pk=investigator.pk, left_on__isnull=True).update(
        left_on=on, left_why=why.strip(), leads=False
    ):
        raise Refused(Obstacle("left_before", N_("This person no longer investigates the case.")))
    investigator.refresh_from_db()
    first = rest.first()
    rest.filter(pk=first.pk).update(leads=True)
    first.refresh_from_db()
    Complaint.objects.filter(pk=row.pk).update(investigator_id=first.person_id)
    row.refresh_from_db()
    write("conduct.investigator.recuse", inquiry, by=by, rows=[investigator, first, row])
    return investigator


@answers("T4.2.f")
@transaction.atomic
def disclose(inquiry: Inquiry, *, text: str, by: Actor, on: date) -> Inquiry:
    """Tell the respondent what is alleged, in words that name nobody who complained; the time to answer begins.

    Refuses a text in which name or contact of the complainant stands (A18).
    """
    row = claim(inquiry.complaint, *OFFICERS, by=by, on=on)
    investigates(inquiry, by)
    inquiry.refresh_from_db()
    if inquiry.disclosed_on is not None:
        raise Refused(Obstacle("disclosed_before", N_("The allegation has been disclosed.")))
    present = inquiry.investigators.filter(left_on=None).count()
    refuse_if(disclosure_obstacles(text, present) + telling_obstacles(row, text, by=by, on=on))
    due = calendar_in_force().add_working_days(on, sanction_policy(on).reply_days).on
    Inquiry.objects.filter(pk=inquiry.pk).update(
        disclosed_on=on, reply_due=due, respondent_id=row.respondent_id, respondent_body_id=row.respondent_body_id,
        allegation=closed(Inquiry, "allegation", inquiry.seal_id, text.strip()),
    )  # fmt: skip
    inquiry.refresh_from_db()
    tell_respondent(inquiry, "disclosed", on=on, due=due.isoformat())
    write("conduct.inquiry.disclose", inquiry, by=by, rows=[inquiry], about=row.respondent_id)
    return inquiry


@answers("T4.2.f")
@transaction.atomic
def take_statement(inquiry: Inquiry, *, side: str, text: str, by: Actor, on: date) -> Statement:
    """Put what somebody said on file: either side, a witness, an expert. Nothing of it is changed afterwards."""
    row = claim(inquiry.complaint, *OFFICERS, by=by, on=on)
    investigates(inquiry, by)
    if side not in tuple(Side):
        raise Refused(Obstacle("side_needed", N_("Choose whose statement it is."), "side"))
    refuse_if(text_obstacles(text))
    made = add_statement(inquiry, side=side, text=text, on=on, taken_by=by.person_id)
    write("conduct.statement.take", inquiry, by=by, rows=[made], facts={"side": side, "complaint": row.pk})
    return made


def add_statement(
    inquiry: Inquiry, *, side: str, text: str, on: date, taken_by: int | None = None, by_person: int | None = None,
    by_body: int | None = None, late: bool = False,
) -> Statement:  # fmt: skip
    """The row of a statement; the caller has asked and journals it."""
    made = Statement(
        complaint_id=inquiry.complaint_id, inquiry=inquiry, side=side, taken_by_id=taken_by, by_person_id=by_person,
        by_body_id=by_body, given_on=on, is_late=late,
    )  # fmt: skip
    made.text = closed(Statement, "text", made.seal_id, text.strip())
    made.save(force_insert=True)
    return made


@answers("T4.2.f")
@transaction.atomic
def add_evidence(
    complaint: Complaint, *, side: str, title: str, content: bytes, by: Actor, on: date
) -> Evidence:
    """Keep a photo or PDF apart, under the keys of evidence, without place and maker; refuses as papers are refused."""
    row = claim(complaint, *OFFICERS, by=by, on=on)
    if side not in tuple(Side):
        raise Refused(Obstacle("side_needed", N_("Choose whose statement it is."), "side"))
    made = keep_evidence(row, side=side, title=title, content=content, by=by, on=on)
    write("conduct.evidence.add", made, by=by, rows=[made], facts={"side": side})
    return made


def keep_evidence(
    complaint: Complaint, *, side: str, title: str, content: bytes, by: Actor, on: date
) -> Evidence:
    """The piece itself; the caller has asked and journals it. The same bytes twice from one side stay one piece; from another
    side they are another: nobody learns by handing in a photo that the office has it from somebody else (A18)."""
    refuse_if(reason_obstacles(title, "title"))
    content, media_type = documents.cleaned(content)
    sha256 = EVIDENCE.keep(content)
    present = Evidence.objects.filter(complaint=complaint, side=side, sha256=sha256).first()
    if present is not None:
        return present
    made = Evidence(complaint=complaint, side=side, sha256=sha256, media_type=media_type, size=len(content),
                    added_on=on, added_by_id=by.person_id)  # fmt: skip
    made.title = closed(Evidence, "title", made.seal_id, documents.clean_title(title))
    made.save(force_insert=True)
    return made


@in_person("who reads evidence is on record: read it on the page")
@answers("T4.2.f")
@transaction.atomic
def read_evidence(evidence: Evidence, *, reason: str, by: Actor, on: date) -> bytes:
    """The bytes of a piece, for somebody who works on the case, with a reason; the reading is written down first."""
    claim(evidence.complaint, *OFFICERS, Permission.DECIDE, Permission.PUBLISH, by=by, on=on)
    refuse_if(reason_obstacles(reason))
    read = EvidenceRead.objects.create(evidence=evidence, reader_id=by.person_id, reason=reason.strip())
    write("conduct.evidence.read", evidence, by=by, rows=[read])
    return EVIDENCE.read(evidence.sha256)


def write(
    verb: str, subject: Inquiry | Evidence, *, by: Actor, rows: list[object], facts: dict[str, object] | None = None,
    about: int | None = None,
) -> None:  # fmt: skip
    """An entry of the case: at the place of the body that handles it, about nobody unless said."""
    journal.write(
        verb, by=by, subject=subject, rows=rows, facts=facts or {}, about_person_id=about,
        region_code=subject.complaint.routed_region_code,
    )  # fmt: skip
