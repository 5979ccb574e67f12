"""Renewal on the phone: how it stands, its beginning, the hours of its term (民发〔2009〕44号 art. 4; 民发〔2009〕123号 art. 3)."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application, Registration
from shegong.duties.registry.models.facts import Ground, ground_of
from shegong.duties.registry.models.outlook import Outlook, renewal_of
from shegong.duties.registry.rules import STEP_NAMES, Held, Kind, State, Step, is_waived
from shegong.duties.registry.rules.renewal import PROOF, are_hours_met, is_waived_by_round
from shegong.duties.registry.web.links import link
from shegong.duties.registry.web.own import own_or_404
from shegong.duties.registry.web.task_lists import headline, hours_words, next_question, waits_for
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import obstacle_text, page, today
from shegong.work.education.rules import in_hours


@page(SIGNED_IN, methods=("GET", "POST"), clause="T4.2.a")
def renewal(request: HttpRequest) -> HttpResponse:
    """How the renewal stands, what will be asked; then a draft filled in from the register."""
    registration = Registration.objects.live_own(request.actor)
    if registration is None:
        return redirect("registry:my")
    outlook = renewal_of(registration, today())
    if outlook.is_begun:
        name = "registry:progress" if outlook.is_with_office else "registry:tasks"
        return redirect(name, token=outlook.application.token)
    if request.method == "POST" and outlook.is_open:
        begun = actions.begin(
            registration.person, Kind.RENEWAL, registration=registration, by=request.actor, on=today()
        )
        return redirect("registry:tasks", token=begun.token)
    context = coming(outlook, today()) | {
        "rows": _rows(outlook),
        "asked": _asked(outlook.ground),
        "rounds": outlook.rounds,
        "policy": outlook.ground.policy,
        "joins": today() <= outlook.held.last_day,
        "classes_url": link("registry:my_hours"),
    }
    return render(
        request, "registry/my_renewal.html", context, status=422 if request.method == "POST" else 200
    )


def coming(outlook: Outlook, on: date) -> dict[str, Any]:
    """The renewal as the holder's first page says it: open with N steps left, not yet open, or what stands against it."""
    held = outlook.held
    soon = on < held.opens_on
    hours = hours_words(held.hours) if held.hours else ""
    if outlook.is_open and on > held.last_day:
        said = gettext(
            "Your term ended on %(end)s. You can still apply by %(back)s; the next term begins on the day of the decision."
        )
        if outlook.ground.policy.late_term == "old_end" and on <= held.restorable_to:
            said = gettext(
                "Your term ended on %(end)s. You can still apply by %(back)s; the next term begins on the day of the decision, and its years run from the old end."
            )
    elif outlook.is_open and on > held.valid_to:
        said = gettext(
            "Your term ended on %(end)s and your registration is kept. Apply for renewal by %(last)s."
        )
    elif outlook.is_open:
        said = gettext("Apply for renewal by %(last)s; your term ends on %(end)s.")
    elif soon:
        said = gettext("Renewal opens on %(opens)s; your term ends on %(end)s.")
    else:
        said = ""
    last_round = max((one.closes_on for one in outlook.rounds), default=held.restorable_to)
    days = {
        "last": held.last_day,
        "end": held.valid_to,
        "opens": held.opens_on,
        "back": max(held.restorable_to, last_round),
    }
    return {
        "headline": headline(outlook.left) if outlook.is_open else gettext("Re-registration"),
        "is_open": outlook.is_open, "is_soon": soon, "left": outlook.left, "text": said % days if said else "",
        "hours": hours, "hours_short": not are_hours_met(outlook.ground.facts),
        "bars": [] if soon and not outlook.is_open else [obstacle_text(o) for o in outlook.against],
        "url": reverse("registry:renewal"), "waits": waits_for(outlook.ground.facts),
    }  # fmt: skip


def _rows(outlook: Outlook) -> list[dict[str, Any]]:
    """What the register holds and nobody has to type again."""
    facts, held = outlook.ground.facts, outlook.held
    rows = [
        (gettext("Registration number"), held.register_no),
        (gettext("Term"), f"{held.term_from} – {held.valid_to}"),
        (gettext("Name"), facts.name),
        (gettext("Employer"), facts.employer),
        (gettext("Area"), facts.region_name),
        (gettext("Continuing education"), hours_words(held.hours) if held.hours else ""),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _asked(ground: Ground) -> list[str]:
    """Papers that are still asked for, named."""
    materials = ground.policy.materials_for(Kind.RENEWAL, ground.facts.ground or "workplace")
    needed = [m for m in materials if m.required and not is_waived(m, ground.facts)]
    return [material.title.says(get_language()) for material in needed]


@page(SIGNED_IN, about="application", clause="T3.3")
def hours(request: HttpRequest, token: str) -> HttpResponse:
    """The hours of the term by the national rule, what is missing, and the ways to close the gap."""
    application = own_or_404(request, token)
    if application.state not in (State.DRAFTED, State.RETURNED) or application.registration_id is None:
        return redirect("registry:progress", token=token)
    ground = ground_of(application, today())
    held, facts = ground.facts.held, ground.facts
    counted = held.hours if held else None
    context = {
        "application": application, "step": gettext(STEP_NAMES[Step.HOURS]),
        "words": hours_words(counted) if counted else "", "is_met": are_hours_met(facts),
        "missing": in_hours(counted.missing) if counted else "", "is_waived": is_waived_by_round(facts),
        "has_proof": PROOF in facts.papers, "held": held,
        "ledger_url": link("registry:my_hours"), "state_url": link("registry:my_hours_new"), "proof_url": reverse("registry:paper", args=[token, PROOF]),
        "next": next_question(application, ground, past=Step.HOURS), "back_url": reverse("registry:tasks", args=[token]),
    }  # fmt: skip
    return render(request, "registry/my_renewal_hours.html", context)


def receipt_notes(application: Application, ground: Ground) -> list[str]:
    """What a renewal that was handed in still waits for; it is not finished before the office has decided."""
    held = ground.facts.held
    if application.kind != Kind.RENEWAL or held is None:
        return []
    notes = [gettext("Your renewal is not decided yet.")]
    if not are_hours_met(ground.facts) and held.hours:
        said = gettext(
            "%(n)s hours are not recorded yet: the office looks at your proof and enters what it shows."
        )
        notes.append(said % {"n": in_hours(held.hours.missing)})
    return [*notes, _kept(application, held)]


def _kept(application: Application, held: Held) -> str:
    if application.handed_in_on <= held.last_day:  # also before the window, where a round let her
        said = gettext(
            "You applied in time: your registration stays valid until the office has decided (term to %(end)s)."
        )
    else:
        said = gettext("Your term ended on %(end)s; you are not registered until the office has decided.")
    return said % {"end": held.valid_to}


urlpatterns = [
    path("my/renewal/", renewal, name="renewal"),
    path("my/registration/<str:token>/hours/", hours, name="hours"),
]
