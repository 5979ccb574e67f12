"""What a unit has to do this period, and its return: figures to confirm, to enter, words; checked or sent back by the office."""

import io
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.intake.rules import Permission as Intake
from shegong.ground.people.models import names_of
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import (
    actor_of,
    attempt,
    page,
    see,
    seen_version,
    status_of,
    today,
    typed_before,
    visible_or_404,
)
from shegong.kernel.listing_export import TYPES
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.sheets import writing
from shegong.kernel.sheets.layout import layout_of
from shegong.steering.oversight import actions
from shegong.steering.oversight.actions.filling import filled_rows
from shegong.steering.oversight.actions.returns import counted_now, entered_before
from shegong.steering.oversight.models import Answer, DispatchReturn
from shegong.steering.oversight.models.units import authority_of_unit, own_units
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.dispatch import (
    RETURN_NAMES,
    TO_DO,
    ReturnState,
    RoundState,
    colour,
    days_late,
)
from shegong.steering.oversight.web.entered import entered_context, entered_words
from shegong.steering.oversight.web.forms import ReasonForm
from shegong.steering.oversight.web.parts import PapersForm, amount, indicator_title, paper_answer, papers_of
from shegong.steering.oversight.web.rounds import LATE_TONES, RETURN_TONES
from shegong.steering.oversight.web.tabs import tabs

LAYOUT = "dispatch"  # the workbook beside the form
WITH = ("dispatch__subplan", "dispatch__issuer", "body", "folder")
Line = dict[str, Any]


class ReturnForm(PapersForm):
    """What a unit fills in; a number and words for each line that is asked."""

    problems = forms.CharField(
        label=_("Problems"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    next_steps = forms.CharField(
        label=_("Next steps"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, asked: Any, counted: Mapping[int, int | None], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.asked = list(asked)
        for one in self.asked:
            self._add(one, counted.get(one.pk))
        for name in self._needed(counted):  # it may be saved without, not handed in
            self.fields[name].is_asked = True  # type: ignore[attr-defined]

    def _needed(self, counted: Mapping[int, int | None]) -> list[str]:
        open_ = [f"own_{one.pk}" for one in self.asked if one.indicator and counted.get(one.pk) is None]
        questions = [f"text_{one.pk}" for one in self.asked if one.question]
        return [*open_, *questions, *(["papers_1"] if open_ else [])]

    def _add(self, one: Any, counted: int | None) -> None:
        area = forms.Textarea(attrs={"rows": 2})
        if one.question:
            self.fields[f"text_{one.pk}"] = forms.CharField(
                label=one.question, required=False, max_length=2000, widget=area
            )
            return
        has_register = counted is not None
        self.fields[f"own_{one.pk}"] = forms.IntegerField(
            label=_("Your number, if it differs") if has_register else _("Your number"),
            required=False, min_value=0, max_value=10**12,
            help_text="" if has_register else _("No register counts this; add a paper as evidence."),
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "w-s"}),
        )  # fmt: skip
        if has_register:
            self.fields[f"text_{one.pk}"] = forms.CharField(
                label=_("Why it differs"), required=False, max_length=500, widget=area
            )

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        said = self.cleaned_data
        return {
            "own": {one.pk: said.get(f"own_{one.pk}") for one in self.asked if one.indicator},
            "texts": {one.pk: said.get(f"text_{one.pk}", "") for one in self.asked},
            "problems": said["problems"], "next_steps": said["next_steps"], "papers": self.papers(),
        }  # fmt: skip


def may_answer(actor: Actor, row: DispatchReturn) -> bool:
    """Whether this reader hands in for just this unit, now."""
    asks = row.state in TO_DO and row.dispatch.state == RoundState.OPEN
    return (
        asks
        and authority_of_unit(actor, Permission.ANSWER, row.region_code, row.body_id, today()) is not None
    )


@page(Permission.READ, methods=("GET", "POST"), about="return", clause="N6, N12")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit's return: the unit fills it in and hands it in, the office checks it or sends it back."""
    actor = actor_of(request)
    row: DispatchReturn = visible_or_404(
        DispatchReturn.objects.select_related(*WITH), actor, Permission.READ, pk=pk
    )
    if request.method == "POST" and request.POST.get("step"):
        return _step(request, row)
    asked = list(row.dispatch.asked.order_by("position"))
    said = {answer.asked_id: answer for answer in Answer.objects.filter(dispatch_return=row)}
    counted = counted_now(row, asked)
    form = _form(request, row, asked, said, counted) if may_answer(actor, row) else None
    if form is not None and form.is_bound:
        done = _hand_in(request, row, form)
        if done is not None:
            return done
    context = _context(request, row, actor) | {
        "lines": [_line(one, said.get(one.pk), counted.get(one.pk), form, row) for one in asked], "form": form,
        "version": seen_version(request, row.version),
    }  # fmt: skip
    return render(request, "oversight/return.html", context, status=status_of(form) if form else 200)


def _form(
    request: HttpRequest, row: DispatchReturn, asked: Any, said: Mapping[int, Answer], counted: Mapping[int, int | None]
) -> ReturnForm:  # fmt: skip
    stored: dict[str, Any] = {"problems": row.problems, "next_steps": row.next_steps}
    if not said:
        stored |= {f"own_{pk}": entered for pk, entered in entered_before(row, asked).items()}
    for answer in said.values():
        stored |= {f"own_{answer.asked_id}": answer.own, f"text_{answer.asked_id}": answer.text}
    data = request.POST if request.method == "POST" else None
    return ReturnForm(
        data, request.FILES or None, asked=asked, counted=counted, initial=typed_before(request) or stored
    )


def _hand_in(request: HttpRequest, row: DispatchReturn, form: ReturnForm) -> HttpResponse | None:
    common: dict[str, Any] = {
        "by": actor_of(request),
        "on": today(),
        "seen": seen_version(request, row.version),
    }
    if "later" in request.POST:
        if attempt(form, lambda: actions.save_return(row, **form.values(), **common)):
            return see(request, "oversight:return", gettext("Kept. It is not handed in yet."), row.pk)
        return None
    if attempt(form, lambda: actions.submit_return(row, **form.values(), **common)):
        return see(request, "oversight:return", gettext("Handed in. The office checks it."), row.pk)
    return None


def _line(
    one: Any, said: Answer | None, counted: int | None, form: ReturnForm | None, row: DispatchReturn
) -> Line:
    """A line as the page shows it; `moved`: by how much the register's number has moved since it was confirmed."""
    names = (f"own_{one.pk}", f"text_{one.pk}")
    fields = [form[name] for name in names if name in form.fields] if form else []
    confirmed = said.counted if said else None
    moved = None
    if row.state in (ReturnState.SUBMITTED, ReturnState.CHECKED) and None not in (confirmed, counted):
        moved = (counted or 0) - (confirmed or 0)
    return {
        "title": one.question or indicator_title(one.indicator), "code": one.indicator, "is_question": bool(one.question),
        "counted": None if counted is None else amount(counted), "fields": fields, "said": said,
        "confirmed": None if confirmed is None else amount(confirmed),
        "own": amount(said.own) if said and said.own is not None else "", "text": said.text if said else "",
        "moved": f"{moved:+,}" if moved else "",
        "differs": bool(said and said.own is not None and said.counted is not None),
    }  # fmt: skip


def _context(request: HttpRequest, row: DispatchReturn, actor: Actor) -> dict[str, Any]:
    handed = timezone.localdate(row.submitted_at) if row.submitted_at else None
    names = names_of([pk for pk in (row.submitter_id, row.checker_id) if pk])
    may_check = actor.may(Permission.DISPATCH, row.dispatch.region_code)
    return {
        "row": row, "round": row.dispatch, "unit": tree().name(row.region_code, row.dispatch.as_of),
        "state": gettext(RETURN_NAMES[ReturnState(row.state)]), "tone": RETURN_TONES[row.state], "handed": handed,
        "late": days_late(due_on=row.dispatch.due_on, handed_in=handed, on=today()),
        "late_tone": LATE_TONES.get(colour(due_on=row.dispatch.due_on, handed_in=handed, on=today()), ""),
        "submitter": names.get(row.submitter_id, ""), "checker": names.get(row.checker_id, ""),
        "papers": papers_of(row.folder), "may_check": may_check and row.state == ReturnState.SUBMITTED,
        "own_hand": row.submitter_id is not None and row.submitter_id == actor.person_id,
        "reason_form": ReasonForm() if may_check else None, "section_tabs": tabs(request, "oversight:rounds"),
        "back": reverse("oversight:round", args=[row.dispatch_id]),
        "workbook": reverse("oversight:return_workbook", args=[row.pk]) if may_answer(actor, row) else "",
        "upload": reverse("intake:upload", args=[LAYOUT]) if actor.may(Intake.USE) else "",
        **entered_context(row, actor),
    }  # fmt: skip


def _step(request: HttpRequest, row: DispatchReturn) -> HttpResponse:
    common: dict[str, Any] = {"by": actor_of(request), "on": today(), "seen": seen_version(request)}
    if request.POST["step"] == "check":
        row = actions.check_return(row, **common)
        words = f"{gettext('Checked.')} {entered_words(row)}".strip()
        return see(request, "oversight:round", words, row.dispatch_id)
    if request.POST["step"] == "enter":
        found = actions.enter_answers(row, by=common["by"], on=common["on"])
        return see(request, "oversight:return", entered_words(row, found), row.pk)
    form = ReasonForm(request.POST)
    if attempt(form, lambda: actions.send_back_return(row, **form.cleaned_data, **common)):
        return see(request, "oversight:round", gettext("Sent back. The unit is told why."), row.dispatch_id)
    raise Refused(
        [Obstacle("reason_short", str(e), "reason") for errors in form.errors.values() for e in errors]
    )


@page(Permission.READ, about="return", clause="N6")
def paper(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """A paper of a return."""
    row = visible_or_404(
        DispatchReturn.objects.select_related("folder"), actor_of(request), Permission.READ, pk=pk
    )
    return paper_answer(row.folder, item)


@page(Permission.ANSWER, about="return", clause="N6")
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The dispatch table of a unit, with what the registers count filled in: to complete and to take in."""
    row = visible_or_404(
        DispatchReturn.objects.select_related("dispatch"), actor_of(request), Permission.ANSWER, pk=pk
    )
    file, layout = io.BytesIO(), layout_of(LAYOUT)
    if layout is None:
        raise Http404
    writing.write_template(file, layout, words=gettext, filled=filled_rows(row))
    response = HttpResponse(file.getvalue(), content_type=TYPES["xlsx"])
    unit = tree().name(row.region_code, row.dispatch.as_of)
    name = f"{layout.form_title}-{unit}-{row.dispatch.period}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def waiting(actor: Actor) -> QuerySet[DispatchReturn]:
    """What this reader's own units still have to hand in."""
    rows = DispatchReturn.objects.visible_to(actor, Permission.ANSWER).waiting(today())
    return rows.filter(own_units(actor, Permission.ANSWER))


urlpatterns = [
    path("office/returns/<int:pk>/", one, name="return"),
    path("office/returns/<int:pk>/workbook.xlsx", workbook, name="return_workbook"),
    path("office/returns/<int:pk>/papers/<int:item>/", paper, name="return_paper"),
]
