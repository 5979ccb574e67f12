"""Decisions on a case: accept, pass, return, refuse, take back, issue early; each guarded by the version that was read."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application
from shegong.duties.registry.models.desk import last_step
from shegong.duties.registry.models.facts import ground_of, papers_of
from shegong.duties.registry.rules import STATE_NAMES, Kind, Permission, returnable_items
from shegong.duties.registry.web.case import case_or_404, case_page, recall_minutes_left
from shegong.duties.registry.web.desk_forms import FailForm, HandOverForm, RecallForm, ReturnForm, field_of
from shegong.duties.registry.web.queue import shown
from shegong.duties.registry.web.story import STEP_WORDS
from shegong.kernel.http import actor_of, attempt, page, seen_version, status_of, today, typed_before
from shegong.kernel.refusal import Refused, Stale

Change = Callable[[Application, int], object]


def stale_page(request: HttpRequest, application: Application) -> HttpResponse:
    """409: who was faster, of which office, with which step, when; nothing was changed."""
    application.refresh_from_db()
    last = last_step(application)
    words = {"": gettext("The applicant sent or withdrew it"), "recalled": gettext("Decision taken back")}
    what = words.get(last.step) or gettext(STEP_WORDS[last.step])
    context = {
        "application": application, "what": what, "who": " ".join(filter(None, [last.office, last.officer])),
        "at": date_format(timezone.localtime(last.at), "Y-m-d H:i"), "state_word": gettext(STATE_NAMES[application.state]),
        "back": reverse("registry:case", args=[application.token]) + shown(request).query,
    }  # fmt: skip
    return render(request, "registry/case_stale.html", context, status=409)


def decided(request: HttpRequest, token: str, change: Change, said: str) -> HttpResponse:
    """Make a decision of one click, then open the next case; refused, the case comes back with what was typed."""
    application = case_or_404(request, token)
    seen = seen_version(request, -1)
    if seen != application.version:
        return stale_page(request, application)
    queue = shown(request)
    try:
        change(application, seen)
    except Stale:
        return stale_page(request, application)
    except Refused as refused:
        application.refresh_from_db()
        opinion = request.POST.get("opinion", "")
        return case_page(request, application, refused=refused.obstacles, opinion=opinion)
    return onward(request, application, queue.next_url(application), said)


def onward(request: HttpRequest, application: Application, url: str, said: str) -> HttpResponse:
    """Leave the case for the next page, with what was done and the way to take it back."""
    actions.leave_desk(application, by=actor_of(request), on=today())
    tell(request, application, said)
    return redirect(url)


def tell(request: HttpRequest, application: Application, said: str) -> None:
    """A message naming the case, with a link to take the decision back while that is possible."""
    ground = ground_of(application, today())
    text = f"{ground.facts.name} {application.number}：{said}"
    if recall_minutes_left(application, actor_of(request), ground):
        url = reverse("registry:case_recall", args=[application.token]) + shown(request).query
        undo = gettext("Take back (within %(n)s minutes)") % {"n": ground.policy.recall_minutes}
        text = format_html('{} <a href="{}">{}</a>', text, url, undo)
    messages.success(request, text)


@page(Permission.READ, methods=("POST",), about="application", clause="T4.2.a")
def case_pass(request: HttpRequest, token: str) -> HttpResponse:
    """A positive opinion, then the next case."""
    opinion = request.POST.get("opinion", "").strip()[:500]

    def change(application: Application, seen: int) -> object:
        return actions.pass_stage(application, opinion=opinion, by=actor_of(request), on=today(), seen=seen)

    return decided(request, token, change, gettext("passed"))


@page(Permission.READ, methods=("POST",), about="application", clause="T4.2.a")
def case_accept(request: HttpRequest, token: str) -> HttpResponse:
    """受理: the papers are complete and the clock starts; the case stays open."""
    application = case_or_404(request, token)
    if seen_version(request) != application.version:
        return stale_page(request, application)
    try:
        actions.accept_application(application, by=actor_of(request), on=today(), seen=application.version)
    except Refused as refused:
        application.refresh_from_db()
        return case_page(request, application, refused=refused.obstacles)
    messages.success(request, gettext("Accepted. The clock of %(n)s working days runs.") % {
        "n": ground_of(application, today()).policy.decision_working_days})  # fmt: skip
    return redirect(reverse("registry:case", args=[token]) + shown(request).query)


@page(Permission.READ, methods=("GET", "POST"), about="application", clause="T4.2.a")
def case_return(request: HttpRequest, token: str) -> HttpResponse:
    """退回补正: everything that is missing, item by item, told once."""
    application = case_or_404(request, token)
    ground = ground_of(application, today())
    asked = [m.code for m in ground.policy.materials_for(application.kind, application.ground)]
    held = list(papers_of(application).values_list("kind", flat=True))
    items = returnable_items(list(dict.fromkeys([*held, *asked])), Kind(application.kind))
    form = _bound(request, ReturnForm, items=items, policy=ground.policy)

    def change(seen: int) -> object:
        try:
            return actions.return_for_completion(
                application, form.chosen(), by=actor_of(request), on=today(), seen=seen
            )
        except Refused as refused:
            raise _renamed(refused) from refused

    return _asked(
        request, application, form, change, gettext("returned for completion"), "registry/case_return.html"
    )


def _renamed(refused: Refused) -> Refused:
    """The same refusal with the names that the form gives to the items."""
    if isinstance(refused, Stale):
        return refused
    return Refused([o.__class__(o.code, o.message, field_of("text", o.field) if o.field else None, o.clause, o.params)
                    for o in refused.obstacles])  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), about="application", clause="T4.2.a")
def case_fail(request: HttpRequest, token: str) -> HttpResponse:
    """不予通过: a reason and a sentence, both told to the applicant."""
    application = case_or_404(request, token)
    form = _bound(request, FailForm, policy=ground_of(application, today()).policy)

    def change(seen: int) -> object:
        return actions.fail_stage(
            application, opinion=form.cleaned_data["opinion"], reason_code=form.cleaned_data["reason_code"],
            by=actor_of(request), on=today(), seen=seen,
        )  # fmt: skip

    return _asked(request, application, form, change, gettext("not passed"), "registry/case_fail.html")


@page(Permission.READ, methods=("GET", "POST"), about="application", clause="T4.2.a")
def case_hand_over(request: HttpRequest, token: str) -> HttpResponse:
    """移送: another county is responsible; the case goes there with everything."""
    application = case_or_404(request, token)
    form = _bound(request, HandOverForm)

    def change(seen: int) -> object:
        return actions.hand_over(
            application, region_code=form.cleaned_data["region"], reason=form.cleaned_data["reason"],
            by=actor_of(request), on=today(), seen=seen,
        )  # fmt: skip

    return _asked(request, application, form, change, gettext("handed over"), "registry/case_hand_over.html")


def _bound(request: HttpRequest, form_class: type[forms.Form], **more: Any) -> Any:
    if request.method == "POST":
        return form_class(request.POST, **more)
    return form_class(initial=typed_before(request), **more)


def _asked(
    request: HttpRequest, application: Application, form: forms.Form, change: Callable[[int], object], said: str, template: str
) -> HttpResponse:  # fmt: skip
    """A decision that needs a form: show it, or make the decision and open the next case."""
    queue, by = shown(request), actor_of(request)
    back = reverse("registry:case", args=[application.token]) + queue.query
    if request.method == "POST":
        seen = seen_version(request, -1)
        if seen != application.version:
            return stale_page(request, application)
        try:
            if attempt(form, lambda: change(seen)):
                return onward(request, application, queue.next_url(application), said)
        except Stale:
            return stale_page(request, application)
    elif actions.obstacles_for(application, by):
        return redirect(back)  # the case page says why not
    ground = ground_of(application, today())
    context = {
        "application": application, "form": form, "name": ground.facts.name, "version": application.version,
        "back": back, "query": queue.query, "policy": ground.policy,
    }  # fmt: skip
    return render(request, template, context, status=status_of(form))


@page(Permission.READ, methods=("GET", "POST"), about="application", clause="T4.2.a")
def case_recall(request: HttpRequest, token: str) -> HttpResponse:
    """Take back one's own last decision while its time runs; the case comes back to the same stage."""
    application = case_or_404(request, token)
    by, ground = actor_of(request), ground_of(application, today())
    form = RecallForm(request.POST if request.method == "POST" else None)
    back = reverse("registry:case", args=[token]) + shown(request).query
    if request.method == "POST":
        if seen_version(request) != application.version:
            return stale_page(request, application)
        if attempt(
            form,
            lambda: actions.recall_decision(
                application, reason=form.cleaned_data["reason"], by=by, on=today()
            ),
        ):
            messages.success(request, gettext("Taken back. The case is as it was before."))
            return redirect(back)
        application.refresh_from_db()
    minutes = recall_minutes_left(application, by, ground)
    context = {"application": application, "form": form, "back": back, "minutes": minutes,
               "name": ground.facts.name, "version": application.version}  # fmt: skip
    return render(request, "registry/case_recall.html", context, status=status_of(form))


@page(Permission.READ, methods=("POST",), about="application", clause="T4.2.a")
def case_issue(request: HttpRequest, token: str) -> HttpResponse:
    """Issue the certificate at once: the one who decided gives up the time to take it back."""
    application = case_or_404(request, token)
    if seen_version(request) != application.version:
        return stale_page(request, application)
    try:
        registration = actions.issue_certificate(application, by=actor_of(request), on=today())
    except Refused as refused:
        application.refresh_from_db()
        return case_page(request, application, refused=refused.obstacles)
    said = gettext("Certificate issued. Register number %(no)s.") % {"no": registration.register_no}
    messages.success(request, said)
    return redirect(reverse("registry:case", args=[token]) + shown(request).query)


_AT = "office/cases/<str:token>/"
urlpatterns = [
    path(_AT + "pass/", case_pass, name="case_pass"),
    path(_AT + "accept/", case_accept, name="case_accept"),
    path(_AT + "return/", case_return, name="case_return"),
    path(_AT + "fail/", case_fail, name="case_fail"),
    path(_AT + "hand-over/", case_hand_over, name="case_hand_over"),
    path(_AT + "recall/", case_recall, name="case_recall"),
    path(_AT + "issue/", case_issue, name="case_issue"),
]
