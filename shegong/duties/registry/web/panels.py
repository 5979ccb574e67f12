"""Registrations and cases on a person's card, and on the search page."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shegong.duties.registry.models import Application, Registration, status_of
from shegong.duties.registry.rules import STATE_NAMES, STATUS_NAMES, Permission, State
from shegong.duties.registry.web.office_hours import hours_panel
from shegong.duties.registry.web.words import LEVEL_NAMES
from shegong.ground.organizations import panels as bodies
from shegong.ground.organizations.models import Organization
from shegong.ground.people import panels
from shegong.ground.people.models import Person, names_of
from shegong.ground.people.panels import Panel
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import today
from shegong.work.employment.models import Employment

ROWS = "people/panel_rows.html"
FOUND, STAFF = 10, 50


def register_panels() -> None:
    """Put this context's panels on the pages of people."""
    panels.person_panels += [office_registrations, office_cases, hours_panel]
    panels.search_panels.append(found_by_number)
    bodies.organization_panels.append(registered_staff)


def office_registrations(actor: Actor, person: Person) -> Panel | None:
    """Every registration of the person within the reader's reach, with its status of today."""
    rows = Registration.objects.visible_to(actor, Permission.READ).filter(person=person).order_by("-id")
    shown = [_registration(row, today()) for row in rows]
    return Panel(_("Registrations"), ROWS, {"rows": shown}) if shown else None


def _registration(row: Registration, on: date) -> dict[str, Any]:
    validity = _("valid to %(day)s") % {"day": row.valid_to.isoformat()}
    return {
        "label": row.register_no,
        "value": f"{_(LEVEL_NAMES[row.level])} · {_(STATUS_NAMES[status_of(row, on)])}",
        "note": f"{tree().full_name(row.region_code, on)} · {validity}",
        "url": reverse("registry:registration", args=[row.register_no]),
        "word": _("Open"),
    }


def registered_staff(actor: Actor, body: Organization) -> Panel | None:
    """Who works at a body now and stands in the register, as far as the reader may see them."""
    if not actor.may(Permission.READ):
        return None
    working = Employment.objects.current().on(today()).filter(employer=body)
    found = Registration.objects.visible_to(actor, Permission.READ).filter(
        person__in=working.values("person"), closed_on__isnull=True
    )
    rows = list(found.order_by("register_no")[: STAFF + 1])
    names = names_of([row.person_id for row in rows])
    shown = [_registration(row, today()) | {"label": names.get(row.person_id, "—")} for row in rows[:STAFF]]
    for line, row in zip(shown, rows, strict=False):
        line["note"] = f"{row.register_no} · {line['note']}"
    count = f"{STAFF}+" if len(rows) > STAFF else str(len(rows))
    return Panel(_("Registered social workers here: %(n)s") % {"n": count}, ROWS, {"rows": shown})


def office_cases(actor: Actor, person: Person) -> Panel | None:
    """Every submitted application of the person within the reader's reach."""
    rows = Application.objects.visible_to(actor, Permission.READ).filter(
        person=person, submitted_at__isnull=False
    )
    shown = [
        {
            "label": row.number,
            "value": _(STATE_NAMES[State(row.state)]),
            "note": timezone.localdate(row.submitted_at).isoformat(),
            "url": reverse("registry:case", args=[row.token]),
            "word": _("Open"),
        }
        for row in rows.order_by("-id")
    ]
    return Panel(_("Applications"), ROWS, {"rows": shown}) if shown else None


def found_by_number(actor: Actor, text: str) -> Panel | None:
    """Registrations and cases whose number begins with what was typed."""
    wanted = text.strip().upper()
    if len(wanted) < 4:
        return None
    registered = Registration.objects.visible_to(actor, Permission.READ).filter(
        register_no__startswith=wanted
    )
    rows = [_registration(row, today()) for row in registered.order_by("register_no")[:FOUND]]
    cases = Application.objects.visible_to(actor, Permission.READ).filter(number__startswith=wanted)
    rows += [
        {"label": row.number, "value": _(STATE_NAMES[State(row.state)]),
         "url": reverse("registry:case", args=[row.token]), "word": _("Open")}
        for row in cases.filter(submitted_at__isnull=False).order_by("number")[:FOUND]
    ]  # fmt: skip
    return Panel(_("Registrations and applications"), ROWS, {"rows": rows}) if rows else None
