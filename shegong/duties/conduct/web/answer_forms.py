"""What whom a case is about writes: an answer with papers, a request for review, a request for early repair."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ui.fields import CameraField

PAPERS = ("first", "second", "third")


class ReplyForm(forms.Form):
    """An answer in one's own words, with up to three papers."""

    text = forms.CharField(
        label=_("Your view of it"), max_length=8000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("What happened, when, who was there. The panel reads it before it decides."),
    )  # fmt: skip
    first = CameraField(
        label=_("Paper or photo"), required=False, help_text=_("If you have any; JPEG, PNG or PDF")
    )
    second = CameraField(label=_("Another one"), required=False)
    third = CameraField(label=_("A third one"), required=False)

    def papers(self) -> list[tuple[str, bytes]]:
        """Title and bytes of what was chosen."""
        chosen = [self.cleaned_data[name] for name in PAPERS if self.cleaned_data.get(name)]
        return [(f"{gettext('Paper')} {one.name}", one.read()) for one in chosen]


class AppealForm(forms.Form):
    """Why the decision should be looked at again."""

    text = forms.CharField(
        label=_("Why the decision is wrong"), max_length=8000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Facts, ground or measure: say what the office above should look at."),
    )  # fmt: skip


class RepairForm(forms.Form):
    """What was done since the decision."""

    text = forms.CharField(
        label=_("What you have done since"), max_length=8000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What was put right, what you learnt, who can confirm it."),
    )  # fmt: skip
