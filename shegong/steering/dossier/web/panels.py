"""On a person's card: cases about her record, and the way to report another. On a batch: cases its rows made."""

from django.urls import reverse
from django.utils.translation import gettext as _

from shegong.ground.intake.panels import batch_panels
from shegong.ground.people import panels
from shegong.ground.people.models import Person, names_of
from shegong.ground.people.panels import Panel
from shegong.kernel.access import Actor
from shegong.kernel.sheets.tables import Batch
from shegong.steering.dossier.models import DuplicateCase
from shegong.steering.dossier.rules import OPEN, STATE_NAMES, Permission, State


def register_panels() -> None:
    """Put this context's panel on the officer's card of a person."""
    panels.person_panels.append(duplicates_of)
    batch_panels.append(duplicates_from)


def duplicates_of(actor: Actor, person: Person) -> Panel | None:
    """Records that may be the same human, for officers who may propose a merge."""
    if not Person.objects.visible_to(actor, Permission.PROPOSE).filter(pk=person.pk).exists():
        return None
    cases = list(
        DuplicateCase.objects.visible_to(actor, Permission.PROPOSE).about(person.pk).order_by("-weight")
    )
    others = {case.pk: case.second_id if case.first_id == person.pk else case.first_id for case in cases}
    names = names_of(set(others.values()))
    shown = [
        {"name": names.get(others[case.pk], "—"), "state": _(STATE_NAMES[State(case.state)]),
         "url": reverse("dossier:case", args=[case.pk])}
        for case in cases
    ]  # fmt: skip
    return Panel(
        _("Duplicates"), "dossier/panel.html", {"cases": shown}, add_url=reverse("dossier:pair", args=[person.token]),
        add=_("Report a second record of this person"),
    )  # fmt: skip


def duplicates_from(actor: Actor, batch: Batch) -> Panel | None:
    """How many likely duplicates wait among the people that a workbook made; None while there are none."""
    if not actor.may(Permission.PROPOSE):
        return None
    waiting = DuplicateCase.objects.visible_to(actor, Permission.PROPOSE).of_batch(batch.pk)
    count = waiting.filter(state__in=[str(state) for state in OPEN]).count()
    address = f"{reverse('dossier:duplicates')}?batch={batch.number}"
    return (
        Panel(_("Likely duplicates"), "dossier/batch.html", {"count": count, "url": address})
        if count
        else None
    )
