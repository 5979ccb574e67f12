"""Forms of the desk: what to put right, why not, why taken back."""

import re
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry.rules import RegistrationPolicy, item_name
from shegong.duties.registry.web.places import county_choices
from shegong.kernel.http import today


class ReturnForm(forms.Form):
    """For each item the ready sentences to tick, and a line for anything else."""

    def __init__(self, *args: Any, items: list[str], policy: RegistrationPolicy, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.items, language = items, get_language()
        for item in items:
            name = item_name(item, policy)
            label = name.says(language) if hasattr(name, "says") else gettext(name)
            reasons = [(r.code, r.text.says(language)) for r in policy.return_reasons if r.item == item]
            if reasons:
                self.fields[field_of("why", item)] = forms.MultipleChoiceField(
                    label=label, choices=reasons, required=False, widget=forms.CheckboxSelectMultiple
                )
            self.fields[field_of("text", item)] = forms.CharField(
                label=label, required=False, max_length=200,
                widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": gettext("Other, in your own words")}),
            )  # fmt: skip

    def rows(self) -> list[dict[str, Any]]:
        """The form item by item, for the template."""
        return [
            {
                "label": self.fields[field_of("text", item)].label,
                "why": self[field_of("why", item)] if field_of("why", item) in self.fields else None,
                "text": self[field_of("text", item)],
            }
            for item in self.items
        ]

    def chosen(self) -> dict[str, str]:
        """Item → what the applicant reads."""
        found = {}
        for item in self.items:
            field = self.fields.get(field_of("why", item))
            ready = dict(field.choices) if isinstance(field, forms.MultipleChoiceField) else {}
            ticked = [str(ready[code]) for code in self.cleaned_data.get(field_of("why", item), [])]
            own = self.cleaned_data.get(field_of("text", item), "").strip()
            if ticked or own:
                found[item] = "\n".join([*ticked, *([own] if own else [])])
        return found


def field_of(kind: str, item: str) -> str:
    """Name of the input of an item: `why` for the ready sentences, `text` for own words."""
    return f"{kind}_{item.replace(':', '_')}"


class FailForm(forms.Form):
    """The reason by its article, and a sentence that the applicant reads."""

    reason_code = forms.ChoiceField(
        label=_("Reason"), widget=forms.RadioSelect, error_messages={"required": _("Choose the reason.")}
    )
    opinion = forms.CharField(
        label=_("Explanation for the applicant"), max_length=500, widget=forms.Textarea,
        help_text=_("One or two sentences: what was found, in which paper."),
        error_messages={"required": _("Say in a sentence why; the applicant reads it.")},
    )  # fmt: skip

    def __init__(self, *args: Any, policy: RegistrationPolicy, **kwargs: Any):
        super().__init__(*args, **kwargs)
        language = get_language()
        self.fields["reason_code"].choices = [(r.code, r.text.says(language)) for r in policy.refusal_reasons]
        self.fields["reason_code"].choice_hints = {r.code: article(r.basis) for r in policy.refusal_reasons}


def article(basis: str) -> str:
    """The national article of a basis in the reader's language; other provinces' grounds stay in the file."""
    national = next((part.strip() for part in basis.split(";") if "民发" in part), "")
    return re.sub(r"art\. ([\d(), ]+)", gettext("art. %(numbers)s") % {"numbers": r"\1"}, national)


class HandOverForm(forms.Form):
    """To which county, and why; the applicant reads it."""

    region = forms.TypedChoiceField(
        label=_("County that is responsible"), coerce=int, empty_value=None,
        choices=lambda: [("", gettext("Choose")), *county_choices(today())],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea,
        help_text=_("For example: works in that county since May. The applicant reads it."),
    )  # fmt: skip


class RecallForm(forms.Form):
    """Why, for the record."""

    reason = forms.CharField(label=_("Why (for the record)"), required=False, max_length=200)
