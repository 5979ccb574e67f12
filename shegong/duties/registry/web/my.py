"""The applicant's pages: task list, check answers, receipt, progress, withdrawal (T4.2.a; ux.md 2.1)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application, Registration
from shegong.duties.registry.models.desk import rounds_open
from shegong.duties.registry.models.facts import Ground, ground_of, papers_of
from shegong.duties.registry.models.outlook import renewal_of
from shegong.duties.registry.rules import OPEN_STATES, Kind, State, registration_obstacles
from shegong.duties.registry.web.answers import answers_of
from shegong.duties.registry.web.my_renewal import coming, receipt_notes
from shegong.duties.registry.web.own import own_or_404
from shegong.duties.registry.web.standing import standing_of
from shegong.duties.registry.web.story import next_events, story_of
from shegong.duties.registry.web.task_lists import progress_of, returned_rows, waits_for
from shegong.duties.registry.web.words import DONE_WORDS, KIND_NAMES
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import obstacle_text, page, see, seen_version, today
from shegong.kernel.refusal import Refused, Stale

# Where whoever was not passed begins anew; all that changes a registration begins on one page.
AGAIN = {Kind.FIRST: "registry:start", Kind.RENEWAL: "registry:renewal"}


@page(SIGNED_IN, clause="T4.2.a")
def my_home(request: HttpRequest) -> HttpResponse:
    """What is to do: open applications, the registration and its renewal, or how to begin."""
    own = Application.objects.own(request.actor)
    rows = own.filter(state__in=OPEN_STATES).select_related(
        "person", "certificate", "workplace__employer", "registration", "round"
    )
    opened = list(rows.order_by("-id"))
    registration = Registration.objects.own(request.actor).order_by("-id").first()
    ended = own.exclude(state__in=OPEN_STATES).order_by("-id").first()
    context = {"cases": [_open_case(one) for one in opened], "ended": ended, "today": today()}
    context["standing"] = standing_of(registration) if registration else None
    renewing = any(one.kind == Kind.RENEWAL for one in opened)
    if registration and not renewing and registration.closed_on is None:
        context["renewal"] = coming(renewal_of(registration, today()), today())
    return render(request, "registry/my_home.html", context)


def _open_case(application: Application) -> dict[str, Any]:
    """An open application on the first page: its kind, how many steps are left, or that it lies with the office."""
    shown = {"application": application, "kind_name": gettext(KIND_NAMES[application.kind])}
    shown["with_holder"] = application.state in (State.DRAFTED, State.RETURNED)
    return shown | progress_of(application, ground_of(application, today()), today())


@page(SIGNED_IN, methods=("GET", "POST"), clause="T4.2.a")
def start(request: HttpRequest) -> HttpResponse:
    """What to prepare, then a draft."""
    if request.method == "POST":
        application = actions.start_application(by=request.actor, on=today())
        return redirect("registry:tasks", token=application.token)
    own = Application.objects.own(request.actor).filter(kind=Kind.FIRST, state__in=OPEN_STATES)
    if begun := own.first():
        return redirect("registry:tasks", token=begun.token)
    return render(request, "registry/my_start.html", {"rounds": rounds_open(today())})


@page(SIGNED_IN, about="application", clause="T4.2.a")
def tasks(request: HttpRequest, token: str) -> HttpResponse:
    """The task list: what is done, what is missing, what came back."""
    application = own_or_404(request, token)
    if application.state not in (State.DRAFTED, State.RETURNED):
        return redirect("registry:progress", token=token)
    ground = ground_of(application, today())
    context = {"application": application, "kind_name": gettext(KIND_NAMES[application.kind])}
    return render(request, "registry/my_tasks.html", context | progress_of(application, ground, today()))


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
        "kind_name": gettext(KIND_NAMES[application.kind]),
        "rows": answers_of(application, ground, editable=True),
        "papers": papers_of(application).select_related("file"),
        "ready": not obstacles,
        "policy": ground.policy,
        "waits": waits_for(ground.facts),
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
        "kind_name": gettext(KIND_NAMES[application.kind]),
        "notes": receipt_notes(application, ground),
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
        "kind_name": gettext(KIND_NAMES[application.kind]),
        "done_word": gettext(DONE_WORDS[application.kind]),
        "notes": receipt_notes(application, ground) if application.waiting_for else [],
        "events": story_of(application, ground, for_officer=False),
        "returned": returned_rows(application, ground),
        "refusal": _refusal(application, ground),
        "again_url": reverse(AGAIN.get(Kind(application.kind), "registry:changes")),
        "may_withdraw": application.state in (State.SUBMITTED, State.RETURNED, State.ACCEPTED),
        "registration": Registration.objects.filter(certificate=application.certificate_id)
        .order_by("-id")
        .first(),
        "complete_by": application.complete_by if application.state == State.RETURNED else None,
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
    again = (
        gettext("You can apply again while your year is open; the time limit then starts anew.")
        if application.kind == Kind.FIRST
        else gettext("Nothing changes in the register. You can begin anew while the time for it is open.")
    )
    return render(
        request, "registry/my_withdraw.html", {"application": application, "form": None, "text": again}
    )


urlpatterns = [
    path("my/", my_home, name="my"),
    path("my/registration/", start, name="start"),
    path("my/registration/<str:token>/", tasks, name="tasks"),
    path("my/registration/<str:token>/check/", check, name="check"),
    path("my/registration/<str:token>/receipt/", receipt, name="receipt"),
    path("my/registration/<str:token>/progress/", progress, name="progress"),
    path("my/registration/<str:token>/withdraw/", withdraw, name="withdraw"),
]
