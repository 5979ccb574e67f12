"""The parts of a person's data that can be stated on a page: one form each, the same for herself and for an office."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shegong.ground.people import actions
from shegong.ground.people.actions.contacts import open_contact
from shegong.ground.people.models import Contact, Person, PersonName
from shegong.ground.people.rules import IDENTITY_KINDS, LANGUAGES, SPECIALITIES, STATED_KINDS, TIE_NAMES
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.code_lists import codes
from shegong.kernel.http import today
from shegong.ui.fields import DateTextField


def words(labels: dict[Any, str]) -> Callable[[], list[tuple[str, str]]]:
    """Choices of a table of marked words, in the reader's language."""
    return lambda: [(str(key), gettext(word)) for key, word in labels.items()]


def national(name: str) -> Callable[[], list[tuple[str, str]]]:
    """Choices of a national list, with an empty first one."""
    return lambda: [("", gettext("Not stated")), *codes(name).items()]


class NameForm(forms.Form):
    """The name as on the identity document."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("As on the identity document, rare characters included"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    changed_on = DateTextField(
        label=_("New name since"),
        required=False,
        help_text=_("Only for a change of name at the police; leave empty to correct a mistake"),
    )


class NumberForm(forms.Form):
    """An identity document."""

    kind = forms.ChoiceField(label=_("Document"), choices=words(IDENTITY_KINDS))
    identity_number = forms.CharField(
        label=_("Number of the document"),
        max_length=60,
        help_text=_("18 characters for an identity card; the last one may be X"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "text", "autocapitalize": "characters"}
        ),
    )


class ParticularsForm(forms.Form):
    """What the national lists cover."""

    ethnicity = forms.ChoiceField(label=_("Ethnicity"), choices=national("ethnicity"), required=False)
    political_status = forms.ChoiceField(
        label=_("Political status"), choices=national("political_status"), required=False
    )


class AddressForm(forms.Form):
    """Where letters reach the person."""

    address = forms.CharField(
        label=_("Address"), max_length=400, widget=forms.TextInput(attrs={"autocomplete": "street-address"})
    )


class LanguageForm(forms.Form):
    """One language."""

    code = forms.ChoiceField(label=_("Language"), choices=words(LANGUAGES))
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, help_text=_("For example the level")
    )


class SpecialityForm(forms.Form):
    """One speciality."""

    code = forms.ChoiceField(label=_("Speciality"), choices=words(SPECIALITIES))
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, help_text=_("For example the years of practice")
    )


def counties() -> list[tuple[str, str]]:
    """Every county of today with its prefecture."""
    day = today()
    return [("", gettext("Choose")), *((str(c), tree().full_name(c, day)) for c in tree().units(3, day))]


class PlaceForm(forms.Form):
    """Where somebody lives or is registered, since when."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        widget=forms.RadioSelect,
        choices=words({k: TIE_NAMES[k] for k in STATED_KINDS}),
    )
    region = forms.TypedChoiceField(label=_("County or city"), coerce=int, choices=counties)
    start = DateTextField(
        label=pgettext_lazy("place", "Since"),
        help_text=_("The place before it ends on this day; it stays on record."),
    )


@dataclass(frozen=True)
class Section:
    """A form, what it begins with, and the action that its data become."""

    title: Promise | str
    form: type[forms.Form]
    initial: Callable[[Person], dict[str, Any]]
    change: Callable[[Person, dict[str, Any], dict[str, Any]], object]


def _name(person: Person) -> dict[str, Any]:
    row = PersonName.objects.standing().filter(person=person).first()
    return {"name": row.name if row else ""}


def _number(person: Person) -> dict[str, Any]:
    row = person.identities.order_by("-pk").first()
    return {"kind": row.kind if row else "resident"}


def _address(person: Person) -> dict[str, Any]:
    row = Contact.objects.filter(person=person, kind="address", during__upper_inf=True).first()
    return {"address": open_contact(row) if row else ""}


def _particulars(person: Person) -> dict[str, Any]:
    return {"ethnicity": person.ethnicity, "political_status": person.political_status}


def _state_number(person: Person, given: dict[str, Any], who: dict[str, Any]) -> object:
    return actions.state_identity(person, kind=given["kind"], number=given["identity_number"], **who)


def _state_address(person: Person, given: dict[str, Any], who: dict[str, Any]) -> object:
    seen = {k: v for k, v in who.items() if k != "seen"}
    return actions.state_contact(person, kind="address", value=given["address"], verified=False, **seen)


def _state_place(person: Person, given: dict[str, Any], who: dict[str, Any]) -> object:
    return actions.state_place(
        person, kind=given["kind"], region_code=given["region"], start=given["start"], **who
    )


def _state_skill(kind: str) -> Callable[[Person, dict[str, Any], dict[str, Any]], object]:
    def change(person: Person, given: dict[str, Any], who: dict[str, Any]) -> object:
        unversioned = {k: v for k, v in who.items() if k != "seen"}
        return actions.state_skill(person, kind=kind, **given, **unversioned)

    return change


SECTIONS: dict[str, Section] = {
    "name": Section(_("Name"), NameForm, _name, lambda p, given, who: actions.state_name(p, **given, **who)),
    "number": Section(_("Identity document"), NumberForm, _number, _state_number),
    "particulars": Section(
        _("Ethnicity and political status"),
        ParticularsForm,
        _particulars,
        lambda p, given, who: actions.state_particulars(p, **given, **who),
    ),
    "address": Section(_("Address"), AddressForm, _address, _state_address),
    "place": Section(_("Add a place"), PlaceForm, lambda p: {}, _state_place),
    "language": Section(_("Add a language"), LanguageForm, lambda p: {}, _state_skill("language")),
    "speciality": Section(_("Add a speciality"), SpecialityForm, lambda p: {}, _state_skill("speciality")),
}


def apply(
    section: Section, form: forms.Form, person: Person, *, by: Actor, on: date, seen: int | None
) -> object:
    """Run the section's action with what the valid form holds."""
    return section.change(person, form.cleaned_data, {"by": by, "on": on, "seen": seen})
