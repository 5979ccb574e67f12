"""The questions: each page asks one thing, saves it as a fact with its source, and leads to the next."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application
from shegong.duties.registry.models.facts import ground_of
from shegong.duties.registry.rules import KINDS, STEP_NAMES, Kind, State, Step
from shegong.duties.registry.web.my_forms import (
    CertificateForm,
    CommitmentForm,
    EducationForm,
    EmployerForm,
    GroundForm,
    IdentityForm,
)
from shegong.duties.registry.web.own import own_or_404
from shegong.duties.registry.web.places import employers_in
from shegong.duties.registry.web.task_lists import next_question
from shegong.duties.registry.web.words import KIND_NAMES
from shegong.ground.credentials import actions as credentials
from shegong.ground.credentials.models import Education
from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.ground.people.models import PersonName
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import attempt, page, status_of, today, typed_before
from shegong.work.employment import actions as employment

Saver = Callable[[dict[str, Any]], object]


def _ask(
    request: HttpRequest, application: Application, step: Step, form: Form, save: Saver, **context: Any
) -> HttpResponse:
    """Show a question, or save its answer and go on to the next one."""
    if request.method == "POST":
        if application.state not in (State.DRAFTED, State.RETURNED):
            return redirect("registry:progress", token=application.token)
        if attempt(form, lambda: _saved(save, form)):
            return redirect(_onward(request, application))
    elif not _may_change(application, step):
        return redirect("registry:tasks", token=application.token)
    steps = KINDS[Kind(application.kind)].steps
    context |= {
        "application": application,
        "form": form,
        "step": gettext(STEP_NAMES[step]),
        "back_url": reverse("registry:tasks", args=[application.token]),
        "returned": application.return_items.filter(
            withdrawn_at__isnull=True, settled_at__isnull=True, item=str(step)
        ),
        "number": steps.index(step) + 1 if step in steps else None,
        "total": len(steps),
        "kind_name": gettext(KIND_NAMES[application.kind]),
    }
    return render(
        request, context.pop("template", "registry/my_question.html"), context, status=status_of(form)
    )


def _may_change(application: Application, step: Step) -> bool:
    """A returned application opens only where it was returned: elsewhere typing would be in vain."""
    if step not in KINDS[Kind(application.kind)].steps:
        return False
    if application.state != State.RETURNED:
        return application.state == State.DRAFTED
    return application.return_items.filter(withdrawn_at__isnull=True, item=str(step)).exists()


def _saved(save: Saver, form: Form) -> bool:
    save(form.cleaned_data)
    return True


def _onward(request: HttpRequest, application: Application) -> str:
    if request.GET.get("from") == "check":
        return reverse("registry:check", args=[application.token])
    application.refresh_from_db()
    return next_question(application, ground_of(application, today()))["url"]


def _bound(request: HttpRequest, form_class: type[Form], initial: dict[str, Any], **more: Any) -> Form:
    if request.method == "POST":
        return form_class(request.POST, request.FILES, **more)
    return form_class(initial=initial | typed_before(request), **more)


@page(SIGNED_IN, methods=("GET", "POST"), about="application", clause="T4.2.a")
def identity(request: HttpRequest, token: str) -> HttpResponse:
    """Name, identity number, ethnic group."""
    application = own_or_404(request, token)
    person, by, on = application.person, request.actor, today()
    name = PersonName.objects.current().filter(person=person).first()
    form = _bound(request, IdentityForm, {"name": name.name if name else "", "ethnicity": person.ethnicity})
    known = ground_of(application, on).facts.identity_masked
    if known:
        form.fields["number"].required = False
        form.fields["number"].help_text = gettext("On record: %(masked)s. Leave empty to keep it.") % {
            "masked": known
        }

    def save(answers: dict[str, Any]) -> None:
        actions.saved(application, Step.IDENTITY, by=by, on=on)
        people.state_name(person, name=answers["name"], by=by, on=on)
        if answers["number"]:
            people.state_identity(person, kind="resident", number=answers["number"], by=by, on=on)
        people.state_particulars(person, ethnicity=answers["ethnicity"], by=by, on=on)

    return _ask(request, application, Step.IDENTITY, form, save)


@page(SIGNED_IN, methods=("GET", "POST"), about="application", clause="T4.2.b")
def education(request: HttpRequest, token: str) -> HttpResponse:
    """The highest diploma."""
    application = own_or_404(request, token)
    held = Education.objects.current().filter(person=application.person).order_by("-id").first()
    names = ("level", "degree", "school_name", "major", "graduated_on")
    form = _bound(request, EducationForm, {name: getattr(held, name) for name in names} if held else {})

    def save(answers: dict[str, Any]) -> None:
        actions.saved(application, Step.EDUCATION, by=request.actor, on=today())
        credentials.state_education(application.person, **answers, by=request.actor, on=today())

    return _ask(request, application, Step.EDUCATION, form, save)


@page(SIGNED_IN, methods=("GET", "POST"), about="application", clause="T4.2.a")
def certificate(request: HttpRequest, token: str) -> HttpResponse:
    """Level, number and date, read off the certificate."""
    application = own_or_404(request, token)
    held, by, on = application.certificate, request.actor, today()
    initial = {n: getattr(held, n) for n in ("level", "management_no", "issued_on")} if held else {}
    form = _bound(request, CertificateForm, initial)

    def save(answers: dict[str, Any]) -> None:
        if held is None:
            stated = credentials.declare_certificate(application.person, **answers, by=by, on=on)
        else:
            stated = credentials.correct_certificate(held, **answers, by=by, on=on)
        actions.choose_certificate(application, stated, by=by, on=on)

    return _ask(request, application, Step.CERTIFICATE, form, save, template="registry/my_certificate.html")


@page(SIGNED_IN, methods=("GET", "POST"), about="application", clause="T4.2.a")
def workplace(request: HttpRequest, token: str) -> HttpResponse:
    """Workplace or domicile, and the county."""
    application = own_or_404(request, token)
    on = today()
    initial = {"ground": application.ground or "workplace", "region": application.region_code}
    form = _bound(request, GroundForm, initial, on=on)

    def save(answers: dict[str, Any]) -> None:
        same = application.region_code == answers["region"] and application.ground == answers["ground"]
        actions.choose_ground(
            application, ground=answers["ground"], region_code=answers["region"],
            workplace=application.workplace if same else None, by=request.actor, on=on,
        )  # fmt: skip

    response = _ask(request, application, Step.WORKPLACE, form, save)
    if request.method == "POST" and response.status_code == 302 and application.ground == "workplace":
        query = "?from=check" if request.GET.get("from") == "check" else ""
        return redirect(reverse("registry:employer", args=[token]) + query)
    return response


@page(SIGNED_IN, methods=("GET", "POST"), about="application", clause="T4.2.a")
def employer(request: HttpRequest, token: str) -> HttpResponse:
    """The employer, found in the register of organizations of that county."""
    application = own_or_404(request, token)
    if not application.region_code:
        return redirect("registry:workplace", token=token)
    held, on = application.workplace, today()
    query = (request.GET.get("q") or "").strip()[:40]
    found = _employers(application, query)
    initial = {"employer": held.employer_id, "position": held.position, "service_field": held.service_field,
               "started_on": held.during.lower} if held else {}  # fmt: skip
    form = _bound(request, EmployerForm, initial, found=[(o.id, o.name) for o in found])

    def save(answers: dict[str, Any]) -> None:
        organization = next(o for o in found if o.id == answers["employer"])
        stated = employment.declare_employment(
            application.person, employer=organization, region_code=application.region_code,
            position=answers["position"], service_field=answers["service_field"], start=answers["started_on"],
            by=request.actor, on=on,
        )  # fmt: skip
        actions.choose_ground(
            application, ground="workplace", region_code=application.region_code, workplace=stated,
            by=request.actor, on=on,
        )  # fmt: skip

    return _ask(
        request,
        application,
        Step.WORKPLACE,
        form,
        save,
        template="registry/my_employer.html",
        q=query,
        found=found,
    )


def _employers(application: Application, query: str) -> list[Organization]:
    """Employers of the chosen county (all of it), narrowed by a fragment of the name; the present one stays in."""
    rows = employers_in(application.region_code, today())
    found = list(rows.search(query)[:30] if query else rows.order_by("name", "id")[:30])
    held = application.workplace.employer if application.workplace else None
    return found if held is None or held in found else [held, *found]


@page(SIGNED_IN, methods=("GET", "POST"), about="application", clause="T4.2.f")
def commitment(request: HttpRequest, token: str) -> HttpResponse:
    """Read and sign the ethics commitment; its version is kept."""
    application = own_or_404(request, token)
    ethics = ground_of(application, today()).policy.ethics
    form = _bound(request, CommitmentForm, {"version": ethics.version}, on=today())

    def save(answers: dict[str, Any]) -> None:
        actions.commit_to_ethics(application, version=ethics.version, by=request.actor, on=today())

    language = get_language()
    points = [point.says(language) for point in ethics.points]
    return _ask(
        request, application, Step.COMMITMENT, form, save, template="registry/my_commitment.html",
        points=points, title=ethics.title.says(language),
    )  # fmt: skip


_AT = "my/registration/<str:token>/"
urlpatterns = [
    path(_AT + "identity/", identity, name="identity"),
    path(_AT + "education/", education, name="education"),
    path(_AT + "certificate/", certificate, name="certificate"),
    path(_AT + "workplace/", workplace, name="workplace"),
    path(_AT + "employer/", employer, name="employer"),
    path(_AT + "commitment/", commitment, name="commitment"),
]
