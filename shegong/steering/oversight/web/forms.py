"""Forms of dispatch, notices, inspections and cases."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.web.parts import (
    asked_choices,
    default_day,
    indicator_choices,
    place_choices,
    subplan_choices,
)
from shegong.steering.programme.models import SubPlan
from shegong.ui.fields import DateTextField


class PlaceForm(forms.Form):
    """Sub-plan and place; `fixed` forms change neither."""

    subplan = forms.ChoiceField(label=_("Sub-plan"))
    region = forms.ChoiceField(
        label=_("Units of"), help_text=_("The units below this place: the ten of the province, or counties.")
    )

    def __init__(self, *args: Any, request: HttpRequest, fixed: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if fixed:
            del self.fields["subplan"], self.fields["region"]
            return
        self.fields["subplan"].choices = subplan_choices()  # type: ignore[attr-defined]
        places = place_choices(request, Permission.DISPATCH, default_day())
        self.fields["region"].choices = places  # type: ignore[attr-defined]

    def where(self) -> dict[str, Any]:
        """Sub-plan and place as the actions take them."""
        said = self.cleaned_data
        return {"subplan": SubPlan.objects.get(pk=said["subplan"]), "region_code": int(said["region"])}


class RoundForm(PlaceForm):
    """A round of dispatch."""

    period = forms.CharField(
        label=_("Reporting period"),
        max_length=10,
        help_text=_("A quarter (2012Q4), a month (2012-12) or a year."),
    )
    title = forms.CharField(label=_("Title"), max_length=80)
    as_of = DateTextField(label=_("Figures as of"))
    opens_on = DateTextField(label=_("Opens on"))
    due_on = DateTextField(label=_("Due on"))
    indicators = forms.MultipleChoiceField(
        label=_("Figures asked"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Those that a register counts are filled in for the units."),
    )  # fmt: skip
    questions = forms.CharField(
        label=_("Questions"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line; units answer in words."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Note to the units"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["indicators"].choices = asked_choices()  # type: ignore[attr-defined]

    def changes(self) -> dict[str, Any]:
        """Everything but sub-plan and place."""
        names = ("period", "title", "as_of", "opens_on", "due_on", "indicators", "note")
        said = {name: self.cleaned_data[name] for name in names}
        return said | {"questions": self.cleaned_data["questions"].splitlines()}

    def values(self) -> dict[str, Any]:
        """What `draft_round` takes."""
        return self.changes() | self.where()


class ReopenForm(forms.Form):
    """A later deadline and why."""

    due_on = DateTextField(label=_("New deadline"))
    reason = forms.CharField(label=_("Reason"), max_length=500)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class CircularForm(PlaceForm):
    """The head of a supervision notice."""

    indicator = forms.ChoiceField(label=_("Indicator"))
    as_of = DateTextField(label=_("Figures as of"))
    period = forms.CharField(
        label=_("Reporting period"),
        max_length=10,
        help_text=_("A quarter (2012Q4), a month (2012-12) or a year."),
    )
    title = forms.CharField(label=_("Title"), max_length=120)
    due_on = DateTextField(label=_("Put right by"))
    text = forms.CharField(
        label=_("Opening words"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Left empty, the notice opens with the figure and its day."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "subplan" in self.fields:
            self.fields["indicator"].choices = indicator_choices()  # type: ignore[attr-defined]
        else:
            del self.fields["indicator"], self.fields["as_of"], self.fields["period"]

    def values(self) -> dict[str, Any]:
        """What `draft_circular` takes."""
        names = ("indicator", "as_of", "period", "title", "due_on", "text")
        return {name: self.cleaned_data[name] for name in names} | self.where()
