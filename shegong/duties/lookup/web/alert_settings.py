"""How one person is told: of the staff of her body, of its lists, of the area of her office; off is to unsubscribe."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.lookup import actions
from shegong.duties.lookup.models import Watch, WatchReader, alert_policy
from shegong.duties.lookup.rules.news import DIGESTS, KIND_NAMES, WORDS
from shegong.duties.lookup.web.bodies import offices_of, own_body
from shegong.duties.registry.rules import Permission
from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, status_of, today


class ToldForm(forms.Form):
    """When and where; the inbox always, as it proves reading."""

    digest = forms.ChoiceField(label=_("When you are told"), choices=[(code, _(words)) for code, words in DIGESTS.items()],
                               widget=forms.RadioSelect)  # fmt: skip
    sms = forms.BooleanField(label=_("By SMS too"), required=False)
    email = forms.BooleanField(label=_("By mail too"), required=False)


def _chosen(watch: Watch | None, kind: str, actor: Actor) -> dict[str, Any]:
    row = WatchReader.objects.filter(watch=watch, person=actor.person_id).first() if watch else None
    if row is not None:
        return {"digest": row.digest, "sms": row.sms, "email": row.email}
    return {"digest": alert_policy(today()).default(kind), "sms": False, "email": True}


def _card(
    request: HttpRequest, watch: Watch | None, kind: str, title: str, key: str, **more: Any
) -> dict[str, Any]:
    """One watch with its form; bound when it is this one that was sent."""
    sent = request.method == "POST" and request.POST.get("watch") == key
    form = (
        ToldForm(request.POST, prefix=key)
        if sent
        else ToldForm(initial=_chosen(watch, kind, actor_of(request)), prefix=key)
    )
    return {"watch": watch, "kind": kind, "title": title, "key": key, "form": form, "sent": sent, **more}


def _save(request: HttpRequest, card: dict[str, Any], made: Any) -> bool:
    """Keep what was chosen for the card that was sent."""
    form, by = card["form"], actor_of(request)
    return bool(attempt(form, lambda: actions.choose(made(), **form.cleaned_data, by=by, on=today())))


def _answer(request: HttpRequest, cards: list[dict[str, Any]], back: str, **more: Any) -> HttpResponse:
    at_once = "、".join(gettext(WORDS[what].tag) for what in alert_policy(today()).at_once)
    sent = next((card for card in cards if card["sent"]), None)
    context = {"cards": cards, "back": back, "at_once": at_once, "hour": alert_policy(today()).digest_hour,
               "has_errors": bool(sent), **more}  # fmt: skip
    return render(
        request, "lookup/alert_settings.html", context, status=status_of(sent["form"]) if sent else 200
    )


@page(Permission.STAFF, methods=("GET", "POST"), about="organization", clause="T4.2.f")
def alert_settings(request: HttpRequest, code: str) -> HttpResponse:
    """For a clerk: her body's own staff, and each of its lists."""
    by = actor_of(request)
    own = own_body(by, code)
    found = {row.kind: row for row in Watch.objects.of(by).running().filter(body=own, kind="staff")}
    cards = [_card(request, found.get("staff"), "staff", gettext(KIND_NAMES["staff"]), "staff")]
    for row in Watch.objects.of(by).running().filter(body=own, kind="list").order_by("pk"):
        cards.append(
            _card(request, row, "list", f"{gettext(KIND_NAMES['list'])}：{row.purpose}", f"list{row.pk}")
        )
    for card in cards:
        row = card["watch"]
        if card["sent"] and _save(
            request, card, lambda row=row: row or actions.watch_staff(own, by=by, on=today())
        ):
            return redirect(request.path)
    return _answer(
        request,
        cards,
        reverse("lookup:alerts", args=[code]),
        base="ui/organisation.html",
        organisation=own.name,
    )


@page(Permission.READ, methods=("GET", "POST"), clause="T4.2.f")
def office_alert_settings(request: HttpRequest) -> HttpResponse:
    """For an officer: the area of each of her offices, which is watched once somebody asks for it."""
    by, cards = actor_of(request), []
    offices = offices_of(by)
    bodies = Organization.objects.in_bulk([one.organization_id for one in offices if one.organization_id])
    for one in offices:
        body, region = bodies[one.organization_id or 0], one.region_code or 0
        watch = Watch.objects.of(by).running().filter(kind="region", body=body, region_code=region).first()
        card = _card(
            request,
            watch,
            "region",
            tree().full_name(region, today()),
            f"area{region}",
            may_end=watch is not None,
        )
        cards.append(card)
        if request.POST.get("end") == card["key"] and watch is not None:
            actions.end_watch(watch, by=by, on=today())
            return redirect(request.path)
        if card["sent"] and _save(
            request,
            card,
            lambda body=body, region=region: actions.watch_area(body, region_code=region, by=by, on=today()),
        ):
            return redirect(request.path)
    if not cards:
        raise Http404
    return _answer(request, cards, reverse("lookup:office_alerts"), base="ui/office.html")


urlpatterns = [
    path("org/<str:code>/alerts/settings/", alert_settings, name="alert_settings"),
    path("office/alerts/settings/", office_alert_settings, name="office_alert_settings"),
]
