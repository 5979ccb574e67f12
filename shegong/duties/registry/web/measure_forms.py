"""Forms of measures on a registration: from when to when, on which ground, and why."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry.models import Restriction
from shegong.duties.registry.rules import STATUS_NAMES, RegistrationPolicy, Status
from shegong.kernel.http import today
from shegong.kernel.temporal import last_day
from shegong.ui.fields import DateTextField


def _why(label: Any, help_text: Any) -> forms.CharField:
    """A sentence; the rules say when it is too short."""
    return forms.CharField(label=label, help_text=help_text, max_length=500, widget=forms.Textarea)


class SuspendForm(forms.Form):
    """Days and ground of a suspension."""

    start = DateTextField(label=_("From"), initial=today)
    end = DateTextField(label=_("To (last day)"))
    ground = _why(_("Ground"), _("The holder reads it."))


class LiftForm(forms.Form):
    """Which suspension, and why it ends."""

    suspension = forms.ChoiceField(label=_("Suspension"), widget=forms.RadioSelect)
    reason = _why(_("Reason for lifting"), _("It stays on record."))

    def __init__(self, *args: Any, suspensions: list[Restriction], **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = [
            (
                str(one.pk),
                gettext("%(start)s to %(last)s") % {"start": one.during.lower, "last": last_day(one.during)},
            )
            for one in suspensions
        ]
        field = self.fields["suspension"]
        field.choices = choices
        field.choice_hints = {str(one.pk): one.ground for one in suspensions}
        if len(choices) == 1:
            field.initial = choices[0][0]


class ReplaceForm(forms.Form):
    """Why a new card is needed."""

    reason = _why(_("Reason for the replacement"), _("For example lost, damaged. It stays on record."))


class ProposeForm(forms.Form):
    """The ground of the policy and what was found."""

    reason_code = forms.ChoiceField(label=_("Ground of closing"), widget=forms.RadioSelect)
    reason = _why(_("What was found"), _("The officer who decides reads it; it stays on record."))

    def __init__(self, *args: Any, policy: RegistrationPolicy, **kwargs: Any):
        super().__init__(*args, **kwargs)
        language, field = get_language(), self.fields["reason_code"]
        field.choices = [(r.code, r.title.says(language)) for r in policy.closing_reasons]
        field.choice_hints = {
            r.code: gettext(STATUS_NAMES[Status(r.closed_kind)]) for r in policy.closing_reasons
        }


class RefuseForm(forms.Form):
    """Why a proposal is not approved."""

    reason = _why(_("Why not"), _("The officer who proposed reads it; it stays on record."))
