"""Model cases for the public, and for the person a case is about: she says how it may be shown (N9)."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.regions.models import tree
from shegong.kernel.access import PUBLIC, SIGNED_IN
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today
from shegong.steering.oversight import actions
from shegong.steering.oversight.models import ModelCase
from shegong.steering.oversight.models.cases import shown_with
from shegong.steering.oversight.rules.cases import CONSENT_NAMES, KIND_NAMES, CaseKind, CaseState, Consent
from shegong.steering.oversight.web.cases import TONES
from shegong.ui.menu import MenuItem

MOST = 60


def _public(row: ModelCase, who: str = "") -> dict[str, Any]:
    """What everybody reads: the story with names where that was agreed to, else the one without."""
    named = row.is_named
    return {
        "pk": row.pk, "title": row.title if named else row.plain_title or gettext("A social worker's story"),
        "story": row.story if named else row.plain_story, "kind": gettext(KIND_NAMES[CaseKind(row.kind)]),
        "place": tree().name(_prefecture(row.region_code), today()) if not named else tree().name(row.region_code, today()),
        "on": row.published_on, "organization": row.organization.name if named and row.organization else "", "who": who,
    }  # fmt: skip


def _prefecture(code: int) -> int:
    """A place large enough to name nobody."""
    return tree().ancestor(code, 2, today()) or code


@page(PUBLIC, clause="N9")
def public_cases(request: HttpRequest) -> HttpResponse:
    """Published cases, newest first."""
    found = list(ModelCase.objects.public().order_by("-published_on", "-pk")[:MOST])
    who = shown_with(found, today())
    cases = [_public(row, who.get(row.pk, "")) for row in found]
    return render(request, "oversight/public_cases.html", {"cases": cases})


@page(PUBLIC, clause="N9")
def public_case(request: HttpRequest, pk: int) -> HttpResponse:
    """One published case."""
    row = ModelCase.objects.public().filter(pk=pk).first()
    if row is None:
        raise Http404
    return render(
        request,
        "oversight/public_case.html",
        {"case": _public(row, shown_with([row], today()).get(row.pk, ""))},
    )


class ConsentForm(forms.Form):
    """How the case may be shown."""

    consent = forms.ChoiceField(label=_("May it be published?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["consent"].choices = [(str(c), gettext(w)) for c, w in CONSENT_NAMES.items() if c]  # type: ignore[attr-defined]


ASKED = (CaseState.VERIFIED, CaseState.PUBLISHED)


@page(SIGNED_IN, about="own", clause="N9")
def my_cases(request: HttpRequest) -> HttpResponse:
    """Cases about the reader."""
    rows = ModelCase.objects.own(actor_of(request)).filter(state__in=ASKED).order_by("-pk")
    return render(request, "oversight/my_cases.html", {"cases": [_mine(row) for row in rows]})


def _mine(row: ModelCase) -> dict[str, Any]:
    return {
        "row": row, "url": reverse("oversight:my_case", args=[row.pk]), "answer": gettext(CONSENT_NAMES[Consent(row.consent)]),
        "is_public": row.state == CaseState.PUBLISHED, "tone": TONES[row.state],
    }  # fmt: skip


@page(SIGNED_IN, methods=("GET", "POST"), about="own_case", clause="N9")
def my_case(request: HttpRequest, pk: int) -> HttpResponse:
    """A case about the reader: both texts, and her answer, which she may change at any time."""
    actor = actor_of(request)
    row = ModelCase.objects.own(actor).filter(pk=pk, state__in=ASKED).first()
    if row is None:
        raise Http404
    form = ConsentForm(request.POST or None, initial={"consent": row.consent})
    if form.is_bound and attempt(
        form, lambda: actions.answer_case(row, by=actor, on=today(), **form.cleaned_data)
    ):
        return see(request, "oversight:my_cases", gettext("Your answer is noted."))
    return render(
        request, "oversight/my_case.html", {"case": _mine(row), "form": form}, status=status_of(form)
    )


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The public page of model cases. Whoever is asked about one is led to it by the message that asks."""
    yield MenuItem("public", "", _("Model cases"), reverse("oversight:public_cases"), order=60)


urlpatterns = [
    path("cases/", public_cases, name="public_cases"),
    path("cases/<int:pk>/", public_case, name="public_case"),
    path("my/model-cases/", my_cases, name="my_cases"),
    path("my/model-cases/<int:pk>/", my_case, name="my_case"),
]
