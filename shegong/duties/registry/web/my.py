"""The applicant's pages: task list, check answers, receipt, progress, withdrawal (T4.2.a; ux.md 2.1)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application, Registration
from shegong.duties.registry.models.desk import rounds_open
from shegong.duties.registry.models.facts import Ground, ground_of, papers_of
from shegong.duties.registry.rules import (
    KINDS,
    OPEN_STATES,
    STEP_NAMES,
    State,
    Step,
    bars,
    first_deadline,
    is_waived,
    item_name,
    missing_steps,
    registration_obstacles,
    steps_done,
    steps_left,
)
from shegong.duties.registry.web.answers import answers_of
from shegong.duties.registry.web.standing import standing_of
from shegong.duties.registry.web.story import next_events, story_of
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import obstacle_text, page, see, seen_version, today
from shegong.kernel.refusal import Refused, Stale
from shegong.kernel.text import N_

WAIVED = N_("Checked against the pass list of the examination; no photo is needed")


def own_or_404(request: HttpRequest, token: str) -> Application:
    """The signed-in person's own application; anybody else's does not exist."""
    rows = Application.objects.own(request.actor).select_related(
        "person", "certificate", "workplace__employer"
    )
    found = rows.filter(token=token).first()
    if found is None:
        raise Http404
    return found


@page(SIGNED_IN, clause="T4.2.a")
def my_home(request: HttpRequest) -> HttpResponse:
    """What is to do: the open application, the registration, or how to begin."""
    own = Application.objects.own(request.actor)
    application = own.filter(state__in=OPEN_STATES).order_by("-id").first()
    registration = Registration.objects.own(request.actor).order_by("-id").first()
    ended = own.exclude(state__in=OPEN_STATES).order_by("-id").first()
    context = {"application": application, "ended": ended, "today": today()}
    context["standing"] = standing_of(registration) if registration else None
    if application:
        context |= _progress(application)
    return render(request, "registry/my_home.html", context)


@page(SIGNED_IN, methods=("GET", "POST"), clause="T4.2.a")
def start(request: HttpRequest) -> HttpResponse:
    """What to prepare, then a draft."""
    if request.method == "POST":
        application = actions.start_application(by=request.actor, on=today())
        return redirect("registry:tasks", token=application.token)
    begun = Application.objects.own(request.actor).filter(state__in=OPEN_STATES).order_by("-id").first()
    if begun:
        return redirect("registry:tasks", token=begun.token)
    return render(request, "registry/my_start.html", {"rounds": rounds_open(today())})


@page(SIGNED_IN, about="application", clause="T4.2.a")
def tasks(request: HttpRequest, token: str) -> HttpResponse:
    """The task list: what is done, what is missing, what came back."""
    application = own_or_404(request, token)
    if application.state not in (State.DRAFTED, State.RETURNED):
        return redirect("registry:progress", token=token)
    return render(request, "registry/my_tasks.html", {"application": application, **_progress(application)})


def _progress(application: Application) -> dict[str, Any]:
    on = today()
    ground = ground_of(application, on)
    done = steps_done(ground.facts, ground.policy)
    left = steps_left(ground.facts, ground.policy)
    deadline = (
        first_deadline(ground.facts.issued_on, ground.policy, ground.calendar)
        if ground.facts.issued_on
        else None
    )
    return {
        "left": left,
        "done": sum(finished for step, finished in done.items() if step not in _back(ground)),
        "total": len(done),
        "headline": _headline(left),
        "groups": _task_groups(application, ground),
        "next": next_question(application, ground),
        "deadline": deadline,
        "bars": [obstacle_text(o) for o in bars(ground.facts, ground.policy, ground.calendar, on)],
        "returned": _returned(application, ground),
    }


def _headline(left: int) -> str:
    if not left:
        return gettext("All steps are done")
    return ngettext("%(n)s step left", "%(n)s steps left", left) % {"n": left}


def _returned(application: Application, ground: Ground) -> list[dict[str, str]]:
    rows = application.return_items.filter(withdrawn_at__isnull=True, settled_at__isnull=True).order_by("id")
    return [
        {"label": _name(row.item, ground), "text": row.text, "url": question_url(application, row.item)}
        for row in rows
    ]


def _name(item: str, ground: Ground) -> str:
    name = item_name(item, ground.policy)
    return name.says(get_language()) if hasattr(name, "says") else gettext(name)


def question_url(application: Application, item: str) -> str:
    """The page on which an item is asked: a step, or `paper:<code>`."""
    if item.startswith("paper:"):
        return reverse("registry:paper", args=[application.token, item.removeprefix("paper:")])
    if item == Step.PAPERS:
        return reverse("registry:papers", args=[application.token])
    return reverse(f"registry:{item}", args=[application.token])


def next_question(application: Application, ground: Ground) -> dict[str, str]:
    """Where “continue” leads: the first returned item, the first missing step, or the check page."""
    if ground.facts.returned:
        item = ground.facts.returned[0]
        return {"label": _name(item, ground), "url": question_url(application, item)}
    missing = missing_steps(ground.facts, ground.policy)
    if missing:
        return {"label": gettext(STEP_NAMES[missing[0]]), "url": question_url(application, missing[0])}
    return {"label": gettext("Check and submit"), "url": reverse("registry:check", args=[application.token])}


def _back(ground: Ground) -> set[str]:
    """Steps of which something came back: a returned paper belongs to the step of papers."""
    return {"papers" if item.startswith("paper:") else item for item in ground.facts.returned}


def _task_groups(application: Application, ground: Ground) -> list[dict[str, Any]]:
    done = steps_done(ground.facts, ground.policy)
    back = _back(ground)
    returned_state = application.state == State.RETURNED
    groups = []
    for label, steps in KINDS[ground.facts.kind].groups:
        rows = [
            _task(application, step, done[step], step in back, returned_state) | _waived(step, ground)
            for step in steps
        ]
        groups.append({"label": gettext(label), "tasks": rows})
    return groups


def _waived(step: Step, ground: Ground) -> dict[str, str]:
    """Beside the certificate: that nobody asks for its photo."""
    asked = ground.policy.materials_for(ground.facts.kind, ground.facts.ground or "workplace")
    waived = any(is_waived(material, ground.facts) for material in asked)
    return {"hint": gettext(WAIVED)} if step == Step.CERTIFICATE and waived else {}


def _task(
    application: Application, step: Step, is_done: bool, is_back: bool, only_returned: bool
) -> dict[str, Any]:
    state = "problem" if is_back else "done" if is_done else "todo"
    url = None if only_returned and not is_back else question_url(application, step)
    return {"label": gettext(STEP_NAMES[step]), "url": url, "state": state}


@page(SIGNED_IN, methods=("GET", "POST"), about="application", clause="T4.2.a")
def check(request: HttpRequest, token: str) -> HttpResponse:
    """Check the answers, then submit."""
    application = own_or_404(request, token)
    if application.state not in (State.DRAFTED, State.RETURNED):
        return redirect("registry:progress", token=token)
    ground = ground_of(application, today())
    obstacles = registration_obstacles(ground.facts, ground.policy, ground.calendar, today())
    if request.method == "POST":
        try:
            seen = seen_version(request, application.version)
            actions.submit_application(application, by=request.actor, on=today(), seen=seen)
            return redirect("registry:receipt", token=token)
        except Stale:
            raise
        except Refused as refused:
            obstacles = refused.obstacles
    context = {
        "application": application,
        "rows": answers_of(application, ground, editable=True),
        "papers": papers_of(application).select_related("file"),
        "ready": not obstacles,
        "policy": ground.policy,
    }
    said = [{"text": obstacle_text(o), "field": ""} for o in obstacles]
    context["obstacles" if request.method == "POST" else "missing"] = said
    return render(request, "registry/my_check.html", context, status=422 if request.method == "POST" else 200)


@page(SIGNED_IN, about="application", clause="T4.2.a")
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Number, time, limit and who acts next; printable."""
    application = own_or_404(request, token)
    if application.submitted_at is None:
        raise Http404
    ground = ground_of(application, today())
    context = {
        "application": application,
        "at": timezone.localtime(application.submitted_at),
        "limit_days": ground.policy.decision_working_days,
        "events": next_events(application, ground.policy),
        "next_url": reverse("registry:progress", args=[token]),
    }
    return render(request, "registry/my_receipt.html", context)


@page(SIGNED_IN, about="application", clause="T4.2.a")
def progress(request: HttpRequest, token: str) -> HttpResponse:
    """Who did what and when, what comes next, and how many working days remain."""
    application = own_or_404(request, token)
    ground = ground_of(application, today())
    context = {
        "application": application,
        "events": story_of(application, ground, for_officer=False),
        "returned": _returned(application, ground),
        "refusal": _refusal(application, ground),
        "may_withdraw": application.state in (State.SUBMITTED, State.RETURNED, State.ACCEPTED),
        "registration": Registration.objects.filter(certificate=application.certificate_id).first(),
        "remaining": _remaining(application, ground),
    }
    return render(request, "registry/my_progress.html", context)


def _remaining(application: Application, ground: Ground) -> int | None:
    if not application.due_on or not application.waiting_for:
        return None
    return ground.calendar.working_days_between(today(), application.due_on)


def _refusal(application: Application, ground: Ground) -> dict[str, str] | None:
    if application.state not in (State.FAILED, State.REFUSED):
        return None
    decision = application.decisions.filter(recalled_at__isnull=True).order_by("-id").first()
    reasons = {reason.code: reason.text.says(get_language()) for reason in ground.policy.refusal_reasons}
    return {"reason": reasons.get(decision.reason_code, ""), "opinion": decision.opinion}


@page(SIGNED_IN, methods=("GET", "POST"), about="application", clause="T4.2.a")
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take the application back, after a question."""
    application = own_or_404(request, token)
    if request.method == "POST":
        seen = seen_version(request, application.version)
        actions.withdraw_application(application, by=request.actor, on=today(), seen=seen)
        return see(request, "registry:my", gettext("The application has been withdrawn."))
    return render(request, "registry/my_withdraw.html", {"application": application, "form": None})


urlpatterns = [
    path("my/", my_home, name="my"),
    path("my/registration/", start, name="start"),
    path("my/registration/<str:token>/", tasks, name="tasks"),
    path("my/registration/<str:token>/check/", check, name="check"),
    path("my/registration/<str:token>/receipt/", receipt, name="receipt"),
    path("my/registration/<str:token>/progress/", progress, name="progress"),
    path("my/registration/<str:token>/withdraw/", withdraw, name="withdraw"),
]
