"""The forms of an acceptance: the panel, the seed, what was found, verdicts, the conclusion."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shegong.ground.people.models import names_of
from shegong.kernel import lots
from shegong.kernel.http import today
from shegong.steering.oversight.models import Acceptance
from shegong.steering.oversight.models.evidence import experts
from shegong.steering.oversight.rules.acceptance import (
    ACCEPTANCE_NAMES,
    RESULT_NAMES,
    VERDICT_NAMES,
    AcceptanceState,
)
from shegong.steering.oversight.web.parts import words_of
from shegong.ui.fields import CameraField, DateTextField

CONCLUSIONS = {
    AcceptanceState.REVIEWING: (AcceptanceState.PASSED, AcceptanceState.RECTIFYING, AcceptanceState.FAILED),
    AcceptanceState.RECTIFYING: (AcceptanceState.PASSED_AFTER, AcceptanceState.FAILED),
}


def _text(label: Any, help_text: Any = "", required: bool = True, rows: int = 2) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=2000, widget=widget
    )


class PanelistForm(forms.Form):
    """Somebody of the expert group, perhaps in the chair."""

    person = forms.TypedChoiceField(label=_("Member of the expert group"), coerce=int)
    is_chair = forms.BooleanField(label=_("In the chair"), required=False)

    def __init__(self, *args: Any, row: Acceptance, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.experts = experts(row, today())
        names = names_of(list(self.experts))
        self.fields["person"].choices = [(one, names.get(one, "—")) for one in self.experts]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        return {
            "person": self.experts[self.cleaned_data["person"]],
            "is_chair": self.cleaned_data["is_chair"],
        }


class RecuseForm(forms.Form):
    """Why a member steps back."""

    member = forms.IntegerField(widget=forms.HiddenInput)
    reason = _text(_("Why the member is recused"))


class SeedForm(forms.Form):
    """The seed that is published; nothing where a lot falls by itself."""

    seed = forms.CharField(
        label=_("Seed of the draw"), max_length=80,
        help_text=_("Something public that nobody of you could choose, such as the numbers of a lottery drawn after today."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if lots.fall():
            del self.fields["seed"]


class MaterialForm(forms.Form):
    """Whether a line of the checklist is in order."""

    material = forms.IntegerField(widget=forms.HiddenInput)
    found = forms.ChoiceField(
        label=_("What you found"),
        widget=forms.RadioSelect,
        choices=[("yes", _("In order")), ("no", _("Missing or not in order"))],
    )
    remark = _text(_("Note"), _("Needed where something is missing."), required=False)


class PaperForm(forms.Form):
    """A paper that the lead lays before the panel."""

    material = forms.IntegerField(widget=forms.HiddenInput)
    paper = CameraField(label=_("Paper (photo or PDF)"))


class SampleForm(forms.Form):
    """What was found of one person drawn."""

    result = forms.ChoiceField(label=_("What you found"), widget=forms.RadioSelect)
    remark = _text(_("Note"), _("Needed unless everything proves it."), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["result"].choices = words_of(RESULT_NAMES)  # type: ignore[attr-defined]


class VerdictForm(forms.Form):
    """The panel's word on an indicator."""

    verdict = forms.ChoiceField(label=_("Word of the panel"), widget=forms.RadioSelect)
    grounds = _text(_("Grounds"), _("They stand in the acceptance file."))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["verdict"].choices = words_of(VERDICT_NAMES)  # type: ignore[attr-defined]


class ConclusionForm(forms.Form):
    """Passed, to be put right, failed; with grounds."""

    conclusion = forms.ChoiceField(label=_("Conclusion"), widget=forms.RadioSelect)
    grounds = _text(
        _("Grounds"),
        _("Of a rectification: what must be put right. The department that leads reads this."),
        rows=4,
    )
    due_on = DateTextField(
        label=_("Put right by"), required=False, help_text=_("For a rectification; it becomes a task.")
    )

    def __init__(self, *args: Any, state: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offered = CONCLUSIONS.get(AcceptanceState(state), ())
        choices = words_of({one: ACCEPTANCE_NAMES[one] for one in offered})
        self.fields["conclusion"].choices = choices  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        said = self.cleaned_data
        return {"state": said["conclusion"], "grounds": said["grounds"], "due_on": said["due_on"]}
