"""What tasks get from here: the notice, the finding or the acceptance that one came from."""

from django.urls import reverse
from django.utils.translation import gettext

from shegong.ground.tasks.models import Task
from shegong.ground.tasks.panels import Source, task_sources
from shegong.kernel.access import Actor
from shegong.steering.oversight.models import Acceptance, Circular
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.web.inspected import bodies_seen_by


def register_for_tasks() -> None:
    """Tell tasks what they came from; once, when the pages are loaded."""
    task_sources["oversight.circular"] = _circular
    task_sources["oversight.finding"] = _finding
    task_sources["oversight.acceptance"] = _acceptance


def _circular(actor: Actor, task: Task) -> Source | None:
    rows = Circular.objects.visible_to(actor, Permission.READ)
    found = rows.filter(rows__task=task).select_related("document").first()
    if found is None:
        return None
    number = found.document.number if found.document else ""
    title = f"{found.title}（{number}）" if number else found.title
    return Source(title, reverse("oversight:circular", args=[found.pk]))


def _finding(actor: Actor, task: Task) -> Source | None:
    found = bodies_seen_by(actor).filter(findings__task=task).first()
    if found is None:
        return None
    title = gettext("Finding of “%(inspection)s”") % {"inspection": found.inspection.title}
    return Source(title, reverse("oversight:inspected", args=[found.pk]))


def _acceptance(actor: Actor, task: Task) -> Source | None:
    found = Acceptance.objects.visible_to(actor, Permission.READ).filter(task=task).first()
    return Source(found.title, reverse("oversight:acceptance", args=[found.pk])) if found else None
