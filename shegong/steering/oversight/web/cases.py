"""Model cases for offices: the list, a nomination, one with its verification, consent and publication (N9)."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry.models import Registration
from shegong.ground.organizations.models import Organization
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
from shegong.kernel.listing import Column
from shegong.kernel.listing_filters import Filter
from shegong.kernel.listing_pages import export, paths
from shegong.kernel.listing_query import Order
from shegong.steering.oversight import actions
from shegong.steering.oversight.models import ModelCase
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.cases import (
    CASE_NAMES,
    CONSENT_NAMES,
    KIND_NAMES,
    CaseKind,
    CaseState,
    Consent,
)
from shegong.steering.oversight.web.parts import PapersForm, main_subplan, paper_answer, papers_of, words_of
from shegong.steering.oversight.web.tabs import New, States, ledger, listed, tabs

TONES = {"nominated": "info", "verified": "warn", "published": "ok", "withdrawn": ""}

STATES = States(CASE_NAMES, TONES)
LIST = ledger(
    ModelCase.objects.all(),
    states=STATES,
    key="oversight.cases",
    title=_("Model cases"),
    load=lambda ids, scene: list(ModelCase.objects.filter(pk__in=ids)),
    columns=(
        Column("title", _("Title"), lambda r: r.title, fixed=True, personal="name",
               address=lambda r: reverse("oversight:case", args=[r.pk])),
        Column("kind", _("Kind"), lambda r: r.kind, words=lambda v: gettext(KIND_NAMES[CaseKind(v)])),
        Column("place", _("Place"), lambda r: tree().name(r.region_code, today()), phone=False),
        Column("consent", _("What the person answered"), lambda r: r.consent if r.kind == CaseKind.PERSON else "",
               words=lambda v: gettext(CONSENT_NAMES[Consent(v)]), phone=False),
        Column("published", _("Published on"), lambda r: r.published_on, "date", phone=False),
        STATES.column,
    ),
    filters=(
        Filter("kind", _("Kind"), lambda value, scene: (Q(kind=value),), lambda scene: words_of(KIND_NAMES)),
    ),
    orders=(Order("newest", _("Newest first"), ("id",), descending=True),),
    note=_("Of a person nothing is published that she has not agreed to."),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), clause="N9")
def cases(request: HttpRequest) -> HttpResponse:
    """Cases in reach; a POST saves a view."""
    new = New("oversight:case_new", gettext("Nominate"), Permission.ANSWER)
    return listed(request, LIST, "oversight:cases", new)


@page(Permission.READ, clause="N9")
def cases_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)


class NominationForm(PapersForm):
    """What is nominated. A person is named by the number of her registration, a body by its name."""

    kind = forms.ChoiceField(label=_("What does the case show?"), widget=forms.RadioSelect)
    register_no = forms.CharField(
        label=_("Register number of the person"), required=False, max_length=40,
        help_text=_("For a model person: the number of her registration in your reach."),
    )  # fmt: skip
    body = forms.CharField(
        label=_("Organisation"),
        required=False,
        max_length=80,
        help_text=_("Its full name; for a practice if one stands behind it."),
    )
    title = forms.CharField(label=_("Title"), max_length=80)
    story = forms.CharField(label=_("The story"), max_length=6000, widget=forms.Textarea(attrs={"rows": 8}))

    field_order = ("kind", "register_no", "body", "title", "story")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["kind"].choices = words_of(KIND_NAMES)  # type: ignore[attr-defined]

    def clean_register_no(self) -> Any:
        """The registration in reach, or None."""
        number = self.cleaned_data["register_no"].strip()
        if not number:
            return None
        found = (
            Registration.objects.visible_to(self.actor, Permission.ANSWER).filter(register_no=number).first()
        )
        if found is None:
            raise forms.ValidationError(gettext("No registration in your reach has this number."))
        return found

    def clean_body(self) -> Organization | None:
        """The body of this name, or None."""
        name = self.cleaned_data["body"].strip()
        if not name:
            return None
        found = Organization.objects.existing(today()).filter(name=name).first()
        if found is None:
            raise forms.ValidationError(gettext("No organisation has exactly this name."))
        return found  # type: ignore[no-any-return]

    def values(self) -> dict[str, Any]:
        """What `nominate` takes; the place is that of the person or the body, else the office's own."""
        said, registration = self.cleaned_data, self.cleaned_data["register_no"]
        own = next((a.region_code for a in self.actor.with_permission(Permission.ANSWER) if a.region_code), 0)
        body = said["body"]
        place = registration.region_code if registration else body.region_code if body else own
        return {
            "kind": said["kind"], "title": said["title"], "story": said["story"], "papers": self.papers(),
            "person": registration.person if registration else None, "organization": body, "region_code": place or own,
        }  # fmt: skip


@page(Permission.ANSWER, methods=("GET", "POST"), clause="N9")
def case_new(request: HttpRequest) -> HttpResponse:
    """Nominate a person, an organisation or a practice."""
    actor = actor_of(request)
    initial = typed_before(request) or {"kind": CaseKind.PRACTICE}
    form = NominationForm(request.POST or None, request.FILES or None, actor=actor, initial=initial)
    common: dict[str, Any] = {"by": actor, "on": today(), "subplan": main_subplan()}
    done = attempt(form, lambda: actions.nominate(**form.values(), **common)) if form.is_bound else None
    if done is not None:
        return see(request, "oversight:case", gettext("Nominated. Another officer verifies it."), done.pk)
    context = {"form": form, "form_title": gettext("Nominate"), "back": reverse("oversight:cases")}
    return render(request, "oversight/form.html", context, status=status_of(form))


class VerifyForm(forms.Form):
    """The text that names nobody."""

    plain_title = forms.CharField(label=_("Title without names"), required=False, max_length=80)
    plain_story = forms.CharField(
        label=_("Story without names"), required=False, max_length=6000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Shown if the person does not want to be named: no name, no place of work."),
    )  # fmt: skip


class WithdrawForm(forms.Form):
    """Why it goes."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


@page(Permission.READ, methods=("GET", "POST"), about="model_case", clause="N9")
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """A case: its story, papers, what the person answered; verified, published, withdrawn."""
    actor = actor_of(request)
    row: ModelCase = visible_or_404(ModelCase.objects.all(), actor, Permission.READ, pk=pk)
    may = actor.may(Permission.DISPATCH, row.region_code)
    step = request.POST.get("step", "")
    shown = _forms(request, row, step) if may else {}
    if step and may and _step(row, step, shown, {"by": actor, "on": today(), "seen": seen_version(request)}):
        return see(request, "oversight:case", gettext("Done."), pk)
    bound = next((form for form in shown.values() if form.is_bound and form.errors), None)
    people = names_of([one for one in (row.person_id, row.nominator_id, row.verifier_id) if one])
    context = {
        "row": row, "forms": shown, "form": bound, "may": may, "state": gettext(CASE_NAMES[CaseState(row.state)]),
        "tone": TONES[row.state], "kind": gettext(KIND_NAMES[CaseKind(row.kind)]), "place": tree().name(row.region_code, today()),
        "consent": gettext(CONSENT_NAMES[Consent(row.consent)]), "person": people.get(row.person_id, ""),
        "nominator": people.get(row.nominator_id, ""), "verifier": people.get(row.verifier_id, ""),
        "papers": papers_of(row.folder), "citations": row.citations.order_by("cited_on"),
        "section_tabs": tabs(request, "oversight:cases"), "own": row.nominator_id == actor.person_id,
    }  # fmt: skip
    return render(request, "oversight/case.html", context, status=422 if bound else 200)


def _forms(request: HttpRequest, row: ModelCase, step: str) -> dict[str, Any]:
    kinds: dict[str, Any] = {"withdraw": WithdrawForm} if row.state != CaseState.WITHDRAWN else {}
    if row.state == CaseState.NOMINATED:
        kinds["verify"] = VerifyForm
    return {name: kind(request.POST if name == step else None) for name, kind in kinds.items()}


def _step(row: ModelCase, step: str, shown: dict[str, Any], common: dict[str, Any]) -> Any:
    if step == "publish":
        return actions.publish_case(row, **common)
    form = shown.get(step)
    change = {"verify": actions.verify_case, "withdraw": actions.withdraw_case}.get(step)
    if form is None or change is None:
        return None
    return attempt(form, lambda: change(row, **form.cleaned_data, **common))  # type: ignore[operator]


@page(Permission.READ, about="model_case", clause="N9")
def case_paper(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """A paper of a nomination."""
    row = visible_or_404(
        ModelCase.objects.select_related("folder"), actor_of(request), Permission.READ, pk=pk
    )
    return paper_answer(row.folder, item)


urlpatterns = [
    *paths("office/model-cases", cases, cases_file, "cases"),
    path("office/model-cases/new/", case_new, name="case_new"),
    path("office/model-cases/<int:pk>/", case, name="case"),
    path("office/model-cases/<int:pk>/papers/<int:item>/", case_paper, name="case_paper"),
]
