"""On a person's card: cases about her record, and the way to report another."""

from django.urls import reverse
from django.utils.translation import gettext as _

from shegong.ground.people import panels
from shegong.ground.people.models import Person, names_of
from shegong.ground.people.panels import Panel
from shegong.kernel.access import Actor
from shegong.steering.dossier.models import DuplicateCase
from shegong.steering.dossier.rules import STATE_NAMES, Permission, State


def register_panels() -> None:
    """Put this context's panel on the officer's card of a person."""
    panels.person_panels.append(duplicates_of)


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
