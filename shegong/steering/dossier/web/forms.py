"""Forms of a case: what one officer proposes, what the other decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

REASON_LENGTH = 500


def _why(label: Any, help_text: Any = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=REASON_LENGTH, widget=forms.Textarea
    )


class ProposeForm(forms.Form):
    """Merge into the one or the other, or keep apart; and why."""

    choice = forms.ChoiceField(
        label=_("What do you propose?"),
        widget=forms.RadioSelect,
        choices=[
            ("first", _("One person: keep record A")),
            ("second", _("One person: keep record B")),
            ("apart", _("Two people: do not merge")),
        ],
    )
    reason = _why(_("Reason"), _("What you compared and found. It stays on record."))


class DecideForm(forms.Form):
    """Follow the proposal, decide otherwise, or send it back."""

    choice = forms.ChoiceField(label=_("What do you decide?"), widget=forms.RadioSelect)
    reason = _why(_("Reason"), _("Needed unless you follow the proposal."), required=False)

    def __init__(self, *args: Any, wish: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        merge = [("merge", _("One person: merge now"))] if wish == "merge" else []
        rest = [("apart", _("Two people: do not merge")), ("back", _("Not clear yet: send it back"))]
        self.fields["choice"].choices = [*merge, *rest]


class UndoForm(forms.Form):
    """Why the merge was wrong."""

    reason = _why(_("Why was the merge wrong?"), _("Another officer decides on it."))


class DecideUndoForm(forms.Form):
    """Part the records, or leave them merged."""

    choice = forms.ChoiceField(
        label=_("What do you decide?"),
        widget=forms.RadioSelect,
        choices=[("part", _("Part the two records")), ("stay", _("Leave them merged"))],
    )
    leave_touched = forms.BooleanField(
        label=_("What was changed since the merge stays with the kept record"), required=False
    )
    reason = _why(_("Reason"), _("Needed to leave them merged."), required=False)


class OtherForm(forms.Form):
    """Who the second record is: a search, then a choice."""

    q = forms.CharField(
        label=_("Name, pinyin or identity number of the other record"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
