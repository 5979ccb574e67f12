"""Whoever guards the journal is told, once, when it was not kept outside the database for a day."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from shegong.ground.accounts.models import Grant
from shegong.ground.accounts.roles import roles
from shegong.ground.accounts.rules import Permission
from shegong.kernel import messages
from shegong.kernel.checkpoints import Freshness, freshness
from shegong.kernel.http import today
from shegong.kernel.jobs import job
from shegong.kernel.messages import Message
from shegong.kernel.text import N_

STALE = messages.Template(
    "accounts.journal.stale",
    N_("The journal is no longer kept outside the database"),
    N_(
        "For more than a day no checkpoint was written to two places outside the database. Until that is mended, a change "
        "of the journal by somebody with the rights of the database could go unseen. Look at the worker and at the places "
        "that SHEGONG_CHECKPOINTS names."
    ),
)


@job("accounts.journal_alert", cron="23 * * * *", attempts=1)
def alert_if_stale() -> int:
    """Each hour: tell those who read the journal or look after the system, once for each time it went stale; how many."""
    found = freshness()
    if not found.is_stale or told_since(found):
        return 0
    guards = guardians(today())
    with transaction.atomic():
        for person_id in guards:
            person: Any = SimpleNamespace(pk=person_id)
            messages.send(person, STALE, {}, link=reverse("accounts:start"))
    return len(guards)


def told_since(found: Freshness) -> bool:
    """Whether the message about this time without checkpoints has gone out."""
    since = found.last.at if found.last else timezone.now() - timedelta(days=7)
    return Message.objects.filter(kind=STALE.kind, created_at__gt=since).exists()


def guardians(on: date, *also: Permission) -> list[int]:
    """People whose grants of today let them read the journal or see the state of the system, or do what `also` says."""
    watching = {Permission.READ_JOURNAL, Permission.SEE_HEALTH, *also}
    able = [role.code for role in roles().values() if watching & set(role.permissions)]
    return sorted(set(Grant.objects.on(on).filter(role__in=able).values_list("person_id", flat=True)))
