"""The drafting page: text, basis, addressees by group and by name, co-signers."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.documents import actions
from shegong.ground.documents.models import OfficialDocument, acts_for, bodies_of
from shegong.ground.documents.models.groups import address_groups
from shegong.ground.documents.rules import KINDS, Permission, Role, State
from shegong.ground.documents.rules.official import LONGEST_BODY, URGENCIES
from shegong.ground.documents.web.fields import BodiesField, PolicyField
from shegong.ground.organizations.models import Organization
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


class DraftForm(forms.Form):
    """A document as it is drafted."""

    issuer = forms.ModelChoiceField(
        label=gettext_lazy("Issuer"), queryset=Organization.objects.none(), empty_label=None
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), required=False)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    body = forms.CharField(
        label=gettext_lazy("Wording of the document"), max_length=LONGEST_BODY, widget=forms.Textarea(attrs={"rows": 16}),
        help_text=gettext_lazy(
            "A line is a paragraph. Lines such as 一、… and （一）… without a full stop are headings; # makes any line one. "
            "Lines that begin with | are a table: |单位|人数|, its title 表1 … in the line before."
        ),
    )  # fmt: skip
    basis = PolicyField(label=gettext_lazy("Basis"))
    to_groups = forms.MultipleChoiceField(
        label=gettext_lazy("Main addressees, groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    to = BodiesField(label=gettext_lazy("Main addressees, by name"))
    to_words = forms.CharField(
        label=gettext_lazy("Main addressees, as printed"), max_length=300, required=False,
        help_text=gettext_lazy("Left empty, the groups' usual words or the names are printed."),
    )  # fmt: skip
    cc_groups = forms.MultipleChoiceField(
        label=gettext_lazy("Copies, groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    cc = BodiesField(label=gettext_lazy("Copies, by name"))
    cosigners = BodiesField(label=gettext_lazy("Co-signers"))
    is_joint = forms.BooleanField(
        label=gettext_lazy("Joint document: the co-signers are named as issuers"), required=False
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["issuer"].queryset = Organization.objects.filter(
            pk__in=bodies_of(actor, Permission.DRAFT)
        ).order_by("pk")
        fields["kind"].choices = [(str(code), _(label)) for code, label in KINDS.items()]
        fields["urgency"].choices = [(str(code), _(label)) for code, label in URGENCIES.items()]
        for name in ("to_groups", "cc_groups"):
            fields[name].choices = [(one.name, _(one.title)) for one in address_groups().values()]

    def values(self, issuer: Organization) -> dict[str, Any]:
        """What the actions take: groups become bodies today, and their words stand where nothing else is typed."""
        said = dict(self.cleaned_data)
        said.pop("issuer", None)
        for role in ("to", "cc"):
            groups = [address_groups()[name] for name in said.pop(f"{role}_groups", [])]
            typed, words = said[role] or [], [group.words for group in groups if group.words]
            members = [body for group in groups for body in group.resolve(issuer, today())]
            said[role] = [body for body in dict.fromkeys([*members, *typed]) if body.pk != issuer.pk]
            if groups and len(words) == len(groups) and not said.get(f"{role}_words"):
                said[f"{role}_words"] = "，".join([*words, *(body.name for body in typed)])
        said["cc"] = [body for body in said["cc"] if body not in said["to"]]
        said["cosigners"] = said["cosigners"] or []
        return said


def _page(
    request: HttpRequest, form: forms.Form, title: str, back: str, version: int | None = None
) -> HttpResponse:
    context = {
        "form": form, "form_title": title, "back": back, "version": version,
        "nobody": "issuer" in form.fields and not form.fields["issuer"].queryset.exists(),  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "documents/draft.html", context, status=status_of(form))


@page(Permission.DRAFT, methods=("GET", "POST"), clause="N0 N7")
def draft(request: HttpRequest) -> HttpResponse:
    """A new document."""
    actor = actor_of(request)
    form = DraftForm(actor, request.POST or None, initial=typed_before(request) or {"kind": "notice"})
    done = attempt(form, lambda: _drafted(form, actor)) if form.is_bound else None
    if done is not None:
        return see(
            request,
            "documents:official",
            _("The draft is kept. Look at the preview, then go on."),
            pk=done.pk,
        )
    return _page(request, form, _("Draft a document"), reverse("documents:officials"))


def _drafted(form: DraftForm, actor: Actor) -> OfficialDocument:
    issuer = form.cleaned_data["issuer"]
    return actions.draft_document(
        **form.values(issuer), issuer=issuer, region_code=issuer.region_code, by=actor, on=today()
    )


@page(Permission.DRAFT, methods=("GET", "POST"), about="official_document", clause="N0")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    actor = actor_of(request)
    document = visible_or_404(
        OfficialDocument.objects.select_related("issuer"), actor, Permission.READ, pk=pk
    )
    if not may_change(document, actor):
        return see(request, "documents:official", pk=pk)
    form = DraftForm(actor, request.POST or None, initial=typed_before(request) or _stored(document))
    del form.fields["issuer"]
    about = {"by": actor, "on": today(), "seen": seen_version(request)}
    done = (
        attempt(form, lambda: actions.edit_draft(document, **form.values(document.issuer), **about))
        if form.is_bound
        else None
    )
    if done is not None:
        return see(
            request, "documents:official", _("The draft is kept. Look at the preview, then go on."), pk=pk
        )
    back = reverse("documents:official", args=[pk])
    return _page(request, form, _("Change the draft"), back, seen_version(request, document.version))


def may_change(document: OfficialDocument, actor: Actor) -> bool:
    """Whether it is a draft of a body for which this reader drafts."""
    return document.state == State.DRAFTED and acts_for(actor, document.issuer_id, Permission.DRAFT)


def _stored(document: OfficialDocument) -> dict[str, Any]:
    rows = list(document.addressees.select_related("organization").order_by("position"))
    names = ("kind", "urgency", "title", "body", "basis", "to_words", "is_joint")
    return {name: getattr(document, name) for name in names} | {
        "to": [one.organization for one in rows if one.role == Role.TO],
        "cc": [one.organization for one in rows if one.role == Role.CC],
        "cosigners": [
            one.organization for one in document.cosigns.select_related("organization").order_by("position")
        ],
    }


urlpatterns: list[URLPattern] = [
    path("office/documents/new/", draft, name="draft"),
    path("office/documents/<int:pk>/edit/", edit, name="edit"),
]
