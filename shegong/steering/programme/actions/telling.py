"""Who is told of a yearly plan's steps: the coordinator, its authors, the officers of the units (N10)."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from shegong.kernel.access import Actor, holders
from shegong.kernel.messages import Template, tell
from shegong.kernel.text import N_
from shegong.steering.programme.models import AnnualPlan
from shegong.steering.programme.rules import Permission

SUBMITTED = Template(
    "programme.plan_submitted",
    N_("A yearly plan waits for endorsement"),
    N_("%(title)s, plan of %(year)s: look at targets, split and work, then endorse it or send it back."),
)
SENT_BACK = Template(
    "programme.plan_sent_back",
    N_("A yearly plan was sent back"),
    N_("%(title)s, plan of %(year)s: %(reason)s"),
)
ENDORSED = Template(
    "programme.plan_endorsed",
    N_("A yearly plan is endorsed"),
    N_("%(title)s, plan of %(year)s: draft its document and issue it."),
)
ISSUED = Template(
    "programme.plan_issued",
    N_("A yearly plan is in force"),
    N_("%(title)s, plan of %(year)s (%(number)s): split the targets of your unit over its counties."),
)


def tell_coordinators(plan: AnnualPlan, by: Actor, on: date) -> None:
    """A plan waits for them."""
    _tell(plan, SUBMITTED, holders(Permission.ENDORSE, on, region_code=plan.region_code), by)


def tell_authors(plan: AnnualPlan, template: Template, by: Actor, reason: str = "") -> None:
    """Whoever drafted and submitted it."""
    _tell(plan, template, [plan.drafter_id, plan.submitter_id], by, reason=reason)


def tell_units(plan: AnnualPlan, by: Actor, on: date) -> None:
    """Whoever splits the targets of a unit or answers for a county."""
    _tell(plan, ISSUED, holders(Permission.SPLIT, on), by, number=plan.document_number)


def _tell(
    plan: AnnualPlan, template: Template, people: Iterable[int | None], by: Actor, **params: str
) -> None:
    values = {"title": plan.subplan.title, "year": plan.year, **params}
    for person in sorted({pk for pk in people if pk and pk != by.person_id}):
        tell(person, template, values, link=reverse("programme:annual_plan", args=[plan.pk]))
