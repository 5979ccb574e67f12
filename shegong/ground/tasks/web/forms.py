"""Forms of tasks: setting one, replying with photos, co-signing, checking, more time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shegong.ground.organizations.models import Organization
from shegong.ground.tasks.rules import KINDS, LONGEST_TEXT
from shegong.ui.fields import CameraField, DateTextField


class ManyFiles(forms.FileInput):
    """Several photos at once, from camera or disk."""

    allow_multiple_selected = True


class PapersField(CameraField):
    """A list of uploads; empty when none was chosen."""

    def __init__(self, **kwargs: Any):
        attrs = {"accept": "image/jpeg,image/png,application/pdf", "data-shrink": "1000000", "multiple": True}
        super().__init__(widget=ManyFiles(attrs=attrs), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each of them cleaned."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        found = [super(PapersField, self).clean(one, initial) for one in files]
        return found if found or not self.required else [super().clean(None, initial)]


def words_field(label: Any, help_text: Any = "", required: bool = True) -> forms.CharField:
    """A few sentences."""
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class BodyField(forms.ModelChoiceField):
    """One body of those that a form offers."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("empty_label", _("Choose"))
        super().__init__(queryset=Organization.objects.none(), **kwargs)


class DraftForm(forms.Form):
    """What is to be done, by whom, until when."""

    kind = forms.ChoiceField(
        label=_("Kind of matter"), choices=lambda: [(str(k), _(v)) for k, v in KINDS.items()]
    )
    title = forms.CharField(label=_("Matter"), max_length=200)
    detail = words_field(
        _("More about it"), _("What proof is asked for, and on what it rests."), required=False
    )
    responsible = BodyField(label=_("Responsible body"))
    helpers = forms.ModelMultipleChoiceField(
        label=_("Helping bodies"), queryset=Organization.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("Each co-signs a reply before it counts."),
    )  # fmt: skip
    due_on = DateTextField(label=_("Due on"))

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = bodies
        self.fields["helpers"].queryset = bodies


class ReplyForm(forms.Form):
    """What was done, with proof."""

    text = words_field(_("What has been done"))
    papers = PapersField(
        label=_("Proof (photos, papers)"),
        required=False,
        help_text=_("Photos or PDF. Without proof a task cannot be settled."),
    )


class SignForm(forms.Form):
    """A helping body agrees, or says what is missing."""

    choice = forms.ChoiceField(
        label=_("Do you co-sign this reply?"), widget=forms.RadioSelect,
        choices=[("sign", _("Agree")), ("object", _("Do not agree"))],
    )  # fmt: skip
    reason = words_field(_("Words to go with it"), _("Needed if you do not agree."), required=False)


class CheckForm(forms.Form):
    """The issuer settles the task or sends the reply back."""

    choice = forms.ChoiceField(
        label=_("Is it done?"), widget=forms.RadioSelect,
        choices=[("close", _("Done: settle it")), ("back", _("Not done: send it back"))],
    )  # fmt: skip
    reason = words_field(_("Words to go with it"), _("Needed if you send it back."), required=False)


class TimeForm(forms.Form):
    """More time is asked for."""

    until = DateTextField(label=_("Until when"))
    reason = words_field(_("Reason"))


class DecideTimeForm(forms.Form):
    """The issuer gives more time, or not."""

    choice = forms.ChoiceField(
        label=_("Give more time?"), widget=forms.RadioSelect,
        choices=[("grant", _("Give the time asked for")), ("refuse", _("The deadline stays"))],
    )  # fmt: skip
    reason = words_field(_("Words to go with it"), _("Needed if the deadline stays."), required=False)


class ReasonForm(forms.Form):
    """Why it is taken back."""

    reason = words_field(_("Reason"))


class EmptyForm(forms.Form):
    """One button."""
