"""Forms of an inspection: plan, team, draw, choice, conclusion; and which bodies it may draw from."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.accounts.models import User
from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import tree
from shegong.kernel.http import today
from shegong.steering.oversight.models import Inspection
from shegong.steering.oversight.models.units import bodies_of_units, units_below
from shegong.steering.oversight.rules.inspection import read_points
from shegong.steering.oversight.web.forms import PlaceForm
from shegong.steering.oversight.web.parts import by_lot
from shegong.ui.fields import DateTextField


class InspectionForm(PlaceForm):
    """The plan of an inspection."""

    title = forms.CharField(label=_("Title"), max_length=80)
    purpose = forms.CharField(
        label=_("Purpose"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    starts_on = DateTextField(label=_("Begins on"))
    ends_on = DateTextField(label=_("Ends on"))
    points = forms.CharField(
        label=_("Points to look at"), max_length=6000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line: the clause of the plan, a blank, what is looked at. For example: T4.1 originals of certificates agree with the register"),
    )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """What `plan_inspection` takes."""
        names = ("title", "purpose", "starts_on", "ends_on")
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
    """Size and seed of the draw."""

    sample = forms.IntegerField(label=_("How many"), min_value=1, max_value=200)
    seed = forms.CharField(
        label=_("Published seed"), max_length=200,
        help_text=_("Something made public after the candidates were known, such as the numbers of a lottery of the day."),
    )  # fmt: skip

    def __init__(self, *args: Any, row: Inspection, **kwargs: Any):
        super().__init__(*args, **kwargs)
        by_lot(self)


class BodyForm(forms.Form):
    """A body that is chosen, and why."""

    body = forms.ChoiceField(label=_("Body"))
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, row: Inspection, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.found = {str(body.pk): body for body in candidates_of(row)}
        self.fields["body"].choices = [(key, body.name) for key, body in self.found.items()]  # type: ignore[attr-defined]

    def clean_body(self) -> Organization:
        """The body chosen."""
        return self.found[self.cleaned_data["body"]]


class ConclusionForm(forms.Form):
    """What the inspection concludes."""

    conclusion = forms.CharField(
        label=_("Conclusion"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


def candidates_of(row: Inspection) -> list[Organization]:
    """The offices that answer for the units below the place, and below these: what a sample is drawn from, in a fixed order."""
    on, places = today(), tree()
    units = units_below(row.region_code, on)
    lower = [code for unit in units for code in units_below(unit, on)]
    found = bodies_of_units([*units, *lower], row.subplan.duty, on)
    return [found[code] for code in sorted(found) if places.at(code, on)]
