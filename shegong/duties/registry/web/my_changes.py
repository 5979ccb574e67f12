"""After the first day: a new employer, name, level or county, cancelling, a lost certificate; one question each, on the phone."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application, Registration
from shegong.duties.registry.models.changes import ChangeDetail, county_of, main_job, name_on
from shegong.duties.registry.models.facts import Ground, ground_of
from shegong.duties.registry.rules import KINDS, OPEN_STATES, STEP_NAMES, Kind, State, Step, bars
from shegong.duties.registry.rules.changes import KIND_OF, WHAT_NAMES, What, is_higher
from shegong.duties.registry.web.own import own_or_404
from shegong.duties.registry.web.places import county_choices
from shegong.duties.registry.web.task_lists import next_question
from shegong.duties.registry.web.words import KIND_NAMES
from shegong.ground.credentials.models import Certificate
from shegong.ground.credentials.rules import LEVEL_NAMES
from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import tree
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import attempt, obstacle_text, page, status_of, today, typed_before
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

HINTS = {
    What.EMPLOYER: N_("In the same county. The new employer confirms it."),
    What.NAME: N_("With the paper that shows the change; you get a new certificate."),
    What.LEVEL: N_(
        "The higher level is registered with a term of its own and takes the place of the lower one."
    ),
    What.REGION: N_("Your file moves; the new county accepts it."),
    What.LOST: N_("The old code stops counting as soon as you say so."),
    What.DAMAGED: N_("You get a new certificate; the old code then stops counting."),
    What.REQUEST: N_("Your registration ends when the office has decided. It cannot be undone."),
}
LEADS = {
    What.EMPLOYER: N_("The register takes the main employer that stands under “My work”."),
    What.NAME: N_("Once decided, the new name stands in your personal data and on a new certificate."),
    What.LEVEL: N_("Choose the certificate to be registered."),
    What.REGION: N_("Choose the county that keeps your registration from now on."),
    What.LOST: N_("As soon as you go on, a scan of the old certificate says that it was replaced."),
    What.DAMAGED: N_("Say in a few words what happened."),
    What.REQUEST: N_("After the decision you are no longer registered, and everybody who asks is told so."),
}


class NoteForm(forms.Form):
    """A few words, if the holder wants."""

    note = forms.CharField(
        label=_("What happened, or why"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NameForm(forms.Form):
    """The name from now on."""

    name = forms.CharField(
        label=_("Name from now on"),
        max_length=60,
        help_text=_("As in the household register and on the identity card"),
    )


class LevelForm(forms.Form):
    """Which certificate."""

    certificate = forms.TypedChoiceField(label=_("Certificate"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, offered: list[Certificate], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["certificate"].choices = [
            (one.pk, f"{gettext(LEVEL_NAMES[one.level])} · {one.management_no}") for one in offered
        ]
        if not offered:
            self.fields["certificate"].help_text = _(
                "No certificate of a higher level is on record. Add it first."
            )


class RegionForm(forms.Form):
    """Which county, and on which ground (art. 6)."""

    region = forms.TypedChoiceField(label=_("County to move to"), coerce=int, empty_value=None, choices=())
    ground = forms.ChoiceField(
        label=_("Because"),
        choices=[("workplace", _("I work there")), ("domicile", _("My household register is there"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, kept_in: int | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        others = [
            (unit, [one for one in counties if one[0] != kept_in])
            for unit, counties in county_choices(today())
        ]
        self.fields["region"].choices = [("", gettext("Choose")), *others]


@page(SIGNED_IN, methods=("GET", "POST"), clause="T4.2.a")
def changes(request: HttpRequest) -> HttpResponse:
    """What may be asked for; choosing one begins a draft, or leads to the open one."""
    registration = Registration.objects.live_own(request.actor)
    if registration is None:
        return redirect("registry:my")
    if request.method == "POST" and request.POST.get("what") in set(What):
        begun = actions.begin_change(registration, what=request.POST["what"], by=request.actor, on=today())
        return redirect("registry:tasks", token=begun.token)
    rows = Application.objects.own(request.actor).filter(
        state__in=OPEN_STATES, kind__in=set(KIND_OF.values())
    )
    opened = {row.kind: row for row in rows.select_related("change")}
    offered = [_offer(what, hint, opened.get(str(KIND_OF[what]))) for what, hint in HINTS.items()]
    context = {"offered": offered, "registration": registration}
    return render(request, "registry/my_changes.html", context)


def _offer(what: What, hint: str, opened: Application | None) -> dict[str, Any]:
    """One card: the open application where it asks for this; one that asks for something else comes first."""
    same = opened is not None and opened.change.what == what
    words = {"label": gettext(WHAT_NAMES[what]), "hint": gettext(hint)}
    return {
        "what": str(what),
        **words,
        "open": opened if same else None,
        "barred": opened is not None and not same,
    }


@page(SIGNED_IN, methods=("GET", "POST"), about="application", clause="T4.2.a")
def change(request: HttpRequest, token: str) -> HttpResponse:
    """The one question: what the register should hold from now on."""
    application = own_or_404(request, token)
    detail = ChangeDetail.objects.filter(application=application).first()
    if detail is None or application.state not in (State.DRAFTED, State.RETURNED):
        return redirect("registry:progress", token=token)
    what, registration = What(detail.what), application.registration
    form = _form(request, application, detail)
    if request.method == "POST" and attempt(form, lambda: _state(request, application, form)):
        application.refresh_from_db()
        ground = ground_of(application, today())
        if any(
            one.field == Step.CHANGE for one in _against(ground)
        ):  # no photograph helps as long as that stands
            return redirect("registry:change", token=token)
        return redirect(next_question(application, ground)["url"])
    ground = ground_of(application, today())
    context = {
        "application": application, "form": form, "step": gettext(WHAT_NAMES[what]), "lead": gettext(LEADS[what]),
        "kind_name": gettext(KIND_NAMES[Kind(application.kind)]), "number": 1, "total": len(KINDS[Kind(application.kind)].steps),
        "rows": _rows(application, detail, registration), "elsewhere": _elsewhere(what),
        "back_url": reverse("registry:tasks", args=[token]),
        "returned": application.return_items.filter(withdrawn_at=None, settled_at=None, item=str(Step.CHANGE)),
        "against": [] if _is_restated(application, detail) else list(map(obstacle_text, _against(ground))),
        "unasked": bool(ground.facts.change and ground.facts.change.is_unasked),
    }  # fmt: skip
    return render(request, "registry/my_change.html", context, status=status_of(form))


def _is_restated(application: Application, detail: ChangeDetail) -> bool:
    """Whether “My work” names another employer than the application does: going on takes it over."""
    work = main_job(application.person_id, today()) if detail.what == What.EMPLOYER else None
    return work is not None and work.employer_id != detail.to_employer_id


def _against(ground: Ground) -> list[Obstacle]:
    return bars(ground.facts, ground.policy, ground.calendar, today())


def _form(request: HttpRequest, application: Application, detail: ChangeDetail) -> forms.Form:
    given = request.POST if request.method == "POST" else None
    before = typed_before(request)
    if detail.what == What.LEVEL:
        offered = _higher(application)
        return LevelForm(given, offered=offered, initial={"certificate": detail.to_certificate_id} | before)
    if detail.what == What.REGION:
        initial = {"region": detail.to_region_code, "ground": application.ground or "workplace"}
        kept_in = county_of(application.registration.region_code, today())
        return RegionForm(given, kept_in=kept_in, initial=initial | before)
    if detail.what == What.NAME:
        return NameForm(given, initial={"name": detail.to_name} | before)
    if detail.what == What.EMPLOYER:
        return forms.Form(given)
    return NoteForm(given, initial={"note": detail.note} | before)


def _higher(application: Application) -> list[Certificate]:
    """The applicant's certificates above the registered level that may be registered."""
    person, level = application.person, application.registration.level
    rows = Certificate.objects.filter(person=person, registrations=None, state__in=["declared", "verified"])
    return [row for row in rows.order_by("-issued_on") if is_higher(row.level, level)]


def _state(request: HttpRequest, application: Application, form: forms.Form) -> ChangeDetail:
    given = form.cleaned_data
    chosen = given.get("certificate")
    certificate = Certificate.objects.filter(person=application.person, pk=chosen).first() if chosen else None
    return actions.state_change(
        application, certificate=certificate, region_code=given.get("region"), ground=given.get("ground", ""),
        name=given.get("name", ""), note=given.get("note", ""), by=request.actor, on=today(),
    )  # fmt: skip


def _rows(application: Application, detail: ChangeDetail, registration: Registration) -> list[dict[str, str]]:
    """What the register has, and what it would have."""
    on, person = today(), registration.person_id
    if detail.what == What.EMPLOYER:
        work = main_job(person, on)
        pair = (_named(detail.from_employer), work.employer.name if work else "")
    elif detail.what == What.NAME:
        pair = (name_on(person, detail.name_on or on), "")
    elif detail.what == What.LEVEL:
        pair = (gettext(LEVEL_NAMES[registration.level]), "")
    elif detail.what == What.REGION:
        pair = (tree().full_name(registration.region_code, on), "")
    else:
        pair = (registration.register_no, "")
    rows = [(gettext("So far in the register"), pair[0]), (gettext("From now on"), pair[1])]
    return [{"label": label, "value": value} for label, value in rows if value]


def _named(body: Organization | None) -> str:
    return body.name if body else ""


def _elsewhere(what: What) -> dict[str, str] | None:
    """Where the new fact itself is stated."""
    if what in (What.EMPLOYER, What.REGION):
        return {"url": reverse("employment:mine"), "word": gettext("My work")}
    if what == What.LEVEL:
        return {"url": reverse("credentials:my_certificate_new"), "word": gettext("Add a certificate")}
    return None


def change_rows(application: Application) -> list[dict[str, Any]]:
    """What the application asks for, for the holder's check and the officer's comparison; nothing of other kinds."""
    detail = ChangeDetail.objects.filter(application=application).first()
    if detail is None or application.registration is None:
        return []
    what, on = What(detail.what), today()
    asked = [
        {"label": gettext(STEP_NAMES[Step.CHANGE]), "value": gettext(WHAT_NAMES[what]), "step": "change"}
    ]
    becomes = {
        What.EMPLOYER: _named(detail.to_employer),
        What.NAME: detail.to_name,
        What.LEVEL: gettext(LEVEL_NAMES[detail.to_certificate.level]) if detail.to_certificate else "",
        What.REGION: tree().full_name(detail.to_region_code, on) if detail.to_region_code else "",
    }
    # Whoever leaves, or lost a certificate, changes nothing: she says why.
    label = gettext("From now on") if what in becomes else gettext("What happened, or why")
    before = _rows(application, detail, application.registration)[:1]
    return [
        *asked,
        *({**row, "step": "change"} for row in before),
        {"label": label, "value": becomes.get(what, detail.note) or gettext("Not given"), "step": "change"},
    ]


urlpatterns = [
    path("my/changes/", changes, name="changes"),
    path("my/registration/<str:token>/change/", change, name="change"),
]
