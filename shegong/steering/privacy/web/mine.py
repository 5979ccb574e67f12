"""我的信息权利: what is held, a copy, what I agreed to, and the deletion of my data."""

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.people.actions.notices import OPTIONAL, agree, agreed, withdraw
from shegong.ground.people.models import NoticeSeen, Person, records_of
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.forgetting import Hold
from shegong.kernel.http import (
    actor_of,
    attempt,
    obstacle_text,
    page,
    see,
    seen_version,
    status_of,
    today,
    typed_before,
)
from shegong.kernel.inventory import period
from shegong.kernel.refusal import Obstacle
from shegong.steering.privacy import actions
from shegong.steering.privacy.actions.doors import copy_doors, holds_of
from shegong.steering.privacy.models import Request
from shegong.steering.privacy.models.copies import counts
from shegong.steering.privacy.rules import HOLD_KINDS, STATE_NAMES, State
from shegong.steering.privacy.web.copies import myself, says

TONES = {State.ASKED: "warn", State.RESTRICTED: "info", State.PROPOSED: "warn", State.ERASED: "err"}
FORM_NAMES = {
    "join": gettext_lazy("Opening an account"),
    "apply": gettext_lazy("Application for registration"),
}


class WishForm(forms.Form):
    """What the person wants to add."""

    wish = forms.CharField(
        label=gettext_lazy("What do you want to say?"), required=False, max_length=500, widget=forms.Textarea,
        help_text=gettext_lazy("You need not give a reason."),
    )  # fmt: skip


@page(SIGNED_IN, about="own", clause="T4.2.b")
def overview(request: HttpRequest) -> HttpResponse:
    """What is held and for how long, copies, agreements, and a request that waits."""
    person = myself(request)
    context = {
        "held": _held(person, today()),
        "consents": consents(person),
        "notices": _notices(person),
        "asked": _asked(person),
    }
    return render(request, "privacy/mine.html", context)


def _held(person: Person, on: date) -> list[dict[str, Any]]:
    """What is held, by how long it is kept."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for table, count in counts(person, copy_doors()):
        name = next(iter(table.fields.values())).retention
        groups.setdefault(name, []).append({"title": says(table.words), "count": count})
    return [{"kept": says(period(name, on).words), "tables": tables} for name, tables in groups.items()]


def consents(person: Person) -> list[dict[str, Any]]:
    """Each optional use, and whether the person agrees now."""
    return [{"key": key, "words": _(words), "on": agreed(person.pk, key)} for key, words in OPTIONAL.items()]


def _notices(person: Person) -> list[dict[str, Any]]:
    rows = NoticeSeen.objects.filter(person_id__in=records_of(person.pk), is_optional=False).order_by("-id")
    return [
        {"form": FORM_NAMES.get(r.form, r.form), "version": r.version, "at": r.seen_at} for r in rows[:20]
    ]


def _asked(person: Person) -> dict[str, Any] | None:
    row = Request.objects.filter(person=person).order_by("-id").first()
    if row is None:
        return None
    state = State(row.state)
    return {"row": row, "state": _(STATE_NAMES[state]), "tone": TONES.get(state, ""),
            "open": state in (State.ASKED, State.RESTRICTED)}  # fmt: skip


def held_rows(found: list[Hold]) -> list[dict[str, Any]]:
    """What must stay: why, the article, until when."""
    return [
        {
            "text": obstacle_text(Obstacle("held", one.message, params=one.params)),
            "basis": one.basis,
            "until": one.until,
        }
        for one in found
    ]


@page(SIGNED_IN, methods=("GET", "POST"), about="own", clause="T4.2.b", fresh=True)
def deletion(request: HttpRequest) -> HttpResponse:
    """申请删除: what can go now and what must stay, with the article and until when; ask, or take it back."""
    person, actor = myself(request), actor_of(request)
    if request.method == "POST" and "withdraw" in request.POST:
        row = Request.objects.open().filter(person=person).first()
        if row is not None:
            actions.withdraw(row, by=actor, on=today(), seen=seen_version(request))
        return see(request, "privacy:mine", _("Your request is taken back."))
    form = WishForm(request.POST) if request.method == "POST" else WishForm(initial=typed_before(request))

    def change() -> Request:
        wish = form.cleaned_data["wish"]
        return actions.ask(person, wish=wish, province=settings.PROVINCE, by=actor, on=today())

    if request.method == "POST" and attempt(form, change):
        return see(request, "privacy:mine", _("Your request is with the office."))
    holds = [_told(one) for one in holds_of(records_of(person.pk), today())]
    context = {
        "form": form,
        "held": held_rows(holds),
        "asked": _asked(person),
        "goes": _goes(person, bool(holds)),
    }
    return render(request, "privacy/deletion.html", context, status=status_of(form))


def _told(hold: Hold) -> Hold:
    """A hold as its person may know it: what an officer placed may rest on a case that is not public yet."""
    return replace(hold, message=HOLD_KINDS["other"]) if hold.kind == "placed" else hold


def _goes(person: Person, is_held: bool) -> list[str]:
    """What can go at once: everything when nothing holds it, else what no duty needs."""
    found = []
    for table, _count in counts(person, copy_doors()):
        rules = {
            period(field.retention, today()).archive for field in table.fields.values() if not field.acts
        }
        if True not in rules and (not is_held or table.label in ("people.skill", "kernel.savedview")):
            found.append(says(table.words))
    return found


@page(SIGNED_IN, methods=("POST",), about="own", clause="T4.2.b")
def consent(request: HttpRequest) -> HttpResponse:
    """Agree to an optional use, or withdraw: it counts from this moment."""
    person, purpose = myself(request), request.POST.get("purpose", "")
    change = agree if request.POST.get("agree") == "1" else withdraw
    change(person, purpose=purpose, by=actor_of(request), on=today())
    return see(request, "privacy:mine", _("Saved."))


urlpatterns = [
    path("my/privacy/", overview, name="mine"),
    path("my/privacy/deletion/", deletion, name="deletion"),
    path("my/privacy/consents/", consent, name="consent"),
]
