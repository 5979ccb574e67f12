"""Forms of an officer's work on a person's hours."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.organizations.models import Organization
from shegong.kernel.access import Actor
from shegong.ui.fields import DateTextField
from shegong.work.education.models import Provider
from shegong.work.education.models.policies import entering, table_of
from shegong.work.education.rules import KIND_WORDS, KINDS, Kind, Permission
from shegong.work.education.rules.late import locked_from


class EntryForm(forms.Form):
    """Hours from a paper."""

    title = forms.CharField(label=_("What was learned"), max_length=100)
    kind = forms.ChoiceField(
        label=_("How"), choices=lambda: [(k, _(KIND_WORDS[Kind(k)])) for k in KINDS if k != "degree"]
    )
    credit_code = forms.ChoiceField(label=_("Row of the province's table"), required=False, choices=())
    provider = forms.ChoiceField(label=_("Provider"), required=False, choices=())
    earned_on = DateTextField(label=_("Day"), help_text=_("For example 2011-7-1"))
    hours = forms.DecimalField(
        label=_("Hours"),
        min_value=0,
        max_value=400,
        decimal_places=2,
        help_text=_("Hours of sixty minutes, each day by itself"),
    )
    passed = forms.BooleanField(label=_("There is proof of passing"), required=False)
    reason = forms.CharField(label=_("Why so late"), max_length=300, required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, place: int | None, actor: Actor, on: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        table, lock = table_of(place, on), locked_from(on.year - 1, entering(on))
        year = on.year if on >= lock else on.year - 1
        said = gettext("Only for hours before %(year)s: their year is locked, and a second officer decides.")
        self.fields["reason"].help_text = said % {"year": year}
        if table is None:
            del self.fields["credit_code"]
        else:
            rows = [(row.code, row.evidence.says(get_language())) for row in table.rows]
            self.fields["credit_code"].choices = [("", gettext("None")), *rows]
        bodies = Provider.objects.visible_to(actor, Permission.READ).select_related("organization")[:200]
        known = [(str(b.organization_id), b.organization.name) for b in bodies]
        self.fields["provider"].choices = [("", gettext("Another body")), *dict(known).items()]

    def said(self) -> dict[str, Any]:
        """What the action is given."""
        found = self.cleaned_data
        chosen = found["provider"]
        return {
            "title": found["title"], "kind": found["kind"], "earned_on": found["earned_on"], "passed": found["passed"],
            "minutes": round(found["hours"] * 60), "reason": found["reason"], "credit_code": found.get("credit_code", ""),
            "provider": Organization.objects.get(pk=chosen) if chosen else None,
        }  # fmt: skip


class ReverseForm(forms.Form):
    """Why a record is wrong."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea, help_text=_("It stays on record.")
    )


class CorrectForm(ReverseForm):
    """What holds instead."""

    title = forms.CharField(label=_("What was learned"), max_length=100)
    hours = forms.DecimalField(label=_("Hours"), min_value=0, max_value=400, decimal_places=2)
    passed = forms.BooleanField(label=_("There is proof of passing"), required=False)
    field_order = ("title", "hours", "passed", "reason")


class LeaveForm(forms.Form):
    """From when to when."""

    start = DateTextField(label=_("From"))
    end = DateTextField(label=_("To (last day)"))
