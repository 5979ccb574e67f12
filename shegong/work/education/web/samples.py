"""Samples of hours: announced, drawn by risk and a seed that nobody chose, looked over record by record; the candidates as a file (T3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.people.models import names_of
from shegong.ground.regions.models import tree
from shegong.ground.regions.panels import place_filter
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before, visible_or_404
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, Scene
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.ui.fields import DateTextField
from shegong.work.education import actions
from shegong.work.education.models import Draw, Lot, SpotCheck
from shegong.work.education.rules import Permission, hours_cell, hours_shown
from shegong.work.education.rules.integrity import CHECK_RESULTS, MOST, population_text
from shegong.work.education.web import second_looks

CLAUSE = "T3.3"
RESULT_TONES = {"": "warn", "proved": "ok", "not_proved": "err"}


def _draws(ids: Sequence[int], scene: Scene) -> list[Draw]:
    return list(Draw.objects.filter(pk__in=ids).select_related("lot"))


DRAWS = Listing(
    key="education.draws",
    title=_("Samples of hours"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: Draw.objects.all(),
    load=_draws,
    columns=(
        Column("title", _("Title"), lambda r: r.title, fixed=True, address=lambda r: reverse("education:sample", args=[r.pk])),
        Column("place", _("Place"), lambda r: tree().full_name(r.region_code, today())),
        Column("start", _("Earned from"), lambda r: r.start, "date", phone=False),
        Column("end", _("Earned until"), lambda r: r.end, "date", phone=False),
        Column("candidates", _("Candidates"), lambda r: r.candidates, "number"),
        Column("sample", _("Drawn"), lambda r: r.sample, "number"),
        Column("announced", _("Announced on"), lambda r: timezone.localdate(r.drawn_at), "date", phone=False),
        Column("seed", _("Seed of the draw"), lambda r: r.seed_words, phone=False),
        Column("drawn", _("Drawn on"), lambda r: timezone.localdate(r.fell_at) if r.fell_at else None, "date", phone=False),
    ),
    region=place_filter(_("Place")),
    orders=(Order("order", _("Newest first"), ("id",), descending=True),),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), clause=CLAUSE)
def draws(request: HttpRequest) -> HttpResponse:
    """Every sample of the area."""
    more = {"may_draw": actor_of(request).may(Permission.CHECK)}
    return answer(request, DRAWS, template="education/office_samples.html", more=more)


@page(Permission.READ, clause=CLAUSE)
def draws_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, DRAWS, form)


class DrawForm(forms.Form):
    """What is drawn from, and how many; the seed is nobody's choice."""

    title = forms.CharField(label=_("Title"), max_length=80)
    region_code = forms.TypedChoiceField(label=_("Place"), coerce=int)
    start = DateTextField(label=_("Earned from"))
    end = DateTextField(label=_("Earned until"))
    sample = forms.IntegerField(
        label=_("Records to draw"), min_value=1, max_value=MOST,
        help_text=_("The candidates are fixed now. The seed is the next signed head of the journal, within about ten minutes: nobody chooses it."),
    )  # fmt: skip

    def __init__(self, *args: Any, places: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["region_code"]
        field.choices = places


def _places(request: HttpRequest, day: date) -> list[tuple[int, str]]:
    """Where the officer may draw: own places and the units right below."""
    found: dict[int, str] = {}
    for held in actor_of(request).with_permission(Permission.CHECK):
        if held.region_code:
            for code in (held.region_code, *tree().children(held.region_code, day)):
                found[code] = tree().full_name(code, day)
    return list(found.items())


@page(Permission.CHECK, methods=("GET", "POST"), clause=CLAUSE)
def new(request: HttpRequest) -> HttpResponse:
    """Announce a draw."""
    form = DrawForm(request.POST or None, places=_places(request, today()), initial=typed_before(request))
    if form.is_bound:
        row = attempt(
            form, lambda: actions.announce_draw(**form.cleaned_data, by=actor_of(request), on=today())
        )
        if row is not None:
            return see(
                request,
                "education:sample",
                gettext("The draw is announced. It is drawn when the journal is signed next."),
                row.pk,
            )
    context = {
        "form": form,
        "form_title": gettext("Draw a sample of hours"),
        "back": reverse("education:samples"),
    }
    return render(request, "education/office_form.html", context, status=status_of(form))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn record with whose it is."""

    id: int
    row: SpotCheck
    name: str


def _drawn(ids: Sequence[int], scene: Scene) -> list[Drawn]:
    found = list(SpotCheck.objects.filter(pk__in=ids).select_related("entry__provider"))
    names = names_of([one.entry.person_id for one in found])
    return [Drawn(one.pk, one, names.get(one.entry.person_id, "")) for one in found]


CHECKS = Listing(
    key="education.checks",
    title=_("Records of the sample"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: SpotCheck.objects.none(),
    load=_drawn,
    columns=(
        Column("rank", _("No."), lambda r: r.row.rank, "number"),
        Column("name", _("Name"), lambda r: r.name, fixed=True, personal="name",
               address=lambda r: reverse("education:sample_record", args=[r.id])),
        Column("on", _("Day"), lambda r: r.row.entry.earned_on, "date"),
        Column("title", _("What was learned"), lambda r: r.row.entry.title),
        Column("hours", _("Hours"), lambda r: hours_cell(r.row.entry.minutes), "number", words=hours_shown),
        Column("provider", _("Provider"), lambda r: r.row.entry.provider.name if r.row.entry.provider else "", phone=False),
        Column("chances", _("Chances"), lambda r: r.row.chances, "number", phone=False),
        Column("result", _("Result"), lambda r: r.row.result or "none", tone=lambda r: RESULT_TONES[r.row.result],
               words=lambda v: gettext(CHECK_RESULTS.get(v, "Not looked at yet"))),
    ),
    filters=(Filter("result", _("Result"), lambda value, scene: (Q(result="" if value == "none" else value),),
                    lambda scene: [("none", gettext("Not looked at yet")), *((k, gettext(v)) for k, v in CHECK_RESULTS.items())]),),
    orders=(Order("rank", _("As drawn"), ("rank", "id")),),
)  # fmt: skip


def _one(request: HttpRequest, pk: int) -> Draw:
    found: Draw = visible_or_404(Draw.objects.all(), actor_of(request), Permission.READ, pk=pk)
    return found


def _checks(row: Draw) -> Listing:
    return replace(CHECKS, title=row.title, rows=lambda scene: SpotCheck.objects.filter(draw=row))


@page(Permission.READ, methods=("GET", "POST"), about="hour_sample", clause=CLAUSE)
def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """One sample: seed, hash, and its records."""
    row = _one(request, pk)
    lot = Lot.objects.filter(draw=row).first()
    left = row.checks.filter(result="").count()  # type: ignore[attr-defined]
    more = {"row": row, "lot": lot, "place": tree().full_name(row.region_code, today()), "left": left}
    return answer(request, _checks(row), template="education/office_sample.html", more=more)


@page(Permission.READ, about="hour_sample", clause=CLAUSE)
def sample_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The records as a file."""
    return export(request, _checks(_one(request, pk)), form)


@page(Permission.READ, about="hour_sample", clause=CLAUSE)
def candidates(request: HttpRequest, pk: int) -> HttpResponse:
    """Every candidate with its chances as it was hashed: with the seed, anybody draws the same again. No person is named."""
    row = _one(request, pk)
    text = population_text(dict(row.pool.values_list("entry", "chances")))  # type: ignore[attr-defined]
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="candidates-{row.pk}.txt"'
    return response


class CheckForm(forms.Form):
    """What the papers say."""

    result = forms.ChoiceField(
        label=_("What you found"), widget=forms.RadioSelect, choices=list(CHECK_RESULTS.items())
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when the hours are taken out."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["result"]
        field.choices = [(key, gettext(word)) for key, word in CHECK_RESULTS.items()]


@page(Permission.READ, methods=("GET", "POST"), about="hour_sample", clause=CLAUSE)
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One drawn record and what its papers say."""
    actor = actor_of(request)
    rows = SpotCheck.objects.visible_to(actor, Permission.READ).select_related("draw", "entry__provider")
    check = get_object_or_404(rows, pk=pk)
    form = CheckForm(request.POST or None)
    if form.is_bound and attempt(
        form, lambda: actions.record_check(check, **form.cleaned_data, by=actor, on=today())
    ):
        return see(request, "education:sample", gettext("It is recorded."), check.draw_id)
    entry = check.entry
    context = {
        "check": check, "form": form, "rows": second_looks.facts(entry), "entry": entry,
        "name": names_of([entry.person_id]).get(entry.person_id, ""), "result": gettext(CHECK_RESULTS.get(check.result, "")),
        "may": not check.result and actor.may(Permission.CHECK, check.draw.region_code), "tone": RESULT_TONES[check.result],
    }  # fmt: skip
    return render(request, "education/office_sample_record.html", context, status=status_of(form))


urlpatterns = [
    path("my/cpd/records/<int:record>/dispute/", second_looks.dispute, name="my_dispute"),
    *paths("office/hours/disputes", second_looks.disputes, second_looks.disputes_file, "disputes"),
    path("office/hours/disputes/<int:pk>/", second_looks.one_dispute, name="dispute"),
    *paths("office/hours/findings", second_looks.findings, second_looks.findings_file, "findings"),
    path("office/hours/findings/<int:pk>/", second_looks.finding, name="finding"),
    *paths("office/hours/samples", draws, draws_file, "samples"),
    path("office/hours/samples/new/", new, name="sample_new"),
    *paths("office/hours/samples/<int:pk>", sample, sample_file, "sample"),
    path("office/hours/samples/<int:pk>/candidates.txt", candidates, name="sample_candidates"),
    path("office/hours/samples/records/<int:pk>/", record, name="sample_record"),
]
