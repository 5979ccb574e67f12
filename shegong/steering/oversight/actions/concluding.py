"""The conclusion of an acceptance: passed, to be put right by a day, failed; its official document; the follow-up (N13)."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from shegong.ground.documents import actions as documents
from shegong.ground.documents.rules.official import DocumentKind
from shegong.ground.organizations.models import Organization
from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.models import Task
from shegong.ground.tasks.rules import Kind
from shegong.kernel.access import Actor, half, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.steering.oversight.actions.acceptance import hold, note
from shegong.steering.oversight.actions.notice_text import day_words
from shegong.steering.oversight.actions.rounds import issuer_of
from shegong.steering.oversight.models import Acceptance
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.acceptance import (
    ACCEPTANCE_NAMES,
    VERDICT_NAMES,
    AcceptanceState,
    Review,
    Verdict,
    conclusion_obstacles,
)
from shegong.steering.programme import actions as programme
from shegong.steering.programme.models import plan
from shegong.steering.programme.rules import SubPlanState

STEPS = {
    (AcceptanceState.REVIEWING, AcceptanceState.PASSED): "pass",
    (AcceptanceState.REVIEWING, AcceptanceState.RECTIFYING): "ask",
    (AcceptanceState.REVIEWING, AcceptanceState.FAILED): "fail",
    (AcceptanceState.RECTIFYING, AcceptanceState.PASSED_AFTER): "pass_after",
    (AcceptanceState.RECTIFYING, AcceptanceState.FAILED): "fail",
}


@half
@answers("N13")
@transaction.atomic
def conclude(
    row: Acceptance,
    *,
    state: str,
    grounds: str,
    due_on: date | None = None,
    by: Actor,
    on: date,
    seen: int | None = None,
) -> Acceptance:
    """Passed, to be put right by `due_on` (a task for the lead), passed after that, or failed; always with grounds.

    Refuses while an indicator or a material is open, a pass that the verdicts do not bear, and the department that applied.
    """
    require(by, Permission.ACCEPT, row.region_code)
    row = hold(row, AcceptanceState.REVIEWING, AcceptanceState.RECTIFYING, seen=seen)
    step = (
        STEPS.get((AcceptanceState(row.state), AcceptanceState(state)))
        if state in set(AcceptanceState)
        else None
    )
    if step is None:
        raise Refused(Obstacle("conclusion", N_("Choose a conclusion."), "conclusion", "N13"))
    refuse_if(_obstacles(row, state, grounds, due_on, by, on))
    is_end = state != AcceptanceState.RECTIFYING
    row = transition(
        row, step, grounds=grounds.strip(), concluder_id=by.person_id if is_end else None,
        concluded_on=on if is_end else None, due_on=due_on if state == AcceptanceState.RECTIFYING else row.due_on,
    )  # fmt: skip
    if not is_end:
        row.task = _task(row, by, on)
        row.save(update_fields=["task"])
    note(row, step, by, reason=row.grounds)
    if is_end:
        passed = row.state != AcceptanceState.FAILED
        programme.bring_subplan(
            row.subplan, SubPlanState.ACCEPTED if passed else SubPlanState.IN_PROGRESS, by=by
        )
    return row


def _obstacles(
    row: Acceptance, state: str, grounds: str, due_on: date | None, by: Actor, on: date
) -> list[Obstacle]:
    review = Review(
        list(row.items.values_list("verdict", flat=True)), list(row.materials.values_list("found", flat=True))
    )
    # What was put right is judged anew: a pass after rectification is borne by the same rule.
    asked = AcceptanceState.PASSED if state == AcceptanceState.PASSED_AFTER else state
    found = conclusion_obstacles(asked, grounds, review, due_on=due_on, on=on)
    if by.person_id is not None and by.person_id == row.applicant_id:
        found.append(Obstacle("four_eyes", N_("Whoever applied does not conclude."), clause="N13"))
    return found


def _lead(row: Acceptance, on: date) -> Organization:
    lead = row.subplan.lead(on)
    if lead is None:
        message = N_("No body leads this sub-plan today: enter who does first.")
        raise Refused(Obstacle("no_issuer", message, clause="N4"))
    return lead


def _task(row: Acceptance, by: Actor, on: date) -> Task:
    """What must be put right, as a task of the lead with its deadline."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("To be put right before acceptance: %(title)s") % {"title": row.title}
    task = tasks.draft(
        kind=Kind.RECTIFY, title=title[:80], detail=row.grounds, issuer=issuer_of(by, Permission.ACCEPT, row.region_code, row.subplan, on),
        responsible=_lead(row, on), region_code=row.region_code, due_on=row.due_on,
        origin=f"oversight.acceptance:{row.pk}", by=by, on=on,
    )  # fmt: skip
    return tasks.assign(task, by=by, on=on)


@answers("N13")
@transaction.atomic
def certify(row: Acceptance, *, by: Actor, on: date) -> Acceptance:
    """Make the official document of the conclusion, to the department that leads; it is signed and issued like any other."""
    require(by, Permission.ACCEPT, row.region_code)
    row = hold(row, AcceptanceState.PASSED, AcceptanceState.PASSED_AFTER, AcceptanceState.FAILED)
    if row.document_id is not None:
        raise Refused(
            Obstacle("certified", N_("The document of this conclusion is made already."), clause="N13")
        )
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Conclusion of the acceptance of “%(title)s”") % {"title": row.title}
        body = _body(row)
    row.document = documents.draft_document(
        kind=DocumentKind.DECISION, title=title, body=body, to=[_lead(row, on)], region_code=row.region_code,
        issuer=issuer_of(by, Permission.ACCEPT, row.region_code, row.subplan, on), by=by, on=on,
    )  # fmt: skip
    row.save(update_fields=["document"])
    note(row, "certify", by)
    return row


def _body(row: Acceptance) -> str:
    head = [_("Indicator"), _("Figure"), _("Target"), _("People drawn"), _("Verdict")]
    items = row.items.order_by("position").prefetch_related("samples")
    rows = [
        [plan().indicators[one.indicator].zh, "—" if one.value is None else f"{one.value:,}", f"{one.target:,}",
         str(len(one.samples.all())), _(VERDICT_NAMES[Verdict(one.verdict)])]
        for one in items
    ]  # fmt: skip
    opening = _("After review by the panel, the conclusion is: %(conclusion)s.")
    note_ = _("Figures as of %(day)s, frozen under the hash %(sha)s; people drawn by the seed %(seed)s.")
    return "\n".join([
        opening % {"conclusion": _(ACCEPTANCE_NAMES[AcceptanceState(row.state)])}, row.grounds,
        f"表1 {_('Verdicts on the indicators')}", *("| " + " | ".join(cells) + " |" for cells in [head, *rows]),
        note_ % {"day": day_words(row.snapshot.as_of), "sha": row.snapshot.sha[:16], "seed": row.seed},
    ])  # fmt: skip
