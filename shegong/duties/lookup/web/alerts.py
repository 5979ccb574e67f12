"""What watchers were told: the list of alerts with their proof, for clerks of a body and for officers of an office."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.lookup.models import Alert, Watch
from shegong.duties.lookup.models.alert_rows import AlertRow, Telling, alert_rows
from shegong.duties.lookup.rules.news import KIND_NAMES, WORDS, What
from shegong.duties.lookup.web.bodies import offices_of, own_body
from shegong.duties.registry.rules import Permission
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import PersonName, names_of
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, page
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Forks, Scene, choice, text
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.kernel.text import N_
from shegong.ui.menu import MenuItem

WAYS = {"inbox": N_("Inbox"), "sms": N_("SMS"), "email": N_("Mail")}
OUTCOMES = {
    "sent": N_("delivered"),
    "failed": N_("failed, tried again"),
    "no_address": N_("no address on record"),
    "expired": N_("too late"),
}


def moment(at: Any) -> str:
    """Day and minute by the wall clock."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _found(typed: str, scene: Scene) -> Forks:
    named = PersonName.objects.like(typed)
    by_number = Q(registration__register_no=typed.strip().upper())
    return (
        (by_number,) if named is None else (Q(registration__person__in=named.values("person")) | by_number,)
    )


def _ways(row: AlertRow) -> str:
    used = {"inbox"} if row.told else set()
    used |= {way for one in row.told for way, outcome, _at in one.ways if outcome == "sent"}
    return "、".join(gettext(words) for way, words in WAYS.items() if way in used)


def _told(row: AlertRow) -> str:
    if row.told:
        return moment(row.first_told)
    return gettext("waits") if row.tellings else gettext("nobody wanted it")


def _read(row: AlertRow) -> str:
    return f"{row.read} / {len(row.told)}" if row.told else ""


ALERTS = Listing(
    key="lookup.alerts",
    title=_("Alerts on registrations"),
    permission=Permission.STAFF,
    export_permission=Permission.STAFF,
    rows=lambda scene: Alert.objects.of(scene.actor),
    load=lambda ids, scene: alert_rows(ids),
    columns=(
        Column("name", _("Name"), lambda r: r.name, fixed=True, personal="name", address=lambda r: f"{r.id}/"),
        Column("number", _("Register number"), lambda r: r.number, "code"),
        Column("what", _("What changed"), lambda r: r.what, words=lambda v: gettext(WORDS[What(v)].tag),
               tone=lambda r: WORDS[What(r.what)].tone),
        Column("on", _("From"), lambda r: r.on, "date"),
        Column("until", _("Until"), lambda r: r.until, "date"),
        Column("kind", _("Watched as"), lambda r: r.kind, words=lambda v: gettext(KIND_NAMES[v])),
        Column("purpose", _("Purpose of the list"), lambda r: r.purpose, shown=False),
        Column("at", _("Came up"), lambda r: moment(r.at)),
        Column("told", _("Told"), _told),
        Column("ways", _("Through"), _ways),
        Column("read", _("Has been read"), _read),
    ),
    orders=(Order("newest", _("Newest first"), ("id",), descending=True),),
    filters=(
        text("q", _("Name, pinyin or number"), _found),
        choice("what", _("What changed"), [(str(what), _(WORDS[what].tag)) for what in What], "what"),
    ),
    note=_("Every change you were told of, when, through which channel, and whether it was opened."),
)  # fmt: skip
OFFICE = replace(
    ALERTS, key="lookup.office_alerts", permission=Permission.READ, export_permission=Permission.READ
)


def of_body(actor: Actor, code: str) -> tuple[Any, Listing]:
    """The clerk's body and the list of its alerts."""
    own = own_body(actor, code)
    return own, replace(ALERTS, rows=lambda scene: Alert.objects.of(scene.actor).filter(body=own))


@page(Permission.STAFF, methods=("GET", "POST"), about="organization", clause="T4.2.f")
def alerts(request: HttpRequest, code: str) -> HttpResponse:
    """What the clerk's body was told of its own staff and of the people on its lists."""
    own, listing = of_body(actor_of(request), code)
    more = {"base_template": "ui/organisation.html", "organisation": own.name,
            "settings_url": reverse("lookup:alert_settings", args=[code]), "lists_url": reverse("lookup:watched", args=[code])}  # fmt: skip
    return answer(request, listing, template="lookup/alerts.html", more=more)


@page(Permission.STAFF, about="organization", clause="T4.2.f")
def alerts_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, of_body(actor_of(request), code)[1], form)


@page(Permission.READ, methods=("GET", "POST"), clause="T4.2.f")
def office_alerts(request: HttpRequest) -> HttpResponse:
    """What the reader's office was told of its area."""
    offices = offices_of(actor_of(request))
    watched = Watch.objects.of(actor_of(request)).running().filter(kind="region").exists()
    more = {
        "settings_url": reverse("lookup:office_alert_settings") if offices else "",
        "unwatched": not watched,
    }
    listing = replace(OFFICE, rows=lambda scene: Alert.objects.of(scene.actor).filter(watch__kind="region"))
    return answer(request, listing, template="lookup/alerts.html", more=more)


@page(Permission.READ, clause="T4.2.f")
def office_alerts_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    listing = replace(OFFICE, rows=lambda scene: Alert.objects.of(scene.actor).filter(watch__kind="region"))
    return export(request, listing, form)


def _proof(request: HttpRequest, pk: int, **more: Any) -> HttpResponse:
    found = Alert.objects.of(actor_of(request)).filter(pk=pk, **more.pop("where")).first()
    if found is None:
        raise Http404
    row = alert_rows([found.pk])[0]
    names = names_of({one.person_id for one in row.tellings})
    context = {
        "row": row, "words": gettext(WORDS[What(row.what)].tag), "tone": WORDS[What(row.what)].tone,
        "came_up": moment(row.at), "kind": gettext(KIND_NAMES[row.kind]), "events": [_event(one, names) for one in row.tellings], **more,
    }  # fmt: skip
    return render(request, "lookup/alert.html", context)


def _event(one: Telling, names: dict[int, str]) -> dict[str, str]:
    name = names.get(one.person_id, "")
    if one.told_at is None:
        return {
            "title": name,
            "detail": gettext("is told at %(when)s") % {"when": moment(one.due_at)},
            "state": "next",
        }
    said = [gettext("%(when)s, inbox") % {"when": moment(one.told_at)}]
    said += [
        f"{moment(at)} {gettext(WAYS[way])}：{gettext(OUTCOMES[outcome])}" for way, outcome, at in one.ways
    ]
    opened = (
        gettext("opened at %(when)s") % {"when": moment(one.read_at)}
        if one.read_at
        else gettext("not opened yet")
    )
    return {"title": name, "detail": "；".join([*said, opened]), "state": "past"}


@page(Permission.STAFF, about="organization", clause="T4.2.f")
def alert(request: HttpRequest, code: str, alert: int) -> HttpResponse:
    """One alert of the body with its proof."""
    own = own_body(actor_of(request), code)
    back = reverse("lookup:alerts", args=[code])
    return _proof(request, alert, where={"body": own, "watch__kind__in": ["staff", "list"]}, base="ui/organisation.html",
                  organisation=own.name, back=back)  # fmt: skip


@page(Permission.READ, about="office_alert", clause="T4.2.f")
def office_alert(request: HttpRequest, alert: int) -> HttpResponse:
    """One alert of the office with its proof."""
    return _proof(
        request,
        alert,
        where={"watch__kind": "region"},
        base="ui/office.html",
        back=reverse("lookup:office_alerts"),
    )


def menu_items(actor: Actor, bodies: list[Organization]) -> Iterator[MenuItem]:
    """The page of alerts: of each body of a clerk, of the office of an officer."""
    for own in bodies:
        label = _("Alerts") if len(bodies) == 1 else f"{gettext('Alerts')} · {own.name}"
        url = reverse("lookup:alerts", args=[own.code])
        yield MenuItem("organisation", "", label, url, order=15, permission=Permission.STAFF)
    if offices_of(actor):
        url = reverse("lookup:office_alerts")
        yield MenuItem("office", "registers", _("Alerts"), url, order=30, permission=Permission.READ)


urlpatterns = [
    *paths("org/<str:code>/alerts", alerts, alerts_file, "alerts"),
    *paths("office/alerts", office_alerts, office_alerts_file, "office_alerts"),
    path("org/<str:code>/alerts/<int:alert>/", alert, name="alert"),
    path("office/alerts/<int:alert>/", office_alert, name="office_alert"),
]
