"""Forms of the joint conference."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shegong.ground.organizations.models import Organization
from shegong.ground.tasks.panels import BodyField, PapersField, words_field
from shegong.steering.council.rules import KINDS, PRESENCES
from shegong.ui.fields import DateTextField


def line(label: Any, length: int = 60, required: bool = False, **more: Any) -> forms.CharField:
    """One line of text."""
    return forms.CharField(label=label, max_length=length, required=required, **more)


class MemberForm(forms.Form):
    """Who sits for a body, and who is called."""

    representative = line(_("Representative"))
    liaison = line(_("Liaison"))
    phone = line(
        _("Phone of the liaison"), 20, help_text=_("Kept sealed; used for notices when nobody of the body has an account. Empty: it stays as it is."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip


class NewMemberForm(MemberForm):
    """A further body."""

    organization = BodyField(label=_("Member body"))
    field_order = ("organization", "representative", "liaison", "phone")

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = bodies
        self.fields["phone"].help_text = ""


class OfficeForm(forms.Form):
    """Who convenes the conference, and whose staff does its daily work."""

    convenor = BodyField(label=_("Convened by"))
    office = BodyField(
        label=_("Office of the conference"), help_text=_("Its staff plans meetings and follows up.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["convenor"].queryset = self.fields["office"].queryset = bodies


class PlanForm(forms.Form):
    """The next meeting."""

    title = line(_("Title of the meeting"), 200, required=True)
    held_on = DateTextField(label=_("Day of the meeting"))
    place = line(_("Where it is held"), 120)


class FoundForm(forms.Form):
    """For which division."""

    region = forms.TypedChoiceField(label=_("Division"), coerce=int)

    def __init__(self, *args: Any, places: list[tuple[int, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = places


class ItemForm(forms.Form):
    """An item of the agenda."""

    kind = forms.ChoiceField(label=_("What for"), choices=lambda: [(str(k), _(v)) for k, v in KINDS.items()])
    title = line(_("Item of the agenda"), 200, required=True)
    proposer = BodyField(label=_("Proposed by the body"), required=False)

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["proposer"].queryset = bodies


class MaterialForm(forms.Form):
    """Papers for the members."""

    papers = PapersField(label=_("Papers of the meeting"), help_text=_("Photos or PDF."))


class AttendanceForm(forms.Form):
    """Who came for one member."""

    presence = forms.ChoiceField(
        label=_("Attendance"), choices=lambda: [(str(k), _(v)) for k, v in PRESENCES.items()]
    )
    name = line(_("Who came"))
    reason = line(_("Why nobody came"), 200)


class ResolveForm(forms.Form):
    """What was decided on an item."""

    item = forms.TypedChoiceField(label=_("On which item"), coerce=int)
    text = line(_("What was decided"), 200, required=True)
    responsible = BodyField(label=_("Responsible department"))
    helpers = forms.ModelMultipleChoiceField(
        label=_("Departments that help"), queryset=Organization.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    due_on = DateTextField(label=_("To be done by"))
    indicator = line(
        _("Figure it wants to move"), 20, help_text=_("Id of an indicator of the plan, such as K-G4.")
    )

    def __init__(self, *args: Any, bodies: Any, items: list[tuple[int, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = items
        self.fields["responsible"].queryset = bodies
        self.fields["helpers"].queryset = bodies


class SuperviseForm(forms.Form):
    """A supervision item under a resolution."""

    reason = words_field(_("What does not move, and what is asked for"))
    due_on = DateTextField(label=_("To be done by"))


class ReasonForm(forms.Form):
    """Why."""

    reason = words_field(_("Reason"))


class EmptyForm(forms.Form):
    """One button."""
