"""Forms of an inspection: plan, team, draw, choice, conclusion; and which bodies it may draw from."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.accounts.models import User
from shegong.ground.organizations.models import Organization
from shegong.kernel import lots
from shegong.kernel.http import today
from shegong.steering.oversight.models import Inspection
from shegong.steering.oversight.models.units import candidates_below
from shegong.steering.oversight.rules.inspection import read_points
from shegong.steering.oversight.web.forms import PlaceForm
from shegong.ui.fields import DateTextField


class InspectionForm(PlaceForm):
    """The plan of an inspection."""

    title = forms.CharField(label=_("Title"), max_length=80)
    purpose = forms.CharField(
        label=_("Purpose"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    starts_on = DateTextField(label=_("Begins on"))
    ends_on = DateTextField(label=_("Ends on"))
    sample = forms.IntegerField(
        label=_("Bodies drawn by lot"), required=False, min_value=1, max_value=200,
        help_text=_("From the offices of the units below, as they stand today: the list and this number are fixed with the plan. Left empty, bodies are chosen with a reason."),
    )  # fmt: skip
    points = forms.CharField(
        label=_("Points to look at"), max_length=6000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line: the clause of the plan, a blank, what is looked at. For example: T4.1 originals of certificates agree with the register"),
    )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """What `plan_inspection` takes."""
        names = ("title", "purpose", "starts_on", "ends_on", "sample")
        said = {name: self.cleaned_data[name] for name in names}
        return said | self.where() | {"points": read_points(self.cleaned_data["points"])}


class MemberForm(forms.Form):
    """A person of the team, by the name of the account."""

    person = forms.CharField(
        label=_("Account of the inspector"), max_length=80, help_text=_("The name with which he signs in.")
    )
    leads = forms.BooleanField(label=_("Leads the team"), required=False)

    def clean_person(self) -> Any:
        """The person behind the account."""
        user = User.objects.filter(username=self.cleaned_data["person"].strip(), disabled_at=None).first()
        if user is None:
            raise forms.ValidationError(gettext("There is no such account."))
        return user.person


class DrawForm(forms.Form):
    """The seed of the draw; where a lot falls by the journal's signed heads there is nothing to fill in."""

    seed = forms.CharField(
        label=_("Published seed"), max_length=200,
        help_text=_("Something made public after the plan, such as the numbers of a lottery of the day."),
    )  # fmt: skip

    def __init__(self, *args: Any, row: Inspection, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if lots.fall():
            del self.fields["seed"]


class BodyForm(forms.Form):
    """A body that is chosen, and why."""

    body = forms.ChoiceField(label=_("Body"))
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, row: Inspection, **kwargs: Any):
        super().__init__(*args, **kwargs)
        found = candidates_below(row.region_code, row.subplan.duty, today())
        self.found = {str(body.pk): body for body in found}
        self.fields["body"].choices = [(key, body.name) for key, body in self.found.items()]  # type: ignore[attr-defined]

    def clean_body(self) -> Organization:
        """The body chosen."""
        return self.found[self.cleaned_data["body"]]


class ConclusionForm(forms.Form):
    """What the inspection concludes."""

    conclusion = forms.CharField(
        label=_("Conclusion"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
