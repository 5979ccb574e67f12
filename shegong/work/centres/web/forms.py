"""What an officer enters about a centre."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.regions.models import tree
from shegong.kernel.http import today
from shegong.ui.fields import DateTextField
from shegong.work.centres.rules import RESULTS, STEPS, TOWNSHIP


class TownshipField(forms.CharField):
    """A township typed by name or code, such as 延吉市北山街道; gives its nine-digit code."""

    def to_python(self, value: Any) -> Any:
        """The code; refuses what is no township, or several."""
        text = super().to_python(value)
        if not text:
            return None
        units, day = tree(), today()
        found = units.resolve(text, day, level=TOWNSHIP)
        if not found:
            raise forms.ValidationError(_("There is no township “%(text)s”.") % {"text": text})
        if len(found) > 1:
            names = "、".join(units.full_name(code, day) for code in found[:5])
            raise forms.ValidationError(
                _("This could be %(names)s. Write the county before it.") % {"names": names}
            )
        return found[0]


class CorrectForm(forms.Form):
    """What the register says of a centre beside its body."""

    registration_no = forms.CharField(
        label=gettext_lazy("Former registration number"), max_length=40, required=False,
        help_text=gettext_lazy("Of centres registered before there were credit codes."),
    )  # fmt: skip
    legal_representative = forms.CharField(label=gettext_lazy("Legal representative"), max_length=30)
    address = forms.CharField(label=gettext_lazy("Address of the centre"), max_length=200, required=False)
    supervisor = forms.CharField(label=gettext_lazy("Supervising body"), max_length=60, required=False)
    fund = forms.DecimalField(
        label=gettext_lazy("Start-up fund, yuan"), required=False, min_value=Decimal(0), max_value=Decimal(10) ** 9,
        decimal_places=2,
    )  # fmt: skip
    registered_on = DateTextField(label=gettext_lazy("Registered on"), required=False)

    def values(self) -> dict[str, Any]:
        """What the actions take: money in fen."""
        said = dict(self.cleaned_data)
        fund = said.pop("fund", None)
        return said | {"fund_fen": None if fund is None else int(fund * 100)}


class NewForm(CorrectForm):
    """A centre and its body."""

    name = forms.CharField(label=gettext_lazy("Name of the centre"), max_length=60)
    uscc = forms.CharField(label=gettext_lazy("Unified social credit code"), max_length=40, required=False)
    region = TownshipField(
        label=gettext_lazy("Township or subdistrict"), help_text=gettext_lazy("For example 延吉市北山街道")
    )  # fmt: skip
    accept_similar = forms.BooleanField(
        label=gettext_lazy("I compared the similar names; this is another body"), required=False
    )
    field_order = ("name", "uscc", "registration_no", "region")

    def values(self) -> dict[str, Any]:
        """What `enter_centre` takes."""
        said = super().values()
        return said | {"region_code": said.pop("region")}


class CheckForm(forms.Form):
    """The result of a year's check."""

    year = forms.IntegerField(label=gettext_lazy("Year checked"), min_value=1999, max_value=2200)
    result = forms.ChoiceField(label=gettext_lazy("Result of the check"), widget=forms.RadioSelect)
    staff = forms.IntegerField(
        label=gettext_lazy("Staff reported"), required=False, min_value=0, max_value=100000
    )
    certified = forms.IntegerField(
        label=gettext_lazy("Certificate holders reported"), required=False, min_value=0, max_value=100000
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["result"].choices = [(str(k), _(v)) for k, v in RESULTS.items()]  # type: ignore[attr-defined]


class StandingForm(forms.Form):
    """A step of the centre's life, with its reason."""

    step = forms.ChoiceField(label=gettext_lazy("What is to be done"), widget=forms.RadioSelect)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea)

    def __init__(self, *args: Any, steps: list[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = [(name, _(STEPS[name])) for name in steps]  # type: ignore[attr-defined]
