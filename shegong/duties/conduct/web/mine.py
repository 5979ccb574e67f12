"""The respondent's pages: what is alleged once it was disclosed, days left to answer, decisions, review. Never who complained."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.conduct import actions
from shegong.duties.conduct.models import Appeal, Decision, Evidence, Inquiry
from shegong.duties.conduct.models.policies import sanction_policy
from shegong.duties.conduct.rules.appeals import RESULT_NAMES, REVIEW_NAMES, Result, Review
from shegong.duties.conduct.rules.inquiry import Side, days_left
from shegong.duties.conduct.rules.sanctions import OUTCOME_NAMES, Outcome, last
from shegong.duties.conduct.sealed_text import opened
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import actor_of, attempt, page, status_of, today, typed_before
from shegong.ui.fields import CameraField
from shegong.ui.menu import MenuItem

PAPERS = ("first", "second", "third")


class ReplyForm(forms.Form):
    """An answer in one's own words, with up to three papers."""

    text = forms.CharField(
        label=_("Your view of it"), max_length=8000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("What happened, when, who was there. The panel reads it before it decides."),
    )  # fmt: skip
    first = CameraField(
        label=_("Paper or photo"), required=False, help_text=_("If you have any; JPEG, PNG or PDF")
    )
    second = CameraField(label=_("Another one"), required=False)
    third = CameraField(label=_("A third one"), required=False)

    def papers(self) -> list[tuple[str, bytes]]:
        """Title and bytes of what was chosen."""
        chosen = [self.cleaned_data[name] for name in PAPERS if self.cleaned_data.get(name)]
        return [(f"{gettext('Paper')} {one.name}", one.read()) for one in chosen]


class AppealForm(forms.Form):
    """Why the decision should be looked at again."""

    text = forms.CharField(
        label=_("Why the decision is wrong"), max_length=8000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Facts, ground or measure: say what the office above should look at."),
    )  # fmt: skip


@page(SIGNED_IN, clause="T4.2.f")
def my_cases(request: HttpRequest) -> HttpResponse:
    """What has been alleged about me, where I have been told, and what came of it."""
    on, rows = today(), Inquiry.objects.own(actor_of(request)).order_by("-disclosed_on", "-id")
    return render(request, "conduct/my_cases.html", {"cases": [_line(row, on) for row in rows]})


def _line(row: Inquiry, on: Any) -> dict[str, Any]:
    decision = _decision_of(row)
    left = days_left(row.answer_by, on)
    if decision is not None:
        hint, state = gettext(OUTCOME_NAMES[Outcome(decision.state)]), "done"
    elif row.heard_on:
        hint, state = gettext("The panel is deciding"), "waiting"
    else:
        hint, state = gettext("Your answer is asked"), "todo" if left else "waiting"
    return {"row": row, "hint": hint, "state": state, "left": left,
            "url": reverse("conduct:my_case", args=[row.token])}  # fmt: skip


def _decision_of(row: Inquiry) -> Decision | None:
    """The decision of this round that binds or was last."""
    return Decision.objects.filter(inquiry=row, decided_on__isnull=False).order_by("-pk").first()


def _mine_or_404(request: HttpRequest, token: str) -> Inquiry:
    row = Inquiry.objects.own(actor_of(request)).filter(token=token).first()
    if row is None:
        raise Http404
    return row


@page(SIGNED_IN, methods=("GET", "POST"), about="conduct_inquiry", clause="T4.2.f")
def my_case(request: HttpRequest, token: str) -> HttpResponse:
    """One allegation: its words, the days left, the answer; then the decision with its reasons and the way to a review."""
    row = _mine_or_404(request, token)
    form = ReplyForm(request.POST or None, request.FILES or None, initial=typed_before(request))
    if request.method == "POST" and attempt(form, lambda: _reply(request, row, form)):
        messages.success(request, gettext("Your answer is on file."))
        return redirect("conduct:my_case", token=token)
    return render(
        request, "conduct/my_case.html", _shown(request, row) | {"form": form}, status=status_of(form)
    )


def _reply(request: HttpRequest, row: Inquiry, form: ReplyForm) -> object:
    return actions.reply(
        row, text=form.cleaned_data["text"], papers=form.papers(), by=actor_of(request), on=today()
    )


def _shown(request: HttpRequest, row: Inquiry) -> dict[str, Any]:
    on = today()
    own = row.statements.filter(by_person=actor_of(request).person_id).order_by("pk")
    papers = Evidence.objects.filter(complaint=row.complaint_id, side=str(Side.RESPONDENT),
                                     added_by=actor_of(request).person_id)  # fmt: skip
    return {
        "row": row, "left": days_left(row.answer_by, on), "may_answer": row.heard_on is None,
        "allegation": opened(row, "allegation"),
        "statements": [{"on": s.given_on, "text": opened(s, "text"), "late": s.is_late} for s in own],
        "papers": [opened(one, "title") for one in papers.order_by("pk")],
        "interims": [i for i in row.interims.filter(signed_on__isnull=False).order_by("pk")],
        "decisions": [_said(one, on) for one in Decision.objects.own(actor_of(request)).filter(inquiry=row).order_by("pk")],
        "back_url": reverse("conduct:my_cases"),
    }  # fmt: skip


def _said(one: Decision, on: Any) -> dict[str, Any]:
    """A decision as its respondent reads it."""
    policy, language = sanction_policy(one.decided_on or on), get_language()
    measure = policy.measure(one.measure)
    appeal = Appeal.objects.filter(decision=one).order_by("-pk").first()
    shown = getattr(one, "publication", None)
    return {
        "row": one, "measure": measure.title.says(language) if measure else one.measure,
        "grounds": [g.title.says(language) for code in one.grounds if (g := policy.ground(code))],
        "reasons": opened(one, "reasons"), "state": gettext(OUTCOME_NAMES[Outcome(one.state)]), "last": last(one.ends_on),
        "body": one.body.name if one.body else "", "above": _above(one), "appeal": appeal and _answer(appeal),
        "may_ask": one.state == Outcome.IN_FORCE and (due := one.review_until) is not None and on <= due
        and (appeal is None or appeal.state == Review.WITHDRAWN),
        "shown": shown if shown is not None and shown.withdrawn_on is None else None,
    }  # fmt: skip


def _above(one: Decision) -> str:
    body = one.complaint.appeal_body or actions.body_above(one.body, today())
    return body.name if body else ""


def _answer(appeal: Appeal) -> dict[str, Any]:
    """A review as who asked for it reads it: nothing of what is proposed before it is signed."""
    done = appeal.state == Review.DECIDED
    state = Review.LODGED if appeal.state == Review.PROPOSED else Review(appeal.state)
    return {
        "row": appeal, "state": gettext(REVIEW_NAMES[state]),
        "result": gettext(RESULT_NAMES[Result(appeal.result)]) if done else "",
        "reasons": opened(appeal, "reasons") if done else "",
    }  # fmt: skip


@page(SIGNED_IN, methods=("GET", "POST"), about="conduct_inquiry", clause="T4.2.f")
def my_appeal(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a review of the decision: by whom, until when, what waits meanwhile."""
    row = _mine_or_404(request, token)
    decision = (
        Decision.objects.own(actor_of(request)).filter(inquiry=row, state="in_force").order_by("-pk").first()
    )
    if decision is None:
        raise Http404
    form = AppealForm(request.POST or None, initial=typed_before(request))
    if request.method == "POST" and attempt(
        form,
        lambda: actions.lodge_appeal(
            decision, text=form.cleaned_data["text"], by=actor_of(request), on=today()
        ),
    ):
        messages.success(request, gettext("Your request for review is on file."))
        return redirect("conduct:my_case", token=token)
    context = {"form": form, "one": _said(decision, today()), "row": row, "stays": sanction_policy(today()).stays,
               "back_url": reverse("conduct:my_case", args=[token])}  # fmt: skip
    return render(request, "conduct/my_appeal.html", context, status=status_of(form))


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Allegations about me, with those that wait for my answer."""
    actor = actor_of(request)
    if actor.person_id is None:
        return
    waiting = lambda: Inquiry.objects.own(actor).filter(heard_on__isnull=True, reply_due__gte=today())  # noqa: E731
    yield MenuItem(
        "my",
        "",
        _("Allegations and decisions about me"),
        reverse("conduct:my_cases"),
        count=waiting,
        order=70,
    )


urlpatterns = [
    path("my/conduct/", my_cases, name="my_cases"),
    path("my/conduct/<str:token>/", my_case, name="my_case"),
    path("my/conduct/<str:token>/review/", my_appeal, name="my_appeal"),
]
