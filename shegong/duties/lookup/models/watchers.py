"""Who watches one person's registration, as she may read it on her own page."""

from dataclasses import dataclass
from datetime import date

from shegong.duties.lookup.models.policies import alert_policy
from shegong.duties.lookup.models.watching import Watch, Watched
from shegong.duties.registry.models import Registration
from shegong.duties.registry.rules import Permission
from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import tree
from shegong.kernel.access import holders
from shegong.work.employment.models import Employment


@dataclass(frozen=True, slots=True)
class Watcher:
    """One body that is told when the registration changes."""

    kind: str
    body: str
    since: date | None
    purpose: str = ""


def watchers_of(person_id: int, on: date) -> list[Watcher]:
    """Employers with a clerk, offices that watch the area, bodies that have the person on a list; as policy shows them."""
    shown = alert_policy(on).shown_to_the_person
    found = _employers(person_id, on) + _offices(person_id, on) + _lists(person_id)
    return [one for one in found if one.kind in shown]


def _employers(person_id: int, on: date) -> list[Watcher]:
    jobs = dict(
        Employment.objects.current().on(on).filter(person=person_id).values_list("employer_id", "during")
    )
    names = dict(Organization.objects.filter(pk__in=jobs).values_list("pk", "name"))
    told = [pk for pk in sorted(jobs) if holders(Permission.STAFF, on, body=pk)]
    return [Watcher("staff", names[pk], jobs[pk].lower) for pk in told]


def _offices(person_id: int, on: date) -> list[Watcher]:
    codes = list(
        Registration.objects.filter(person=person_id, closed_on__isnull=True).values_list(
            "region_code", flat=True
        )
    )
    rows = (
        Watch.objects.running().filter(kind="region").select_related("body").order_by("pk") if codes else ()
    )
    return [
        Watcher("region", row.body.name, row.started_on) for row in rows
        if any(code in r for code in codes for r in tree().ranges(row.region_code, on, tree="reporting"))
    ]  # fmt: skip


def _lists(person_id: int) -> list[Watcher]:
    rows = Watched.objects.running().filter(person=person_id).select_related("watch", "body").order_by("pk")
    return [Watcher("list", row.body.name, row.since, row.watch.purpose) for row in rows]
