"""Forms of the public door: one screen each, every answer kept as typed."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shegong.duties.conduct.intake_policy import ConductPolicy
from shegong.duties.conduct.models.intake_policies import conduct_policy
from shegong.duties.conduct.rules import KIND_NAMES, Kind
from shegong.duties.conduct.rules.intake import (
    Told,
    contact_obstacles,
    what_obstacles,
    where_obstacles,
    whom_obstacles,
)
from shegong.ground.regions.models import tree
from shegong.kernel.http import obstacle_text, today
from shegong.kernel.refusal import Obstacle
from shegong.kernel.typed_numbers import whole_number
from shegong.ui.fields import CameraField

WHOM = (
    ("worker", _("A social worker")),
    ("body", _("An organisation")),
    ("unknown", _("I do not know the name")),
)
CONSEQUENCES = {
    Kind.NAMED: _(
        "The office may say your name to the other side where the case needs it. Your contact stays sealed."
    ),
    Kind.CONFIDENTIAL: _(
        "Only the signatory of the office can open your name, with a reason that is kept and inspected. The other side never learns it."
    ),
    Kind.ANONYMOUS: _(
        "We keep nothing about you, and cannot write to you: you follow the case with a code. Without the code nobody can give you news."
    ),
}


def field_line(label: Any, hint: Any = "", longest: int = 120, **attrs: Any) -> forms.CharField:
    """One line of text that may stay empty; the rules say what is missing."""
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=longest, widget=widget)


class ScreenForm(forms.Form):
    """One screen of the public door. Its fields let everything in, so that it can be kept; `needed` are those that the
    rules ask for, and are shown so."""

    use_required_attribute = False
    needed: tuple[str, ...] = ()

    def __init__(self, *args: Any, policy: ConductPolicy | None = None, **kwargs: Any):
        self.policy = policy or conduct_policy(today())
        super().__init__(*args, **kwargs)

    def obstacles(self, told: Told) -> list[Obstacle]:
        """What is missing on this screen: nothing, where it asks for nothing."""
        return []

    def say(self, told: Told) -> bool:
        """Put the obstacles beside their fields; whether there were none."""
        for one in self.obstacles(told):
            self.add_error(one.field if one.field in self.fields else None, obstacle_text(one))
        return not self.errors

    def to_show(self) -> "ScreenForm":
        """The same, with what is needed marked: all others say that they are optional."""
        for name in self.needed:
            self.fields[name].required = True
        return self


class WhomForm(ScreenForm):
    """1: about whom."""

    needed = ("whom_kind",)

    whom_kind = forms.ChoiceField(
        label=_("Whom is it about?"), choices=WHOM, widget=forms.RadioSelect, required=False
    )
    register_no = field_line(
        _("Registration number"),
        _("If you know it; it stands on the certificate"),
        autocapitalize="characters",
    )
    whom = field_line(_("Name, or what the person looks like"), _("As much as you know"))
    unit = field_line(_("Place of work"), _("If you know it"))

    def obstacles(self, told: Told) -> list[Obstacle]:
        """See `rules.intake`."""
        return whom_obstacles(told)


class WhatForm(ScreenForm):
    """2: about what."""

    needed = ("matter", "text")

    matter = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect, required=False)
    duty = forms.ChoiceField(
        label=_("Which duty was broken?"), required=False, help_text=_("If you are not sure, leave it open")
    )
    text = forms.CharField(
        label=_("What happened, in your words"), required=False, widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Who did what, how often, who saw it. To stay anonymous, leave out what only you can know."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        language = get_language()
        matter, duty = self.fields["matter"], self.fields["duty"]
        matter.choices = [(m.code, m.title.says(language)) for m in self.policy.matters]  # type: ignore[attr-defined]
        matter.choice_hints = {m.code: _hint(m, language) for m in self.policy.matters}  # type: ignore[attr-defined]
        duties = [(d.code, d.complaint.says(language)) for d in self.policy.ethics.duties]
        duty.choices = [("", _("Leave it open")), *duties]  # type: ignore[attr-defined]

    def obstacles(self, told: Told) -> list[Obstacle]:
        """See `rules.intake`."""
        duties = [one.code for one in self.policy.ethics.duties]
        return what_obstacles(told, duties=duties, longest=self.policy.longest_text)


def _hint(matter: Any, language: str | None) -> str:
    urgent = matter.urgent.says(language) + " " if matter.urgent else ""
    return urgent + matter.goes_to.says(language)


class WhereForm(ScreenForm):
    """3: when and where."""

    needed = ("region_code",)

    region_code = forms.ChoiceField(
        label=_("County where it happened"),
        required=False,
        help_text=_("It decides which office looks into it"),
    )
    place = field_line(_("Place"), _("Street, community or organisation"))
    when = field_line(_("When"), _("A day, or roughly"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["region_code"].choices = [("", _("Choose")), *counties()]  # type: ignore[attr-defined]

    def clean_region_code(self) -> int | None:
        """The code as a number."""
        return whole_number(self.cleaned_data.get("region_code") or "")

    def obstacles(self, told: Told) -> list[Obstacle]:
        """See `rules.intake`."""
        return where_obstacles(told)


def counties() -> list[tuple[str, list[tuple[str, str]]]]:
    """Counties under their prefectures."""
    units, day = tree(), today()
    found: dict[str, list[tuple[str, str]]] = {}
    for unit in units.alive(day, 3):
        above = units.ancestor(unit.code, 2, day)
        heading = units.name(above, day) if above else units.name(unit.code, day)
        found.setdefault(heading, []).append((str(unit.code), units.name(unit.code, day)))
    return list(found.items())


class ManyFiles(forms.FileInput):
    """Several photos at once."""

    allow_multiple_selected = True


class PhotosField(CameraField):
    """Photos alone, several at once."""

    def __init__(self, **kwargs: Any):
        attrs = {"accept": "image/jpeg,image/png", "data-shrink": "1000000", "multiple": True}
        super().__init__(widget=ManyFiles(attrs=attrs), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[bytes]:
        """Their bytes; names are dropped."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [one.read() for one in files]


class PapersForm(ScreenForm):
    """4: photos."""

    papers = PhotosField(
        label=_("Photos"),
        help_text=_(
            "Place, time and maker are taken out of each photo. Cover faces and names that are not needed."
        ),
    )


class ContactForm(ScreenForm):
    """5: in whose name."""

    needed = ("kind",)

    kind = forms.ChoiceField(
        label=_("How do you complain?"),
        choices=list(KIND_NAMES.items()),
        widget=forms.RadioSelect,
        required=False,
    )
    name = field_line(_("Your name"), _("Not for an anonymous complaint"), 60)
    contact = field_line(
        _("Telephone or mail address"), _("Not for an anonymous complaint; sealed under a key of its own")
    )
    tell_me = forms.BooleanField(
        label=_("Send me a word when something moves"), required=False,
        help_text=_("It says that something moved, and nothing of what."),
    )  # fmt: skip
    watch = forms.BooleanField(
        label=_("Watch over my own record"), required=False,
        help_text=_("Your account is sealed with the complaint: if the unit complained of changes your record, the inspector is told."),
    )  # fmt: skip

    def __init__(self, *args: Any, signed_in: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        kind.choices = [(str(code), _(word)) for code, word in KIND_NAMES.items()]  # type: ignore[attr-defined]
        kind.choice_hints = {str(code): hint for code, hint in CONSEQUENCES.items()}  # type: ignore[attr-defined]
        if not signed_in:
            del self.fields["watch"]

    def obstacles(self, told: Told) -> list[Obstacle]:
        """See `rules.intake`."""
        return contact_obstacles(told)


class CodeForm(forms.Form):
    """The code, to follow a complaint."""

    code = forms.CharField(
        label=_("Tracking code"), max_length=100, help_text=_("26 letters and digits; case and dashes do not matter"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """Something more from whoever complained."""

    text = forms.CharField(
        label=_("Your message"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
    papers = PhotosField(label=_("Photos"), help_text=_("Place, time and maker are taken out of each photo."))


class LookForm(forms.Form):
    """Why the decision should be looked at again."""

    text = forms.CharField(
        label=_("Why the answer is wrong"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was passed over, or what is not as it was found"),
    )  # fmt: skip
