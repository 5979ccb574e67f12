"""What tasks get from the plan: the annual plan whose work one is."""

from django.urls import reverse

from shegong.ground.tasks.models import Task
from shegong.ground.tasks.panels import Source, task_sources
from shegong.kernel.access import Actor
from shegong.steering.programme.models import AnnualPlan
from shegong.steering.programme.models.annual import ITEM_ORIGIN
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.web.annual_tabs import plan_title


def register_for_tasks() -> None:
    """Tell tasks which plan their work is of; once, when the pages are loaded."""
    task_sources[ITEM_ORIGIN] = _plan


def _plan(actor: Actor, task: Task) -> Source | None:
    key = (task.origin or "").split(":")[-1]
    rows = AnnualPlan.objects.visible_to(actor, Permission.READ).filter(items=int(key))
    found = rows.select_related("subplan").first()
    return Source(plan_title(found), reverse("programme:annual_plan", args=[found.pk])) if found else None
