"""Questions about employments as pages show them."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.people.models import names_of
from shegong.ground.regions.models import tree
from shegong.kernel.http import today
from shegong.kernel.text import N_
from shegong.work.employment.models import Confirmation
from shegong.work.employment.rules import ANSWER_NAMES, SERVICE_FIELDS, Answer, ServiceField, Side, What

TONES = {
    Answer.ASKED: "info", Answer.SILENT: "warn", Answer.DISPUTED: "warn", Answer.CONFIRMED: "ok", Answer.UPHELD: "ok",
    Answer.DISMISSED: "err", Answer.REFUSED: "",
}  # fmt: skip
SAYS = {
    (What.BEGIN, Side.EMPLOYER): N_("The person states to work here"),
    (What.END, Side.EMPLOYER): N_("The person states to have left"),
    (What.BEGIN, Side.PERSON): N_("The employer names the person as staff"),
    (What.END, Side.PERSON): N_("The employer states that the person left"),
}


class AnswerForm(forms.Form):
    """Yes, or no with a reason."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Is this right?"),
        choices=[("yes", gettext_lazy("Yes, this is right")), ("no", gettext_lazy("No, this is not right"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("If not: why"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The other side and the county office read it."),
    )

    @property
    def says_yes(self) -> bool:
        """Whether the statement is confirmed."""
        return bool(self.cleaned_data["answer"] == "yes")


class RulingForm(AnswerForm):
    """What the county decides, always with a reason."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Does the statement stand?"),
        choices=[("yes", gettext_lazy("It stands")), ("no", gettext_lazy("It does not stand"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Both sides read it. Name the papers you looked at."),
    )


def said(question: Confirmation) -> str:
    """What was stated, in words."""
    return _(SAYS[What(question.what), Side(question.side)])


def state_word(question: Confirmation) -> str:
    """How far it is, in words."""
    return _(ANSWER_NAMES[Answer(question.state)])


def cards(questions: Sequence[Confirmation]) -> list[dict[str, Any]]:
    """Questions as short cards."""
    names = names_of([one.person_id for one in questions])
    return [
        {
            "row": one, "name": names.get(one.person_id, ""), "employer": one.employer.name, "said": said(one),
            "state": state_word(one), "tone": TONES.get(Answer(one.state), ""),
        }
        for one in questions
    ]  # fmt: skip


def rows(question: Confirmation) -> Iterator[dict[str, str]]:
    """Everything that was said about it so far."""
    names = names_of([question.person_id])
    yield {"label": _("What was stated"), "value": said(question)}
    yield {"label": _("Name"), "value": names.get(question.person_id, "")}
    yield {"label": _("Employer"), "value": question.employer.name}
    yield {"label": _("County of the workplace"), "value": tree().full_name(question.region_code, today())}
    if question.position:
        yield {"label": _("Position"), "value": question.position}
    if question.service_field:
        yield {
            "label": _("Field of service"),
            "value": _(SERVICE_FIELDS[ServiceField(question.service_field)]),
        }
    yield {"label": _("Working there since"), "value": question.since.isoformat()}
    if question.ends_on:
        yield {"label": _("First day no longer there"), "value": question.ends_on.isoformat()}
    yield {"label": _("Answer by"), "value": question.answer_by.isoformat()}
    yield {"label": _("State"), "value": state_word(question)}
    if question.answer:
        yield {"label": _("Why it was denied"), "value": question.answer}
    if question.ruling:
        yield {"label": _("What the county says"), "value": question.ruling}
