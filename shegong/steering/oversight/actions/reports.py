"""Year-end reports and final summaries: written, reviewed, signed, submitted with frozen figures, received, archived (N11)."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import F, Model
from django.utils import translation
from django.utils.translation import gettext as _

from shegong.ground.documents import actions as documents
from shegong.ground.documents.models import OfficialDocument
from shegong.ground.documents.rules.official import DocumentKind
from shegong.ground.documents.rules.official import State as DocumentState
from shegong.ground.organizations.models import Organization, OrganizationName
from shegong.kernel import journal
from shegong.kernel.access import Actor, half, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, Stale, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.steering.oversight.actions.freezing import freeze_subplan
from shegong.steering.oversight.actions.report_text import last_day, report_body, title_of
from shegong.steering.oversight.actions.rounds import issuer_of
from shegong.steering.oversight.models import Report, ReportSection
from shegong.steering.oversight.models.report_policies import report_policy
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.reports import (
    SECTIONS,
    ReportKind,
    ReportState,
    another_obstacles,
    text_obstacles,
    year_obstacles,
)
from shegong.steering.programme.models import SubPlan, plan
from shegong.steering.programme.models.annual import may_lead
from shegong.steering.statistics.models import Snapshot


def require_lead(subplan: SubPlan, by: Actor, on: date) -> None:
    """Refuse whoever does not report for the body that leads the sub-plan (N4, N6)."""
    require(by, Permission.REPORT, subplan.programme.region_code)
    if not may_lead(subplan, by, Permission.REPORT, on, plan().years):
        message = N_("Another department leads this sub-plan: it reports on it.")
        raise Refused(Obstacle("not_the_lead", message, clause="N11"))


@half
@answers("N11", "S2013.e")
@transaction.atomic
def draft_report(
    *, subplan: SubPlan, kind: str, year: int | None = None, as_of: date | None = None, by: Actor, on: date
) -> Report:
    """Begin the report of a year (`year_end`), or the final summary (`final`, without a year). The one that exists already
    is the answer. Refuses who does not lead, a year outside the plan, and figures of a day to come."""
    require_lead(subplan, by, on)
    chosen = ReportKind(kind)
    year = year if chosen == ReportKind.YEAR_END else None
    known = Report.objects.filter(subplan=subplan, kind=kind, year=year).first()
    if known is not None:
        return known
    refuse_if(year_obstacles(chosen, year, plan().years, on, as_of or on))
    day = as_of or min(on, last_day(chosen, year))
    row = Report.objects.create(
        subplan=subplan, region_code=subplan.programme.region_code, kind=kind, year=year, as_of=day,
        title=title_of(chosen, subplan.title, year), due_on=_due(chosen, year, on), drafter_id=by.person_id,
    )  # fmt: skip
    sections = ReportSection.objects.bulk_create(
        ReportSection(report=row, key=key) for key in SECTIONS[chosen]
    )
    note(row, "draft", by, sections)
    return row


def _due(kind: ReportKind, year: int | None, on: date) -> date:
    policy = report_policy(on)
    return policy.final_due(plan().ends) if kind == ReportKind.FINAL or year is None else policy.due(year)


def note(
    row: Report,
    verb: str,
    by: Actor,
    rows: Sequence[Model] = (),
    permission: str = Permission.REPORT,
    reason: str = "",
) -> None:
    """The journal's entry of a step."""
    facts = {"kind": row.kind, "year": row.year, "state": row.state, "subplan": row.subplan.number}
    journal.write(
        f"oversight.report.{verb}", by=by, subject=row, rows=[row, *rows], facts=facts, reason=reason,
        authority=by.authority_for(permission, row.region_code), region_code=row.region_code,
    )  # fmt: skip


def hold(row: Report, *states: ReportState, seen: int | None) -> Report:
    """The report under lock, in one of these states. Raises `Stale` when it moved on since it was seen."""
    held: Report = Report.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    if seen is not None and held.version != seen:
        raise Stale()
    if held.state not in states:
        raise Refused(Obstacle("wrong_state", N_("This cannot be done any more: the case has moved on.")))
    return held


@half
@answers("N11")
@transaction.atomic
def write_report(
    row: Report, *, texts: Mapping[str, str], title: str = "", as_of: date | None = None, by: Actor, on: date,
    seen: int | None = None,
) -> Report:  # fmt: skip
    """Keep the words of sections, and the day of the figures. Whoever wrote last counts as the author."""
    require_lead(row.subplan, by, on)
    row = hold(row, ReportState.DRAFTED, seen=seen)
    day = as_of or row.as_of
    refuse_if(year_obstacles(ReportKind(row.kind), row.year, plan().years, on, day))
    sections = [one for one in row.sections.all() if one.key in texts]
    for one in sections:
        one.text = texts[one.key].strip()
    ReportSection.objects.bulk_update(sections, ["text"])
    Report.objects.filter(pk=row.pk).update(
        as_of=day,
        title=title.strip() or row.title,
        drafter_id=by.person_id,
        reviewer=None,
        version=F("version") + 1,
    )
    row.refresh_from_db()
    note(row, "write", by, sections)
    return row


@half
@answers("N11")
@transaction.atomic
def review_report(row: Report, *, by: Actor, on: date, seen: int | None = None) -> Report:
    """The department has reviewed it: somebody else than the author, with every section written."""
    require_lead(row.subplan, by, on)
    row = hold(row, ReportState.DRAFTED, seen=seen)
    refuse_if(
        another_obstacles(by.person_id, row.drafter_id) + text_obstacles(ReportKind(row.kind), row.texts())
    )
    row = transition(row, "review", reviewer_id=by.person_id, reviewed_on=on, returned_why="")
    note(row, "review", by)
    return row


@transaction.atomic
def send_report_back(row: Report, *, reason: str, by: Actor, on: date, seen: int | None = None) -> Report:
    """Back to its author, with the reason."""
    require_lead(row.subplan, by, on)
    refuse_if(reason_obstacles(reason))
    row = transition(
        row, "send_back", seen=seen, reviewer=None, reviewed_on=None, returned_why=reason.strip()
    )
    note(row, "send_back", by, reason=row.returned_why)
    return row


@answers("N11")
@transaction.atomic
def sign_report(row: Report, *, by: Actor, on: date, seen: int | None = None) -> Report:
    """Freeze the figures and make the official document to the leading group, which the department's leader signs."""
    require_lead(row.subplan, by, on)
    row = hold(row, ReportState.REVIEWED, seen=seen)
    snapshot = _freeze(row, by, on)
    issuer = issuer_of(by, Permission.REPORT, row.region_code, row.subplan, on)
    group = leading_group()
    if group is None:
        raise Refused(
            Obstacle(
                "no_leading_group", N_("The body that the plan reports to is not on record."), clause="N11"
            )
        )
    document = documents.draft_document(
        kind=DocumentKind.REPORT, title=row.title, body=report_body(row, snapshot, row.texts()), issuer=issuer, to=[group],
        region_code=row.region_code, by=by, on=on,
    )  # fmt: skip
    row = transition(row, "send_to_sign", snapshot=snapshot, document=document)
    note(row, "send_to_sign", by)
    return row


def _freeze(row: Report, by: Actor, on: date) -> Snapshot:
    before = row.snapshot if row.snapshot and row.snapshot.as_of == row.as_of else None
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Figures of: %(title)s") % {"title": row.title}
        reason = _("The report was changed before it was submitted.") if before else ""
    return freeze_subplan(
        row.subplan,
        title=title,
        as_of=row.as_of,
        year=row.year,
        supersedes=before,
        reason=reason,
        by=by,
        on=on,
    )


def leading_group() -> Organization | None:
    """The body that the plan reports to (N11)."""
    coordination = plan().coordination
    body = plan().bodies.get(coordination.reports_to) if coordination else None
    if body is None:
        return None
    names = {body.name, *(one.name for one in body.names)}
    known = OrganizationName.objects.filter(name__in=names, organization__region=plan().region)
    row = known.select_related("organization").first()
    return row.organization if row else None


@transaction.atomic
def take_report_back(row: Report, *, reason: str, by: Actor, on: date, seen: int | None = None) -> Report:
    """Make it a draft again before it is submitted; the document of that time is given up, the frozen figures stay."""
    require_lead(row.subplan, by, on)
    refuse_if(reason_obstacles(reason))
    row = hold(row, ReportState.SIGNING, seen=seen)
    document = row.document
    if document.state not in (DocumentState.DRAFTED, DocumentState.DROPPED):
        document = documents.take_back(document, by=by, on=on, reason=reason)
    if document.state == DocumentState.DRAFTED:
        documents.drop_draft(document, by=by, on=on)
    row = transition(
        row, "take_back", document=None, reviewer=None, reviewed_on=None, returned_why=reason.strip()
    )
    note(row, "take_back", by, reason=reason.strip())
    return row


@answers("N11", "S2013.e")
@transaction.atomic
def submit_report(row: Report, *, by: Actor, on: date, seen: int | None = None) -> Report:
    """Issue the signed document to the leading group: the figures of the report are those frozen with it."""
    require_lead(row.subplan, by, on)
    row = hold(row, ReportState.SIGNING, seen=seen)
    document = OfficialDocument.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.document_id)
    if document.state == DocumentState.SIGNED:
        document = documents.issue(document, by=by, on=on)
    if not document.is_issued:
        raise Refused(Obstacle("not_signed", N_("The document is not signed yet."), clause="GB/T 9704"))
    row = transition(row, "submit", submitted_on=on)
    note(row, "submit", by)
    return row
