"""Work history on a person's pages."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shegong.ground.people import panels
from shegong.ground.people.models import Person
from shegong.ground.people.panels import Panel, source_word
from shegong.kernel.access import Actor
from shegong.work.employment.models import Employment
from shegong.work.employment.rules import SERVICE_FIELDS, ServiceField

ROWS = "people/panel_rows.html"
Link = Callable[[Employment], dict[str, Any]]


def register_panels() -> None:
    """Put the work history on the person's pages."""
    panels.person_panels.append(office_panel)
    panels.my_panels.append(my_panel)


def _rows(person: Person, link: Link) -> list[dict[str, Any]]:
    found = Employment.objects.current().filter(person=person).select_related("employer").order_by("-during")
    return [
        {
            "label": f"{one.during.lower.isoformat()} – {one.during.upper.isoformat() if one.during.upper else ''}",
            "value": one.employer.name,
            "note": _note(one),
            **link(one),
        }
        for one in found
    ]


def _note(one: Employment) -> str:
    field = _(SERVICE_FIELDS[ServiceField(one.service_field)]) if one.service_field else ""
    main = "" if one.main else _("side employment")
    return " · ".join(part for part in (one.position, field, main, source_word(one.source)) if part)


def my_panel(actor: Actor, person: Person) -> Panel:
    """One's own work history."""

    def link(one: Employment) -> dict[str, Any]:
        return {"url": reverse("employment:my_work", args=(one.pk,)), "word": _("Change")}

    return Panel(
        _("Work history"), ROWS, {"rows": _rows(person, link)}, reverse("employment:my_work_new"), _("Add")
    )


def office_panel(actor: Actor, person: Person) -> Panel:
    """The work history on the officer's card; with people.edit over the person, also the ways to change it."""
    title = _("Work history")
    may = (
        actor.person_id != person.pk
        and Person.objects.visible_to(actor, "people.edit").filter(pk=person.pk).exists()
    )
    if not may:
        return Panel(title, ROWS, {"rows": _rows(person, lambda one: {})})

    def link(one: Employment) -> dict[str, Any]:
        return {"url": reverse("employment:office_work", args=(person.token, one.pk)), "word": _("Change")}

    add = reverse("employment:office_work_new", args=(person.token,))
    return Panel(title, ROWS, {"rows": _rows(person, link)}, add, _("Add"))
