"""The file of a registration: every application that led to it or was about it. It moves with the registration."""

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from shegong.duties.registry.models.application import Application
from shegong.duties.registry.models.register import Registration, Term
from shegong.duties.registry.rules import OPEN_STATES
from shegong.kernel.access import Actor


def readable(actor: Actor, permission: str) -> QuerySet[Application]:
    """Handed-in applications that the actor may read: those sent to offices in reach, and of registrations kept there now
    those that are over, wherever they were decided (rules B3: the file goes to the new county)."""
    rows = Application.objects.filter(submitted_at__isnull=False)
    ranges = actor.reach(permission)
    if actor.is_system or not ranges:
        return rows if actor.is_system else rows.none()
    kept = Registration.objects.visible_to(actor, permission)
    led = Exists(Term.objects.filter(application=OuterRef("pk"), registration__in=kept))
    about = Exists(kept.filter(pk=OuterRef("registration")))
    sent_here = reduce(or_, (one.q("region_code") for one in ranges))
    return rows.filter(sent_here | Q(~Q(state__in=OPEN_STATES), about | led))
