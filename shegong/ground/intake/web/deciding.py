"""What the clerk does with a checked batch: adopt, choose, accept or drop; and put right or undo one that is in."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.intake import actions
from shegong.ground.intake.models import Batch
from shegong.ground.intake.rules import REASON_MOST, Permission
from shegong.ground.intake.web.batch import answer, batch_or_404
from shegong.ground.intake.web.upload import ask
from shegong.ground.intake.web.words import base_template, batch_row, facts
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, seen_version, status_of, today
from shegong.kernel.refusal import Refused
from shegong.kernel.sheets.layout import Layout, layout_of
from shegong.kernel.typed_numbers import whole_number


class UndoForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For example: the wrong file, or the county sent a corrected one"),
    )  # fmt: skip


class CorrectForm(forms.Form):
    """The questions about the file as a whole, and why they are answered otherwise."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=REASON_MOST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stays in the journal."),
    )  # fmt: skip

    def __init__(self, layout: Layout, actor: Actor, *args: Any, **more: Any):
        super().__init__(*args, **more)
        ask(self, layout, actor)
        self.order_fields([*(one.key for one in layout.questions), "reason"])


@page(Permission.USE, methods=("POST",), about="batch")
def choose(request: HttpRequest, number: str) -> HttpResponse:
    """`adopt` = place:column:offer puts one suggestion into its cell, `adopt_all` all that have no alternative,
    `row` = place takes that row of a double."""
    batch, actor, on = batch_or_404(request, number), actor_of(request), today()
    if "adopt_all" in request.POST:
        return _done(request, batch, lambda: actions.adopt_all(batch, by=actor, on=on))
    if "row" in request.POST:
        place = _number(request.POST["row"])
        return _done(request, batch, lambda: actions.choose_row(batch, place=place, by=actor, on=on))
    place_text, _sign, rest = request.POST.get("adopt", "").partition(":")
    column, _sign, offer = rest.rpartition(":")
    return _done(
        request, batch,
        lambda: actions.adopt(batch, place=_number(place_text), column=column, offer=_number(offer), by=actor, on=on),
    )  # fmt: skip


@page(Permission.USE, methods=("POST",), about="batch")
def again(request: HttpRequest, number: str) -> HttpResponse:
    """Check all rows against the register as it is now."""
    batch = batch_or_404(request, number)
    return _done(request, batch, lambda: actions.check_again(batch, by=actor_of(request), on=today()))


@page(Permission.USE, methods=("POST",), about="batch", clause="T4.2.b")
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """Take the good rows in, nothing else."""
    batch, seen = batch_or_404(request, number), seen_version(request)
    return _done(request, batch, lambda: actions.accept(batch, by=actor_of(request), on=today(), seen=seen))


@page(Permission.USE, methods=("POST",), about="batch")
def drop(request: HttpRequest, number: str) -> HttpResponse:
    """Take nothing in."""
    batch, seen = batch_or_404(request, number), seen_version(request)
    return _done(request, batch, lambda: actions.drop(batch, by=actor_of(request), on=today(), seen=seen))


@page(Permission.USE, methods=("GET", "POST"), about="batch")
def undo(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the reason, then take everything back that this batch brought in."""
    batch, actor = batch_or_404(request, number), actor_of(request)
    form = UndoForm(request.POST or None)
    if request.method == "POST":
        done = attempt(
            form, lambda: actions.undo(batch, reason=form.cleaned_data["reason"], by=actor, on=today(),
                                       seen=seen_version(request)),
        )  # fmt: skip
        if done is not None:
            return redirect("intake:batch", number=batch.number)
    elif not batch.may_undo(today()):
        return redirect("intake:batch", number=batch.number)
    context = {
        "batch": batch, "line": batch_row(batch, actor), "form": form, "rows": facts(batch),
        "cancel_url": reverse("intake:batch", args=[batch.number]), "base_template": base_template(actor),
        "confirm_title": _("Undo batch %(number)s") % {"number": batch.number}, "version": batch.version,
    }  # fmt: skip
    return render(request, "intake/undo.html", context, status=status_of(form))


@page(Permission.USE, methods=("GET", "POST"), about="batch", clause="T4.2.b")
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Put right what was said about the file as a whole, with the reason."""
    batch, actor = batch_or_404(request, number), actor_of(request)
    layout = layout_of(batch.layout)
    if layout is None or layout.restate is None:  # nothing was asked about such a workbook
        return redirect("intake:batch", number=batch.number)
    form = CorrectForm(layout, actor, request.POST or None, initial=batch.said)
    if request.method == "POST":
        done = attempt(
            form, lambda: actions.correct(batch, said=form.cleaned_data, reason=form.cleaned_data["reason"], by=actor,
                                          on=today(), seen=seen_version(request)),
        )  # fmt: skip
        if done is not None:
            return redirect("intake:batch", number=batch.number)
    context = {
        "batch": batch, "form": form, "rows": facts(batch), "base_template": base_template(actor),
        "cancel_url": reverse("intake:batch", args=[batch.number]), "version": batch.version,
        "confirm_title": _("Put right what was said about %(number)s") % {"number": batch.number},
    }  # fmt: skip
    return render(request, "intake/correct.html", context, status=status_of(form))


def _done(request: HttpRequest, batch: Batch, change: Callable[[], object]) -> HttpResponse:
    """Back to the batch, where the reader was; with the reasons above it when it was refused."""
    try:
        change()
    except Refused as refused:
        if refused.status == 409:
            raise
        return answer(request, batch, obstacles=refused.obstacles, status=refused.status)
    query = request.META.get("QUERY_STRING", "")
    return redirect(reverse("intake:batch", args=[batch.number]) + (f"?{query}" if query else ""))


def _number(text: str) -> int:
    """The number, or one that no row has."""
    found = whole_number(text)
    return -1 if found is None else found
