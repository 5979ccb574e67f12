"""Special rounds: what the province opened for late holders, and opening one (rules B3, regulations section 2)."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry import actions
from shegong.duties.registry.models import RegistrationRound
from shegong.duties.registry.rules import Kind, Permission
from shegong.duties.registry.web.words import KIND_NAMES, LEVEL_NAMES
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before
from shegong.ui.fields import DateTextField
from shegong.ui.menu import MenuItem


class RoundForm(forms.Form):
    """What the document of the province says about the round."""

    title = forms.CharField(label=_("Name of the round"), max_length=60, help_text=_("Applicants read it."))
    basis = forms.CharField(
        label=pgettext_lazy("round", "Document"),
        max_length=120,
        help_text=_("Issuer, number and date of the document"),
        error_messages={"required": _("Name the document that this rests on.")},
    )
    kinds = forms.MultipleChoiceField(
        label=_("What may be applied for"), widget=forms.CheckboxSelectMultiple, initial=[Kind.FIRST],
        choices=lambda: [(str(kind), gettext(KIND_NAMES[kind])) for kind in (Kind.FIRST, Kind.RENEWAL)],
        error_messages={"required": _("Say what may be applied for in the round.")},
    )  # fmt: skip
    may_be_after_expiry = forms.BooleanField(
        label=_("Renewal also after the term is over"), required=False,
        help_text=_("The next term then begins on the day of the decision."),
    )  # fmt: skip
    without_ce = forms.BooleanField(
        label=_("Renewal without proof of continuing education"), required=False,
        help_text=_("Only where the document says so."),
    )  # fmt: skip
    levels = forms.MultipleChoiceField(
        label=_("Levels"), choices=lambda: [(c, gettext(n)) for c, n in LEVEL_NAMES.items()], widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("None marked: all levels"),
    )  # fmt: skip
    issued_from = DateTextField(label=_("Certificates issued from"), required=False)
    issued_to = DateTextField(label=_("Certificates issued up to"), required=False)
    opens_on = DateTextField(label=_("Opens on"))
    closes_on = DateTextField(label=_("Closes on"))
    region = forms.TypedChoiceField(label=_("Area"), coerce=int)

    def __init__(self, *args: Any, areas: list[tuple[int, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = areas


@page(Permission.OPEN_ROUND, about="round", clause="T4.2.a")
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds of the reader's area, the latest first."""
    return render(request, "registry/round_list.html", table(actor_of(request), 100))


def table(actor: Actor, most: int | None) -> dict[str, Any]:
    """Columns and rows of the rounds in reach, as the page shows them; `most` None: all."""
    found = RegistrationRound.objects.visible_to(actor, Permission.OPEN_ROUND)
    rows = [{"cells": _cells(row)} for row in found.order_by("-opens_on", "-pk")[:most]]
    return {"rows": rows, "columns": [{"label": label} for label in _heads()]}


def _heads() -> list[str]:
    return [gettext("Name of the round"), gettext("Kind"), gettext("Status"), gettext("Time"), gettext("Levels"),
            gettext("Certificates issued"), gettext("Area"), pgettext("round", "Document")]  # fmt: skip


def _cells(row: RegistrationRound) -> list[dict[str, Any]]:
    on = today()
    word = pgettext("round", "Open") if row.opens_on <= on <= row.closes_on else gettext("Closed")
    texts = [
        row.title, _kinds(row), gettext("Not yet open") if on < row.opens_on else word, f"{row.opens_on} – {row.closes_on}",
        "、".join(gettext(LEVEL_NAMES[level]) for level in row.levels) or gettext("All levels"),
        f"{row.issued_from or ''} – {row.issued_to or ''}" if row.issued_from or row.issued_to else gettext("All"),
        tree().full_name(row.region_code, on), row.basis,
    ]  # fmt: skip
    return [{"text": text, "label": label} for text, label in zip(texts, _heads(), strict=True)]


def _kinds(row: RegistrationRound) -> str:
    """What the round is for, with what it grants to renewals."""
    words = [gettext(KIND_NAMES[Kind(kind)]) for kind in row.kinds]
    words += [gettext("also after the term is over")] if row.may_be_after_expiry else []
    words += [] if row.requires_ce else [gettext("without proof of continuing education")]
    return "、".join(words)


@page(Permission.OPEN_ROUND, methods=("GET", "POST"), about="round", clause="T4.2.a")
def round_new(request: HttpRequest) -> HttpResponse:
    """Open a round; from its first day applicants see it and may apply."""
    by, on = actor_of(request), today()
    codes = dict.fromkeys(a.region_code for a in by.with_permission(Permission.OPEN_ROUND) if a.region_code)
    areas = [(code, tree().full_name(code, on)) for code in codes]
    if request.method == "POST":
        form = RoundForm(request.POST, areas=areas)
    else:
        form = RoundForm(initial={"opens_on": on, **typed_before(request)}, areas=areas)

    def change() -> RegistrationRound:
        asked = {**form.cleaned_data}
        asked["requires_ce"] = not asked.pop("without_ce")
        return actions.open_round(region_code=asked.pop("region"), **asked, by=by, on=on)

    if request.method == "POST" and (row := attempt(form, change)):
        return see(
            request, "registry:rounds", gettext("The round “%(title)s” is set.") % {"title": row.title}
        )
    context = {"form": form, "back": reverse("registry:rounds")}
    return render(request, "registry/round_new.html", context, status=status_of(form))


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The rounds, for those who may open one."""
    yield MenuItem(
        "office",
        "registers",
        _("Special rounds"),
        reverse("registry:rounds"),
        order=33,
        permission=Permission.OPEN_ROUND,
        fold="renewal",
    )


urlpatterns = [
    path("office/rounds/", rounds, name="rounds"),
    path("office/rounds/new/", round_new, name="round_new"),
]
