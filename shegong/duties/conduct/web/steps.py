"""Pages of single steps of a case: one question each, under the right that the step asks for, back to the case."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.conduct import actions
from shegong.duties.conduct.models import (
    Appeal,
    Complaint,
    Decision,
    Inquiry,
    Interim,
    Repair,
    Seat,
    SecondLook,
    SerialFinding,
)
from shegong.duties.conduct.models.complaints import held
from shegong.duties.conduct.models.repairs import OPEN as OPEN_REPAIRS
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.web import step_forms as forms
from shegong.duties.conduct.web.lines import lines_of
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, seen_version, status_of, today, visible_or_404
from shegong.kernel.refusal import Obstacle, Refused, Stale
from shegong.kernel.text import N_

Do = Callable[[Complaint, Any, Actor], object]
GONE = Obstacle("wrong_state", N_("This cannot be done any more: the case has moved on."))
NOT_HERE = Obstacle("not_here", N_("This is done by the office that it was sent to."))


@dataclass(frozen=True)
class Step:
    """One step: its address, the right it needs, in which states it is offered, the form, the action."""

    name: str
    permission: Permission
    title: Any
    form: type[forms.StepForm]
    do: Do
    states: tuple[str, ...]
    text: Any = ""
    submit: Any = ""
    fresh: bool = False
    ready: Callable[[Complaint], bool] = lambda complaint: True
    # the row that is signed, shown above the button
    about: Callable[[Complaint], Any] = lambda complaint: None
    # a review is done where it was sent, every other step by the body that handles the case
    body: Callable[[Complaint], int | None] = lambda complaint: complaint.routed_to_id

    def offered(self, complaint: Complaint, actor: Actor) -> bool:
        """Whether the case's page leads there."""
        return complaint.state in self.states and self.ready(complaint) and self.is_here(complaint, actor)

    def is_here(self, complaint: Complaint, actor: Actor) -> bool:
        """Whether it is taken by a body of this actor: who looks again at a case sees it, and does not handle it."""
        here = self.body(complaint)  # None: what was asked for is answered, which the action says
        return here is None or here in {a.organization_id for a in actor.with_permission(self.permission)}

    def url(self, complaint: Complaint) -> str:
        """Its page for a case."""
        return reverse(f"conduct:step_{self.name}", args=[complaint.token])


def _round(complaint: Complaint) -> Inquiry:
    found = forms.inquiry_of(complaint)
    if found is None:
        raise Refused(GONE)
    return found


def _seat(complaint: Complaint, by: Actor) -> Seat:
    found = _round(complaint).seats.filter(person=by.person_id).first()
    if found is None:
        raise Refused(Obstacle("not_on_panel", N_("Only a member of the panel may propose the decision.")))
    return found


def _recuse(complaint: Complaint, form: Any, by: Actor) -> object:
    inquiry, who, why = _round(complaint), form.cleaned_data["person"], form.cleaned_data["why"]
    seat = inquiry.seats.filter(person=who, recused_on=None).first()
    if seat is not None:
        return actions.recuse(seat, why=why, by=by, on=today())
    row = inquiry.investigators.filter(person=who, left_on=None).first()
    if row is None:
        raise Refused(GONE)
    return actions.recuse_investigator(row, why=why, by=by, on=today())


def _proposed(complaint: Complaint) -> Decision | None:
    return Decision.objects.filter(complaint=complaint, state="proposed").order_by("-pk").first()


def _open_appeal(complaint: Complaint) -> Appeal | None:
    rows = Appeal.objects.filter(complaint=complaint, state__in=["lodged", "proposed"])
    return rows.order_by("-pk").first()


def _open_repair(complaint: Complaint) -> Repair | None:
    return (
        Repair.objects.filter(decision__complaint=complaint, state__in=OPEN_REPAIRS).order_by("-pk").first()
    )


def _open_look(complaint: Complaint) -> SecondLook | None:
    return complaint.looks.running().first()


def _review_at(complaint: Complaint) -> int | None:
    return row.body_id if (row := _open_appeal(complaint)) is not None else None


def _look_at(complaint: Complaint) -> int | None:
    return row.body_id if (row := _open_look(complaint)) is not None else None


def _serial(complaint: Complaint) -> SerialFinding | None:
    return SerialFinding.objects.filter(complaint=complaint, signed_on=None).first()


def _interim(complaint: Complaint) -> Interim | None:
    return Interim.objects.filter(inquiry__complaint=complaint, ended_on=None).first()


def _there(row: Any) -> Any:
    if row is None:
        raise Refused(GONE)
    return row


def _votes_done(complaint: Complaint) -> bool:
    found = forms.inquiry_of(complaint)
    return found is not None and actions.tally_of(found).majority is not None and _proposed(complaint) is None


def _told(complaint: Complaint) -> bool:
    found = forms.inquiry_of(complaint)
    return found is not None and found.disclosed_on is not None


def _unsigned(complaint: Complaint) -> bool:
    row = _interim(complaint)
    return row is not None and row.signed_on is None


def _signed(complaint: Complaint) -> bool:
    row = _interim(complaint)
    return row is not None and row.signed_on is not None


RUNNING = ("investigating",)
OPEN = ("investigating", "heard")
ENDED = ("decided", "closed")
STEPS = (
    Step("open", Permission.INVESTIGATE, _("Begin the inquiry"), forms.PlanForm,
         lambda c, f, by: actions.open_inquiry(c, plan=f.cleaned_data["plan"], by=by, on=today()), ("accepted",),
         _("You lead it. Who has a side in the case must not begin it: step back and name a colleague.")),
    Step("investigator", Permission.INVESTIGATE, _("Add an investigator"), forms.InvestigatorForm,
         lambda c, f, by: actions.name_investigator(_round(c), f.chosen(), by=by, on=today()), RUNNING),
    Step("recusal", Permission.RECEIVE, _("Recusal"), forms.RecusalForm, _recuse, OPEN,
         _("Relatives, people of the same unit and who has an interest step back.")),
    Step("stand_back", Permission.DECIDE, _("Declare a relation and step back"), forms.RecusalForm, _recuse, OPEN),
    Step("disclosure", Permission.INVESTIGATE, _("Disclose the allegation"), forms.DiscloseForm,
         lambda c, f, by: actions.disclose(_round(c), text=f.cleaned_data["text"], by=by, on=today()), RUNNING,
         _("The respondent reads these words and has the days of the policy to answer. Who complained is never told."),
         ready=lambda c: not _told(c)),
    Step("statement", Permission.INVESTIGATE, _("Take a statement"), forms.StatementForm,
         lambda c, f, by: actions.take_statement(_round(c), side=f.cleaned_data["side"], text=f.cleaned_data["text"],
                                                 by=by, on=today()), RUNNING),
    Step("evidence", Permission.INVESTIGATE, _("Add evidence"), forms.EvidenceForm,
         lambda c, f, by: actions.add_evidence(c, side=f.cleaned_data["side"], title=f.cleaned_data["title"],
                                               content=f.cleaned_data["file"].read(), by=by, on=today()),
         (*OPEN, *ENDED), _("It is sealed under keys of its own; each opening is written down.")),
    Step("interim", Permission.INVESTIGATE, _("Propose an interim measure"), forms.InterimForm,
         lambda c, f, by: actions.propose_interim(_round(c), start=f.cleaned_data["start"], end=f.cleaned_data["end"],
                                                  ground=f.cleaned_data["ground"], by=by, on=today()), RUNNING,
         _("A suspension while the inquiry runs. It needs another's signature, must be reviewed, and ends by itself."),
         ready=lambda c: _interim(c) is None),
    Step("interim_sign", Permission.PUBLISH, _("Sign the interim measure"), forms.SignForm,
         lambda c, f, by: actions.sign_interim(_there(_interim(c)), by=by, on=today()), RUNNING,
         _("The registration is suspended at once, everywhere."), _("Sign"), True, _unsigned, _interim),
    Step("interim_review", Permission.PUBLISH, _("Review the interim measure"), forms.KeepForm,
         lambda c, f, by: actions.review_interim(_there(_interim(c)), keep=f.cleaned_data["keep"] == "yes", by=by,
                                                 on=today()), OPEN, fresh=True, ready=_signed, about=_interim),
    Step("seat", Permission.RECEIVE, _("Call somebody to the panel"), forms.SeatForm,
         lambda c, f, by: actions.seat(_round(c), f.chosen(), leads=f.cleaned_data["leads"], by=by, on=today()), OPEN),
    Step("hearing", Permission.INVESTIGATE, _("Report to the panel"), forms.ReportForm,
         lambda c, f, by: actions.hear(_round(c), report=f.cleaned_data["report"], by=by, on=today()), RUNNING,
         _("The inquiry ends; the panel reads the report, both sides and the evidence."), ready=_told),
    Step("vote", Permission.DECIDE, _("Vote"), forms.VoteForm,
         lambda c, f, by: actions.vote(_seat(c, by), measure=f.cleaned_data["measure"], months=f.term, by=by, on=today()),
         ("heard",), _("Once, and it cannot be changed. More than half of the panel decides.")),
    Step("proposal", Permission.DECIDE, _("Word the decision"), forms.ProposalForm,
         lambda c, f, by: actions.propose_decision(
             _round(c), measure=f.cleaned_data["measure"], months=f.term, grounds=f.cleaned_data["grounds"],
             reasons=f.cleaned_data["reasons"], answer=f.cleaned_data["answer"], by=by, on=today()), ("heard",),
         _("The measure that more than half voted for; another person signs."), _("Send for signature"), ready=_votes_done),
    Step("decision", Permission.PUBLISH, _("Sign the decision"), forms.SignForm,
         lambda c, f, by: actions.decide(_there(_proposed(c)), by=by, on=today()), ("heard",),
         _("It binds at once: register, verification page, QR status list. It is served with the right of review, and"
           " published as policy lists."), _("Sign"), True, lambda c: _proposed(c) is not None, _proposed),
    Step("sending_back", Permission.PUBLISH, _("Send the decision back"), forms.NoteForm,
         lambda c, f, by: actions.send_back(_there(_proposed(c)), note=f.cleaned_data["note"], by=by, on=today()), ("heard",),
         ready=lambda c: _proposed(c) is not None, about=_proposed),
    Step("result", Permission.DECIDE, _("Propose the result of the review"), forms.ResultForm,
         lambda c, f, by: actions.propose_result(
             _there(_open_appeal(c)), result=f.cleaned_data["result"], measure=f.cleaned_data.get("measure") or "",
             months=f.term, reasons=f.cleaned_data["reasons"], by=by, on=today()), ("appealed",),
         _("By the office above, by people who had no part in the decision. A review makes nothing graver."),
         about=_open_appeal, body=_review_at),
    Step("result_sign", Permission.PUBLISH, _("Sign the result of the review"), forms.SignForm,
         lambda c, f, by: actions.decide_appeal(_there(_open_appeal(c)), by=by, on=today()), ("appealed",),
         "", _("Sign"), True, lambda c: (row := _open_appeal(c)) is not None and row.state == "proposed", _open_appeal, _review_at),
    Step("look", Permission.DECIDE, _("Propose the answer of the second look"), forms.LookResultForm,
         lambda c, f, by: actions.propose_look(_there(_open_look(c)), finding=f.cleaned_data["finding"],
                                               answer=f.cleaned_data["answer"], by=by, on=today()), ("decided",),
         _("Asked for by who complained; answered by people who had no part in the case. The other side is not told of it."),
         ready=lambda c: _open_look(c) is not None, about=_open_look, body=_look_at),
    Step("look_sign", Permission.PUBLISH, _("Sign the answer of the second look"), forms.SignForm,
         lambda c, f, by: actions.answer_look(_there(_open_look(c)), by=by, on=today()), ("decided",),
         "", _("Sign"), True, lambda c: (row := _open_look(c)) is not None and row.state == "proposed", _open_look, _look_at),
    Step("repair", Permission.INVESTIGATE, _("Answer the request for early repair"), forms.RepairResultForm,
         lambda c, f, by: actions.propose_repair(
             _there(_open_repair(c)), granted=f.cleaned_data["granted"] == "yes", reasons=f.cleaned_data["reasons"], by=by,
             on=today()), ENDED, _("Another signs it. Repaired, the decision is shown no more; refused, to its end."),
         ready=lambda c: _open_repair(c) is not None, about=_open_repair),
    Step("repair_sign", Permission.PUBLISH, _("Sign the answer on early repair"), forms.SignForm,
         lambda c, f, by: actions.decide_repair(_there(_open_repair(c)), by=by, on=today()), ENDED,
         "", _("Sign"), True, lambda c: (row := _open_repair(c)) is not None and row.state == "proposed", _open_repair),
    Step("reopening", Permission.INVESTIGATE, _("Open the case again"), forms.PlanForm,
         lambda c, f, by: actions.reopen(c, plan=f.cleaned_data["plan"], by=by, on=today()), ENDED,
         _("Because of evidence that came after the decision, which holds until another takes its place.")),
    Step("series", Permission.INVESTIGATE, _("State a series without ground"), forms.SeriesForm,
         lambda c, f, by: actions.propose_serial(c, evidence=f.cleaned_data["evidence"], by=by, on=today()),
         ("accepted", *OPEN),
         _("By evidence from earlier complaints that were looked into; this one is read and answered all the same."),
         ready=lambda c: c.earlier.exists()),
    Step("series_sign", Permission.PUBLISH, _("Sign the statement of a series"), forms.SignForm,
         lambda c, f, by: actions.sign_serial(_there(_serial(c)), by=by, on=today()), ("accepted", *OPEN),
         "", _("Sign"), True, lambda c: _serial(c) is not None, _serial),
)  # fmt: skip


def _page_of(step: Step) -> Callable[..., HttpResponse]:
    @page(step.permission, methods=("GET", "POST"), about="complaint", clause="T4.2.f", fresh=step.fresh)
    def view(request: HttpRequest, token: str) -> HttpResponse:
        actor = actor_of(request)
        complaint = visible_or_404(Complaint.objects.all(), actor, step.permission, token=token)
        if request.method == "GET" and not step.offered(complaint, actor):
            messages.info(request, gettext(GONE.message))
            return redirect("conduct:case", token=token)
        form = step.form(
            request.POST if request.method == "POST" else None, request.FILES or None, complaint=complaint
        )
        row = step.about(complaint)
        form.is_about(row)
        if request.method == "POST" and attempt(form, lambda: _done(request, step, complaint, form)):
            messages.success(request, gettext("Done: %(what)s") % {"what": step.title})
            return redirect("conduct:case", token=token)
        context = {"form": form, "step": step, "complaint": complaint, "version": complaint.version,
                   "panel": {"context": {"lines": list(lines_of(row))}}, "submit": step.submit or _("Save"),
                   "back": reverse("conduct:case", args=[token])}  # fmt: skip
        return render(request, "conduct/case_step.html", context, status=status_of(form))

    view.__name__ = f"step_{step.name}"
    view.__doc__ = f"{step.title}."
    return view


@transaction.atomic
def _done(request: HttpRequest, step: Step, complaint: Complaint, form: Any) -> object:
    """Compared with what was shown while nobody else can act in the case: the second of two is told, never the first undone."""
    row = held(complaint)
    form.is_about(step.about(row))
    if seen_version(request, row.version) != row.version or not form.is_as_seen():
        raise Stale()
    if not step.is_here(row, actor_of(request)):
        raise Refused(NOT_HERE)
    return step.do(row, form, actor_of(request)) or True


urlpatterns = [
    *(path(f"office/complaints/<str:token>/{step.name.replace('_', '-')}/", _page_of(step), name=f"step_{step.name}")
      for step in STEPS),
]  # fmt: skip
