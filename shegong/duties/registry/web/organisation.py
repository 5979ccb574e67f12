"""An employer's clerk sees the staff who name this body as their employer, and whether they are registered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry.models import Registration
from shegong.duties.registry.models.register_rows import RegisterRow, register_rows
from shegong.duties.registry.rules import STATUS_NAMES, Permission, Status
from shegong.duties.registry.web.words import LEVEL_NAMES, STATUS_TONES
from shegong.ground.organizations.models import Organization
from shegong.ground.organizations.panels import own_body
from shegong.ground.people.models import PersonName, identities_of, names_of
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, page
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import NOTHING, Forks, Scene, text
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.ui.menu import MenuItem
from shegong.work.employment.models import Employment


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One employment with the registration of its person."""

    id: int
    name: str
    identity: str
    position: str
    since: date | None
    registration: RegisterRow | None


def staff_rows(ids: Sequence[int], scene: Scene) -> list[StaffRow]:
    """Employments with these keys; of several registrations the open one counts, else the last."""
    found = list(Employment.objects.filter(pk__in=ids))
    people = [row.person_id for row in found]
    names, identities = names_of(people), identities_of(people)
    latest = dict(
        Registration.objects.filter(person__in=people).order_by("closed_on").values_list("person_id", "id")
    )  # open ones sort last: null comes after every date
    held = {row.person_id: row for row in register_rows(list(latest.values()), scene.day)}
    return [
        StaffRow(
            row.pk, names.get(row.person_id, ""), identities.get(row.person_id, ""), row.position, row.during.lower,
            held.get(row.person_id),
        )
        for row in found
    ]  # fmt: skip


def _found(typed: str, scene: Scene) -> Forks:
    named = PersonName.objects.like(typed)
    return NOTHING if named is None else (Q(person__in=named.values("person")),)


def _status(row: StaffRow) -> str:
    return str(row.registration.status) if row.registration else "none"


def _status_words(value: str) -> str:
    return gettext("Not registered") if value == "none" else gettext(STATUS_NAMES[Status(value)])


def _held(row: StaffRow, name: str) -> Any:
    return getattr(row.registration, name) if row.registration else None


STAFF = Listing(
    key="registry.staff",
    title=_("Staff"),
    permission=Permission.STAFF,
    export_permission=Permission.STAFF,
    rows=lambda scene: Employment.objects.none(),
    load=staff_rows,
    columns=(
        Column("name", _("Name"), lambda r: r.name, fixed=True, personal="name"),
        Column("identity", _("Identity number"), lambda r: r.identity, "code", personal="identity_masked", phone=False),
        Column("position", _("Position"), lambda r: r.position),
        Column("since", _("Since"), lambda r: r.since, "date"),
        Column("number", _("Register number"), lambda r: _held(r, "register_no"), "code"),
        Column("level", _("Level"), lambda r: _held(r, "level"), words=lambda v: gettext(LEVEL_NAMES[v])),
        Column("status", _("Status"), _status, words=_status_words,
               tone=lambda r: STATUS_TONES.get(_held(r, "status"), "")),
        Column("expires", _("Valid to"), lambda r: _held(r, "valid_to"), "date"),
    ),
    orders=(Order("since", _("Longest here first"), ("id",)),),
    filters=(text("q", _("Name or pinyin"), _found),),
)  # fmt: skip


def own_organization(actor: Actor, code: str) -> Organization:
    """The body whose clerk the actor is; 404 for every other one."""
    return own_body(actor, code, Permission.STAFF)


def staff_of(organization: Organization) -> Listing:
    """The list of one body's present staff."""
    return replace(
        STAFF, rows=lambda scene: Employment.objects.current().on(scene.day).filter(employer=organization)
    )


@page(Permission.STAFF, methods=("GET", "POST"), about="organization", clause="T4.2.b")
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """Staff of the clerk's own body with their registrations."""
    own = own_organization(actor_of(request), code)
    more = {"base_template": "ui/organisation.html", "organisation": own.name}
    return answer(request, staff_of(own), more=more)


@page(Permission.STAFF, about="organization", clause="T4.2.b")
def organisation_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The same rows as xlsx, csv or json."""
    return export(request, staff_of(own_organization(actor_of(request), code)), form)


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Staff of each body the reader is clerk of."""
    actor = actor_of(request)
    bodies = list(Organization.objects.acted_for(actor, Permission.STAFF))
    for own in bodies:
        url = reverse("registry:organisation", args=[own.code])
        label = _("Staff") if len(bodies) == 1 else own.name
        yield MenuItem("organisation", "", label, url, order=10, permission=Permission.STAFF)


urlpatterns = paths("org/<str:code>", organisation, organisation_file, "organisation")
