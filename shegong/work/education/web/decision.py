"""An officer's yes, or no and why, to what a learner stated."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DecisionForm(forms.Form):
    """`yes`: what a yes says. `late`: a yes needs its reason too, because the year is locked."""

    answer = forms.ChoiceField(label=_("What do you decide?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("If not: why"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The learner reads it."),
    )  # fmt: skip

    def __init__(self, *args: Any, yes: Any, late: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["answer"]
        field.choices = [("yes", yes), ("no", _("Not proven, do not take it"))]
        if late:
            self.fields["reason"].label = _("Why they come so late, or why not")

    @property
    def says_yes(self) -> bool:
        """What was chosen."""
        return bool(self.cleaned_data["answer"] == "yes")
