"""Which certificates the register has relied on since they count as verified: their pass list is not taken back."""

from collections.abc import Mapping
from datetime import datetime

from shegong.duties.registry.models.application import Application
from shegong.duties.registry.models.register import Registration
from shegong.duties.registry.rules import State
from shegong.ground.credentials.models import reliances
from shegong.kernel.copying import among

NOT_YET = (State.DRAFTED, State.WITHDRAWN)


def relied_on(since: Mapping[int, datetime]) -> set[int]:
    """Certificates that were registered, or whose application was sent or decided on, after the moment given for each."""
    mine = {"certificate__in": among(since)}
    found = set(Registration.objects.filter(**mine).values_list("certificate_id", flat=True))
    open_ = Application.objects.filter(**mine).exclude(state__in=NOT_YET)
    sent = open_.values_list("certificate_id", "submitted_at")
    decided = open_.filter(decisions__recalled_at__isnull=True).values_list(
        "certificate_id", "decisions__decided_at"
    )
    return found | {key for rows in (sent, decided) for key, at in rows if at and at > since[key]}


reliances.append(relied_on)
