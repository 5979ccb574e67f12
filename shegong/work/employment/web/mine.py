"""One's own jobs: what stands, what is disputed, what an employer said and waits for an answer."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from shegong.kernel.access import SIGNED_IN, Actor
from shegong.kernel.http import actor_of, attempt, page, see, seen_version, status_of, today
from shegong.work.employment import actions
from shegong.work.employment.models import Confirmation, Employment
from shegong.work.employment.rules import Answer, Side
from shegong.work.employment.web.words import TONES, AnswerForm, cards, rows, said, state_word


@page(SIGNED_IN, about="own", clause="T4.2.a")
def mine(request: HttpRequest) -> HttpResponse:
    """Questions that wait for the person, then her jobs with what the other side said."""
    actor = actor_of(request)
    own = Confirmation.objects.own(actor).select_related("employer").order_by("-id")
    context = {"waiting": cards(own.asking(Side.PERSON)), "jobs": jobs(actor, list(own))}
    return render(request, "employment/mine.html", context)


def jobs(actor: Actor, questions: list[Confirmation]) -> list[dict[str, Any]]:
    """Jobs on record, the newest first, each with the newest word about it."""
    found = Employment.objects.current().own(actor).select_related("employer").order_by("-during")
    newest = {(q.employer_id, q.since): q for q in sorted(questions, key=lambda one: one.pk)}
    return [_job(row, newest.get((row.employer_id, row.during.lower))) for row in found]


def _job(row: Employment, question: Confirmation | None) -> dict[str, Any]:
    end = row.during.upper.isoformat() if row.during.upper else ""
    more = {"said": said(question), "state": state_word(question), "tone": TONES.get(Answer(question.state), ""),
            "url": reverse("employment:my_question", args=(question.pk,))} if question else {}  # fmt: skip
    return {"row": row, "days": f"{row.during.lower.isoformat()} – {end}", **more}


@page(SIGNED_IN, methods=("GET", "POST"), about="own", clause="T4.2.a")
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: read it, and answer where it is one's own turn."""
    actor = actor_of(request)
    row = Confirmation.objects.own(actor).select_related("employer", "person").filter(pk=pk).first()
    if row is None:
        raise Http404
    form = AnswerForm(request.POST) if request.method == "POST" else AnswerForm()
    if request.method == "POST" and attempt(form, lambda: answered(request, form, row)):
        return see(request, "employment:mine", _("Saved."))
    waits = row.side == Side.PERSON and row.state in (Answer.ASKED, Answer.SILENT)
    context = {"form": form if waits or form.errors else None, "rows": list(rows(row)), "version": row.version,
               "title": said(row), "back": reverse("employment:mine")}  # fmt: skip
    return render(request, "employment/my_question.html", context, status=status_of(form))


def answered(request: HttpRequest, form: AnswerForm, row: Confirmation) -> Confirmation:
    """Carry the answer of a form out."""
    given: dict[str, Any] = {
        "by": actor_of(request),
        "on": today(),
        "seen": seen_version(request, row.version),
    }
    if form.says_yes:
        return actions.confirm(row, **given)
    return actions.deny(row, reason=form.cleaned_data["reason"], **given)


urlpatterns = [
    path("my/employment/", mine, name="mine"),
    path("my/employment/<int:pk>/", question, name="my_question"),
]
