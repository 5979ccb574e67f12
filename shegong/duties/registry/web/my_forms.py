"""What the applicant is asked, one thing a page (民发〔2009〕44号 art. 6)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import Material
from shegong.duties.registry.web.places import county_choices
from shegong.ground.credentials.rules import LEVEL_NAMES
from shegong.kernel.code_lists import codes
from shegong.ui.fields import CameraField, DateTextField
from shegong.work.employment.rules import SERVICE_FIELDS


def _said(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Choices in the reader's language."""
    return [(str(code), gettext(name)) for code, name in names.items()]


def _listed(name: str) -> list[tuple[str, str]]:
    """A national list under an empty first line: what nobody chose must not be stored as if somebody had."""
    return [("", gettext("Choose")), *codes(name).items()]


class IdentityForm(forms.Form):
    """Name and number as on the identity card."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("As on your identity card"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    number = forms.CharField(
        label=_("Identity number"),
        max_length=40,
        help_text=_(
            "18 digits; the last may be X. Only officers of your case can see it, and you see who did."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "inputmode": "text"}
        ),
    )
    ethnicity = forms.ChoiceField(label=_("Ethnic group"), choices=lambda: _listed("ethnicity"))


class EducationForm(forms.Form):
    """The highest diploma."""

    level = forms.ChoiceField(label=_("Highest education"), choices=lambda: _listed("education"))
    degree = forms.ChoiceField(
        label=_("Degree"), required=False, choices=lambda: [("", _("None")), *codes("degree").items()]
    )
    school_name = forms.CharField(label=_("School"), max_length=80)
    major = forms.CharField(label=_("Major"), max_length=80, required=False)
    graduated_on = DateTextField(
        label=_("Graduated on"), required=False, help_text=_("Year and month are enough: 2009-07")
    )


class CertificateForm(forms.Form):
    """Level, management number and issue date, read off the certificate."""

    level = forms.ChoiceField(label=_("Level"), choices=lambda: _said(LEVEL_NAMES), widget=forms.RadioSelect)
    management_no = forms.CharField(
        label=_("Management number"),
        max_length=60,
        help_text=_("Usually 18 digits, below the photo or at the lower right; spaces do not matter"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )
    issued_on = DateTextField(
        label=_("Issue date"), help_text=_("The date printed on the certificate. For example 2012-9-20")
    )


class GroundForm(forms.Form):
    """Where to apply: at the workplace or the domicile."""

    ground = forms.ChoiceField(
        label=_("Apply where you work or where you live?"),
        choices=[("workplace", _("Where I work")), ("domicile", _("Where my household is registered"))],
        widget=forms.RadioSelect,
    )
    region = forms.TypedChoiceField(label=_("County, city or district"), coerce=int, choices=())

    def __init__(self, *args: Any, on: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [("", _("Choose")), *county_choices(on)]


class EmployerForm(forms.Form):
    """The employer, chosen from the register of organizations, never typed freely."""

    employer = forms.TypedChoiceField(label=_("Employer"), coerce=int, choices=(), widget=forms.RadioSelect)
    position = forms.CharField(label=_("Position"), max_length=60, required=False)
    service_field = forms.ChoiceField(label=_("Field of service"), choices=lambda: _said(SERVICE_FIELDS))
    started_on = DateTextField(label=_("Working there since"), help_text=_("For example 2011-7-1"))

    def __init__(self, *args: Any, found: list[tuple[int, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["employer"].choices = found


class PaperForm(forms.Form):
    """One photo or scan of one material."""

    file = CameraField(label=_("Photo or PDF"))

    def __init__(self, *args: Any, material: Material, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["file"].label = material.title.says(get_language())
        self.fields["file"].help_text = material.hint.says(get_language())


class CommitmentForm(forms.Form):
    """The ethics commitment, in the version of the day."""

    agreed = forms.BooleanField(
        label=_("I have read the commitment and will keep it."),
        error_messages={"required": _("Tick the box to sign the commitment.")},
    )
    version = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, on: date, **kwargs: Any):
        kwargs.setdefault("initial", {})["version"] = registration_policy(on).ethics.version
        super().__init__(*args, **kwargs)
