"""Forms of the library: enter, correct, end a policy document."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.documents import actions
from shegong.ground.documents.models import PolicyDocument, bodies_of
from shegong.ground.documents.rules import MECHANISMS, POLICY_KINDS, Permission
from shegong.ground.documents.rules.papers import LARGEST_PDF
from shegong.ground.documents.web.fields import PolicyField
from shegong.ground.organizations.models import Organization
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, seen_version, status_of, today, typed_before
from shegong.ui.fields import DateTextField

CERTAINTIES = {
    "D": gettext_lazy("Our own document"), "V": gettext_lazy("The text was read"),
    "V2": gettext_lazy("A secondary page was read"), "M": gettext_lazy("From memory, needs source"),
}  # fmt: skip


class PolicyForm(forms.Form):
    """What the library says of a document."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    own = forms.ModelChoiceField(
        label=gettext_lazy("Issued by a body of one's own"), queryset=Organization.objects.none(), required=False,
        empty_label=gettext_lazy("Another body"),
    )  # fmt: skip
    issuer_name = forms.CharField(
        label=gettext_lazy("Issuer, as the document writes it"), max_length=120, required=False
    )
    number = forms.CharField(
        label=gettext_lazy("Number of the official paper"), max_length=60, required=False,
        help_text=gettext_lazy("For example 民发〔2009〕44号; leave it empty if there is none."),
    )  # fmt: skip
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    issued_on = DateTextField(label=gettext_lazy("Issued on"))
    is_latest = forms.BooleanField(
        label=gettext_lazy("The day is not known; it is not later than this"), required=False
    )
    starts_on = DateTextField(label=gettext_lazy("In force from, if another day"), required=False)
    mechanism = forms.ChoiceField(label=gettext_lazy("Mechanism"), required=False)
    under = PolicyField(label=gettext_lazy("Made under"))
    revises = PolicyField(label=gettext_lazy("Revises"))
    certainty = forms.ChoiceField(
        label=gettext_lazy("Certainty"), choices=list(CERTAINTIES.items()), initial="D"
    )
    source = forms.CharField(label=gettext_lazy("Where the text is from"), max_length=300, required=False)
    text = forms.CharField(
        label=gettext_lazy("Wording of the document"), required=False, max_length=200_000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("It is searched and shown to everybody: no personal data."),
    )  # fmt: skip
    paper = forms.FileField(label=gettext_lazy("PDF"), required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(str(k), _(v)) for k, v in POLICY_KINDS.items()]  # type: ignore[attr-defined]
        self.fields["mechanism"].choices = [("", "—"), *((str(k), _(v)) for k, v in MECHANISMS.items())]  # type: ignore[attr-defined]
        own = Organization.objects.filter(pk__in=bodies_of(actor, Permission.LIBRARY))
        self.fields["own"].queryset = own  # type: ignore[attr-defined]
        if not actor.may(Permission.LIBRARY, settings.PROVINCE):
            self.fields["own"].required = True

    def clean_paper(self) -> Any:
        """The bytes; a file that no rule would take is not read."""
        paper = self.cleaned_data.get("paper")
        if paper and paper.size > LARGEST_PDF:
            raise forms.ValidationError(_("At most 8 MB."))
        return paper

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        said = dict(self.cleaned_data)
        own, paper = said.pop("own", None), said.pop("paper", None)
        if own is not None:
            said["issuer_name"] = said["issuer_name"] or own.name
        said["is_day_known"] = not said.pop("is_latest")
        return {**said, "content": paper.read() if paper else None, **({"issuer": own} if own else {})}


class EndForm(forms.Form):
    """The end of a document."""

    ends_on = DateTextField(label=gettext_lazy("Out of force from"))
    reason = forms.CharField(label=gettext_lazy("Document or ground that ends it"), max_length=300)


def _page(
    request: HttpRequest, form: forms.Form, title: str, back: str, version: int | None = None
) -> HttpResponse:
    context = {"form": form, "form_title": title, "back": back, "version": version}
    return render(request, "documents/form.html", context, status=status_of(form))


@page(Permission.LIBRARY, methods=("GET", "POST"), clause="P2")
def record(request: HttpRequest) -> HttpResponse:
    """Enter a policy document."""
    actor = actor_of(request)
    form = PolicyForm(actor, request.POST or None, request.FILES or None, initial=typed_before(request))
    done = (
        attempt(form, lambda: actions.record_policy(**form.values(), by=actor, on=today()))
        if form.is_bound
        else None
    )
    if done is not None:
        return see(request, "documents:library_one", _("The document is entered."), pk=done.pk)
    return _page(request, form, _("Enter a policy document"), reverse("documents:library"))


@page(Permission.LIBRARY, methods=("GET", "POST"), about="policy_document", clause="P2")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct or complete an entry."""
    actor, document = actor_of(request), get_object_or_404(PolicyDocument, pk=pk)
    names = (
        "kind",
        "issuer_name",
        "number",
        "title",
        "issued_on",
        "mechanism",
        "under",
        "revises",
        "certainty",
        "source",
        "text",
    )
    stored = {name: getattr(document, name) for name in names} | {
        "starts_on": document.during.lower, "is_latest": not document.is_day_known,
    }  # fmt: skip
    form = PolicyForm(
        actor, request.POST or None, request.FILES or None, initial=typed_before(request) or stored
    )
    del form.fields["own"]
    about = {"by": actor, "on": today(), "seen": seen_version(request)}
    done = (
        attempt(form, lambda: actions.amend_policy(document, **form.values(), **about))
        if form.is_bound
        else None
    )
    back = reverse("documents:library_one", args=[pk])
    if done is not None:
        return see(request, "documents:library_one", _("The change is entered."), pk=pk)
    return _page(request, form, _("Correct a policy document"), back, seen_version(request, document.version))


@page(Permission.LIBRARY, methods=("GET", "POST"), about="policy_document", clause="P2")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it is out of force."""
    actor, document = actor_of(request), get_object_or_404(PolicyDocument, pk=pk)
    form = EndForm(request.POST or None, initial=typed_before(request) or {"ends_on": today()})
    about = {"by": actor, "on": today(), "seen": seen_version(request)}
    done = (
        attempt(form, lambda: actions.end_policy(document, **form.cleaned_data, **about))
        if form.is_bound
        else None
    )
    if done is not None:
        return see(request, "documents:library_one", _("The change is entered."), pk=pk)
    back = reverse("documents:library_one", args=[pk])
    return _page(request, form, _("End a policy document"), back, seen_version(request, document.version))


urlpatterns: list[URLPattern] = [
    path("office/policies/new/", record, name="record"),
    path("office/policies/<int:pk>/edit/", edit, name="policy_edit"),
    path("office/policies/<int:pk>/end/", end, name="policy_end"),
]
