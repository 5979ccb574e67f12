"""Measures on a registration by officers of the province: suspend, lift, replace the card, propose to close."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext

from shegong.duties.registry import actions
from shegong.duties.registry.models import Registration
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import Permission
from shegong.duties.registry.web.measure_forms import LiftForm, ProposeForm, ReplaceForm, SuspendForm
from shegong.duties.registry.web.registration import (
    blocked,
    name_of,
    registration_or_404,
    suspensions_of,
    url_of,
)
from shegong.kernel.http import actor_of, attempt, page, seen_version, status_of, today, typed_before

Change = Callable[[Registration, dict[str, Any], dict[str, Any]], object]


def measured(
    request: HttpRequest, row: Registration, form_class: type[forms.Form], change: Change, words: dict[str, str], **more: Any
) -> HttpResponse:  # fmt: skip
    """Ask for what a measure needs, take it, and go back to the registration; `words`: title, lead, submit, done."""
    by, bound = actor_of(request), request.method == "POST"
    form = form_class(request.POST, **more) if bound else form_class(initial=typed_before(request), **more)
    common = {"by": by, "on": today(), "seen": seen_version(request, -1)}
    if bound and attempt(form, lambda: change(row, form.cleaned_data, common)):
        messages.success(request, f"{row.register_no}：{words['done']}")
        return redirect(url_of(row))
    if not bound and (why := blocked(row, by.person_id)):
        messages.warning(request, why)
        return redirect(url_of(row))
    version = request.POST.get("version") if bound else row.version
    context = {
        "form": form,
        "registration": row,
        "name": name_of(row),
        "version": version,
        "back": url_of(row),
        **words,
    }
    return render(request, "registry/measure.html", context, status=status_of(form))


@page(Permission.RESTRICT, methods=("GET", "POST"), about="registration", clause="T4.2.f", fresh=True)
def suspend(request: HttpRequest, register_no: str) -> HttpResponse:
    """Suspend for a time; the public page shows it at once."""
    row = registration_or_404(request, register_no, Permission.RESTRICT)
    words = {
        "title": gettext("Suspend"), "submit": gettext("Suspend the registration"), "done": gettext("suspended"),
        "lead": gettext("The public page shows it at once, and the holder is told from when to when and why."),
    }  # fmt: skip

    def change(row: Registration, typed: dict[str, Any], common: dict[str, Any]) -> object:
        return actions.suspend_person(
            row.person, start=typed["start"], end=_day_after(typed["end"]), ground=typed["ground"], **common,
        )  # fmt: skip

    return measured(request, row, SuspendForm, change, words)


def _day_after(last: date) -> date:
    return last + timedelta(days=1)


@page(Permission.RESTRICT, methods=("GET", "POST"), about="registration", clause="T4.2.f")
def lift(request: HttpRequest, register_no: str) -> HttpResponse:
    """End a suspension from today; every earlier day keeps its answer."""
    row = registration_or_404(request, register_no, Permission.RESTRICT)
    standing = suspensions_of(row, today())
    if request.method == "GET" and not standing:
        messages.info(request, gettext("No suspension stands or is ahead."))
        return redirect(url_of(row))
    words = {
        "title": gettext("Lift a suspension"), "submit": gettext("Lift it from today"), "done": gettext("suspension lifted"),
        "lead": gettext("It ends today. Earlier days still answer that it was suspended."),
    }  # fmt: skip

    def change(row: Registration, typed: dict[str, Any], common: dict[str, Any]) -> object:
        chosen = next(one for one in standing if str(one.pk) == typed["suspension"])
        return actions.lift_suspension(chosen, reason=typed["reason"], **common)

    return measured(request, row, LiftForm, change, words, suspensions=standing)


@page(Permission.RESTRICT, methods=("GET", "POST"), about="registration", clause="T4.2.a")
def card_replace(request: HttpRequest, register_no: str) -> HttpResponse:
    """补发: a new card with a new code for a lost one."""
    row = registration_or_404(request, register_no, Permission.RESTRICT)
    words = {
        "title": gettext("Replace a lost certificate"), "submit": gettext("Issue a new one"),
        "done": gettext("certificate issued anew"),
        "lead": gettext("Number and term stay. The code on the old certificate then answers that it was replaced."),
    }  # fmt: skip

    def change(row: Registration, typed: dict[str, Any], common: dict[str, Any]) -> object:
        return actions.replace_card(row, reason=typed["reason"], **common)

    return measured(request, row, ReplaceForm, change, words)


@page(Permission.RESTRICT, methods=("GET", "POST"), about="registration", clause="T4.2.a")
def closing_propose(request: HttpRequest, register_no: str) -> HttpResponse:
    """Propose to cancel or revoke; another officer decides."""
    row = registration_or_404(request, register_no, Permission.RESTRICT)
    words = {
        "title": gettext("Propose to close"), "submit": gettext("Propose"), "done": gettext("closing proposed"),
        "lead": gettext("Nothing changes until another officer of the province approves it."),
    }  # fmt: skip

    def change(row: Registration, typed: dict[str, Any], common: dict[str, Any]) -> object:
        return actions.propose_closing(
            row, reason_code=typed["reason_code"], reason=typed["reason"], **common
        )

    return measured(request, row, ProposeForm, change, words, policy=registration_policy(today()))


_AT = "office/registrations/<str:register_no>/"
urlpatterns = [
    path(_AT + "suspend/", suspend, name="suspend"),
    path(_AT + "lift/", lift, name="lift"),
    path(_AT + "card/replace/", card_replace, name="card_replace"),
    path(_AT + "closing/propose/", closing_propose, name="closing_propose"),
]
