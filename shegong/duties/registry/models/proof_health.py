"""Whether the published status list is young enough: verifiers without a network refuse to lean on one older than a day."""

from datetime import timedelta

from django.utils import timezone

from shegong.duties.registry.models.proof import CardToken, newest_list
from shegong.kernel.health import BAD, OFF, OK, WARN, Fact, check
from shegong.kernel.text import N_

LATE, OLD = timedelta(hours=2), timedelta(hours=24)


@check("status_list", N_("Status list"), "hours", database=True)
def status_list() -> Fact:
    """The list of what is suspended or revoked was published lately; without certificates there is none to publish."""
    if not CardToken.objects.exists():
        return Fact(OFF, 0, N_("No certificate is signed yet, so no status list is needed."))
    todo = N_(
        "See whether the job worker runs, and whether the signing key of the list is there: shegong signing check"
    )
    newest = newest_list()
    if newest is None:
        return Fact(BAD, -1, N_("Certificates are signed, but no status list is published."), {}, todo)
    age = timezone.now() - newest.made_at
    hours = round(age.total_seconds() / 3600, 1)
    if age > LATE:
        text = N_(
            "The status list was published %(hours)s hours ago. After 24 hours certificates no longer verify offline."
        )
        return Fact(BAD if age > OLD else WARN, hours, text, {"hours": hours}, todo)
    return Fact(OK, hours, N_("The status list is fresh."))
