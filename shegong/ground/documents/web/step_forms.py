"""Small forms of the steps of a document, and what is said after each."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shegong.kernel.text import N_
from shegong.ui.fields import DateTextField

CIRCULATED = N_("It is with the co-signers now.")
SIGNED = N_("Signed. It can be issued now.")
ISSUED = N_("Issued and sent to its addressees.")
DROPPED = N_("The draft is given up.")
TAKEN_BACK = N_("It is a draft again; answers and signature are void.")
RECALLED = N_("Recalled. Everybody sees the reason.")
REMINDED = N_("Those who have not acknowledged are reminded.")
ACKNOWLEDGED = N_("The receipt is entered.")
ANSWERED = N_("The answer is entered.")


class Plain(forms.Form):
    """A step without words."""


class Reason(forms.Form):
    """A step that says why."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class Receipt(forms.Form):
    """The receipt, and the day of study where it is known."""

    studied_on = DateTextField(label=_("Studied or passed on, day"), required=False)
    study_note = forms.CharField(
        label=_("How it was studied"),
        max_length=200,
        required=False,
        help_text=_("For example 局务会传达, 12人参加"),
    )


class Answer(forms.Form):
    """A co-signer's answer."""

    result = forms.ChoiceField(
        label=_("Answer"),
        widget=forms.RadioSelect,
        choices=[("agreed", _("Agree")), ("objected", _("Raise an objection"))],
    )
    opinion = forms.CharField(
        label=_("Opinion; with an objection, what must change"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
