"""The document by which a yearly plan is issued: drafted from the plan, to the units and the bodies that take part."""

from datetime import date

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from shegong.ground.documents import actions as documents
from shegong.ground.documents.models import acts_for
from shegong.ground.documents.rules import DocumentKind
from shegong.ground.documents.rules.official import Permission as Documents
from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.organizations.rules import Duties
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.steering.programme.actions.annual import require_lead
from shegong.steering.programme.models import AnnualPlan, Participant, Target, plan
from shegong.steering.programme.models.annual import leads_of
from shegong.steering.programme.rules.annual import PlanState
from shegong.steering.programme.rules.plan_text import TargetLine, WorkLine, plan_text, title_of
from shegong.steering.programme.rules.plans import UNITS


@answers("N10", "N0")
@transaction.atomic
def draft_plan_document(annual: AnnualPlan, *, by: Actor, on: date) -> AnnualPlan:
    """Draft the document of an endorsed plan: to the office of each unit, copies to the bodies that take part.

    It is signed and issued as any other document; then the plan is issued by it. Refuses a plan that is not endorsed yet,
    that has a document already, and whoever does not write documents for the body that leads.
    """
    require_lead(annual.subplan, by, on, annual.year)
    if annual.state != PlanState.ENDORSED or annual.document_id:
        message = N_("The document is drafted once, when the plan is endorsed.")
        raise Refused(Obstacle("plan_document_early", message, clause="N10"))
    issuer = _issuer(annual, by, on)
    document = documents.draft_document(
        kind=DocumentKind.NOTICE, title=title_of(annual.subplan.title, annual.year, annual.edition),
        body=text_of(annual), issuer=issuer, to=_offices(annual, issuer, on), cc=_mates(annual, issuer),
        region_code=annual.region_code, by=by, on=on,
    )  # fmt: skip
    AnnualPlan.objects.filter(pk=annual.pk).update(document=document)
    annual.refresh_from_db()
    journal.write(
        "programme.annual_plan.document",
        by=by,
        subject=annual,
        rows=[annual],
        facts={"document": document.pk},
    )
    return annual


def _issuer(annual: AnnualPlan, by: Actor, on: date) -> Organization:
    """The lead for which the actor writes; the lead of the day where several do."""
    leads = leads_of(annual.subplan, on, [annual.year])
    mine = [body for body in leads.values() if acts_for(by, body.pk, Documents.DRAFT)]
    if not mine:
        message = N_("Your role does not draft documents for the body that leads this sub-plan.")
        raise Refused(Obstacle("plan_document_body", message, clause="N10"))
    return mine[0]


def _offices(annual: AnnualPlan, issuer: Organization, on: date) -> list[Organization]:
    units = tree().children(annual.region_code, on, REPORTING)
    rows = (
        Duty.objects.in_force(on)
        .filter(duty=Duties.SOCIAL_WORK, region__in=units)
        .select_related("organization")
    )
    return [row.organization for row in rows.order_by("region") if row.organization_id != issuer.pk]


def _mates(annual: AnnualPlan, issuer: Organization) -> list[Organization]:
    rows = Participant.objects.filter(subplan=annual.subplan).select_related("organization").order_by("pk")
    return [row.organization for row in rows if row.organization_id != issuer.pk]


def text_of(annual: AnnualPlan) -> str:
    """The plan as text, in Chinese whatever the reader's language."""
    day = date(annual.year, 12, 31)
    with translation.override("zh-hans"):
        targets = [_line(row, day) for row in annual.targets.filter(parent=None).order_by("pk")]
        work = [
            WorkLine(
                item.what, tuple(body.organization.name_on(day) for body in item.bodies.order_by("position")), item.due_on,
                item.budget,
            )
            for item in annual.items.order_by("position")
        ]  # fmt: skip
        return plan_text(note=annual.note, targets=targets, work=work, year=annual.year)


def _line(row: Target, day: date) -> TargetLine:
    stated = plan().indicators.get(row.indicator)
    parts = tuple(
        (tree().name(code, day), amount)
        for code, amount in row.parts.order_by("region").values_list("region_code", "amount")
    )
    return TargetLine(
        stated.zh if stated else row.indicator, row.amount, gettext(UNITS[stated.unit]) if stated else "", row.tolerance,
        parts, row.gap_reason,
    )  # fmt: skip
