"""What the pages of yearly plans, entered figures and responsibility sheets share: their tabs, words, places."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel.access import Actor
from shegong.kernel.http import today
from shegong.steering.programme.models import AnnualPlan, SubPlan, plan
from shegong.steering.programme.models.annual import may_lead
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.plans import UNITS, Indicator


def tabs(current: str) -> list[dict[str, Any]]:
    """The pages of this group."""
    words = {
        "annual_plans": _("Yearly work plans"), "entered": _("Entered figures"), "sheets": _("Responsibility sheets"),
        "milestone_list": _("Milestones"),
        "measures": _("Local implementing documents"),
    }  # fmt: skip
    return [
        {"label": label, "url": reverse(f"programme:{name}"), "current": name == current}
        for name, label in words.items()
    ]


def indicator_of(name: str) -> Indicator | None:
    """The indicator as the plan file has it now; None when a later file dropped it."""
    return plan().indicators.get(name)


def title_of(name: str) -> str:
    """Its title in the reader's language; the id where the plan dropped it."""
    found = indicator_of(name)
    return found.title(get_language()) if found else name


def unit_of(name: str) -> str:
    """The word of its unit."""
    found = indicator_of(name)
    return _(UNITS[found.unit]) if found else ""


def plan_title(annual: AnnualPlan) -> str:
    """万名社会工作人员培养计划2013年度工作计划."""
    return _("%(title)s: work plan of %(year)s") % {
        "title": subplan_title(annual.subplan),
        "year": annual.year,
    }


def subplan_title(subplan: SubPlan) -> str:
    """The sub-plan's title in the reader's language."""
    row = plan().subplan(subplan.number)
    english = (get_language() or "").startswith("en")
    return row.en if row and english else subplan.title


def led_by(actor: Actor, permission: str, on: date) -> list[SubPlan]:
    """The sub-plans that this actor leads in some year of the programme."""
    found = SubPlan.objects.filter(programme__code=plan().code).select_related("programme").order_by("number")
    return [one for one in found if may_lead(one, actor, permission, on, plan().years)]


def leads(annual: AnnualPlan, actor: Actor) -> bool:
    """Whether the actor writes this plan."""
    return may_lead(annual.subplan, actor, Permission.PLAN, today(), [annual.year])


def units_in_reach(actor: Actor, permission: str, on: date) -> list[int]:
    """Province, units and counties of the reporting tree in which the actor holds a right."""
    places = tree()
    top = plan().region
    codes = [top, *places.units(2, on, REPORTING), *places.units(3, on, REPORTING)]
    return [code for code in codes if actor.may(permission, code)]
