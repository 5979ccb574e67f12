"""Two officers, one case: whoever opens it second is told who has it."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from shegong.duties.registry.models import Application, Desk
from shegong.duties.registry.rules import Permission
from shegong.kernel.access import Actor, require, unguarded

HELD_MINUTES = 10


@transaction.atomic
def open_desk(application: Application, *, by: Actor, on: date) -> list[Desk]:
    """Note that this officer has the case open; returns the others who opened it in the last ten minutes.

    A courtesy note, not a decision: it is not journalled, and the version check still guards every decision.
    """
    require(by, Permission.READ, application.region_code)
    Desk.objects.update_or_create(
        application=application,
        officer_id=by.person_id,
        defaults={"opened_at": Now(), "office_name": by.office_name},
    )
    since = timezone.now() - timedelta(minutes=HELD_MINUTES)
    others = Desk.objects.filter(application=application, opened_at__gte=since).exclude(
        officer_id=by.person_id
    )
    return list(others.order_by("opened_at"))


@unguarded("takes nothing away but one's own note")
@transaction.atomic
def leave_desk(application: Application, *, by: Actor, on: date) -> None:
    """The officer moved on to another case."""
    Desk.objects.filter(application=application, officer_id=by.person_id).delete()
