"""The pages of whom a case is about, herself or who answers for the body: what is alleged once it was disclosed, days left to
answer, decisions, review, early repair. Never who complained."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.conduct import actions
from shegong.duties.conduct.models import Appeal, Decision, Inquiry
from shegong.duties.conduct.models.policies import sanction_policy
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.web.answer_forms import AppealForm, RepairForm, ReplyForm
from shegong.duties.conduct.web.answering import MYSELF, Side, side_of, sides_of
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import actor_of, attempt, obstacle_text, page, status_of, today, typed_before
from shegong.kernel.refusal import Refused
from shegong.ui.menu import MenuItem


def _cases(request: HttpRequest, side: Side) -> HttpResponse:
    on, rows = today(), side.rows(actor_of(request)).order_by("-disclosed_on", "-id")
    context = {**side.frame(), "cases": [side.line(row, on) for row in rows]}
    return render(request, "conduct/my_cases.html", context)


def _mine_or_404(request: HttpRequest, side: Side, token: str) -> Inquiry:
    row = side.rows(actor_of(request)).filter(token=token).first()
    if row is None:
        raise Http404
    return row


def _case(request: HttpRequest, side: Side, token: str) -> HttpResponse:
    row, actor = _mine_or_404(request, side, token), actor_of(request)
    if request.POST.get("do") == "take_back":
        return _taken_back(request, side, row)
    form = ReplyForm(request.POST or None, request.FILES or None, initial=typed_before(request))
    reply = lambda: actions.reply(  # noqa: E731
        row, text=form.cleaned_data["text"], papers=form.papers(), by=actor, on=today()
    )
    if request.method == "POST" and attempt(form, reply):
        messages.success(request, gettext("Your answer is on file."))
        return redirect(side.url("case", token))
    context = {**side.frame(), **side.shown(row, actor, today()), "form": form}
    return render(request, "conduct/my_case.html", context, status=status_of(form))


def _taken_back(request: HttpRequest, side: Side, row: Inquiry) -> HttpResponse:
    appeal = Appeal.objects.filter(decision__inquiry=row, state__in=("lodged", "proposed")).first()
    if appeal is None:
        raise Http404
    try:
        actions.withdraw_appeal(appeal, by=actor_of(request), on=today())
        messages.success(request, gettext("Your request for review is taken back: the decision stands."))
    except Refused as refused:
        for one in refused.obstacles:
            messages.error(request, obstacle_text(one))
    return redirect(side.url("case", row.token))


def _in_force(request: HttpRequest, row: Inquiry) -> Decision:
    rows = Decision.objects.own(actor_of(request)).filter(inquiry=row, state="in_force")
    found = rows.order_by("-pk").first()
    if found is None:
        raise Http404
    return found


def _appeal(request: HttpRequest, side: Side, token: str) -> HttpResponse:
    row = _mine_or_404(request, side, token)
    decision, actor = _in_force(request, row), actor_of(request)
    form = AppealForm(request.POST or None, initial=typed_before(request))
    ask = lambda: actions.lodge_appeal(decision, text=form.cleaned_data["text"], by=actor, on=today())  # noqa: E731
    if request.method == "POST" and attempt(form, ask):
        messages.success(request, gettext("Your request for review is on file."))
        return redirect(side.url("case", token))
    context = {**side.frame(token), "form": form, "one": side.said(decision, today()), "row": row,
               "stays": sanction_policy(today()).stays}  # fmt: skip
    return render(request, "conduct/my_appeal.html", context, status=status_of(form))


def _repair(request: HttpRequest, side: Side, token: str) -> HttpResponse:
    row = _mine_or_404(request, side, token)
    decision, actor = _in_force(request, row), actor_of(request)
    form = RepairForm(request.POST or None, initial=typed_before(request))
    ask = lambda: actions.ask_repair(decision, text=form.cleaned_data["text"], by=actor, on=today())  # noqa: E731
    if request.method == "POST" and attempt(form, ask):
        messages.success(request, gettext("Your request for early repair is on file."))
        return redirect(side.url("case", token))
    context = {**side.frame(token), "form": form, "one": side.said(decision, today()), "row": row}
    return render(request, "conduct/my_repair.html", context, status=status_of(form))


# -- of a person -----------------------------------------------------------------------------------------------------


@page(SIGNED_IN, clause="T4.2.f")
def my_cases(request: HttpRequest) -> HttpResponse:
    """What has been alleged about me, where I have been told, and what came of it."""
    return _cases(request, MYSELF)


@page(SIGNED_IN, methods=("GET", "POST"), about="conduct_inquiry", clause="T4.2.f")
def my_case(request: HttpRequest, token: str) -> HttpResponse:
    """One allegation: its words, the days left, the answer; then the decision with its reasons and the way to a review."""
    return _case(request, MYSELF, token)


@page(SIGNED_IN, methods=("GET", "POST"), about="conduct_inquiry", clause="T4.2.f")
def my_appeal(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a review of the decision: by whom, until when, what waits meanwhile."""
    return _appeal(request, MYSELF, token)


@page(SIGNED_IN, methods=("GET", "POST"), about="conduct_inquiry", clause="T4.2.f")
def my_repair(request: HttpRequest, token: str) -> HttpResponse:
    """Ask that the decision be shown no longer before its time."""
    return _repair(request, MYSELF, token)


# -- of a body, by who answers for it -------------------------------------------------------------------------------


@page(Permission.ANSWER, about="organization", clause="T4.2.f")
def body_cases(request: HttpRequest, code: str) -> HttpResponse:
    """What has been alleged about the organisation, and what came of it."""
    return _cases(request, side_of(actor_of(request), code))


@page(Permission.ANSWER, methods=("GET", "POST"), about="conduct_body_inquiry", clause="T4.2.f")
def body_case(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """One allegation about the organisation, its answer, the decision."""
    return _case(request, side_of(actor_of(request), code), token)


@page(Permission.ANSWER, methods=("GET", "POST"), about="conduct_body_inquiry", clause="T4.2.f")
def body_appeal(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """Ask for a review of the decision about the organisation."""
    return _appeal(request, side_of(actor_of(request), code), token)


@page(Permission.ANSWER, methods=("GET", "POST"), about="conduct_body_inquiry", clause="T4.2.f")
def body_repair(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """Ask for early repair of the organisation's record."""
    return _repair(request, side_of(actor_of(request), code), token)


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Allegations about me and about bodies that I answer for, with those that wait for an answer."""
    actor = actor_of(request)
    if actor.person_id is None:
        return
    for order, side in enumerate((MYSELF, *sides_of(actor))):
        waiting = lambda side=side: side.waiting(actor, today())  # noqa: E731
        if side.body is None:
            yield MenuItem(
                "my", "", _("Allegations and decisions about me"), side.url("cases"), count=waiting, order=70
            )
        else:
            yield MenuItem("organisation", "", _("Allegations and decisions"), side.url("cases"), count=waiting,
                           order=70 + order, permission=Permission.ANSWER)  # fmt: skip


urlpatterns = [
    path("my/conduct/", my_cases, name="my_cases"),
    path("my/conduct/<str:token>/", my_case, name="my_case"),
    path("my/conduct/<str:token>/review/", my_appeal, name="my_appeal"),
    path("my/conduct/<str:token>/repair/", my_repair, name="my_repair"),
    path("org/<str:code>/conduct/", body_cases, name="body_cases"),
    path("org/<str:code>/conduct/<str:token>/", body_case, name="body_case"),
    path("org/<str:code>/conduct/<str:token>/review/", body_appeal, name="body_appeal"),
    path("org/<str:code>/conduct/<str:token>/repair/", body_repair, name="body_repair"),
]
