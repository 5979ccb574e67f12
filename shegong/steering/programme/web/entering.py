"""Figures that no register holds: the list, entering one with its papers, correcting it (N6, G6)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.documents.models import FolderItem, file_response
from shegong.ground.people.models import names_of
from shegong.ground.people.rules import Permission as People
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before, visible_or_404
from shegong.kernel.listing_pages import paths
from shegong.kernel.listing_tables import export_table
from shegong.steering.programme import actions
from shegong.steering.programme.models import EnteredPerson, HandValue, figures, plan
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.entering import CLAUSE
from shegong.steering.programme.web.amounts import AmountField
from shegong.steering.programme.web.annual_tabs import tabs, title_of, unit_of, units_in_reach
from shegong.ui.fields import CameraField, DateTextField

MOST = 500


def _period(value: HandValue) -> str:
    return f"{value.period.lower.isoformat()} – {(value.period.upper - timedelta(days=1)).isoformat()}"


def _values(actor: Actor) -> list[Any]:
    rows = HandValue.objects.visible_to(actor, Permission.READ).current()
    return list(rows.order_by("indicator", "region", "-period")[:MOST])


def _table(actor: Actor) -> dict[str, Any]:
    heads = [
        _("Indicator"),
        _("Area"),
        _("Period"),
        _("Amount"),
        _("Unit"),
        _("Note"),
        _("Reason of the correction"),
    ]
    rows = []
    for one in _values(actor):
        texts = [title_of(one.indicator), tree().name(one.region_code, today()), _period(one), f"{one.amount:,}",
                 unit_of(one.indicator), one.note, one.reason]  # fmt: skip
        cells = [
            {"text": text, "label": head, "css": "r" if n == 3 else ""}
            for n, (text, head) in enumerate(zip(texts, heads, strict=True))
        ]
        cells[0]["url"] = reverse("programme:entered_one", args=[one.pk])
        rows.append({"cells": cells})
    return {"columns": [{"label": head, "right": n == 3} for n, head in enumerate(heads)], "rows": rows}


def _taken_over(actor: Actor) -> Iterator[dict[str, Any]]:
    """Indicators of entered figures that a register counts by now, with the difference: the counted figure stands."""
    top, ids = (
        plan().region,
        sorted({one.indicator for one in _values(actor) if one.indicator in plan().indicators}),
    )
    found = (
        figures(ids, on=plan().day(today()), regions=[top]) if ids and actor.may(Permission.READ, top) else {}
    )
    for figure in found.values():
        if figure.source == "both":
            yield {"title": title_of(figure.indicator), "counted": figure.counted, "entered": figure.entered,
                   "difference": f"{figure.difference:+d}"}  # fmt: skip


@page(Permission.READ, clause=CLAUSE)
def entered(request: HttpRequest) -> HttpResponse:
    """The figures that stand, by indicator and place."""
    actor = actor_of(request)
    context = _table(actor) | {
        "tabs": tabs("entered"), "may_enter": actor.may(Permission.ENTER), "taken_over": list(_taken_over(actor)),
    }  # fmt: skip
    return render(request, "programme/entered.html", context)


@page(Permission.READ, clause=CLAUSE)
def entered_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export_table(request, form, key="programme.entered", title=_("Entered figures"), permission=Permission.READ,
                        **_table(actor_of(request)))  # fmt: skip


class ValueForm(forms.Form):
    """A figure, and what shows it."""

    amount = AmountField(label=gettext_lazy("Amount"))
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    paper = CameraField(
        label=gettext_lazy("Paper that shows it"),
        required=False,
        help_text=gettext_lazy("Photo or PDF of the stamped table"),
    )
    people = forms.CharField(
        label=gettext_lazy("People behind the figure"), required=False, max_length=40_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("A line each: name and identity number. The figure then opens to these people."),
    )  # fmt: skip

    def papers(self) -> list[tuple[str, bytes]]:
        """What was uploaded."""
        file = self.cleaned_data.get("paper")
        return [(file.name or "", file.read())] if file else []


class NewForm(ValueForm):
    """Of what, where, when."""

    indicator = forms.ChoiceField(label=gettext_lazy("Indicator"))
    region = forms.TypedChoiceField(label=gettext_lazy("Area"), coerce=int)
    start = DateTextField(label=gettext_lazy("First day of the period"))
    end = DateTextField(label=gettext_lazy("Last day of the period"))
    field_order = ("indicator", "region", "start", "end")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["paper"].required = True
        self.fields["paper"].error_messages["required"] = _(
            "Attach the paper that shows the figure: a photo or a PDF."
        )
        known = [(one.id, f"{one.id} {title_of(one.id)} ({unit_of(one.id)})") for one in plan().indicators.values()
                 if not one.of and not one.summed and one.kind != "per_person"]  # fmt: skip
        places = [
            (code, tree().full_name(code, today()))
            for code in units_in_reach(actor, Permission.ENTER, today())
        ]
        self.fields["indicator"].choices = [("", "—"), *known]  # type: ignore[attr-defined]
        self.fields["region"].choices = places  # type: ignore[attr-defined]


@page(Permission.ENTER, methods=("GET", "POST"), clause=CLAUSE)
def new(request: HttpRequest) -> HttpResponse:
    """Enter a figure with its paper."""
    actor = actor_of(request)
    form = NewForm(request.POST or None, request.FILES or None, actor=actor, initial=typed_before(request))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        done = attempt(
            form, lambda: actions.enter_value(
                indicator=said["indicator"], region_code=said["region"], start=said["start"], end=said["end"],
                amount=said["amount"], note=said["note"], people=said["people"], papers=form.papers(), by=actor, on=today(),
            ),
        )  # fmt: skip
        if done is not None:
            return see(request, "programme:entered_one", _("The figure is entered."), pk=done.pk)
    context = {
        "form": form,
        "form_title": _("Enter a figure"),
        "submit": _("Enter the figure"),
        "back": reverse("programme:entered"),
    }
    return render(request, "programme/form.html", context, status=status_of(form))


class CorrectForm(ValueForm):
    """The right figure, and why the first was wrong."""

    reason = forms.CharField(
        label=gettext_lazy("Reason of the correction"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@page(Permission.READ, about="hand_value", clause=CLAUSE)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One entered figure: papers, people, corrections."""
    actor = actor_of(request)
    value = visible_or_404(HandValue.objects.select_related("corrects"), actor, Permission.READ, pk=pk)
    shown = EnteredPerson.objects.visible_to(actor, People.READ).filter(value=value)  # others get the count
    people = list(shown.select_related("person"))
    names = names_of([row.person_id for row in people])
    context = {
        "value": value, "title": title_of(value.indicator), "facts": _facts(value), "is_current": value.recorded.upper is None,
        "may_correct": value.recorded.upper is None and actor.may(Permission.ENTER, value.region_code),
        "papers": FolderItem.objects.present().filter(folder=value.folder), "events": list(_history(value)),
        "people": [{"name": names.get(row.person_id, ""), "token": row.person.token} for row in people],
    }  # fmt: skip
    return render(request, "programme/entered_one.html", context)


def _facts(value: HandValue) -> list[dict[str, Any]]:
    return [
        {"label": _("Area"), "value": tree().full_name(value.region_code, today())},
        {"label": _("Period"), "value": _period(value)},
        {"label": _("Amount"), "value": f"{value.amount:,} {unit_of(value.indicator)}"},
        {"label": _("Note"), "value": value.note},
        {"label": _("People named"), "value": str(value.people.count() or "")},
    ]


def _history(value: HandValue) -> Iterator[dict[str, Any]]:
    """This figure and the ones that it corrects, the newest first."""
    row: HandValue | None = value
    while row is not None:
        at = timezone.localtime(row.recorded.lower).strftime("%Y-%m-%d %H:%M")
        yield {"title": f"{row.amount:,}", "detail": at, "note": row.reason}
        row = row.corrects


@page(Permission.READ, about="hand_value", clause=CLAUSE)
def paper(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """One of its papers."""
    value = visible_or_404(HandValue.objects.all(), actor_of(request), Permission.READ, pk=pk)
    found = FolderItem.objects.present().filter(folder=value.folder, pk=item).first()
    if found is None:
        raise Http404
    return file_response(found)


@page(Permission.ENTER, methods=("GET", "POST"), about="hand_value", clause=CLAUSE)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a figure right, with the reason."""
    actor = actor_of(request)
    value = visible_or_404(HandValue.objects.current(), actor, Permission.ENTER, pk=pk)
    held = {"amount": value.amount, "note": value.note}
    form = CorrectForm(request.POST or None, request.FILES or None, initial=typed_before(request) or held)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        done = attempt(
            form, lambda: actions.correct_value(
                value, amount=said["amount"], reason=said["reason"], note=said["note"], papers=form.papers(),
                people=said["people"] or None, by=actor, on=today(),
            ),
        )  # fmt: skip
        if done is not None:
            return see(request, "programme:entered_one", _("The figure is corrected."), pk=done.pk)
    context = {"form": form, "form_title": _("Correct the figure"), "lead": f"{title_of(value.indicator)} · {_period(value)}",
               "submit": _("Save"), "back": reverse("programme:entered_one", args=[pk])}  # fmt: skip
    return render(request, "programme/form.html", context, status=status_of(form))


urlpatterns = [
    *paths("office/entered", entered, entered_file, "entered"),
    path("office/entered/new/", new, name="entered_new"),
    path("office/entered/<int:pk>/", one, name="entered_one"),
    path("office/entered/<int:pk>/correct/", correct, name="entered_correct"),
    path("office/entered/<int:pk>/papers/<int:item>/", paper, name="entered_paper"),
]
