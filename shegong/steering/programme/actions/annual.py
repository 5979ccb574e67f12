"""A yearly work plan is drafted, reviewed, submitted, endorsed by another, issued and revised with a reason (N10)."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from shegong.kernel import journal
from shegong.kernel.access import Actor, half, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.steering.programme.actions.copying import copy_content, first_targets
from shegong.steering.programme.actions.subplans import bring_subplan
from shegong.steering.programme.actions.telling import (
    ENDORSED,
    SENT_BACK,
    tell_authors,
    tell_coordinators,
    tell_units,
)
from shegong.steering.programme.models import AnnualPlan, Responsibility, SubPlan
from shegong.steering.programme.models.annual import leads_of, may_lead
from shegong.steering.programme.rules import Permission, SubPlanState
from shegong.steering.programme.rules.annual import (
    PlanState,
    draft_obstacles,
    endorse_obstacles,
    issue_obstacles,
    reason_obstacles,
    review_obstacles,
    submit_obstacles,
)


def require_lead(subplan: SubPlan, by: Actor, on: date, year: int) -> None:
    """Refuse unless the actor writes plans for the body that leads this sub-plan, on the day or in the plan's year (N4)."""
    require(by, Permission.PLAN, subplan.programme.region_code)
    if not may_lead(subplan, by, Permission.PLAN, on, [year]):
        lead = subplan.lead(on)
        params = {"title": subplan.title, "lead": lead.name if lead else ""}
        raise Refused(Obstacle("not_lead", N_("%(title)s is led by %(lead)s."), clause="N4", params=params))


def require_draft(plan: AnnualPlan, by: Actor, on: date) -> AnnualPlan:
    """The plan, held until the end of the transaction; refuses one that is no draft, and whoever does not lead."""
    require_lead(plan.subplan, by, on, plan.year)
    held: AnnualPlan = (
        AnnualPlan.objects.select_for_update(of=("self",)).select_related("subplan").get(pk=plan.pk)
    )
    if not held.is_open:
        raise Refused(
            Obstacle(
                "plan_closed", N_("Only a draft can be changed. Send it back or revise it."), clause="N10"
            )
        )
    return held


@half
@answers("N10")
@transaction.atomic
def draft_plan(subplan: SubPlan, *, year: int, by: Actor, on: date, reason: str = "") -> AnnualPlan:
    """Begin the plan of a year, with the figures that the programme itself states; where one is issued, its revision.

    A revision begins with what the issued edition says, which stays in force until the new one is issued. Refuses a year
    outside the programme, a second open edition, a revision without a reason.
    """
    place = subplan.programme.region_code
    require_lead(subplan, by, on, year)
    editions = AnnualPlan.objects.filter(subplan=subplan, region=place, year=year)
    issued = editions.filter(state=PlanState.ISSUED).first()
    term = subplan.programme
    refuse_if(
        draft_obstacles(
            year, term.starts_on.year, term.ends_on.year, is_open=editions.open().exists(), is_issued=issued is not None,
            reason=reason,
        )
    )  # fmt: skip
    plan: AnnualPlan = AnnualPlan.objects.create(
        subplan=subplan, region_code=place, year=year, drafter_id=by.person_id, supersedes=issued, reason=reason.strip(),
        edition=(editions.aggregate(last=Max("edition"))["last"] or 0) + 1, note=issued.note if issued else "",
    )  # fmt: skip
    rows = copy_content(issued, plan) if issued else first_targets(plan)
    journal.write("programme.annual_plan.draft", by=by, subject=plan, rows=[plan, *rows], reason=plan.reason,
                  facts={"year": year, "edition": plan.edition})  # fmt: skip
    return plan


@transaction.atomic
def write_note(plan: AnnualPlan, *, note: str, by: Actor, on: date) -> AnnualPlan:
    """The guiding words at the head of a draft, at most 4,000 characters."""
    plan = require_draft(plan, by, on)
    AnnualPlan.objects.filter(pk=plan.pk).update(note=note.strip()[:4000])
    plan.refresh_from_db()
    journal.write("programme.annual_plan.note", by=by, subject=plan, rows=[plan])
    return plan


def _walked(
    plan: AnnualPlan, step: str, by: Actor, seen: int | None, reason: str = "", **changes: Any
) -> AnnualPlan:
    plan = transition(plan, step, seen=seen, **changes)
    journal.write(f"programme.annual_plan.{step}", by=by, subject=plan, rows=[plan], reason=reason)
    return plan


@answers("N10")
@transaction.atomic
def review_plan(plan: AnnualPlan, *, by: Actor, on: date, seen: int | None = None) -> AnnualPlan:
    """The lead's own review is done. Refuses a plan without targets or work."""
    require_lead(plan.subplan, by, on, plan.year)
    refuse_if(review_obstacles(targets=plan.targets.count(), items=plan.items.count()))
    return _walked(plan, "review", by, seen)


@half
@answers("N10", "N5")
@transaction.atomic
def submit_plan(plan: AnnualPlan, *, by: Actor, on: date, seen: int | None = None) -> AnnualPlan:
    """Hand the plan to the coordinator. Refuses while the responsibility sheet of its level is missing (N5)."""
    require_lead(plan.subplan, by, on, plan.year)
    sheets = Responsibility.objects.of_level(plan.subplan, plan.region_code, on)
    leads = leads_of(plan.subplan, on, [plan.year])
    if leads:  # those of participants are not enough
        sheets = sheets.filter(organization__in=list(leads))
    refuse_if(submit_obstacles(has_sheet=sheets.exists()))
    plan = _walked(plan, "submit", by, seen, submitter_id=by.person_id)
    tell_coordinators(plan, by, on)
    return plan


@answers("N10")
@transaction.atomic
def send_plan_back(
    plan: AnnualPlan, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> AnnualPlan:
    """Back to the draft, with the reason: by the coordinator, or by the lead itself."""
    if not by.may(Permission.ENDORSE, plan.region_code):
        require_lead(plan.subplan, by, on, plan.year)
    refuse_if(reason_obstacles(reason))
    plan = _walked(plan, "send_back", by, seen, reason.strip())
    tell_authors(plan, SENT_BACK, by, reason.strip())
    return plan


@half
@answers("N10", "N4")
@transaction.atomic
def endorse_plan(plan: AnnualPlan, *, by: Actor, on: date, seen: int | None = None) -> AnnualPlan:
    """The coordinator stands behind the plan. Refuses whoever drafted or submitted it."""
    require(by, Permission.ENDORSE, plan.region_code)
    authors = {person for person in (plan.drafter_id, plan.submitter_id) if person is not None}
    refuse_if(endorse_obstacles(endorser=by.person_id, authors=authors))
    plan = _walked(plan, "endorse", by, seen, endorser_id=by.person_id)
    tell_authors(plan, ENDORSED, by)
    return plan


@answers("N10")
@transaction.atomic
def issue_plan(
    plan: AnnualPlan, *, number: str, issued_on: date | None, by: Actor, on: date, seen: int | None = None
) -> AnnualPlan:
    """Put an endorsed plan in force by its document; the edition before ends on that day. Where the document was drafted
    here, it must be issued first, and the number is its own.

    `number` is that of the document (吉民发〔2013〕5号). Refuses a day in the future or before the edition it replaces.
    """
    if not by.may(Permission.ENDORSE, plan.region_code):
        require_lead(plan.subplan, by, on, plan.year)
    same = AnnualPlan.objects.filter(subplan=plan.subplan, region=plan.region_code, year=plan.year)
    before = same.filter(state=PlanState.ISSUED).select_for_update().first()
    follows = before.issued_on if before else None
    document = plan.document
    number = document.number if document is not None and document.is_issued else number
    is_open = document is not None and not document.is_issued
    refuse_if(
        issue_obstacles(number=number, issued_on=issued_on, on=on, follows=follows, document_open=is_open)
    )
    if before is not None:
        _walked(before, "replace", by, None, plan.reason, ended_on=issued_on)
    plan = _walked(plan, "issue", by, seen, document_number=number.strip(), issued_on=issued_on)
    bring_subplan(plan.subplan, SubPlanState.IN_PROGRESS, by=by)
    tell_units(plan, by, on)
    return plan


@transaction.atomic
def withdraw_plan(plan: AnnualPlan, *, by: Actor, on: date, seen: int | None = None) -> AnnualPlan:
    """Take a draft back; the edition in force stays as it is."""
    require_lead(plan.subplan, by, on, plan.year)
    return _walked(plan, "withdraw", by, seen)
