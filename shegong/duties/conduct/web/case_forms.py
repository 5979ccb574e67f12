"""Forms of a case before it is looked into: accept, refuse, pass on, identify, write, clocks."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shegong.duties.conduct.models.intake_policies import conduct_policy
from shegong.ground.organizations.models import Organization
from shegong.kernel.http import today


def words(label: Any, hint: Any = "") -> forms.CharField:
    """A few sentences."""
    return forms.CharField(
        label=label, help_text=hint, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class EmptyForm(forms.Form):
    """A step that asks nothing."""


class ReasonForm(forms.Form):
    """A step that asks why."""

    reason = words(_("Why"))


class RefuseForm(forms.Form):
    """Not accepted, with a reason of the list and words for who complained."""

    reason = forms.ChoiceField(label=_("Reason"))
    text = words(_("Explanation for who complained"), _("What was looked at, and what she can do now"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        language = get_language()
        rows = [(one.code, one.words.says(language)) for one in conduct_policy(today()).refusals]
        self.fields["reason"].choices = [("", _("Choose")), *rows]  # type: ignore[attr-defined]


class TransferForm(forms.Form):
    """To another procedure, and where to go."""

    matter = forms.ChoiceField(label=_("It belongs to"), widget=forms.RadioSelect)
    text = words(_("Explanation for who complained"), _("Which body, where, by when"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        language, matter = get_language(), self.fields["matter"]
        rows = [one for one in conduct_policy(today()).matters if one.code != "conduct"]
        matter.choices = [(one.code, one.title.says(language)) for one in rows]  # type: ignore[attr-defined]
        matter.choice_hints = {one.code: one.goes_to.says(language) for one in rows}  # type: ignore[attr-defined]


class IdentifyForm(forms.Form):
    """Whom it is about: a registration number, or the exact name of a body."""

    register_no = forms.CharField(label=_("Registration number"), required=False, max_length=60)
    body = forms.CharField(
        label=_("Or: name of the organisation"),
        required=False,
        max_length=120,
        help_text=_("As in the register"),
    )

    def clean_body(self) -> Organization | None:
        """The one body of this name."""
        name = self.cleaned_data["body"].strip()
        if not name:
            return None
        found = list(Organization.objects.filter(name=name, dissolved_on=None)[:2])
        if len(found) != 1:
            raise forms.ValidationError(_("No single organisation has exactly this name."), code="body")
        return found[0]


class WriteForm(forms.Form):
    """Words to whoever complained."""

    text = words(
        _("Message to who complained"),
        _("She reads it with her code. Do not ask for what would show who she is."),
    )
    asks = forms.BooleanField(label=_("It is a question: the clock rests until the answer"), required=False)


class PauseForm(forms.Form):
    """Why the clock rests."""

    why = forms.ChoiceField(label=_("Why"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        language = get_language()
        rows = [(one.code, one.words.says(language)) for one in conduct_policy(today()).pauses]
        self.fields["why"].choices = [("", _("Choose")), *rows]  # type: ignore[attr-defined]


class ExtendForm(forms.Form):
    """More days for the inquiry."""

    days = forms.IntegerField(label=_("Days more"), min_value=1, max_value=365)
    reason = words(_("Why"))


class KinForm(forms.Form):
    """A relation of an officer with somebody in the register."""

    register_no = forms.CharField(label=_("Registration number"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=60)
    relation = forms.ChoiceField(label=_("Relation"))

    def __init__(self, *args: Any, relations: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["relation"].choices = [("", _("Choose")), *relations]  # type: ignore[attr-defined]


class KinEndForm(forms.Form):
    """Whether a declared relation is over."""

    agreed = forms.ChoiceField(
        label=_("Is it over?"), widget=forms.RadioSelect,
        choices=[("yes", _("It is over from today")), ("no", _("It stays as declared"))],
    )  # fmt: skip


class PlaceForm(forms.Form):
    """The body that the inspector names."""

    body = forms.CharField(
        label=_("Name of the organisation"), max_length=120, help_text=_("As in the register")
    )
    reason = words(_("Why"))
    clean_body = IdentifyForm.clean_body
