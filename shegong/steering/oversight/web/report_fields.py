"""The forms of reports: what is written, why it goes back, what the leading group remarks."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.steering.oversight.rules.reports import SECTIONS, ReportKind
from shegong.ui.fields import DateTextField

LONGEST = 6000


class ReasonStepForm(forms.Form):
    """Why a step back, or a correction."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stays on record."),
    )


class ReceiveForm(forms.Form):
    """When it was received, and what the leading group remarks."""

    received_on = DateTextField(label=_("Received on"))
    remarks = forms.CharField(
        label=_("Remarks of the leading group"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReportForm(forms.Form):
    """Title, day of the figures, and a text for each section."""

    title = forms.CharField(label=_("Title"), max_length=120)
    as_of = DateTextField(
        label=_("Figures as of"), help_text=_("As a rule the last day of the year or of the plan.")
    )

    def __init__(self, *args: Any, kind: ReportKind, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.keys = list(SECTIONS[kind])
        for key, words in SECTIONS[kind].items():
            self.fields[key] = forms.CharField(
                label=gettext(words),
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 7}),
            )

    def texts(self) -> dict[str, str]:
        """The sections as typed."""
        return {key: self.cleaned_data[key] for key in self.keys}
